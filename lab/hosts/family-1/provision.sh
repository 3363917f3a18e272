# Makes family-1: sourced by /bin/sh -eu inside the image, after common.sh. No service runs yet but those it starts itself.
files=/mnt/lab/hosts/family-1/files
root=/opt/second-brain-database
redis_password=$(random 24) redis_monitor_password=$(random 24)

quiet
. /mnt/lab/layers/mongod/member.sh
. $files/application.sh
. $files/database.sh
. $files/redis.sh
. $files/nginx.sh
. $files/backups.sh
