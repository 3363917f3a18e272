"""What is shown of command lines, queries and files that are handed over, and that whatever is cut is masked first."""

from __future__ import annotations

import pytest

from engine.mask.addresses import without_addresses
from engine.mask.arguments import program_and_options
from engine.mask.current import leave, use
from engine.mask.handed import handed_over
from engine.mask.queries import without_documents, without_literals
from engine.mask.secrets import MASK, Secrets
from engine.text import bounded, one_line
from fixtures.backups.contents import parse_integrity
from fixtures.mongodb.host import parse_log
from fixtures.os.processes import Process


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("/usr/bin/redis-server 127.0.0.1:6379", "/usr/bin/redis-server"),
        ("/srv/app --api-key abc123 --port=80 -v", "/srv/app --api-key --port -v"),
        ("mysqldump -u root -pgeheim santas", "mysqldump -u -p"),
        (
            "/opt/v/bin/python3.11 /opt/v/bin/gunicorn --bind 0.0.0.0:80 app",
            "/opt/v/bin/python3.11 /opt/v/bin/gunicorn --bind",
        ),
        ("TOKEN=abc run --fast", "TOKEN --fast"),
        ("postgres: 15/main: app santas 10.0.0.9(5432) SELECT", "postgres:"),
        ("java -Dpassword=x -Xmx512m -jar app.jar", "java -D -X -j"),
        ("sh -c export SECRET=x; run", "sh -c"),
        ("", "?"),
    ],
)
def test_of_a_process_the_options(command: str, shown: str) -> None:
    """A command line is shown as the program and the names of its options: never a value."""
    assert program_and_options(command) == shown
    process = Process(7, 1, "app", "S", 2048, 9, "/x.service", command)
    assert str(process) == f"7 app S 2 KiB {shown}"
    assert "geheim" not in repr(process)


def test_a_command_line_of_100_kilobytes() -> None:
    """A name that any user may choose is bounded, as are the options."""
    assert len(program_and_options("A" * 100_000)) < 250
    assert len(program_and_options("x " + " ".join(f"--option{n}" for n in range(9000)))) < 400


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT * FROM gift WHERE mail = 'ann@example.org' AND id = 7", "SELECT * FROM gift WHERE mail = '?'"),
        ("UPDATE gift SET price = 12.50 WHERE id IN (1,2)", "UPDATE gift SET price = N WHERE id IN (N,N)"),
        ("ALTER ROLE app PASSWORD $x$geheim$x$", "ALTER ROLE app PASSWORD '?'"),
        ("SELECT /* user=ann */ id FROM t1 -- ann\nWHERE a = $1", "SELECT id FROM t1 WHERE a = $1"),
        ("SELECT E'a\\'b', 'geheim", "SELECT E'?'"),
        ("SELECT 0x1F, 1e9, .5", "SELECT N, N, .N"),
    ],
)
def test_a_query_has_no_literals(query: str, shown: str) -> None:
    """Strings, numbers and comments of a query are users' data."""
    assert without_literals(query) == shown


def test_a_log_line_of_mongodb_has_no_documents() -> None:
    """What the server's log repeats of a command ends where the command begins."""
    assert without_documents('{"ns":"a.b","command":{"find":"b","filter":{"mail":"ann"}}}') == '{"ns":"a.b",…'
    when = '"t":{"$date":"2026-11-26T04:00:00.000+00:00"}'
    row = f'{{{when},"s":"E","c":"STORAGE","msg":"bad","attr":{{"doc":{{"mail":"ann@x.org"}}}}}}'
    (line,) = parse_log(f"1795665601.0\n1795665600\n==newest\n{row}").bad
    assert "ann" not in line.text


def test_of_a_dump_nothing_is_shown() -> None:
    """The end of a dump that is cut off is rows: it is compared, and in no text of the fact."""
    integrity = parse_integrity("/var/backups/a.sql.gz\n==end\n7\tgeheim\nrest gzip 1")
    assert "geheim" in integrity.tail
    assert "geheim" not in f"{integrity!r}{integrity}"


def test_what_is_handed_over() -> None:
    """Lines that nobody can judge are left out, and counted."""
    unjudged = f"bytes \ufffd\ufffd here\n{MASK}\n{'x' * 70_000}\nuser {MASK} {MASK} {MASK}"
    text = f"all is well\n{unjudged}\npassword: {MASK}\n\nend"
    assert handed_over(text) == f"all is well\npassword: {MASK}\n\nend\n(4 lines left out)"
    assert handed_over("nothing\nto hide") == "nothing\nto hide"


def test_what_is_cut_is_masked_before() -> None:
    """Of a secret at the place of a cut nothing stays: known or not."""
    secrets = Secrets()
    secrets.add("plain-words-for-a-key-of-the-host")
    use(secrets)
    try:
        assert one_line("it says plain-words-for-a-key-of-the-host, it does", 16) == f"it says {MASK}, it…"
        assert one_line("DB_PASSWORD=hunter2hunter2hunter2", 20) == f"DB_PASSWORD={MASK}"
        for limit in range(12, 60):
            assert "words" not in bounded("x " * 8 + "plain-words-for-a-key-of-the-host" + " y" * 20, limit)
    finally:
        leave(secrets)
    assert one_line("plain-words-for-a-key-of-the-host") == "plain-words-for-a-key-of-the-host"


def test_addresses() -> None:
    """People's mail addresses and public addresses are left out; units and addresses inside stay."""
    text = "ann@example.org from 8.8.8.8 and 10.0.0.9 to user@1000.service, 2001:4860:4860::8888, ::1"
    assert without_addresses(text) == f"{MASK}@example.org from {MASK} and 10.0.0.9 to user@1000.service, {MASK}, ::1"
