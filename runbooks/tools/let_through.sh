# Takes the rules that refuse a port or an address out of the running firewall; the stored configuration stays as it is.
# What is said: let_through port '80|443', or let_through daddr 192.0.2.1.
let_through() {
  sudo -n nft -a list ruleset | awk -v what="$1" -v values="$2" '
    /^table/ { table = $2 " " $3 }
    /^\tchain/ { chain = $2 }
    what == "port" { named = $0 ~ ("[ds]port ([^#a-z]*[ ,{])?(" values ")[ ,}]") }
    what == "daddr" { named = index($0, "daddr " values " ") }
    named && /drop|reject/ { print table, chain, $NF }' |
    while read -r family table chain handle; do sudo -n nft delete rule "$family" "$table" "$chain" handle "$handle"; done
}
