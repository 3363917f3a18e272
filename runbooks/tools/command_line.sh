# The last command line of a unit's files as one line, ExecStart= included: command_line UNIT.
command_line() {
  systemctl cat "$1" | sed -e ':a' -e '/\\$/N' -e 's/ *\\\n[[:blank:]]*/ /' -e 'ta' | grep -E '^ExecStart=.' | tail -1
}
