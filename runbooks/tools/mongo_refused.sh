# Makes comments of the options that this version of mongod does not know; the file as it was stays beside it.
mongo_refused() {
  sudo -n cp -p -n "$1" "$1.refused"
  for _ in 1 2 3 4 5; do
    name=$(timeout 5 mongod --config "$1" --outputConfig 2>&1 |
      sed -nE "s/^Unrecognized option: (.*\.)?([A-Za-z0-9]+)$/\2/p; s/.*Unknown --setParameter '([A-Za-z0-9]+)'.*/\1/p" |
      head -n 1)
    [ -n "$name" ] || break
    sudo -n sed -i -E "s/^([[:space:]]*)($name:)/\1# refused: \2/" "$1"
  done
  timeout 5 mongod --config "$1" --outputConfig >/dev/null && echo taken
}
