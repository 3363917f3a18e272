# Makes balancer-1, which stands before two small web servers: sourced by /bin/sh -eu inside the image, after common.sh.
files=/mnt/lab/hosts/balancer-1/files
useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin pages
install -d /opt/pages
install -m 0755 $files/page.py /opt/pages
install -m 0644 $files/page@.service $files/visitors.service /etc/systemd/system
install -m 0644 $files/haproxy.cfg /etc/haproxy/haproxy.cfg
haproxy -q -c -f /etc/haproxy/haproxy.cfg
systemctl -q enable page@9001 page@9002 visitors haproxy
