#!/bin/sh
# Dumps the database and Redis; the first time also copies dated yesterday, so that there are some to compare.
set -eu
umask 027
folder=/opt/backups
name=$(date +%Y%m%d_%H%M%S)

sbd-dump $folder/mongodb/$name.part
mv $folder/mongodb/$name.part $folder/mongodb/$name
export REDISCLI_AUTH=$(sed -n 's/^requirepass //p' /etc/redis/redis.conf)
mkdir -p $folder/redis/$name
redis-cli -e --rdb $folder/redis/$name/dump.rdb >/dev/null

for store in mongodb redis; do
  ln -sfn $name $folder/$store/latest
  [ "$(ls $folder/$store | wc -l)" -gt 2 ] && continue
  yesterday=$folder/$store/$(date -d yesterday +%Y%m%d_%H%M%S)
  cp -R $folder/$store/$name "$yesterday"
  find "$yesterday" -exec touch -d yesterday {} +
done
chgrp -R adm $folder
