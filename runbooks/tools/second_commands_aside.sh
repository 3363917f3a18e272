# Puts drop-ins of a unit that add a command line without emptying the first one aside, and deletes none:
# second_commands_aside UNIT.
second_commands_aside() {
  for file in /etc/systemd/system/"$1".service.d/*.conf /run/systemd/system/"$1".service.d/*.conf; do
    if [ -f "$file" ] && grep -qE '^\s*ExecStart=.' "$file" && ! grep -qE '^\s*ExecStart=\s*$' "$file"; then
      sudo -n mv -v "$file" "$file.aside"
    fi
  done
  sudo -n systemctl daemon-reload
}
