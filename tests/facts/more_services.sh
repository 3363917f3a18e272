# Services that the lab's own hosts have not: Redis with TLS, with a password of many signs, on a socket; and PostgreSQL
# with a role of such a password. Run as root on santas-1: `start`, `stop`.
D=/run/more-services
if [ "$1" = stop ]; then
  systemctl stop more-redis-tls more-redis-plain 2>/dev/null
  sed -i '/more-services/d' /etc/hosts
  su postgres -c 'psql -q -d santas_gifts -c "DROP OWNED BY more" -c "DROP ROLE more" -c "DROP DATABASE more_ascii"' 2>/dev/null
  rm -rf $D
  exit 0
fi
set -e
umask 022
mkdir -p $D && cd $D
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=More services" \
  -keyout authority.key -out authority.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=cache.more-services" -keyout server.key \
  -out server.csr 2>/dev/null
printf 'subjectAltName=DNS:cache.more-services\n' > names
openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile names \
  -out server.pem 2>/dev/null
# A private key in the file of authorities must stay on the host.
cat authority.pem authority.key > both.pem
chmod 644 both.pem server.key
grep -q more-services /etc/hosts || echo '127.0.0.1 cache.more-services other.more-services' >> /etc/hosts
systemd-run -q --unit=more-redis-tls redis-server --port 0 --tls-port 6390 --tls-cert-file $D/server.pem \
  --tls-key-file $D/server.key --tls-ca-cert-file $D/authority.pem --tls-auth-clients no --requirepass 'a/b+c=' \
  --save '' --dir $D
systemd-run -q --unit=more-redis-plain redis-server --port 6391 --unixsocket $D/redis.sock --unixsocketperm 777 \
  --requirepass 'a/b+c=' --save '' --dir $D
su postgres -c 'psql -qv ON_ERROR_STOP=1' <<'SQL'
CREATE ROLE more LOGIN PASSWORD 'abc#def/+@ x';
GRANT CONNECT ON DATABASE santas_gifts TO more;
SQL
su postgres -c "createdb -T template0 -E SQL_ASCII --locale C more_ascii"
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S $D/redis.sock ] && break; sleep 0.2; done
