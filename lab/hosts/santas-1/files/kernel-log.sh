#!/bin/sh
# A container's kernel logs elsewhere. journald reads whatever stands at /dev/kmsg, a FIFO too, so `say LINE` gives it a line at
# priority err as a kernel would, and the journal has it with the kernel's transport. `forget` takes those lines away again.
set -eu
shown() { journalctl -k -q -n 1 | grep -q .; }
say() {
  journalctl --rotate
  # Somebody must hold it open: whoever opens a FIFO that nobody reads waits, and systemd does at the start of each service.
  rm -f /dev/kmsg.new
  mkfifo -m 0600 /dev/kmsg.new
  exec 9<>/dev/kmsg.new
  sleep 60 >/dev/null 2>&1 &
  mv /dev/kmsg.new /dev/kmsg
  trap 'rm -f /dev/kmsg' EXIT
  # Some faults after one another are more starts than systemd thinks right.
  systemctl reset-failed systemd-journald
  timeout 20 systemctl restart systemd-journald
  # priority, sequence number, microseconds since the boot, flags [kernel: ABI/testing/dev-kmsg]
  now=$(awk '{printf "%.0f", $1 * 1000000}' /proc/uptime)
  printf '3,%s,%s,-;%s\n' "$now" "$now" "$1" > /dev/kmsg
  for _ in $(seq 100); do
    ! shown || exit 0
    sleep 0.1
  done
  exit 1
}
forget() {
  rm -f /dev/kmsg
  journalctl --rotate
  for file in /var/log/journal/*/system@*.journal; do
    [ -z "$(journalctl -q --file "$file" -n 1 _TRANSPORT=kernel)" ] || rm -f "$file"
  done
}
"$@"
