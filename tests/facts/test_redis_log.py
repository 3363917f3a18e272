"""Redis' log: what happened counts, what is said at each start about the kernel does not."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checks import test_redis as checks
from engine.gather.fact import FactError
from fixtures.redis.log import _log, parse_complaints, redis_log_known
from tests.facts.test_activity import fails
from tests.ours import Limits

LIMITS = Limits()

# The sources of Redis 6.0 to 8: linuxMemoryWarnings and linuxSystemCheck write the first four.
STARTS = [
    "WARNING overcommit_memory is set to 0! Background save may fail under low memory condition.",
    "WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory",
    "WARNING Your kernel has a bug that could lead to data corruption during background save.",
    "WARNING you have Transparent Huge Pages (THP) support enabled in your kernel.",
    "WARNING: The TCP backlog setting of 511 cannot be enforced because somaxconn is set to the lower value of 128.",
    "Server initialized",
]
TROUBLE = [
    "Can't save in background: fork: Cannot allocate memory",
    "MISCONF Errors writing to the AOF file: No space left on device",
    "Error opening/setting AOF rewrite IPC pipes: Too many open files",
    "MASTER aborted replication with an error: NOAUTH Authentication required.",
    "Client id=9 addr=127.0.0.1:40298 name= scheduled to be closed ASAP for overcoming of output buffer limits.",
    "Accepting client connection: accept: Too many open files",
    "Error trying to save the DB, can't exit.",
    "MASTER timeout: no data nor PING received...",
    "Timeout connecting to the MASTER...",
    "I/O error trying to sync with MASTER: connection lost",
    "Connection with master lost.",
    "Disconnecting timedout replica (streaming sync): 10.0.0.7:6379",
]
# Advice of a start, what is said each second while a master restarts, and steps of a failover.
PASSING = [
    "You requested maxclients of 10000 requiring at least 10032 max file descriptors.",
    "Current maximum open files is 1024. maxclients has been reduced to 992 to compensate for low ulimit.",
    "Error condition on socket for SYNC: Connection refused",
    "Unable to connect to MASTER: Connection refused",
    "Setting secondary replication ID to 1c0f8d52128c056d, valid up to offset: 1.",
]
# sigsegvHandler, _serverAssert and _serverPanic in Redis' debug.c, securityWarningCommand in networking.c.
GRAVE = [
    "Redis 7.0.15 crashed by signal: 11, si_code: 0",
    "=== ASSERTION FAILED ===",
    "Guru Meditation: Redis 7.0.15 #evict.c:120",
    "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis.",
]


def target(path: Path | str) -> Any:
    return SimpleNamespace(component=lambda _: SimpleNamespace(log=str(path)))


def answer(log: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", _log(target(log))], capture_output=True, text=True, check=False)


def line(text: str, zone: str = "UTC", **ago: float) -> str:
    when = datetime.now(ZoneInfo(zone)) - timedelta(**ago)
    return f"55:M {when:%d %b %Y %H:%M:%S}.123 # {text}\n"


def complaints(log: Path, *texts: str) -> list[str]:
    log.write_text("".join(line(text, minutes=5) for text in texts))
    return [line.partition(" # ")[2] for _, line in parse_complaints(answer(log).stdout)]


@pytest.mark.parametrize("text", STARTS)
def test_a_start_is_no_trouble(tmp_path: Path, text: str) -> None:
    """A server that was restarted often says its advice about the kernel as often."""
    assert complaints(tmp_path / "redis.log", text) == []


def test_what_happened_counts(tmp_path: Path) -> None:
    assert complaints(tmp_path / "redis.log", *STARTS, *TROUBLE) == TROUBLE


@pytest.mark.parametrize("text", PASSING)
def test_what_passes_is_no_trouble(tmp_path: Path, text: str) -> None:
    """A planned restart of the master, a failover and a start each say much, and mean no trouble."""
    assert complaints(tmp_path / "redis.log", text) == []


def test_a_lost_master_is_no_warning_since_redis_7(tmp_path: Path) -> None:
    """The line counts with either mark; others without the mark of a warning do not."""
    log = tmp_path / "redis.log"
    said = ("Connection with master lost.", "Background saving started by pid 7", "Connecting to MASTER 10.0.0.7:6379")
    log.write_text("".join(line(text, minutes=5).replace(" # ", " * ") for text in said))
    assert [text.partition(" * ")[2] for _, text in parse_complaints(answer(log).stdout)] == [said[0]]


@pytest.mark.parametrize("text", GRAVE)
def test_a_crash_or_an_attack_is_one_too_many(tmp_path: Path, text: str) -> None:
    """A warning or two is in passing; what tells of the server's end or of a stranger counts at once."""
    assert complaints(tmp_path / "redis.log", text) == [text]
    told = fails(checks.test_log_clean, [(5.0, line(text))], "redis.log", LIMITS)
    assert "1 line about a crash or an attack" in told
    checks.test_log_clean([(5.0, line(TROUBLE[0]))], "redis.log", LIMITS)
    checks.test_log_clean([(LIMITS.log_quiet_s + 1, line(text))], "redis.log", LIMITS)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "Asia/Kathmandu", "UTC"])
def test_the_log_may_keep_any_time(tmp_path: Path, zone: str) -> None:
    """The server's zone (TZ of its unit, a container) need not be the host's: recorded of Redis 7.0 in Tokyo's."""
    log, last = tmp_path / "redis.log", "26030:M {} * Ready to accept connections"
    now = datetime.now(ZoneInfo(zone)).strftime("%d %b %Y %H:%M:%S.000")
    log.write_text(
        line("Background saving error", zone, minutes=90)
        + line("Background saving error", zone, minutes=50)
        + f"                _._\n{last.format(now)}\n"
    )
    [(age, _)] = parse_complaints(answer(log).stdout)
    assert 50 * 60 <= age < 51 * 60


@pytest.mark.parametrize(
    "other",
    [
        'pid=8 role=primary timestamp="2026-11-26 02:57:39.917" level=warning message="Background saving error"',
        "55:M 2026-11-26T02:57:39.917+00:00 # Background saving error",
        "55:M 1795669165123 # Background saving error",
    ],
)
def test_a_log_that_cannot_be_dated_is_not_clean(tmp_path: Path, other: str) -> None:
    """Valkey's other forms, from the beginning or from some line on [log-format, log-timestamp-format]."""
    log = tmp_path / "redis.log"
    for before in ("", line("Server initialized", hours=3)):
        log.write_text(f"{before}{other}\n")
        done = answer(log)
        assert (done.returncode, done.stdout) == (77, "")
        assert "nobody can tell which are recent" in done.stderr
    log.write_text("")
    assert parse_complaints(answer(log).stdout) == []


def test_the_server_is_asked_where_it_logs() -> None:
    """A log that the running server does not write is not taken for a quiet one; one that does not run cannot tell."""
    known, path = redis_log_known.fact.make, "/var/log/redis/redis-server.log"
    for logfile in (None, path, "redis-server.log"):
        assert known(target(path), logfile) == path
    with pytest.raises(FactError, match=r"its log to its standard output.* system.yml names /var/log/redis/"):
        known(target(path), "")
    with pytest.raises(FactError, match=r"its log to /var/log/valkey/valkey.log"):
        known(target(path), "/var/log/valkey/valkey.log")
