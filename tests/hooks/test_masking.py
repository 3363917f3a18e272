"""Whatever pytest itself shows is masked: log records, captured output, tracebacks, collection, warnings."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.hooks.masking import mask_parts, mask_record
from engine.mask.current import leave, use
from engine.mask.secrets import MASK, Secrets
from tests.conftest import ROOT
from tests.mask.kinds import ALNUM, some

# Looks like nothing: only who knows it can hide it. The others are known by their looks, or by the name beside them.
KNOWN = "plain-words-that-nobody-would-take-for-a-key"
LOOKS = f"ghp_{some(ALNUM, 36)}"
NAMED = "swordfish-and-chips"

CONFTEST = f"""
import pytest

pytest_plugins = ("engine.hooks.masking",)

@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    from engine.hooks.masking import SECRETS
    from engine.mask.secrets import Secrets
    config.stash[SECRETS] = Secrets()
    config.stash[SECRETS].add({KNOWN!r})

def pytest_sessionstart(session):
    if session.config.getoption("keyword") == "internal":
        raise ValueError({f"internal {KNOWN} {LOOKS}"!r})
"""
CHECKS = f"""
import logging, subprocess, sys, warnings
import pytest

TEXT = {f"{KNOWN} {LOOKS} password={NAMED}"!r}

@pytest.fixture
def noisy():
    print("set-up", TEXT)
    logging.getLogger("testinfra").debug("RUN %s", TEXT)
    yield TEXT
    print("tear-down", TEXT, file=sys.stderr)
    logging.getLogger().error("tear-down %s", TEXT)

@pytest.fixture
def broken():
    raise RuntimeError(TEXT)

@pytest.fixture
def breaks_later():
    yield
    raise RuntimeError("later " + TEXT)

def test_output(noisy, record_property):
    record_property("seen", TEXT)
    print("call", noisy)
    subprocess.run(["echo", TEXT])
    warnings.warn("warned " + TEXT)
    assert noisy == "", f"found {{noisy}}"

def test_exception(noisy):
    try:
        raise KeyError(TEXT)
    except KeyError:
        logging.getLogger().exception("caught")
        raise ValueError(["a", TEXT])

def test_set_up(broken): pass

def test_tear_down(breaks_later): pass

def test_skipped(): pytest.skip("because of " + TEXT)

@pytest.mark.xfail(reason="because of " + TEXT)
def test_expected(): assert TEXT == ""

@pytest.mark.parametrize("text", [TEXT, TEXT + "2"])
def test_parametrized(text): assert not text

def test_passes(noisy): print(TEXT.upper().lower())
"""
OPTIONS = {
    "nothing": (),
    "log on the terminal": ("--log-cli-level=DEBUG",),
    "log file": ("--log-file=log.txt", "--log-file-level=DEBUG"),
    "summary of all": ("-rA", "--log-level=DEBUG"),
    "long tracebacks, locals": ("--tb=long", "-l", "-vv"),
    "short tracebacks": ("--tb=short",),
    "native tracebacks": ("--tb=native",),
    "one line": ("--tb=line", "-q"),
    "junit, all": ("--junitxml=junit.xml", "-o", "junit_logging=all", "--log-level=DEBUG"),
    "junit, old": ("--junitxml=junit.xml", "-o", "junit_family=xunit1", "-o", "junit_log_passing_tests=true"),
    "html": ("--html=report.html", "--self-contained-html"),
    "workers": ("-n", "2", "-rA", "--junitxml=junit.xml", "-o", "junit_logging=all"),
    "what is set up": ("--setup-show",),
    "what is collected": ("--collect-only", "-q"),
    "durations": ("--durations=0", "-vv"),
    "an internal error": ("-k", "internal"),
    "strict warnings": ("-W", "error"),
    "randomly chosen": ("-k", "output or exception", "--maxfail=1"),
}


def run(folder: Path, *options: str) -> str:
    """Returns all that a run of pytest shows and writes in `folder`."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:testinfra",
        "-c",
        "pytest.ini",
        *options,
    ]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=60, check=False)
    written = [path.read_bytes() for path in folder.rglob("*") if path.suffix in {".txt", ".xml", ".html", ".log"}]
    return b"\n".join([done.stdout, done.stderr, *written]).decode()


def fragments(secret: str) -> set[str]:
    """Returns a secret's pieces of twelve characters."""
    return {secret[at : at + 12] for at in range(len(secret) - 11)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Checks that show secrets in every way that they can."""
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = .\n")
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(CHECKS)
    return tmp_path


@pytest.mark.parametrize("options", OPTIONS)
def test_no_option_shows_a_secret(folder: Path, options: str) -> None:
    """Whatever pytest is asked to show and to write: known secrets are not in it, nor what looks like one."""
    shown = run(folder, *OPTIONS[options])
    # The source of a check is the repository's: what stands in it is no secret of a host's.
    said = "\n".join(line for line in shown.splitlines() if "TEXT = " not in line)
    assert MASK in said or options == "what is collected", said
    pieces = fragments(KNOWN) | fragments(LOOKS) | fragments(NAMED)
    assert not [line for line in said.splitlines() if any(piece in line for piece in pieces)]


def test_an_error_of_collection(folder: Path) -> None:
    """What ends the collection of a file may hold a secret too."""
    (folder / "test_broken.py").write_text(f"import os\nraise RuntimeError({f'no {KNOWN[:20]}'!r} + {KNOWN[20:]!r})\n")
    shown = run(folder, "--tb=native", "-q", "test_broken.py")
    assert "RuntimeError: no •••" in shown
    assert KNOWN not in shown


def test_names_stay_unique(folder: Path) -> None:
    """Two tests whose names differ in a secret alone are two tests still."""
    shown = run(folder, "-k", "parametrized", "--collect-only", "-q", "-vv")
    named = [line for line in shown.splitlines() if "test_parametrized" in line]
    assert len(named) == len(set(named)) == 2


class Answer:
    """What testinfra logs: the result of a command."""

    command, exit_status = b"cat .env", 0
    stdout_bytes, stderr_bytes = b"ANY=value of nobody knows what", b""

    def __str__(self) -> str:
        return repr(self.stdout_bytes)


def test_an_answer_is_not_logged() -> None:
    """testinfra logs answers before anybody can know what is secret in them: how much was said is all that is told."""
    record = mask_record(logging.LogRecord("testinfra", logging.DEBUG, "x.py", 1, "RUN %s", (Answer(),), None))
    assert "value of" not in record.getMessage()
    assert "30 bytes on stdout" in record.getMessage()


def test_a_record_that_does_not_fit() -> None:
    """A log call with the wrong arguments is told as such, and ends nothing."""
    record = mask_record(logging.LogRecord("x", logging.INFO, "x.py", 1, "a %d %d", ("one",), None))
    assert record.getMessage().startswith("a %d %d (TypeError")


def test_what_spans_lines() -> None:
    """The lines of one traceback entry are masked as one text: a key has several lines."""
    secrets = Secrets()
    use(secrets)
    try:
        lines = ["E  -----BEGIN PRIVATE KEY-----", "E  abc", "E  -----END PRIVATE KEY-----", "E  rest"]
        assert mask_parts(lines) == [f"E  {MASK}", "E  rest"]
    finally:
        leave(secrets)
