# Prints the memory of a unit's children in kB, twice, half a minute apart: app_memory UNIT.
app_memory() {
  main=$(systemctl show -p MainPID --value "$1")
  for pause in 30 0; do
    ps -o pid,rss,etimes,comm --ppid "$main"
    ps -o rss= --ppid "$main" | awk '{sum += $1} END {print sum " kB"}'
    sleep "$pause"
  done
}
