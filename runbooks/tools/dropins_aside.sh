# Puts drop-ins of a unit that are younger than two hours aside, and deletes none: dropins_aside UNIT [CONDITIONS OF FIND].
dropins_aside() {
  unit=$1; shift
  sudo -n find /etc/systemd/system /run/systemd/system -path "*/$unit.service.d/*.conf" -mmin -120 "$@" \
    -exec mv -v {} {}.aside \;
  sudo -n systemctl daemon-reload
}
