"""The lab: real Debian hosts booted by systemd-nspawn, and faults to inject. A machine room that knows no checks."""
