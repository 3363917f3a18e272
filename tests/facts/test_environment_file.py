"""Environment files: read as systemd itself reads them; a process' environment; files that arrive whole or not."""

from __future__ import annotations

import base64
import json
import random
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from engine.config.settings import FromEnvFile
from engine.gather.fact import FactError
from engine.mask.secrets import Secrets
from fixtures.app import process as app_process
from fixtures.app.environment_file import RefusedError, environ, read
from fixtures.os import access
from fixtures.os.access import read_env_files
from tests.conftest import ROOT
from tests.facts.environment_forms import FORMS

# What systemd itself gives every unit [systemd.exec(5), "Environment variables in spawned processes"].
OWN = re.compile(
    r"LANG|PATH|HOME|LOGNAME|USER|SHELL|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID|TERM|LC_ALL|MEMORY_.*"
)
# Writes each form into a file in memory, and asks systemd what becomes of it.
ASK = """
import base64, json, os, subprocess, sys
path = "/run/environment-form"
answers = {}
for name, text in json.load(sys.stdin).items():
    with open(path, "wb", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
        file.write(base64.b64decode(text))
    run = ["systemd-run", "-qPG", "--wait", "-p", "EnvironmentFile=" + path, "/usr/bin/env", "-0"]
    done = subprocess.run(run, capture_output=True)
    answers[name] = None if done.returncode else base64.b64encode(done.stdout).decode()
os.remove(path)
print(json.dumps(answers))
"""


def ours(data: bytes, version: int = 252) -> dict[str, str] | None:
    """What we read, None for a file that is refused."""
    try:
        return read(data, version)
    except RefusedError:
        return None


@pytest.mark.parametrize("name", FORMS)
def test_recorded(name: str) -> None:
    """Every form is read as systemd 252 was seen to read it."""
    data, recorded = FORMS[name]
    assert ours(data) == recorded


@pytest.mark.lab
def test_as_systemd() -> None:
    """Every form is read as the systemd of a real host reads it, and the recording is still true."""
    forms = json.dumps({name: base64.b64encode(data).decode() for name, (data, _) in FORMS.items()})
    run = [sys.executable, "-m", "lab", "run", "santas-1", "--", "python3", "-c", ASK]
    done = subprocess.run(run, cwd=ROOT, input=forms, capture_output=True, text=True, timeout=120, check=True)
    said = {
        name: None if text is None else {
            key: value for key, value in environ(base64.b64decode(text)).items() if not OWN.fullmatch(key)
        }
        for name, text in json.loads(done.stdout).items()
    }  # fmt: skip
    assert len(said) >= 25
    assert said == {name: recorded for name, (_, recorded) in FORMS.items()}
    assert said == {name: ours(data) for name, (data, _) in FORMS.items()}


def test_a_comment_takes_no_line_with_it_since_254() -> None:
    """Newer versions end a comment at its line, whatever its last character is."""
    data = b"# a comment \\\nA=1\nB=2\n"
    assert read(data, 252) == {"B": "2"}
    assert read(data, 254) == {"A": "1", "B": "2"}


def test_a_process_environment_has_lines_in_its_values() -> None:
    """Values end with NUL, not with a line; the first of a name counts; bytes that are no text cost only themselves."""
    found = environ(b"KEY=-----BEGIN-----\nabc=\n-----END-----\n\0A=1\0A=2\0EMPTY=\0X=caf\xe9\0no-equals\0")
    assert found == {"KEY": "-----BEGIN-----\nabc=\n-----END-----\n", "A": "1", "EMPTY": "", "X": "caf\ufffd"}


def test_the_running_environment_is_read_whole() -> None:
    """The command's own answer, for a process with such a value."""
    encoded = base64.encodebytes(b"KEY=one\ntwo\nB=not a variable\0C=3\0").decode()
    made = app_process.app_environ.fact.make(app_environ_text=encoded, secrets=Secrets())
    assert made.variables == {"KEY": "one\ntwo\nB=not a variable", "C": "3"}


def answer(*files: tuple[str, bytes], version: str = "systemd 252 (252.39-1~deb12u2)") -> str:
    """What the host's command prints for files, each with its mark."""
    parts = [f"==> {path}\n{base64.encodebytes(data).decode()}" for path, data in files]
    return "\n".join([version, *parts])


def test_files_arrive_byte_for_byte() -> None:
    """A file that looks like the answer's own marks is no other file; one without its mark was not read to its end."""
    text = answer(("/a.env", b"A=1\n==> /b.env\nB='x\n==!'\n\0ok"), ("/c.env", b""), ("/d.env", b"D=1\n"))
    files, _ = read_env_files(text)
    assert files.variables == {"/a.env": {"A": "1", "B": "x\n==!"}}
    assert list(files.unreadable) == ["/c.env", "/d.env"]
    with pytest.raises(FactError, match=r"/c\.env cannot be read; expected the file, and sudo -n"):
        files.value(FromEnvFile(from_env_file="/c.env", key="A"))


def test_mutated_answers() -> None:
    """Whatever becomes of an answer on its way, it is a file that was not read, or the file itself."""
    whole = answer(("/a.env", b"A=1\nB='two words'\n" * 40 + b"\0ok"))
    chance = random.Random(9)  # noqa: S311 - the same mutations each time
    for _ in range(2000):
        text = list(whole)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(text))
            text[at : at + chance.randint(0, 40)] = chance.choices("=A\n\ufffd \x00z0/+>", k=chance.randint(0, 9))
        files, _ = read_env_files("".join(text))
        assert all(name.isidentifier() for variables in files.variables.values() for name in variables)
        assert not set(files.variables) & set(files.unreadable)


def test_an_answer_that_was_cut_is_not_a_file() -> None:
    """A file without its end is not one that says less; neither is one behind which a login shell went on talking."""
    whole = answer(("/a.env", b"A=1\nSECRET_KEY=x\n\0ok"))
    for text in (whole[:-8], whole + "noise!", whole.replace("QT0", "Q\ufffd0")):
        files, _ = read_env_files(text)
        assert list(files.unreadable) == ["/a.env"]


def test_a_refused_file_says_why_and_keeps_its_secrets() -> None:
    """One byte ends the whole file for systemd, not for the mask; nothing of a value is in what is said."""
    text = answer(("/a.env", b"SECRET_KEY=planted-one\nSECRET_KEY=planted-two\nB=caf\xe9-planted\n\0ok"))
    secrets = Secrets()
    files = access.env_files.fact.make(env_files_text=text, secrets=secrets)
    with pytest.raises(FactError) as error:
        files.value(FromEnvFile(from_env_file="/a.env", key="SECRET_KEY"))
    assert str(error.value) == (
        "/a.env is refused by systemd, which starts no unit with it: the assignment on line 3 is not UTF-8"
    )
    assert "planted" not in secrets.redact("planted-one planted-two")


def test_a_byte_in_a_comment_costs_nothing() -> None:
    """A latin-1 comment is a comment."""
    files, _ = read_env_files(answer(("/a.env", b"# caf\xe9\nA=1\n\0ok")))
    assert files.variables == {"/a.env": {"A": "1"}}
    assert files.assigned == {"/a.env": ("A",)}


def test_the_command_on_a_host(tmp_path: Any) -> None:
    """The command that the plan lists reads every byte of a real file, and says which it could not."""
    path = tmp_path / "real.env"
    path.write_bytes(b"A=caf\xe9\nB=1\x00\n# \xff")
    source: Any = SimpleNamespace(here={"x": SimpleNamespace(env_files=[str(path), "/no"])})
    script = access.env_files_text.fact.asked(source)
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False
    )
    files, _ = read_env_files(done.stdout)
    assert files.unreadable[str(path)].endswith("it holds a NUL byte")
    assert files.unreadable["/no"].startswith("cannot be read")
