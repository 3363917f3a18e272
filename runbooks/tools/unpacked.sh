# Prints a dump as it was before it was packed, by gzip or by pg_dump itself (its custom format): unpacked FILE.
unpacked() {
  if sudo -n head -c 5 "$1" | grep -aq PGDMP; then sudo -n timeout 3600 pg_restore -f - "$1"; else sudo -n timeout 3600 gzip -dc "$1"; fi
}
