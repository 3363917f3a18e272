# Prints what each server of HAProxy's `show stat` answers by itself, backend/server address status, 000 for no answer:
# show_stat | server_answers PATH [HOST].
server_answers() {
  awk -F, '$2 !~ /^(#|FRONTEND$|BACKEND$|svname$)/ && $74 ~ /:[0-9]+$/ { print $1 "/" $2, $74 }' | while read -r server address; do
    echo "$server $address $(curl -sS -o /dev/null --max-time 5 -w '%{http_code}' -H "Host: ${2:-localhost}" "http://$address$1" </dev/null)"
  done
}
