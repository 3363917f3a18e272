"""The network as the host's programs use it: names resolve, and there is room for new connections."""

from collections.abc import Callable

from engine.judge.failure import BoundedFailure
from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted
from fixtures.network.names import LOCAL, Resolved
from fixtures.network.peers import Peers, astray
from fixtures.network.ports import LocalPorts, Table
from fixtures.network.settings import Limits


@vital
def test_local_ports(local_ports: LocalPorts, limits: Limits) -> None:
    """The kernel has local ports left for new connections to every destination."""
    ports = local_ports
    taken = f", and {counted(ports.taken, 'connection')} to {ports.peer} took one each" if ports.peer else ""
    assert at_least(ports.left, limits.local_ports_left, "ports"), (
        f"{ports.left} local ports are left: net.ipv4.ip_local_port_range is {ports.low} to {ports.high}{taken}; "
        f"expected at least {limits.local_ports_left}"
    )


@vital
def test_connection_table(connection_table: Table | None, limits: Limits) -> None:
    """The kernel's table of connections, where it keeps one, has room for new ones."""
    table = connection_table
    assert not (table and table.most) or at_most(
        table.entries, limits.connection_table_ratio * table.most, "connections"
    ), (
        f"the kernel's table holds {table.entries} of {table.most} connections; "
        f"the limit is {limits.connection_table_ratio:.0%}"
    )


@vital
def test_localhost(names: list[Resolved]) -> None:
    """The name localhost leads to the host itself."""
    [local] = [name for name in names if name.name == LOCAL]
    found = ", ".join(local.addresses)
    assert local.addresses, f"{LOCAL} has no address on this host; expected 127.0.0.1, ::1 or both"
    assert local.is_loopback, f"{LOCAL} leads to {found}; expected 127.0.0.1, ::1 or both"


@owns("names")
@vital
def test_names_resolve(names: list[Resolved], limits: Limits) -> None:
    """Every name in system.yml and in the environment files has an address on this host."""
    bad = [name for name in names if not name.addresses and name.name != LOCAL]
    if bad:
        listed = ", ".join(f"{name.name} ({name.of})" for name in bad)
        words = f"no address for {listed}; expected one for each name that the system needs"
        # While a name is waited for, the SSH server opens no other tunnel: then it may have stopped anything.
        waits = any(name.seconds > limits.name_lookup_s for name in bad)
        raise BoundedFailure(words, [] if waits else [name.name for name in bad])


@vital
def test_names_agree(peers: Peers, on_all_hosts: Callable[[str], dict[str, Peers]]) -> None:
    """The name of another host of the system leads to that host, as it does on others."""
    bad = astray(peers, on_all_hosts("peers"))
    if bad:
        told = "; ".join(f"{name} leads to {here} on this host, and to {right} on others" for name, here, right in bad)
        raise BoundedFailure(f"{told}; expected the same address everywhere", [name for name, _, _ in bad])


@vital
@symptom("network.names_resolve")
def test_names_fast(names: list[Resolved], limits: Limits) -> None:
    """The host's resolver answers at once."""
    slow = [
        f"{name.name} took {name.seconds:.1f} s"
        for name in names
        if name.addresses and not at_most(name.seconds, limits.name_lookup_s, "s", name.name)
    ]
    assert not slow, f"{', '.join(slow)}; the limit is {limits.name_lookup_s:g} s for a name"
