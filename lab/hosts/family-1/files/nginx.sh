# nginx in front of the application: TLS, compression, and a redirect for who comes without.
authority_key
install -d -m 0755 /etc/nginx/tls
certificate /etc/nginx/tls/api 400 api.family.test
rm -f /etc/nginx/sites-enabled/default
install -m 0644 $files/sbd-api.nginx /etc/nginx/sites-available/sbd-api
ln -sf ../sites-available/sbd-api /etc/nginx/sites-enabled/sbd-api
systemctl -q enable nginx certbot.timer
