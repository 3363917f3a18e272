"""The lab: real Debian hosts booted by systemd-nspawn, and faults to inject. It is a machine room and knows no checks."""
