# Where a unit starts uvicorn with another number of workers than it should, a drop-in replaces its command line as a
# whole: uvicorn_workers UNIT NUMBER.
uvicorn_workers() {
  told=$(systemctl show "$1" -p ExecStart)
  case $told in *uvicorn*) ;; *) return 0 ;; esac
  if printf '%s\n' "$told" | grep -qE -- "--workers[ =]$2( |\$)"; then return 0; fi
  line=$(command_line "$1" | sed -E 's/ --workers[ =][0-9]+//')
  sudo -n mkdir -p "/etc/systemd/system/$1.service.d"
  printf '[Service]\nExecStart=\n%s --workers %s\n' "$line" "$2" |
    sudo -n tee "/etc/systemd/system/$1.service.d/workers.conf"
  sudo -n systemctl daemon-reload
}
