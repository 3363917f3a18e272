"""Secrets of a hundred kinds, planted wherever a host keeps text: none of them is in any output, whatever was asked.

Fragments of LONGEST characters count as the whole.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.gather.gather import Wanted, gather
from engine.judge.handover import secret_facts
from engine.judge.shown import evidence
from engine.mask import current
from engine.run.run import resolve
from tests.conftest import run_gate
from tests.content import ROOT
from tests.lab_gate import lab
from tests.mask.kinds import NAMED, PHRASES, TOKENS
from tests.ours import CATALOGUE

pytestmark = pytest.mark.lab
HOST = "santas-1"
LONGEST = 12
LINES = [
    *(f"key {kind.text} in use" for kind in TOKENS),
    *(line for kind in PHRASES for line in kind.text.splitlines()),
    *(f"{kind.name}={kind.text}" for kind in NAMED),
]
SECRETS = [part for kind in (*TOKENS, *PHRASES, *NAMED) for part in kind.secret.splitlines() if len(part) >= LONGEST]
WINDOWS = {secret[at : at + LONGEST] for secret in SECRETS for at in range(len(secret) - LONGEST + 1)}
OPTIONS = {
    "plain": (),
    "everything of pytest's": ("-vv", "--tb=long", "-rA", "-l", "--durations=5", "-o", "junit_logging=all"),
    "log records": ("--log-cli-level=DEBUG", "--log-file={out}/log.txt", "--log-file-level=DEBUG"),
    "two workers": ("-n", "2", "--tb=short"),
    "a part": ("-k", "logs"),
    "another part": ("-k", "os.process_memory or os.load", "--log-cli-level=DEBUG"),
    "the first only": ("-x",),
    "the gravest only": ("--fail-on=P1",),
    "what failed last": ("--lf",),
    "the plan": ("--plan",),
    "a list": ("--co", "-q"),
    "the facts": ("--fixtures", "-v"),
}


def leaks(text: str) -> set[str]:
    """Returns the fragments of planted secrets in a text."""
    return {text[at : at + LONGEST] for at in range(len(text) - LONGEST + 1)} & WINDOWS


def plant(*arguments: str) -> None:
    """Runs tests/plant.sh on the host."""
    script = (Path(__file__).parent / "plant.sh").read_text(encoding="utf-8")
    run = [sys.executable, "-m", "lab", "run", HOST, "--", "bash", "-c", script, "plant.sh", *arguments]
    subprocess.run(run, input="\n".join(LINES) + "\n", text=True, timeout=120, check=True, cwd=ROOT)


@pytest.fixture(scope="module", autouse=True)
def _planted() -> Iterator[None]:
    plant("undo")
    plant()
    # Its log is what the runbook wants handed over then, and everything that needs it is red.
    lab("run", HOST, "--", "systemctl", "stop", "redis-server")
    yield
    lab("run", HOST, "--", "systemctl", "start", "redis-server")
    plant("undo")
    lab("run", HOST, "--", "systemctl", "restart", "santas-api")


def test_they_are_many() -> None:
    """The table holds what the promise says."""
    assert len({kind.name for kind in (*TOKENS, *PHRASES, *NAMED)}) >= 60
    assert len(SECRETS) >= 60


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_no_output_has_one(options: tuple[str, ...], tmp_path: Path) -> None:
    """The terminal, the page, JSON, JSON lines, JUnit, evidence files and log files of a run with these options."""
    out = ROOT / "reports" / "out" / "lab"
    before = {path for path in out.rglob("*") if path.is_file()}
    given = [option.replace("{out}", str(tmp_path)) for option in options]
    run = run_gate(
        ROOT, "--hosts=lab", f"--junitxml={tmp_path}/junit.xml", f"--findings={tmp_path}/findings.json", *given
    )
    written = [path for path in (*out.rglob("*"), *tmp_path.rglob("*")) if path.is_file() and path not in before]
    for name, text in {"terminal": run.text, **{p.name: p.read_text("utf-8", "replace") for p in written}}.items():
        assert not leaks(text), f"{name} of {options}"


def test_no_fact_shows_one() -> None:
    """Every fact of the catalogue, gathered from the host and shown as evidence, long and short."""
    run = resolve(ROOT, "lab", None, {}, ROOT)
    target = next(target for target in run.targets if target.host.name == HOST)
    names = [name for name in CATALOGUE if _asked(name, target)]
    secret = secret_facts(target, CATALOGUE, names)
    with tempfile.TemporaryDirectory() as folder:
        run.facts = dict(gather([Wanted(target, (*secret, *names))], CATALOGUE, run.secrets, Path(folder)))
    known = run.facts[target.id]
    # They were there to be seen.
    holding = {name for name, answer in known.answers.items() if leaks(answer.stdout)}
    assert len(holding) >= 12, sorted(holding)
    current.use(run.secrets)
    try:
        shown = [each for limit in (2000, 1024 * 1024) for each in evidence(run, target, CATALOGUE, names, limit)]
        texts = {name: run.secrets.redact(str(known.get(name))) for name in names}
    finally:
        current.leave(run.secrets)
    for each in shown:
        assert not leaks(f"{each.asked}\n{each.answer}"), each.fact
    for name, text in texts.items():
        assert not leaks(text), name


def _asked(name: str, target: object) -> bool:
    try:
        for each in CATALOGUE.chain([name]):
            CATALOGUE[each].asked(target)  # type: ignore[arg-type]
    except KeyError:
        return False
    return True
