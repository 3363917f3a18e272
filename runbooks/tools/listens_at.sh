# Where a unit's command line or its gunicorn.conf.py names another address for a port, it names this one from its next
# start on: listens_at UNIT ADDRESS PORT.
listens_at() {
  line=$(command_line "$1")
  told=$(printf '%s\n' "$line" | sed -E "s/(--host[ =])[^ ]+/\1$2/; s/((-b|--bind)[ =]?)[^ ]*:$3( |\$)/\1$2:$3\3/")
  if [ "$told" != "$line" ]; then
    sudo -n mkdir -p "/etc/systemd/system/$1.service.d"
    printf '[Service]\nExecStart=\n%s\n' "$told" | sudo -n tee "/etc/systemd/system/$1.service.d/zz-address.conf"
    sudo -n systemctl daemon-reload
  fi
  file=$(systemctl show -p WorkingDirectory --value "$1")/gunicorn.conf.py
  if sudo -n test -f "$file"; then sudo -n sed -i -E "s/^(bind *= *['\"])[^'\"]*:$3(['\"])/\1$2:$3\2/" "$file"; fi
}
