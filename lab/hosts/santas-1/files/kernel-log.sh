#!/bin/sh
# A container's kernel logs elsewhere. journald reads whatever stands at /dev/kmsg, a FIFO too, so `say LINE` gives it a line at
# priority err as a kernel would, and the journal has it with the kernel's transport. `forget` takes those lines away again.
set -eu
say() {
  journalctl --rotate
  systemd-run -q --collect --unit=lab-kmsg sh -c 'rm -f /dev/kmsg; mkfifo -m 0600 /dev/kmsg; exec sleep 60 <>/dev/kmsg'
  until [ -p /dev/kmsg ]; do sleep 0.05; done
  systemctl restart systemd-journald
  # priority, sequence number, microseconds since the boot, flags [kernel: ABI/testing/dev-kmsg]
  now=$(awk '{printf "%d", $1 * 1000000}' /proc/uptime)
  printf '3,%s,%s,-;%s\n' "$now" "$now" "$1" > /dev/kmsg
  until journalctl -k -q -n 1 | grep -q .; do sleep 0.05; done
  rm -f /dev/kmsg
  systemctl stop lab-kmsg
}
forget() {
  rm -f /dev/kmsg
  systemctl stop lab-kmsg 2>/dev/null || true
  journalctl --rotate
  for file in /var/log/journal/*/system@*.journal; do
    [ -z "$(journalctl -q --file "$file" -n 1 _TRANSPORT=kernel)" ] || rm -f "$file"
  done
}
"$@"
