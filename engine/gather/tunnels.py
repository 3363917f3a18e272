"""Tunnels over one SSH log-in, and the detection of an SSH server that allows none."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from engine.gather.fact import FactError
from engine.text import one_line

# The fact that is missing when the SSH server allows no tunnel; `os.tunnel_opened` owns it.
FACT = "tunnel"
# A port without a listener: a server that allows tunnels reports "refused", another one that tunnels are prohibited.
PROBE = "127.0.0.1:1"
# The seconds after which an open tunnel counts as allowed, because a service may send nothing first.
STANDS_S = 1
PROHIBITED = "administratively prohibited"
REASON = (
    "the host's SSH server opens no tunnel to {shut}, so nothing behind it can be asked; the services may be "
    "well. Expected AllowTcpForwarding yes (or local), a PermitOpen that lists it, and no 'restrict' or "
    "'no-port-forwarding' before the key of the suite's user"
)


class Tunnels:
    """Forwards of a control master: `control` is the command that controls it, `said` returns its log so far."""

    def __init__(self, control: list[str], folder: Path, said: Callable[[], str], timeout: float) -> None:
        self._control, self._folder, self._said, self._timeout = control, folder, said, timeout
        self._prohibited: bool | None = None
        self._shut: set[str] = set()
        self._lock = threading.Lock()

    def open(self, destination: str, shown: str) -> tuple[str, int]:
        """Returns the local address and port that lead to `destination`; raises FactError when no tunnel opens.

        `shown` is the destination in messages.
        """
        problem = ""
        # Another process may take the free port first; the next try uses another port.
        for _ in range(3):
            local = _free_port()
            problem = self._forward(f"127.0.0.1:{local}", destination)
            if not problem:
                self._require_allowed(local, shown)
                return "127.0.0.1", local
        raise FactError(f"no tunnel to {shown}: {problem}", FACT)

    def _forward(self, local: str, destination: str) -> str:
        """Requests a forward from the master; returns its error, or "" when the forward exists."""
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
        """Raises FactError when the server prohibits this tunnel.

        Such a server accepts each tunnel and closes it, so that a service behind it looks dead. A probe shows whether
        the server prohibits tunnels at all; only then is this tunnel tested itself.
        """
        with self._lock:
            if self._prohibited is None:
                probe = self._folder / "p"
                self._prohibited = not self._forward(str(probe), PROBE) and self._is_shut(str(probe))
            if self._prohibited and self._is_shut(("127.0.0.1", local)):
                self._shut.add(shown)
                raise FactError(REASON.format(shut=", ".join(sorted(self._shut))), FACT)

    def _is_shut(self, address: str | tuple[str, int]) -> bool:
        """Whether the server closed a tunnel because it prohibits it."""
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
