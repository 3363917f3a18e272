# Stops another service that holds a TCP port: port_freed PORT UNIT.
port_freed() {
  sudo -n ss -Hltnp "sport = :$1" | grep -oE 'pid=[0-9]+' | cut -d= -f2 | sort -u | while read -r pid; do
    unit=$(ps -o unit= -p "$pid")
    case "$unit" in
      "$2.service" | user@*) ;;
      *.service) sudo -n timeout 60 systemctl stop "$unit" ;;
    esac
  done
}
