"""The programs in Python that repair files and read logs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from runbooks.tools import (
    alerts_here,
    mongo_log,
    new_key,
    postgres_role,
    settings_back,
    settings_differ,
    settings_put,
    smtp_greeting,
)
from tests.conftest import ROOT


def run(tool: str, *arguments: str) -> str:
    """Gives the program to Python on its input, as a paste does."""
    text = (ROOT / "runbooks" / "tools" / f"{tool}.py").read_text(encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-B", "-", *arguments], input=text, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """A small environment file that only its owner may read."""
    file = tmp_path / "app.env"
    file.write_text("# head\nA=1\nPOOL=many\nLIMIT=0\nB=\n")
    file.chmod(0o600)
    return file


def test_settings_put(env_file: Path) -> None:
    """Each variable stands there once, with the value that was said; the file is still its owner's."""
    assert run("settings_put", str(env_file), '{"POOL": "50", "NEW": "x"}') == ""
    assert env_file.read_text() == "# head\nA=1\nLIMIT=0\nB=\nPOOL=50\nNEW=x\n"
    assert env_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("line", ["L=60", "L=True", "L=0", "L=-1", "L=many", "L="])
def test_settings_put_keeps_what_is_positive(line: str) -> None:
    """A number above 0, or what system.yml says, stays; anything else becomes that."""
    kept = line in {"L=60", "L=True"}
    assert (
        settings_put.put(f"X=1\n{line}\n", {"L": "True"}, keep_positive=True) == f"X=1\n{line if kept else 'L=True'}\n"
    )


def test_settings_back(env_file: Path, tmp_path: Path) -> None:
    """What is missing or empty comes back, what is there stays unless it is named; no value is shown."""
    saved = tmp_path / "saved.env"
    saved.write_text("# other\nA=9\nB=secret\nC=3\nE=\n")
    archive = tmp_path / "config.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(saved, str(env_file).lstrip("/"))
    before = env_file.read_text()
    assert run("settings_back", str(env_file), str(archive), "look").startswith("missing: ['B', 'C'] differ: ['A', ")
    assert env_file.read_text() == before
    shown = "back: ['B', 'C'] differ: ['A', 'POOL', 'LIMIT']\n"
    assert run("settings_back", str(env_file), str(archive)) == shown
    assert env_file.read_text() == "# head\nA=1\nPOOL=many\nLIMIT=0\nB=secret\nC=3\n"
    assert run("settings_back", str(env_file), str(archive), "A") == "back: ['A'] differ: ['POOL', 'LIMIT']\n"
    assert env_file.read_text() == "# head\nPOOL=many\nLIMIT=0\nB=secret\nC=3\nA=9\n"
    assert settings_back.merged("A=1\n;A=0\n", "A=2\n") == ("A=1\n;A=0\n", [], ["A"])


def test_settings_differ() -> None:
    """Quotes around a value are the file's; comments are no settings."""
    text = "A='1'\nB=2\n# C=3\n;D=4\nE=5\nno line\n"
    assert list(settings_differ.differing(text, "A=1\0B=3\0F=6\0")) == ["B", "E"]


def test_new_key(env_file: Path) -> None:
    """One line of the name is left, with 64 random digits; others whose names begin alike stay."""
    env_file.write_text("KEY=a\nexport KEY=b\nKEY_ID=c\n")
    run("new_key", str(env_file), "KEY")
    kept, made = env_file.read_text().splitlines()
    assert (kept, len(made)) == ("KEY_ID=c", len("KEY=") + 64)
    assert new_key.replaced("KEY=a\n", "KEY", "b") == "KEY=b\n"


def test_postgres_role(env_file: Path) -> None:
    """The verifier is that of the password in the URL, which itself is in no statement; the last line counts."""
    url = "postgresql://shop:s%2Fe@localhost/shop"
    env_file.write_text(f"URL=postgresql://other:old@h/x\nexport URL='{url}'\n")
    for create in ([], ["create"]):
        told = run("postgres_role", str(env_file), "URL", *create)
        assert 'ALTER ROLE "shop" LOGIN' in told
        assert "s/e" not in told
        assert ("CREATE ROLE" in told) is bool(create)
        assert (told.count("\\gexec\n"), "VALID UNTIL 'infinity'" in told) == ((2, False) if create else (0, True))
    secret = postgres_role.verifier("s/e", b"salt")
    rounds, _, rest = secret.removeprefix("SCRAM-SHA-256$").partition(":")
    salted = hashlib.pbkdf2_hmac("sha256", b"s/e", b"salt", int(rounds))
    server = base64.b64encode(hmac.digest(salted, b"Server Key", "sha256")).decode()
    assert rest.startswith(base64.b64encode(b"salt").decode() + "$")
    assert rest.endswith(f":{server}")


def test_redis_user(env_file: Path) -> None:
    """The password of the last line is there as its SHA-256; all rights are taken before those to look are given."""
    env_file.write_text("URL=redis://other:old@h/0\nexport URL='redis://monitor:s%2Fe@localhost/0'\n")
    told = run("redis_user", str(env_file), "URL").split()
    assert told[:5] == ["ACL", "SETUSER", "monitor", "on", "resetpass"]
    assert told[5] == "#" + hashlib.sha256(b"s/e").hexdigest()
    assert told[6:8] == ["~*", "-@all"]
    assert {right for right in told[8:] if "|" in right} == {
        "+slowlog|get", "+object|idletime", "+client|setname", "+client|list", "+config|get",
    }  # fmt: skip
    env_file.write_text("URL=redis://:secret@localhost/0\n")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        run("redis_user", str(env_file), "URL")
    assert "names no user" in refused.value.stderr
    assert "secret" not in refused.value.stderr + refused.value.stdout


LINES = [
    json.dumps({"s": "E", "c": "NETWORK", "msg": "refused"}),
    json.dumps({"s": "E", "c": "NETWORK", "msg": "refused"}),
    json.dumps({"s": "I", "c": "NETWORK", "msg": "accepted"}),
    'cut": "off"}',
    "[]",
    *(
        json.dumps({"s": "I", "c": "COMMAND", "msg": "Slow query", "attr": {
            "ns": "shop.gift", "planSummary": "COLLSCAN", "queryHash": "AB", "durationMillis": ms, "docsExamined": 9,
            "nreturned": 1, "command": {"filter": {"name": "somebody"}}}})
        for ms in (120, 300)
    ),
]  # fmt: skip


def test_mongo_log() -> None:
    """What is an error, how often; what was slow, by shape, and nothing of what was asked for."""
    assert list(mongo_log.errors(LINES)) == ["2 E NETWORK refused"]
    assert list(mongo_log.slow(LINES)) == ["2 shop.gift COLLSCAN AB 300 ms read 9 gave 1"]


class Server:
    """A mail server that offers STARTTLS, or not."""

    def __init__(self, host: str, port: int, timeout: int) -> None:  # noqa: ARG002 - as smtplib has them
        self.esmtp_features = {"starttls": "", "size": "1"} if port == 587 else {"size": "1"}

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def ehlo(self) -> tuple[int, bytes]:
        return 250, b"hello"

    def has_extn(self, name: str) -> bool:
        return name in self.esmtp_features

    def starttls(self, context: object) -> tuple[int, bytes]:  # noqa: ARG002 - as smtplib has it
        return 220, b"go on"


def test_smtp_greeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for STARTTLS where that is offered, and sends nothing."""
    monkeypatch.setattr("smtplib.SMTP", Server)
    assert smtp_greeting.greet("mail", 587) == "250 ['size', 'starttls'] 220"
    assert smtp_greeting.greet("mail", 25) == "250 ['size'] no STARTTLS"


ALERTING = """global: {}
alerting:
  alertmanagers:
  - static_configs:
    # localhost:9193 of old
    - targets: ['localhost:9193', "alerts.test:9193", localhost:91930]

scrape_configs:
  - static_configs: [{targets: ['localhost:9193']}]
"""


@pytest.mark.parametrize(
    ("active", "alive", "after"),
    [
        (["localhost:9193"], {"localhost:9093"}, "['localhost:9093', \"alerts.test:9193\", localhost:91930]"),
        (["localhost:9193"], set(), None),
        (["localhost:9193"], {"localhost:9093", "localhost:9193"}, None),
        (["localhost:9193", "localhost:9093"], {"localhost:9093"}, None),
        (["elsewhere:9193"], {"localhost:9093"}, None),
        ([], {"localhost:9093"}, None),
    ],
    ids=["nobody there", "nobody here", "somebody there", "here already", "not in the file", "none at all"],
)
def test_alerts_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, active: list[str], alive: set[str], after: str | None
) -> None:
    """Only a target that nobody answers at is replaced, in the part about alerts alone; a copy is kept."""

    def ask(url: str) -> bytes:
        if url.endswith("/api/v1/alertmanagers"):
            urls = [{"url": f"http://{name}/api/v2/alerts"} for name in active]
            return json.dumps({"data": {"activeAlertmanagers": urls}}).encode()
        return b"OK" if url.split("/")[2] in alive else b""

    monkeypatch.setattr(alerts_here, "ask", ask)
    file = tmp_path / "prometheus.yml"
    file.write_text(ALERTING)
    alerts_here.main("9090", "9093", str(file))
    text, copies = file.read_text(), [path for path in tmp_path.iterdir() if path != file]
    assert [path.read_text() for path in copies] == ([ALERTING] if after else [])
    assert text.split("scrape_configs")[1] == ALERTING.split("scrape_configs")[1]
    assert (after in text) if after else text == ALERTING
