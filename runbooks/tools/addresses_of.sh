# Prints the addresses that this host finds for a name: addresses_of NAME.
addresses_of() { timeout 5 getent ahosts "$1" | awk '{print $1}' | sort -u; }
