# Has a program of Prometheus' listen on the loopback address, where it listens on every one; an address that was chosen
# stays: listen_here PORT FILE.
listen_here() {
  sudo -n sed -i -E '/^ARGS=/{
    /--web.listen-address/!s|"|"--web.listen-address=:'"$1"' |
    s#(--web.listen-address=)(0\.0\.0\.0|\[::\]|\*)?:#\1127.0.0.1:#
  }' "$2"
}
