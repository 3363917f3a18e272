#!/bin/sh
# certificate [--self-signed] FILE DAYS NAME…
# Issues a certificate for the names by the lab's own authority, or by itself: the key goes to FILE.key, the certificate
# to FILE.crt. It holds for DAYS more days; fewer than none, and it ended that many days ago.
set -eu
umask 077
config=$(mktemp -d)
trap '[ $? = 0 ] || cat "$config/log" >&2; rm -rf "$config"' EXIT
signer="-cert /etc/ssl/lab/authority.crt -keyfile /etc/ssl/lab/authority.key"
[ "$1" = --self-signed ] && { shift; signer="-selfsign -keyfile $1.key"; }
file=$1 days=$2
shift 2
cat > "$config/ca.cnf" <<EOF
[ca]
default_ca = lab
[lab]
rand_serial = yes
database = $config/index.txt
new_certs_dir = $config
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
EOF
: > "$config/index.txt"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -keyout "$file.key" -out "$config/csr" \
  -subj "/CN=$1" -addext "subjectAltName=$(printf 'DNS:%s,' "$@" | sed 's/,$//')" 2>"$config/log"
# shellcheck disable=SC2086 # several words are meant
openssl ca -batch -notext -config "$config/ca.cnf" $signer -in "$config/csr" -out "$file.crt" \
  -startdate "$(date -u -d '60 days ago' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "$days days" +%Y%m%d%H%M%SZ)" 2>"$config/log"
chmod 0644 "$file.crt"
