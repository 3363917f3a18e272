"""Redis' configuration file beside what the server says of its parameters."""

from __future__ import annotations

import pytest

from fixtures.redis.file import judge, parse_directives
from fixtures.redis.paused import Pause, held_back

RUNNING = {
    "maxmemory": "134217728",
    "timeout": "0",
    "appendonly": "no",
    "appendfsync": "no",
    "save": "3600 1 300 100",
    "bind": "127.0.0.1 -::1",
    "dir": "/var/lib/redis",
    "logfile": "/var/log/redis.log",
    "client-output-buffer-limit": "normal 0 0 0",
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("maxmemroy 128mb", "line 1: maxmemroy is no parameter of this version"),
        ("# x\n\nmaxmemory 128 mb", "line 3: maxmemory has 2 values; expected one"),
        ("maxmemory lots", "line 1: maxmemory is no number"),
        ("appendonly maybe", "line 1: appendonly is neither yes nor no"),
        ('logfile "/var/log', "line 1: a quote is not closed"),
        ("include", "line 1: include has no value"),
    ],
)
def test_a_line_that_a_start_refuses_is_named(text: str, words: str) -> None:
    """The number of the line and what is wrong with it are told."""
    found = judge(parse_directives(text), RUNNING)
    assert found.refused == [words]
    assert found.waiting == []


@pytest.mark.parametrize(
    "text",
    [
        "maxmemory 128mb\nTIMEOUT 0\nappendonly NO\nsave 3600 1\nsave 300 100\nbind 127.0.0.1 -::1\ndir ./",
        "maxmemory 1gb\nmaxmemory 128mb",
        "client-output-buffer-limit normal 0 0 0\nclient-output-buffer-limit pubsub 32mb 8mb 60",
        "user monitor on >hidden ~* +ping\nrequirepass hidden\nrename-command FLUSHALL ''\nsearch.timeout 5",
        "maxmemory 1gb\ninclude /etc/redis/more.conf",
        "daemonize yes",
    ],
)
def test_what_is_in_force_in_other_words(text: str) -> None:
    """Sizes, case, lines that add up and lines that replace others are no difference; what cannot be told is none."""
    assert judge(parse_directives(text), {**RUNNING, "daemonize": "no"}).waiting == []


def test_what_is_not_in_force_is_named() -> None:
    """A value that differs is told by its parameter alone."""
    assert judge(parse_directives("maxmemory 1gb\ntimeout 30\nappendfsync no"), RUNNING).waiting == [
        "maxmemory",
        "timeout",
    ]


def test_no_secret_is_kept() -> None:
    """Values of passwords and users are gone when the file is parsed."""
    text = "requirepass s3cret\nmasterauth s3cret\nuser a on >s3cret\ntls-key-file-pass s3cret\nprimaryauth s3cret"
    assert "s3cret" not in repr(parse_directives(text))


@pytest.mark.parametrize("command", ["blpop", "bzmpop", "xread", "waitaof", "brpoplpush", "TS.READ"])
def test_a_command_that_blocks_by_design_is_not_held_back(command: str) -> None:
    """Queues wait in such commands for minutes."""
    assert held_back([{"flags": "b", "cmd": command}]) == []


def test_a_pause_is_one_that_lasts() -> None:
    """One look alone may fall into the moment of a switch to another server."""
    assert Pause("", [["set"], [], ["exec", "evalsha"], []], 1.0).held == ["exec", "evalsha"]
    assert Pause("", [[], ["exec"], []], 1.0).held == []
