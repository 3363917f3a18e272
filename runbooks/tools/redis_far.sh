# Whether a field of a hash is FACTOR times as much or as little as its setting in a file: redis_far DATABASE KEY FACTOR FILE FIELD=NAME...
redis_far() {
  database=$1 key=$2 factor=$3 file=$4; shift 4
  for pair in "$@"; do
    echo "$(redis_ask -n "$database" hget "$key" "${pair%%=*}" </dev/null 2>/dev/null) $(sudo -n sed -nE "s/^${pair#*=}=[\"']?([0-9.]+).*/\1/p" "$file" | tail -n 1)"
  done | awk -v factor="$factor" 'NF == 2 && $1 > 0 && $2 > 0 && ($1 > factor * $2 || $2 > factor * $1) { far = 1 } END { exit !far }'
}
