# Starts a unit, also a masked one or one that systemd has given up, and has it start at the next boot too: always UNIT.
always() {
  sudo -n systemctl unmask "$1"
  sudo -n systemctl reset-failed "$1"
  sudo -n timeout 60 systemctl start "$1"
  sudo -n systemctl enable "$1"
}
