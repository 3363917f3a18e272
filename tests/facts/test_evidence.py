"""Evidence: what is handed over names no secret, and nobody who used the system."""

from __future__ import annotations

import subprocess

import pytest

from engine.mask.secrets import Secrets
from fixtures.app.environment_file import read
from fixtures.app.evidence import describe_settings, mask_unit
from fixtures.logs import said
from fixtures.logs.evidence import count_messages, without_particulars
from fixtures.logs.reading import Line, Log
from fixtures.mongodb.evidence import DOCUMENTS
from fixtures.os.access import EnvFiles
from fixtures.os.evidence import CONNECTIONS
from fixtures.postgres.client import Session
from fixtures.postgres.evidence import LITERALS, describe_session
from fixtures.redis.evidence import RECENT, _count_keys, group_clients, key_kind
from fixtures.redis.keys import LIMITER, Key, Sample

UNIT = r"""# /etc/systemd/system/api.service
[Service]
Environment=PLAIN=hidden-1 "QUOTED=hidden-2 and hidden-3" 'MORE=hidden=4'
# Environment=OLD=hidden-5
Environment="BROKEN=hidden-6 hidden-7
 Environment = LONG=hidden-8 \
    NEXT=hidden-9
SetCredential=key:hidden-10
EnvironmentFile=/opt/api/.env
ExecStart=/opt/api/run \
    --workers 4
"""


def test_a_unit_is_shown_without_its_variables() -> None:
    """Names stay, values go, however they are written; what is no variable stays as it is."""
    text, variables = mask_unit(UNIT)
    assert "hidden" not in text
    assert text.splitlines()[2:4] == ["Environment=PLAIN=••• QUOTED=••• MORE=•••", "# Environment=OLD=•••"]
    assert "LONG=••• NEXT=•••" in text
    assert "SetCredential=key=•••" in text
    assert "EnvironmentFile=/opt/api/.env\nExecStart=/opt/api/run --workers 4" in text
    assert variables["QUOTED"] == "hidden-2 and hidden-3"


def test_settings_are_named_only() -> None:
    """A variable is set, empty or missing; neither its value nor its length is told, nor a part of a key in PEM."""
    text = (
        b'SECRET_KEY=s3cr3t-of-app\nEMPTY=\nhttp_proxy=x\nPEM="-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ==\n"\n'
    )
    files = EnvFiles({"/opt/api/.env": read(text)}, {"/root/other.env": "cannot be read"})
    told = describe_settings(files, "/opt/api/.env", ["SECRET_KEY", "REDIS_URL"])
    assert told.splitlines() == [
        "==> /opt/api/.env",
        "SECRET_KEY is set",
        "EMPTY is empty",
        "http_proxy is set",
        "PEM is set",
        "REDIS_URL is missing",
        "==> /root/other.env",
        "cannot be read",
    ]
    assert Secrets().redact(told) == told


def test_clients_are_grouped() -> None:
    """Clients of one address, name and command are one line, whatever their port; the suite's own are left out."""
    told = group_clients(
        [
            {"addr": "10.0.0.5:1234", "name": "api", "cmd": "get"},
            {"addr": "10.0.0.5:1235", "name": "api", "cmd": "get"},
            {"addr": "[::1]:99", "name": "", "cmd": "NULL"},
            {"addr": "127.0.0.1:7", "name": "runbook-checks", "cmd": "client|list"},
        ]
    )
    assert told == ["2 × 10.0.0.5, api, last get", "1 × [::1], (no name), last NULL"]


def test_keys_are_counted_without_their_names() -> None:
    """A session's key is a log-in, and a limiter's a user: neither is shown, and an address only as its network."""
    sessions = (Key("prod:session:t0ken-1", 60), Key("prod:session:t0ken-2", -1), Key("odd:anna", None))
    told = list(_count_keys("sessions", Sample(0, 3, sessions, cut=False), ["prod:session:"]))
    assert told == [
        "==> sessions: the 3 keys of database 0",
        "prod:session: 2 keys, expire in 60 to 60 s, 1 never expire",
        "odd: 1 key",
    ]
    limits = (
        Key("LIMITER/203.0.113.7/search/20/1/minute", 30, 12),
        Key("LIMITER/203.0.113.8/search/20/1/minute", 9, 3),
    )
    told = list(_count_keys(LIMITER, Sample(1, 2, limits, cut=False), ["LIMITER/"]))
    assert told[1:] == ["LIMITER/ 2 keys, expire in 9 to 30 s", "from 203.0.113.0/24: 15 requests counted"]
    assert key_kind("prod:ratelimit:login:203.0.113.7", ["prod:ratelimit:"], actions=True) == "prod:ratelimit:login:"
    assert key_kind("prod:ratelimit:203.0.113.7:login", ["prod:ratelimit:"], actions=True) == "prod:ratelimit:"


def test_messages_are_counted_without_particulars() -> None:
    """The same message about two users is one message, and names neither."""
    lines = [Line(str(i), 1, "api", f"ERROR family 'f{i}' of u{i}@a.org not found, id 12ab34cd5{i}") for i in range(2)]
    assert count_messages("errors", "ERROR", Log(60, lines)) == [
        "==> errors: 2 lines, 0 to 1",
        "2 × ERROR family '…' of ADDRESS not found, id N",
    ]
    assert count_messages("errors", "CRITICAL", Log(60, lines)) == ["==> errors: none"]
    assert without_particulars("GET /a/b?email=x HTTP/1.1 status=401") == "GET /a/b HTTP/N.N status=N"


def test_queries_have_no_literals() -> None:
    """Who waits for whom and what for is told; what was asked about is not."""
    query = "SELECT *\n FROM u1 WHERE b > 12 AND c = $1 AND a = 'an''na' LIMIT 'x"
    told = describe_session(Session(7, "api", "", "active", 3.2, 9, [8], query))
    asked = "SELECT * FROM u1 WHERE b > N AND c = $1 AND a = '?'"
    assert told == f"pid 7: api, (no name), active, 3 s, transaction 9 s, waits for 8: {asked}"


def run(text: str, *command: str) -> list[str]:
    """What a program of the host's makes of a text."""
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.splitlines()


def test_logs_of_the_front_have_no_queries() -> None:
    """What was asked for is taken out of every URL; the path stays."""
    text = 'x request: "GET /a?q=anna HTTP/1.1", upstream: "http://127.0.0.1:8000/a?q=anna", b\nx "GET /a HTTP/1.1"\n'
    assert run(text, "sed", "-E", said.QUERIES) == [
        'x request: "GET /a?••• HTTP/1.1", upstream: "http://127.0.0.1:8000/a?•••", b',
        'x "GET /a HTTP/1.1"',
    ]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("STATEMENT:  SELECT 1 FROM u WHERE a = 'anna''s' AND b = 'x'", "STATEMENT:  SELECT 1 FROM u WHERE a = '?'"),
        ("STATEMENT:  INSERT INTO u VALUES ('anna", "STATEMENT:  INSERT INTO u VALUES ('?'"),
        ("STATEMENT:  INSERT INTO u VALUES ('a', 'anna", "STATEMENT:  INSERT INTO u VALUES ('?'"),
        ("DETAIL:  Key (email)=(anna(1)) already exists.", "DETAIL:  Key (email)=(?) already exists."),
        ("DETAIL:  Failing row contains (1, anna, x).", "DETAIL:  Failing row contains (?)"),
        ('ERROR:  invalid input for type integer: "anna"', 'ERROR:  invalid input for type integer: "?"'),
        ('FATAL:  role "santas_api" does not exist', 'FATAL:  role "santas_api" does not exist'),
    ],
)
def test_logs_of_postgresql_have_no_literals(line: str, shown: str) -> None:
    """What was asked for and what was stored stay on the host; what went wrong does not."""
    assert run(line, "sed", "-E", LITERALS) == [shown]


def test_logs_of_mongodb_have_no_documents() -> None:
    """A line ends where the documents begin; a slow operation's figures follow, and older lines are left out."""
    at = '{"t":{"$date":"2026-01-02T03:04:05.000+00:00"},"s":"I","msg":'
    text = (
        f'{at}"Slow query","attr":{{"ns":"db.users","command":{{"filter":{{"email":"anna"}}}},'
        '"planSummary":"COLLSCAN","durationMillis":1200}}\n'
        f'{at}"Election","attr":{{"term":4}}}}\n{at}"Connection ended","attr":{{}}}}\n'
        f'{at}"E11000","attr":{{"error":"db.users dup key: anna"}}}}\n'
        '{"t":{"$date":"2026-01-02T02:04:05.000+00:00"},"s":"I","msg":"Old"}\n'
    )
    assert run(text, "awk", "-v", "since=2026-01-02T03:00:00", DOCUMENTS) == [
        f'{at}"Slow query","attr":{{"ns":"db.users",…,"planSummary":"COLLSCAN","durationMillis":1200',
        f'{at}"Election","attr":{{"term":4}}}}',
        f'{at}"E11000","attr":{{"error":"db.users …',
    ]


def test_logs_of_redis_begin_an_hour_ago() -> None:
    """Lines of before are left out, and a crash's lines without a time go with the line above them."""
    text = "1:M 31 Jan 2026 23:59:00.1 * old\nold trace\n1:M 01 Feb 2026 00:30:00.1 # new\nnew trace\n"
    assert run(text, "awk", "-v", "since=2026-02-01 00:00:00", RECENT) == text.splitlines()[2:]


def test_connections_name_hosts_inside_only() -> None:
    """Who calls is shown as a network when it may be a user; where the host itself calls is shown in full."""
    text = """32768 60999
ESTAB 0 0 10.0.0.1:443 203.0.113.9:50000
ESTAB 0 0 10.0.0.1:443 203.0.113.8:50001
ESTAB 0 0 [2001:db8::1]:443 [2001:db8:1:2::9]:50000
ESTAB 0 0 [::ffff:10.0.0.1]:27017 [::ffff:10.0.0.2]:40000
SYN-SENT 0 1 10.0.0.1:40000 198.51.100.4:443
SYN-SENT 0 1 10.0.0.1:40001 198.51.100.4:443
"""
    assert sorted(run(text, "awk", CONNECTIONS)) == [
        "1 ESTAB on port 27017 from 10.0.0.2",
        "1 ESTAB on port 443 from 2001:db8:1::/48",
        "2 ESTAB on port 443 from 203.0.113.0/24",
        "2 SYN-SENT to 198.51.100.4:443",
    ]
