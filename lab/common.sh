# What every host of the lab is: sourced by /bin/sh -eu inside the image, before the host's own provision.sh.
echo "$HOST" > /etc/hostname
printf '127.0.0.1 localhost\n%s' "$HOSTS" > /etc/hosts
ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime
systemd-machine-id-setup >/dev/null 2>&1 || true

mkdir -p /etc/systemd/network /etc/systemd/journald.conf.d
printf '[Match]\nName=host0\n[Network]\nAddress=%s/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n' "$ADDRESS" \
  > /etc/systemd/network/10-host0.network
printf '[Journal]\nStorage=persistent\nSystemMaxUse=512M\nRateLimitIntervalSec=0\n' > /etc/systemd/journald.conf.d/lab.conf
systemctl -q enable systemd-networkd ssh
# What makes no sense in a container, or would change the host under the tests.
systemctl -q mask systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer man-db.timer \
  e2scrub_all.timer fstrim.timer e2scrub_reap.service systemd-firstboot.service

useradd --create-home --shell /bin/bash --groups adm,systemd-journal deploy
install -d -m 0700 -o deploy -g deploy /home/deploy/.ssh
printf '%s\n' "$DEPLOY_KEY" > /home/deploy/.ssh/authorized_keys
chown deploy:deploy /home/deploy/.ssh/authorized_keys
chmod 0600 /home/deploy/.ssh/authorized_keys
rm -f /etc/ssh/ssh_host_*
printf 'PasswordAuthentication no\nPermitRootLogin no\nUseDNS no\nHostKey /etc/ssh/ssh_host_ed25519_key\nMaxStartups 50\n' \
  > /etc/ssh/sshd_config.d/lab.conf
if [ -f "/mnt/lab/hosts/$HOST/sudoers" ]; then
  install -m 0440 "/mnt/lab/hosts/$HOST/sudoers" /etc/sudoers.d/runbook-checks
  visudo -cqf /etc/sudoers.d/runbook-checks
fi
# The lab's own authority is trusted on every host; a host that issues certificates calls `authority_key` first.
printf '%s' "$AUTHORITY" > /usr/local/share/ca-certificates/lab.crt
update-ca-certificates >/dev/null 2>&1
authority_key() {
  install -d -m 0700 /etc/ssl/lab
  printf '%s' "$AUTHORITY" > /etc/ssl/lab/authority.crt
  (umask 077; printf '%s' "$AUTHORITY_KEY" > /etc/ssl/lab/authority.key)
  install -m 0755 /mnt/lab/certificate.sh /usr/local/sbin/certificate
}

# The base has the services of all hosts: after this the host starts none but those that its provision.sh enables.
quiet() {
  mkdir -p /etc/systemd/system-preset
  printf 'enable %s\n' ssh.service systemd-networkd.service systemd-networkd.socket > /etc/systemd/system-preset/00-lab.preset
  echo 'disable *' >> /etc/systemd/system-preset/00-lab.preset
  systemctl -q preset-all
}
random() { python3 -c "import secrets; print(secrets.token_urlsafe($1))"; }
