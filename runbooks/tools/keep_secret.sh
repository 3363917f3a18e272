# Keeps the output of a command in a file that root alone may read, and prints its name: COMMAND | keep_secret NAME.
keep_secret() {
  file=/root/$1-$(date +%Y%m%dT%H%M%S).log
  sudo -n sh -c 'umask 077; cat >"$1"' keep "$file" && echo "kept in $file"
}
