"""Where PostgreSQL writes its log, and in which form, as the running server says it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from checks import test_postgres_log
from engine.gather.fact import FactError
from fixtures.postgres.log import Logging, _logging, postgres_log_known
from fixtures.postgres.logwritten import _ask
from tests.facts.test_activity import fails
from tests.facts.test_postgres_log import target
from tests.ours import Limits


def row(**given: str) -> list[dict[str, str]]:
    """The answer of a server with these settings, else with those of a new cluster."""
    new = {
        "destination": "stderr",
        "collector": "on",
        "folder": "/var/lib/pgsql/data",
        "directory": "log",
        "filename": "postgresql-%a.log",
        "prefix": "%m [%p] ",
        "language": "en_US.UTF-8",
    }
    return [{**new, **given}]


@pytest.mark.parametrize(
    ("answer", "path", "words"),
    [
        (row(), "/var/lib/pgsql/data/log/postgresql-*.log", ""),
        (
            row(),
            "/var/log/postgresql/postgresql-15-main.log",
            "writes its log to /var/lib/pgsql/data/log/postgresql-*.log",
        ),
        (row(destination="csvlog"), "/var/lib/pgsql/data/log/postgresql-*.csv", ""),
        (row(destination="csvlog"), "/var/lib/pgsql/data/log/postgresql-*.log", "postgresql-*.csv"),
        (
            row(destination="stderr,jsonlog", directory="/var/log/pg", filename="a-%Y-%m-%d_%H%M%S.log"),
            "/var/log/pg/a-*.json",
            "",
        ),
        (row(collector="off"), "/var/log/postgresql/postgresql-15-main.log", ""),
        (row(collector="off", destination="syslog"), "/var/log/syslog", "logs to syslog"),
        (row(collector="off", language="de_DE.UTF-8"), "/var/log/pg.log", "lc_messages is de_DE.UTF-8"),
        (row(collector="off", language="C"), "/var/log/pg.log", ""),
        (row(collector="off", prefix="%q%u %m "), "/var/log/pg.log", "not every line has its time"),
        (row(collector="off", prefix="%s %m "), "/var/log/pg.log", "not every line has its time"),
        (row(collector="off", prefix=""), "/var/log/pg.log", "not every line has its time"),
        (row(collector="off", prefix="%t:%r:%u@%d:[%p]:"), "/var/log/pg.log", ""),
    ],
)
def test_the_server_is_asked_where_it_logs(answer: list[dict[str, str]], path: str, words: str) -> None:
    """A log that the running server does not write is not taken for a quiet one; one that does not run cannot tell."""
    logging: Logging = _logging(answer)
    known: Callable[..., str] = postgres_log_known.fact.make
    if words:
        with pytest.raises(FactError, match=r"expected") as raised:
            known(target(log=path), logging)
        assert words in str(raised.value)
    else:
        assert known(target(log=path), logging) == path
    assert known(target(log=path), None) == path


def test_a_log_that_the_server_does_not_write() -> None:
    """A checkpoint that the log does not have tells of it; a server that logs none cannot, nor one that rests."""
    for checkpoint in (None, 900.0, 1060.0):
        test_postgres_log.test_log_written(1000.0, checkpoint, "server.log", Limits())
    told = fails(test_postgres_log.test_log_written, 1000.0, 1200.0, "server.log", Limits())
    assert told.startswith("server.log was last written 3 min before the server's last checkpoint")


def test_when_a_log_was_written(tmp_path: Path) -> None:
    """Of several files the one that was written last counts; without one it is not known."""
    for name, time in (("a-1.log", 1000), ("a-2.log", 2000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time, time))
    script = _ask(target(log=f"{tmp_path}/a-*.log"))
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == "2000\n"
    done = subprocess.run(["sh", "-c", _ask(target(log=f"{tmp_path}/b.log"))], capture_output=True, check=False)
    assert done.returncode == 77
