# Makes santas-1: sourced by /bin/sh -eu inside the image, after common.sh. No service runs yet but those it starts itself.
files=/mnt/lab/hosts/santas-1/files
root=/opt/santas-gift-finder
backend=$root/backend
db_password=$(random 24) redis_password=$(random 24) monitor_password=$(random 24)

. $files/application.sh
. $files/postgres.sh
. $files/redis.sh
. $files/nginx.sh
. $files/backups.sh
. $files/monitoring.sh
. $files/packages.sh
install -m 0755 $files/kernel-log.sh /usr/local/sbin/lab-kernel-log
