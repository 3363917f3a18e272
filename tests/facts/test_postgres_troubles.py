"""What PostgreSQL refused: counted by kind, and judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import test_postgres_log
from engine.gather.fact import FactError
from engine.judge.failure import PastFailure
from fixtures.postgres.troubles import (
    CONNECTIONS,
    GRAVE,
    LOGINS,
    MISTAKES,
    REFUSED,
    STATEMENTS,
    Trouble,
    parse_troubles,
)
from tests.facts.test_postgres_log import at, log_lines
from tests.ours import Limits


def troubles(path: Path, *lines: str) -> dict[str, int]:
    path.write_text("".join(f"{line}\n" for line in lines))
    done = log_lines(path, 1, {**REFUSED, **STATEMENTS, **MISTAKES})
    assert done.returncode == 0, done.stderr
    return {each.kind: each.number for each in parse_troubles(done.stdout)}


def test_troubles_are_counted(tmp_path: Path) -> None:
    """Each kind has its number, whatever the form; what is older, or something else, does not count."""
    said = [
        'FATAL:  password authentication failed for user "santas_api"',
        'FATAL:  no pg_hba.conf entry for host "192.0.2.7", user "u", database "d", no encryption',
        "FATAL:  sorry, too many clients already",
        "FATAL:  remaining connection slots are reserved for non-replication superuser connections",
        'ERROR:  column "category" does not exist at character 18',
        "ERROR:  deadlock detected",
        "ERROR:  canceling statement due to statement timeout",
        "ERROR:  permission denied for table gift",
        "ERROR:  cannot execute UPDATE in a read-only transaction",
        'ERROR:  could not extend file "base/16384/16397": No space left on device',
        'ERROR:  duplicate key value violates unique constraint "gift_pkey"',
        "STATEMENT:  select 'deadlock detected'",
    ]
    old, new = ([f"{at('UTC', minutes=m)} [7] u@d {words}" for words in said] for m in (90, 20))
    expected = dict.fromkeys(STATEMENTS.keys() - {"out of memory"}, 1) | {LOGINS: 2, CONNECTIONS: 2}
    assert troubles(tmp_path / "server.log", *old, *new) == expected
    csv = '{},"u","d",7,,6b0.4,5,,,3/2,0,ERROR,42P01,"relation ""{}"" does not exist",,,,,,"x",,,"",,,0'
    lines = [csv.format(at("UTC", minutes=m), "gift") for m in (90, 9, 1)]
    assert troubles(tmp_path / "pg.csv", *lines) == {"something does not exist": 2}
    with pytest.raises(FactError, match="another language"):
        troubles(
            tmp_path / "server.log", f"{at('UTC', minutes=2)} [7] FEHLER:  Verklemmung", f"{at('UTC')} [7] LOG:  x"
        )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("a mistake in the statement", 'syntax error at or near "FORM" at character 15'),
        ("a mistake in the statement", 'column reference "id" is ambiguous at character 8'),
        ("a mistake in the statement", 'prepared statement "_pg3_0" already exists'),
        ("a value that does not fit", "division by zero"),
        ("a value that does not fit", 'invalid input syntax for type integer: "NaN"'),
        ("a value that does not fit", "value too long for type character varying(20)"),
        ("a row that the table does not take", 'null value in column "name" of relation "gift" violates not-null '
         "constraint"),
        ("", 'duplicate key value violates unique constraint "gift_pkey"'),
        ("", 'insert or update on table "order" violates foreign key constraint "order_gift_fkey"'),
        ("", "could not serialize access due to concurrent update"),
        ("", 'could not obtain lock on row in relation "gift"'),
        ("", "canceling statement due to user request"),
        ("", "this gift is sold out"),
    ],
)  # fmt: skip
def test_mistakes_of_the_code(tmp_path: Path, kind: str, words: str) -> None:
    """What no program expects is counted by kind; what one meets every day and handles is not."""
    number = {kind: 1} if kind else {}
    assert troubles(tmp_path / "server.log", f"{at('UTC', minutes=2)} [7] u@d ERROR:  {words}") == number
    quoted = words.replace('"', '""')
    line = f'{at("UTC", minutes=2)},"u","d",7,,6b0.4,5,,,3/2,0,ERROR,42601,"{quoted}",,,,,,"x",,,"",,,0'
    assert troubles(tmp_path / "pg.csv", line) == number


def test_connections_that_the_host_had_no_room_for(tmp_path: Path) -> None:
    """The server says so in lines of the level LOG; a client that went away meanwhile was refused nothing."""
    said = [
        "could not fork new process for connection: Resource temporarily unavailable",
        "could not accept new connection: Too many open files",
        "could not accept new connection: Software caused connection abort",
        "statement: SELECT 'could not fork'",
    ]
    lines = [f"{at('UTC', minutes=2)} [7] LOG:  {words}" for words in said]
    assert troubles(tmp_path / "server.log", *lines) == {CONNECTIONS: 2}
    csv = [f'{at("UTC", minutes=2)},,,7,,6b0.4,5,,,,0,LOG,53300,"{words}",,,,,,,,,"",,,0' for words in said]
    assert troubles(tmp_path / "pg.csv", *csv) == {CONNECTIONS: 2}


def test_many_refusals_fail() -> None:
    """One connection that was refused fails at once, log-ins and statements when there are many; old ones are over."""
    log = "server.log"

    def trouble(kind: str, number: int, age: float = 9.0) -> Trouble:
        return Trouble(kind, number, age, "FATAL: no")

    with pytest.raises(PastFailure, match="1 line of the last hour: connections; the limit is 0, the last: FATAL: no"):
        test_postgres_log.test_connections_refused([trouble(CONNECTIONS, 1)], log, Limits())
    test_postgres_log.test_connections_refused([trouble(CONNECTIONS, 1, 901)], log, Limits())
    test_postgres_log.test_logins_refused([trouble(LOGINS, 20), trouble(CONNECTIONS, 99)], log, Limits())
    with pytest.raises(PastFailure, match="21 lines of the last hour: log-ins; the limit is 20"):
        test_postgres_log.test_logins_refused([trouble(LOGINS, 21)], log, Limits())
    for kind in (*STATEMENTS, *MISTAKES):
        accepted = 0 if kind in GRAVE else 60 if kind in MISTAKES else 10
        test_postgres_log.test_statements_fail([trouble(kind, accepted)], log, Limits())
        with pytest.raises(PastFailure, match=f"{kind}; the limit is {accepted},"):
            test_postgres_log.test_statements_fail([trouble(kind, accepted + 1)], log, Limits())
