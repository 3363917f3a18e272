# What every host of the lab is: sourced by /bin/sh -eu inside the image, before the host's own provision.sh.
echo "$HOST" > /etc/hostname
printf '127.0.0.1 localhost\n%s %s\n' "$ADDRESS" "$HOST" > /etc/hosts
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
random() { python3 -c "import secrets; print(secrets.token_urlsafe($1))"; }
