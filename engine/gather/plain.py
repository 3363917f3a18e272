"""Connections without an SSH log-in: this machine, and testinfra's other backends."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from testinfra.backend import get_backend
from testinfra.backend.base import BaseBackend

from engine.config.host import Host
from engine.config.spec import Spec
from engine.gather.fact import FactError
from engine.gather.hello import SCRIPT, greet, useless
from engine.gather.hello import check as check_hello
from engine.gather.shell import Answer, Frame, Shell, ShellError
from engine.gather.shells import Shells
from engine.gather.transport import BrokenError
from engine.gather.ways import BACKEND
from engine.text import one_line

# testinfra would query the host for an encoding, which is not in the plan. Answers are decoded in batch.py.
BaseBackend.get_encoding = lambda _: "UTF-8"
# Backends that pass a command to the user's log-in shell; the others call /bin/sh.
LOGIN_SHELL = ("paramiko", "ansible", "salt")
NO_TUNNEL = (
    "{backend}:// runs commands and has no tunnel to a port or a socket of the host, so what asks a service through a "
    "client cannot be checked; expected ssh:// or local:// for that (docs/access.md#backends)"
)


def shell_command(spec: Spec) -> list[str]:
    """Returns the command that starts a shell as the user of the spec's options `sudo` and `sudo_user`."""
    user = ["-u", spec.options["sudo_user"]] if "sudo_user" in spec.options else []
    return ["sudo", "-n", *user, "sh"] if spec.flag("sudo") else ["sh"]


class LocalConnection:
    """This machine: a local shell runs the commands, and services are reached without a tunnel."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._command = shell_command(host.spec)
        self._shells = Shells(host.connection, lambda: Shell(self._command))

    def open(self) -> None:
        try:
            shell = Shell(self._command)
        except OSError as error:
            raise FactError(f"commands do not work here: {one_line(str(error))}", "shell") from None
        self._shells.add(shell)
        try:
            greet(shell, self._host.connect_timeout_s)
        except ShellError as error:
            raise useless(error, self._host.connect_timeout_s) from None

    def run(self, script: str) -> tuple[bytes, bytes]:
        answer = self.timed(script)
        return answer.stdout, answer.stderr

    def timed(self, script: str) -> Answer:
        return self._shells.timed(script)

    def forward(self, port: int, address: str = "localhost") -> tuple[str, int]:
        return address, port

    def forward_socket(self, path: str) -> tuple[str, int]:
        return path, 0

    def close(self) -> None:
        self._shells.close()


class PlainConnection:
    """Any other testinfra backend. testinfra makes the command line; it runs here, so that it can be ended in time."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._backend: Any = None
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False
        self._lock = threading.Lock()

    def open(self) -> None:
        spec = self._host.spec
        # testinfra parses a spec as a URL and would lose the path of a chroot, which is not a host name.
        address = spec.name if spec.backend == "chroot" else spec.text.partition("?")[0]
        options: dict[str, Any] = {
            name: value == "true" if value in ("true", "false") else value for name, value in spec.options.items()
        }
        if spec.backend == "chroot" and not Path(spec.name).is_dir():
            raise FactError(f"{spec.name} is not a folder; expected the root of a file system")
        try:
            self._backend = get_backend(address, connection=spec.backend, **options)
        # A backend whose client library is missing may raise anything.
        except Exception as error:
            raise FactError(f"{self._host.connection} cannot be used: {one_line(str(error))}") from None
        self._backend.run_local = self._run_local
        self._backend.get_sudo_command = _sudo
        try:
            check_hello(self.timed(SCRIPT))
        except BrokenError as error:
            output = one_line((error.stderr or error.stdout).decode(errors="replace"))
            raise FactError(f"{self._host.connection} does not answer: {output or 'no output'}") from None

    def run(self, script: str) -> tuple[bytes, bytes]:
        answer = self.timed(script)
        return answer.stdout, answer.stderr

    def timed(self, script: str) -> Answer:
        frame = Frame(script)
        sent = time.time()
        arguments = ("sh -c %s", frame.text) if self._host.spec.backend in LOGIN_SHELL else (frame.text,)
        try:
            result = self._backend.run(*arguments)
        except FactError:
            raise
        # When a host is unreachable, each backend raises the errors of its own library.
        except Exception as error:
            raise FactError(f"{self._host.connection} does not answer: {one_line(str(error))}") from None
        (stdout, _, whole), (stderr, _, also) = frame.cut(result.stdout_bytes), frame.cut(result.stderr_bytes)
        if not (whole and also):
            raise BrokenError(f"the connection to {self._host.connection} broke while commands ran", stdout, stderr)
        return Answer(stdout, stderr, sent, time.time())

    def _run_local(self, command: str, *args: str) -> Any:
        """Replaces testinfra's method by one whose process `close` can kill, because a command may hang."""
        text = self._backend.quote(command, *args)
        with self._lock:
            if self._closed:
                raise FactError(f"the connection to {self._host.connection} is closed")
            process = subprocess.Popen(
                ["/bin/sh", "-c", text],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            self._running.add(process)
        stdout, stderr = process.communicate()
        with self._lock:
            self._running.discard(process)
        return self._backend.result(process.returncode, b"", stdout, stderr)

    def forward(self, port: int, address: str = "localhost") -> tuple[str, int]:  # noqa: ARG002 - none opens
        raise self._no_tunnel()

    def forward_socket(self, path: str) -> tuple[str, int]:  # noqa: ARG002 - none opens
        raise self._no_tunnel()

    def _no_tunnel(self) -> FactError:
        # The same words for every place, so that it is told once.
        return FactError(NO_TUNNEL.format(backend=self._host.spec.backend), BACKEND)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for process in self._running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _sudo(command: str, user: str | None) -> str:
    """Replaces testinfra's sudo command by one that never asks for a password."""
    quoted: str = BaseBackend.quote(
        f"sudo -n {'-u %s ' if user else ''}/bin/sh -c %s", *([user] if user else []), command
    )
    return quoted
