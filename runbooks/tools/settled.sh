# Whether a unit runs and nothing of it has to be taken back: systemd did not restart it, or it has been running for a
# minute since: settled UNIT.
settled() {
  [ "$(systemctl show -p SubState --value "$1")" = running ] &&
    { [ "$(systemctl show -p NRestarts --value "$1")" = 0 ] ||
      awk -v since="$(systemctl show -p ActiveEnterTimestampMonotonic --value "$1")" \
        '{ exit !($1 * 1000000 - since > 60000000) }' /proc/uptime; }
}
