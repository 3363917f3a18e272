# Backups: dated folders in mongodump's layout and Redis' own file, one of yesterday and one of now, made anew each night.
install -d -o root -g adm -m 0750 /opt/backups /opt/backups/mongodb /opt/backups/redis
install -m 0755 $files/backup.sh /usr/local/sbin/sbd-backup
install -m 0755 $files/dump.py /usr/local/sbin/sbd-dump
install -m 0755 $files/restore.py /usr/local/sbin/sbd-restore-test
systemctl -q enable sbd-backup.timer
# For faults: what they leave in logs would look like trouble for an hour.
install -m 0755 $files/forget-logs.sh /usr/local/sbin/forget-logs
