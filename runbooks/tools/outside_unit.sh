# Prints the processes that work in a folder and belong to another unit; with `end` each may end by itself:
# outside_unit UNIT FOLDER [end].
outside_unit() {
  for cwd in /proc/[0-9]*/cwd; do
    case "$(sudo -n readlink "$cwd")/" in "$2"/*) ;; *) continue ;; esac
    process=${cwd%/cwd} pid=${cwd#/proc/} pid=${pid%/cwd}
    if [ "$pid" = "$$" ] || grep -q "/$1\.service" "$process/cgroup"; then continue; fi
    echo "$pid $(tr '\0' ' ' <"$process/cmdline" | cut -c1-80) $(tail -1 "$process/cgroup")"
    if [ "${3:-}" = end ]; then sudo -n kill "$pid"; fi
  done
}
