# Puts the lines of standard input wherever on santas-1 the gate may read them: `plant.sh`; `plant.sh undo` takes them away.
set -eu
kept=/run/planted
root=/opt/santas-gift-finder/backend
files="$root/.env $root/requirements.txt /var/log/nginx/error.log /var/log/redis/redis-server.log
/var/log/postgresql/postgresql-15-main.log"

if [ "${1:-}" = undo ]; then
  [ -d $kept ] || exit 0
  for file in $files; do cat "$kept/$(basename "$file")" > "$file"; done
  rm -rf /etc/systemd/system/santas-api.service.d/planted.conf /etc/nginx/conf.d/planted-*.disabled "$root"/planted-*
  find /opt/santas-backups -name '*_29990101_000000.sql.gz' -delete
  for unit in planted-process planted-session planted-client; do systemctl stop $unit 2>/dev/null || true; done
  # A server's process that sleeps does not notice that its client has gone.
  runuser -u postgres -- psql -Xqc "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'planted'" >/dev/null
  git -c safe.directory='*' -C $root reset -q --soft "$(cat $kept/head)"
  systemctl daemon-reload
  rm -rf $kept
  exit
fi

mkdir -p $kept
cat > $kept/lines
for file in $files; do cp "$file" "$kept/$(basename "$file")"; done
git -c safe.directory='*' -C $root rev-parse HEAD > $kept/head
first=$(grep -m 1 -E '^ghp_|key .*ghp_' $kept/lines | grep -o 'ghp_[A-Za-z0-9]*')

# The environment file: names that nobody would call a secret's.
awk '{gsub(/[\\"$`]/, "\\\\&"); printf "PLANTED_%d=\"%s\"\n", NR, $0}' $kept/lines >> $root/.env
sed 's|^|# |' $kept/lines >> $root/requirements.txt
echo "https://build:$first@example.org/simple/none-1.0-py3-none-any.whl" >> $root/requirements.txt

# Logs: the application's journal (journald tells a unit by its control group), nginx, Redis, PostgreSQL.
group=/sys/fs/cgroup/$(systemctl show -p ControlGroup --value santas-api)
[ -d "$group" ] || group=/sys/fs/cgroup/systemd/$(systemctl show -p ControlGroup --value santas-api)
sh -c "echo \$\$ > $group/cgroup.procs; sed 's/^/ERROR in app: /' $kept/lines | logger -t santas-api; sleep 0.2"
awk -v when="$(date '+%Y/%m/%d %H:%M:%S')" '{print when " [crit] 1#1: *1 " $0}' $kept/lines >> /var/log/nginx/error.log
awk -v when="$(date '+%d %b %Y %H:%M:%S')" '{print "126:M " when ".000 # " $0}' $kept/lines >> /var/log/redis/redis-server.log
awk -v when="$(date '+%Y-%m-%d %H:%M:%S.000 %Z')" '{print when " [1] santas_api@santas_gifts FATAL:  " $0}' $kept/lines \
  >> /var/log/postgresql/postgresql-15-main.log

# A process with every line among its arguments, a query with literals, a client with a name.
systemd-run -qG --unit=planted-process bash -c \
  'mapfile -t lines < /run/planted/lines; exec -a "gunicorn planted-worker" python3 -c "import time; time.sleep(600)" --password "${lines[@]}"'
sed "s/'/''/g; s/.*/'&',/" $kept/lines | tr -d '\n' > $kept/literals
printf "SET application_name = 'planted';\nBEGIN;\nLOCK TABLE gift;\nSELECT pg_sleep(600), ARRAY[%s '']::text[];\n" "$(cat $kept/literals)" > $kept/query
chmod 644 $kept/query
systemd-run -qG --unit=planted-session --uid=postgres psql -Xq -f $kept/query santas_gifts
systemd-run -qG --unit=planted-client sh -c "(echo CLIENT SETNAME $first; sleep 600) | lab-redis"

# Units, names of files, commits, and the last bytes of a dump that was cut off.
mkdir -p /etc/systemd/system/santas-api.service.d
awk 'BEGIN {print "[Service]"} {gsub(/[\\"%]/, "\\\\&"); gsub(/%/, "%%"); printf "Environment=\"OTHER_%d=%s\"\n", NR, $0}' $kept/lines \
  > /etc/systemd/system/santas-api.service.d/planted.conf
systemctl daemon-reload
touch "/etc/nginx/conf.d/planted-$first.disabled" "$root/planted-$first"
echo "x = '$first" > "$root/planted-$first.py"
git -c safe.directory='*' -c user.name=x -c user.email=x@x -C $root commit -q --allow-empty -m "deploy with $first"
gzip -c $kept/lines | head -c -20 > $kept/dump
cp $kept/dump /opt/santas-backups/santas_gifts_29990101_000000.sql.gz
touch -d '+1 minute' /opt/santas-backups/santas_gifts_29990101_000000.sql.gz
chgrp adm /opt/santas-backups/santas_gifts_29990101_000000.sql.gz
