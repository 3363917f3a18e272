"""Tunnels over one SSH log-in, and what the host's SSH server says when it opens none."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from engine.gather.fact import FactError
from engine.text import one_line

# What cannot be had when the way to services is shut; `os.tunnel_opened` owns it.
FACT = "tunnel"
# A port where hardly anybody listens: a server that allows tunnels says "refused", one that does not says so at once.
PROBE = "127.0.0.1:1"
# A service that says nothing of its own accord is there when the tunnel still stands after this; seconds.
STANDS_S = 1
PROHIBITED = "administratively prohibited"
REASON = (
    "the host's SSH server opens no tunnel to {shut}, so nothing behind it can be asked; the services may be "
    "well. Expected AllowTcpForwarding yes (or local), a PermitOpen that lists it, and no 'restrict' or "
    "'no-port-forwarding' before the key of the suite's user"
)


class Tunnels:
    """Forwards of a control master: `control` is the command that asks it, `said` what it has logged so far."""

    def __init__(self, control: list[str], folder: Path, said: Callable[[], str], timeout: float) -> None:
        self._control, self._folder, self._said, self._timeout = control, folder, said, timeout
        self._prohibited: bool | None = None
        self._shut: set[str] = set()
        self._lock = threading.Lock()

    def open(self, destination: str, shown: str) -> tuple[str, int]:
        """Returns the address and port here that lead to `destination`; raises FactError when there is no way."""
        told = ""
        # Another process may take the free port first: then there is another one.
        for _ in range(3):
            local = _free_port()
            told = self._forward(f"127.0.0.1:{local}", destination)
            if not told:
                self._require_allowed(local, shown)
                return "127.0.0.1", local
        raise FactError(f"no tunnel to {shown}: {told}", FACT)

    def _forward(self, local: str, destination: str) -> str:
        """Asks the master for a forward; returns what it says against it."""
        command = [*self._control, "-O", "forward", "-L", f"{local}:{destination}", "--", "host"]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=self._timeout, check=False, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            return f"the connection did not answer within {self._timeout:g} s"
        said = one_line(done.stderr.decode(errors="replace"))
        return (said or f"ssh ended with {done.returncode}") if done.returncode else ""

    def _require_allowed(self, local: int, shown: str) -> None:
        """A server that forbids tunnels takes each one and shuts it: a service behind it would look as if it were dead.

        Where it forbids some, this one is tried on its own.
        """
        with self._lock:
            if self._prohibited is None:
                probe = self._folder / "p"
                self._prohibited = not self._forward(str(probe), PROBE) and self._is_shut(str(probe))
            if self._prohibited and self._is_shut(("127.0.0.1", local)):
                self._shut.add(shown)
                raise FactError(REASON.format(shut=", ".join(sorted(self._shut))), FACT)

    def _is_shut(self, address: str | tuple[str, int]) -> bool:
        """Whether the server has shut a tunnel because it allows none, or none to a socket."""
        before = self._said().count(PROHIBITED)
        with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as client:
            client.settimeout(STANDS_S)
            try:
                client.connect(address)
                shut = not client.recv(1)
            except TimeoutError:
                return False
            except OSError:
                shut = True
        return shut and self._said().count(PROHIBITED) > before


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
