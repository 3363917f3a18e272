#!/bin/sh
# Dumps the database and the configuration; the first time also a dump dated yesterday, so that there is one to compare.
set -eu
folder=/opt/santas-backups
umask 027
dump() {
  name=$folder/santas_gifts_$(date -d "$1" +%Y%m%d_%H%M%S).sql.gz
  setpriv --reuid postgres --regid postgres --init-groups pg_dump --serializable-deferrable santas_gifts | gzip > "$name.part"
  touch -d "$1" "$name.part"
  chgrp adm "$name.part"
  mv "$name.part" "$name"
}
[ -n "$(ls $folder/*.sql.gz 2>/dev/null)" ] || dump "yesterday"
dump now
tar -czf $folder/config/config_$(date +%Y%m%d).tar.gz -C / \
  opt/santas-gift-finder/backend/.env opt/santas-gift-finder/backend/gunicorn.conf.py \
  etc/systemd/system/santas-api.service etc/nginx/sites-available/santas
chgrp -R adm $folder/config

# The restore is proven, not assumed: the new dump goes into a database of its own, and its rows are counted.
as() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
restore() {
  as createdb restore_test &&
    gzip -dc "$name" | as psql -X -q -v ON_ERROR_STOP=1 --single-transaction -o /dev/null restore_test &&
    as psql -X -At -c 'SELECT count(*) FROM gift' restore_test
}
told=$(restore 2>&1) && told="restored $(basename "$name"): $told gifts" || told="FAILED $(basename "$name"): $told"
as dropdb restore_test
echo "$(date +%F) $told" | paste -s -d ' ' >> $folder/restore-test.log
chgrp adm $folder/restore-test.log
