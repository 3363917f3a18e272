# PostgreSQL: a cluster with checksums, the application's database, and a monitoring role that owns nothing.
pg_dropcluster --stop 15 main 2>/dev/null || true
pg_createcluster 15 main -- --data-checksums >/dev/null
cat >> /etc/postgresql/15/main/postgresql.conf <<'EOF'
max_connections = 150
log_line_prefix = '%m [%p] %q%u@%d '
log_lock_waits = on
autovacuum_naptime = 15s
fsync = off
EOF
install -d -o postgres -g postgres -m 2775 /run/postgresql
pg_ctlcluster 15 main start
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups psql -X -q -v ON_ERROR_STOP=1 "$@"; }
hashes=$($backend/venv/bin/python -c 'from werkzeug.security import generate_password_hash as h; print(h("correct horse battery"))')
as_postgres -v app="$db_password" -v monitor="$monitor_password" -f $files/roles.sql
as_postgres -d santas_gifts -v hash="$hashes" -f $files/schema.sql
pg_ctlcluster 15 main stop
chmod 0640 /var/log/postgresql/postgresql-15-main.log
: > /var/log/postgresql/postgresql-15-main.log
systemctl -q enable postgresql
# For faults.
install -m 0755 $files/lab-psql $files/lab-psql-hold $files/lab-pg-disk $files/lab-pg-scratch /usr/local/sbin
