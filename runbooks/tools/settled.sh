# Whether a unit has been running for a minute, so that nothing of it has to be taken back: settled UNIT.
settled() {
  [ "$(systemctl show -p SubState --value "$1")" = running ] &&
    awk -v since="$(systemctl show -p ActiveEnterTimestampMonotonic --value "$1")" \
      '{ exit !($1 * 1000000 - since > 60000000) }' /proc/uptime
}
