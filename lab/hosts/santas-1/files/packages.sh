# apt: an archive of the lab's own, which calls itself Debian's for security; nothing comes from outside. Its lists are fetched anew at
# each boot and each day, as apt-daily would.
install -m 0755 $files/archive.sh /usr/local/sbin/lab-archive
rm -f /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/archive ./' > /etc/apt/sources.list
lab-archive add 1.0
apt-get -q update >/dev/null
apt-get -q -y install santas-wrapping >/dev/null
cat > /etc/systemd/system/lab-archive.service <<'EOF'
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/lab-archive refresh
ExecStart=/usr/bin/apt-get -q update
EOF
cat > /etc/systemd/system/lab-archive.timer <<'EOF'
[Timer]
OnBootSec=0
OnUnitActiveSec=1d
[Install]
WantedBy=timers.target
EOF
systemctl -q enable lab-archive.timer
