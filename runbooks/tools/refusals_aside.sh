# Takes the directives by which nginx refused several clients lately out of its files that are younger than two hours: a
# limit of requests or of connections, or of bodies below a kilobyte. Copies are kept: refusals_aside LOG [FOLDER].
refusals_aside() {
  sudo -n tail -n 2000 "$1" | sed -nE '
    s/.*: \*[0-9]+ limiting requests, excess: [0-9.]+ by zone "([^"]+)", client: ([^,]+),.*/\2 limit_req[[:space:]][^;]*zone=\1\\b[^;]*;/p
    s/.*: \*[0-9]+ limiting connections by zone "([^"]+)", client: ([^,]+),.*/\2 limit_conn[[:space:]]+\1\\b[^;]*;/p
    s/.*: \*[0-9]+ client intended to send too large body: [0-9]{1,3} bytes, client: ([^,]+),.*/\1 client_max_body_size[[:space:]]+[0-9]{1,3};/p' |
    awk '{ from = $1; sub(/^[^ ]+ /, ""); n[$0]++; if (!((from, $0) in seen)) many[$0] += from ~ /^(127\.|::1|unix:)/ ? 3 : 1; seen[from, $0] }
      END { for (each in n) if (n[each] > 2 && many[each] > 2) print each }' | while IFS= read -r refuses; do
    sudo -n find "${2:-/etc/nginx}" -type f -mmin -120 -exec grep -lE "^([^#]*[;{[:space:]])?$refuses" {} + | while IFS= read -r file; do
      sudo -n grep -nHE "$refuses" "$file"
      sudo -n cp -p "$file" "/root/$(basename "$file").$(date +%Y%m%dT%H%M%S)"
      sudo -n sed -i -E "/^[[:space:]]*#/!s#(^|[;{[:space:]])$refuses#\1#" "$file"
    done
  done
}
