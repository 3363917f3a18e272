"""Connections over SSH: one log-in with OpenSSH's client, whose session is a shell, and tunnels over the same log-in.

The suite's options are on the command line. There they override the user's configuration, which stays in force for
everything else, and they do not apply to the bastion of a ProxyJump [ssh(1), ssh_config(5)].
"""

from __future__ import annotations

import os
import random
import shlex
import shutil
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import TypeAlias

from engine.config.host import Host
from engine.gather.fact import FactError
from engine.gather.hello import greet, useless
from engine.gather.plain import shell_command
from engine.gather.shell import Answer, Shell, ShellError
from engine.gather.shells import Shells
from engine.gather.sshwords import LOGIN, Refused, logged_in, refusal, turned_away
from engine.gather.tunnels import Tunnels
from engine.text import one_line

Settings: TypeAlias = dict[str, list[str]]
# A Unix socket's path has at most 108 bytes [unix(7)], and ssh first creates one with a name that is 17 bytes longer.
LONGEST_SOCKET = 108 - 17 - 1
# The suite's options; the user's own value of each could break a run or change something on the host.
OPTIONS = {
    "BatchMode": "yes",
    "ControlMaster": "yes",
    "ControlPersist": "no",
    "ServerAliveInterval": "5",
    "ServerAliveCountMax": "2",
    "ClearAllForwardings": "yes",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "Tunnel": "no",
    "PermitLocalCommand": "no",
    "RemoteCommand": "none",
    "VisualHostKey": "no",
    "EscapeChar": "none",
    # At this level the log shows that the log-in succeeded.
    "LogLevel": "VERBOSE",
}
# Options since OpenSSH 8.7; an older client refuses options that it does not know.
NEWER = {"SessionType": "default", "StdinNull": "no", "ForkAfterAuthentication": "no"}
# The most log-ins under way at one server: sshd drops connections from ten unauthenticated ones on (MaxStartups), and a
# bastion counts those of all hosts behind it.
AT_ONCE = 5
# The first pause before another try, in seconds; pauses grow and are randomised, so that tries do not coincide.
PAUSE_S = 0.3
_WAYS: dict[str, threading.BoundedSemaphore] = defaultdict(lambda: threading.BoundedSemaphore(AT_ONCE))
_WAYS_LOCK = threading.Lock()


class SshConnection:
    """One log-in: a private control master whose session is a shell. It ends with this process."""

    def __init__(self, host: Host, folder: Path) -> None:
        self._host, self._spec = host, host.spec
        self._folder = Path(tempfile.mkdtemp(prefix="rc-", dir=_short(folder)))
        self._log = self._folder / "log"
        self._limit = int(self._spec.options.get("timeout", host.connect_timeout_s))
        self._control = ["ssh", "-F", "none", "-S", _literal(self._folder / "s")]
        self._shells = Shells(host.connection, self._another)
        self._tunnels = Tunnels(self._control, self._folder, self._said, self._limit)
        self._ended = threading.Event()
        self._master: Shell | None = None

    def open(self) -> None:
        settings = self._settings()
        deadline, pause, tries = time.monotonic() + self._limit, PAUSE_S, 1
        with _way(settings):
            while refused := self._log_in(settings):
                wait = pause * random.uniform(0.5, 1.5)  # noqa: S311 - only spreads the tries of several hosts
                again = turned_away(refused.said) and time.monotonic() + wait < deadline
                if not again or self._ended.wait(wait):
                    raise refusal(self._host.connection, refused, settings, tries)
                pause, tries = pause * 1.5, tries + 1

    def _log_in(self, settings: Settings) -> Refused | None:
        """Logs in and tests the shell. Returns a Refused without a log-in; raises FactError for an unusable shell."""
        self._log.write_bytes(b"")
        shell = self._master = Shell([*_dies_with_us(), *self._command(settings)], _environment())
        # ConnectTimeout covers TCP and the banner but not the authentication, which therefore has this limit.
        limit = self._limit + 1
        try:
            greet(shell, limit)
        except ShellError as error:
            log = self._said()
            shell.end()
            if logged_in(log):
                raise useless(error, limit) from None
            return Refused(log, error.stderr.decode(errors="replace"), error.status is None, limit)
        except FactError:
            shell.end()
            raise
        self._shells.add(shell)
        return None

    def _client(self) -> list[str]:
        config = self._spec.options.get("ssh_config")
        identity = self._spec.options.get("ssh_identity_file")
        return [
            "ssh",
            *(["-F", config] if config else []),
            *(["-l", self._spec.user] if self._spec.user else []),
            *(["-p", str(self._spec.port)] if self._spec.port else []),
            *(["-i", identity] if identity else []),
        ]

    def _settings(self) -> Settings:
        """Returns the client's effective configuration for this host (`ssh -G`): values by lower-case keyword."""
        try:
            done = subprocess.run(
                # Some settings need a command, and a command excludes RemoteCommand.
                [*self._client(), "-o", "RemoteCommand=none", *self._host.ssh_args, "-G", "--", self._spec.name, "sh"],
                capture_output=True, timeout=self._limit, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise FactError(
                "ssh does not end reading its configuration; does a 'Match exec' in it hang?", LOGIN
            ) from None
        except OSError as error:
            raise FactError(f"ssh cannot be run here: {one_line(str(error))}", LOGIN) from None
        if done.returncode:
            raise FactError(f"ssh cannot be used here: {one_line(done.stderr.decode(errors='replace'))}", LOGIN)
        found: Settings = defaultdict(list)
        for line in done.stdout.decode(errors="replace").splitlines():
            keyword, _, value = line.partition(" ")
            found[keyword].append(value)
        return found

    def _command(self, settings: Settings) -> list[str]:
        options = OPTIONS | {name: value for name, value in NEWER.items() if name.lower() in settings}
        given = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        return [
            *self._client(), "-T", "-E", str(self._log), "-S", _literal(self._folder / "s"),
            "-o", f"ConnectTimeout={self._limit}", *given,
            # Of each option ssh takes the first value, so none of these changes what the suite needs [ssh_config(5)].
            *self._host.ssh_args, "--", self._spec.name, shlex.join(shell_command(self._spec)),
        ]  # fmt: skip

    def _another(self) -> Shell:
        """Opens another session of the same log-in. It can only use the master: it must never log in by itself."""
        own = ["-T", "-o", "ControlMaster=no", "-o", "ProxyCommand=false", "-o", "LogLevel=ERROR"]
        return Shell([*self._control, *own, "--", "host", shlex.join(shell_command(self._spec))], _environment())

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def run(self, script: str) -> tuple[bytes, bytes]:
        answer = self.timed(script)
        return answer.stdout, answer.stderr

    def timed(self, script: str) -> Answer:
        return self._shells.timed(script)

    def forward(self, port: int, address: str = "localhost") -> tuple[str, int]:
        # An IPv6 address contains colons and needs brackets [ssh(1), -L].
        destination = f"{f'[{address}]' if ':' in address else address}:{port}"
        return self._tunnels.open(destination, destination)

    def forward_socket(self, path: str) -> tuple[str, int]:
        return self._tunnels.open(path, path)

    def close(self) -> None:
        self._ended.set()
        self._shells.close()
        if self._master:
            self._master.end()
        shutil.rmtree(self._folder, ignore_errors=True)


def _way(settings: Settings) -> threading.BoundedSemaphore:
    """Returns the semaphore of the first server on the way; hosts behind the same bastion share it."""
    via = next(
        (settings[key][0] for key in ("proxyjump", "proxycommand") if settings.get(key, ["none"])[0] != "none"), ""
    )
    with _WAYS_LOCK:
        return _WAYS[via or " ".join(settings["hostname"] + settings["port"])]


def _short(folder: Path) -> Path:
    """Returns `folder` if its paths are short enough for a socket, else a shorter one; raises FactError for none."""
    short = filter(None, [os.environ.get("XDG_RUNTIME_DIR"), "/tmp", "/var/tmp"])  # noqa: S108 - mkdtemp makes it ours
    places = [folder, *map(Path, short)]
    for place in places:
        if len(os.fsencode(place / "rc-12345678" / "s")) <= LONGEST_SOCKET and os.access(place, os.W_OK | os.X_OK):
            return place
    raise FactError(
        f"no folder here is short enough for ssh's socket, and writable: {', '.join(map(str, places))}", LOGIN
    )


def _literal(path: Path) -> str:
    """Returns a path with `%` escaped, so that ssh expands nothing in it."""
    return str(path).replace("%", "%%")


def _dies_with_us() -> list[str]:
    """Returns the command prefix that makes Linux end the client when its parent thread ends [setpriv(1)]."""
    return ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []


def _environment() -> dict[str, str]:
    """Returns this process' environment with password prompts disabled, also those for a bastion."""
    return {**os.environ, "SSH_ASKPASS_REQUIRE": "never"}
