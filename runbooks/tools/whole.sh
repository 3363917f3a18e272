# Ends well when a dump can be read to its end, all files of a folder, and its last bytes hold the text: whole PATH [TEXT].
whole() {
  [ -n "$1" ] && sudo -n timeout 600 find "$1" -type f -name '*.gz' -exec gzip -t {} + || return 1
  [ -z "${2:-}" ] || unpacked "$1" | tail -c 500 | grep -q "$2"
}
