# Whether the server would take its files at a start, by its own program, which starts nothing: postgres_can_start UNIT PORT.
postgres_can_start() {
  file=$(sudo -n -u postgres timeout 5 psql -X -A -t -h /var/run/postgresql -p "$2" -c 'SHOW config_file' 2>/dev/null) ||
    file=/etc/postgresql/$(echo "${1#postgresql@}" | sed 's/-/\//')/postgresql.conf
  program=$(sudo -n readlink "/proc/$(systemctl show -p MainPID --value "$1")/exe") ||
    program=$(find /usr/lib/postgresql /usr/pgsql-* -name postgres -path '*/bin/*' 2>/dev/null | sort -V | tail -n 1)
  sudo -n -u postgres timeout 10 "$program" -C config_file -D "$(dirname "$file")" >/dev/null
}
