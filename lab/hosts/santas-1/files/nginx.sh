# nginx in front of the application.
rm -f /etc/nginx/sites-enabled/default
cat > /etc/nginx/sites-available/santas <<'EOF'
log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" '
                 '$request_time $upstream_response_time';
server {
    listen 80 default_server;
    access_log /var/log/nginx/access.log timed;
    server_name localhost _;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
        # Only the lab's own traffic sends addresses of its own; a real front would set them from the connection.
        proxy_set_header X-Forwarded-For $http_x_forwarded_for;
        proxy_connect_timeout 3s;
        proxy_read_timeout 25s;
    }
}
EOF
ln -sf ../sites-available/santas /etc/nginx/sites-enabled/santas
systemctl -q enable nginx
