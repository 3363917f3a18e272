# Redis: a password, a limit, and a monitoring user that may only read.
cat >> /etc/redis/redis.conf <<EOF
requirepass $redis_password
maxmemory 128mb
maxmemory-policy volatile-lru
maxclients 1000
user monitor on >$redis_monitor_password ~* -@all +ping +info +dbsize +scan +ttl +object|idletime +type +exists +get +hgetall +slowlog|get +select +client|setname +client|list +config|get
EOF
systemctl -q enable redis-server
