# Backups: dated dumps by a real pg_dump, one of yesterday and one of now, made anew each night.
install -d -o root -g adm -m 0750 /opt/santas-backups /opt/santas-backups/config
install -m 0755 $files/backup.sh /usr/local/sbin/santas-backup
install -m 0644 $files/santas-backup.service $files/santas-backup.timer /etc/systemd/system
systemctl -q enable santas-backup.timer
