# Prometheus, its Alertmanager and the node exporter on loopback, alerting rules, and rsyslog with a collector to send to.
sed -i 's|^ARGS=""$|ARGS="--web.listen-address=127.0.0.1:9090"|' /etc/default/prometheus
sed -i 's|^ARGS=""$|ARGS="--web.listen-address=127.0.0.1:9100"|' /etc/default/prometheus-node-exporter
# On its own it needs no port for others of its kind.
sed -i 's|^ARGS=""$|ARGS="--web.listen-address=127.0.0.1:9093 --cluster.listen-address="|' /etc/default/prometheus-alertmanager
install -m 0640 -g prometheus $files/alertmanager.yml /etc/prometheus/alertmanager.yml
amtool check-config /etc/prometheus/alertmanager.yml >/dev/null
install -m 0644 $files/pager.py /usr/local/lib/santas-pager.py
install -m 0644 $files/santas-pager.service /etc/systemd/system
install -d /etc/prometheus/rules
install -m 0644 $files/alerts.yml /etc/prometheus/rules/santas.yml
sed -i 's|^rule_files:$|&\n  - rules/*.yml|' /etc/prometheus/prometheus.yml
promtool check config /etc/prometheus/prometheus.yml >/dev/null

# The collector would be another machine; here it is a second rsyslog, which throws away what it takes.
install -m 0644 $files/santas-collector.service /etc/systemd/system
install -m 0644 $files/collector.conf /etc/rsyslog-collector.conf
cat > /etc/rsyslog.d/50-collector.conf <<'EOF'
*.* action(type="omfwd" target="127.0.0.1" port="10514" protocol="tcp" action.resumeRetryCount="-1" action.resumeInterval="1")
EOF
rsyslogd -N1 -f /etc/rsyslog.conf 2>/dev/null
rsyslogd -N1 -f /etc/rsyslog-collector.conf 2>/dev/null
systemctl -q enable prometheus prometheus-alertmanager prometheus-node-exporter rsyslog santas-collector santas-pager
