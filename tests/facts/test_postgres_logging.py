"""Where PostgreSQL writes its log, and in which form, as the running server says it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.gather.fact import FactError
from fixtures.postgres.log import Logging, _logging, postgres_log_known
from tests.facts.test_postgres_log import target


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
