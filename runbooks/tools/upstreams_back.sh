# Has nginx ask the application again where a file that is younger than two hours names a local port that nobody listens
# on. Nothing is done unless the application listens. A copy of the files is kept: upstreams_back PORT [FOLDER].
upstreams_back() {
  heard=" $(sudo -n ss -Hltn | awk '{ sub(/.*:/, "", $4); printf "%s ", $4 }')"
  case "$heard" in *" $1 "*) ;; *) return 0 ;; esac
  place='proxy_pass +http://(127\.0\.0\.1|localhost|\[::1\])'
  sudo -n find "${2:-/etc/nginx}" -type f -mmin -120 | while IFS= read -r file; do
    sudo -n grep -vE '^[[:space:]]*#' "$file" | grep -oE "$place:[0-9]+" | sed 's/.*://' | sort -u | while read -r port; do
      case "$heard" in *" $port "*) continue ;; esac
      sudo -n cp -p "$file" "/root/$(basename "$file").$(date +%Y%m%dT%H%M%S)"
      sudo -n sed -i -E "s#($place):$port([/;])#\1:$1\3#" "$file"
      echo "$file: port $port is $1 now"
    done
  done
}
