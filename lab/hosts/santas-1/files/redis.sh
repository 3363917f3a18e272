# Redis: a password, a limit, and a monitoring user that may only read.
cat >> /etc/redis/redis.conf <<EOF
requirepass $redis_password
maxmemory 128mb
maxmemory-policy allkeys-lru
user monitor on >$monitor_password ~* -@all +ping +info +dbsize +scan +ttl +object|idletime +type +exists +get +hgetall +slowlog|get +select +client|setname +client|list +config|get
EOF
systemctl -q enable redis-server

# For faults: the client with the password, which CONFIG REWRITE puts in quotes, and Redis as it was made.
install -m 0755 $files/lab-redis $files/lab-redis-reset $files/lab-redis-write $files/lab-redis-fill /usr/local/sbin
install -D -m 0600 /etc/redis/redis.conf /usr/local/share/lab/redis.conf
