# Makes services-1, which stands for what others run: sourced by /bin/sh -eu inside the image, after common.sh.
files=/mnt/lab/hosts/services-1/files
quiet
authority_key
useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin services
chmod 0711 /etc/ssl/lab

python3 -m venv /opt/services
/opt/services/bin/python -m pip install -q --no-index --find-links /srv/releases/wheels -r $files/../requirements.txt
install -m 0755 $files/web.py $files/mail.py /opt/services
install -m 0644 $files/web@.service $files/mail.service /etc/systemd/system
for name in 2fa auth email tokens external monitoring logs status smtp; do
  certificate "/etc/ssl/lab/$name" 400 "$name.family.test"
  chown services "/etc/ssl/lab/$name.key"
  [ "$name" = smtp ] || systemctl -q enable "web@$name"
done
systemctl -q enable mail
