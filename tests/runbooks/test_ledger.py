"""The ledger says of each thing that is asked which checks answer it, and docs/coverage.md shows just that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.run.checks import read_checks
from engine.run.run import all_systems
from engine.runbook import __main__ as command
from engine.runbook.ledger import load, page, places
from engine.runbook.model import RunbookError
from tests.conftest import ROOT

ENTRIES = {"santas-gift-finder": 88, "family-management": 65}
LEDGERS = {system: load(ROOT / "runbooks" / system / "ledger.yml") for system in ENTRIES}
PLACES = {system.id: places(system.runbook) for system in all_systems(ROOT) if system.id in ENTRIES}
# A runbook without a system.yml beside it may name checks that are still to be made.
RUNNING = [system for system in ENTRIES if (ROOT / "runbooks" / system / "system.yml").is_file()]
RUNBOOK = """# Harbour: runbook

## Crane stuck

```bash
# check: crane.turns, crane.lifts
true
# manual: not automated yet: crane.greased
true
```
"""


def harbour(root: Path, ledger: str) -> Path:
    """Makes a small system with this ledger; returns the ledger's path."""
    folder = root / "runbooks" / "harbour"
    folder.mkdir(parents=True)
    (root / "docs").mkdir()
    (folder / "runbook.md").write_text(RUNBOOK)
    (folder / "system.yml").write_text("name: Harbour\ncomponents:\n  crane: {}\n  lamp: {absent: it is day}\n")
    (folder / "ledger.yml").write_text(ledger)
    return folder / "ledger.yml"


def test_the_page_is_current() -> None:
    """After a change of a runbook or a ledger the page has to be written again."""
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == page(ROOT), (
        "run: python -m engine.runbook coverage"
    )


@pytest.mark.parametrize("system", ENTRIES)
def test_no_entry_is_left_out(system: str) -> None:
    """As many entries as the ledger has always had, and few of them left to people."""
    assert len(LEDGERS[system]) == ENTRIES[system]
    assert sum(bool(entry.reason) for entry in LEDGERS[system]) <= 8


@pytest.mark.parametrize("system", RUNNING)
def test_every_entry_is_in_the_page(system: str) -> None:
    """What is asked of a system that the suite knows can be looked up."""
    text = page(ROOT)
    assert all(f"| `{entry.id}` |" in text for entry in LEDGERS[system])


@pytest.mark.parametrize("system", ENTRIES)
def test_every_check_is_named_by_the_runbook(system: str) -> None:
    """Nothing is promised that has no line in the runbook."""
    for entry in LEDGERS[system]:
        assert set(entry.checks) <= set(PLACES[system]), entry.id


@pytest.mark.parametrize("system", RUNNING)
def test_every_check_exists_or_is_announced(system: str) -> None:
    """A check of the ledger is in checks/, or the runbook says that it is still to be made."""
    announced = {name for name, found in PLACES[system].items() if any(place.planned for place in found)}
    known = set(read_checks(ROOT / "checks")) | announced
    for entry in LEDGERS[system]:
        assert set(entry.checks) <= known, entry.id


@pytest.mark.parametrize("system", ENTRIES)
def test_the_words_are_short_and_of_their_own(system: str) -> None:
    """What is asked fits a line, and no two entries ask for the same."""
    asked = [entry.asks for entry in LEDGERS[system]]
    assert len(set(asked)) == len(asked)
    assert all(len(text) <= 90 and not text.endswith(".") and "|" not in text for text in asked)


def test_the_page(tmp_path: Path) -> None:
    """Checks with their lines, those to come, people with their reason, and what nobody asked for."""
    harbour(
        tmp_path,
        "a.1:\n  asks: It turns\n  checks: [crane.turns]\n"
        "a.2:\n  asks: It is greased\n  checks: [crane.greased]\n"
        "a.3:\n  asks: It is painted\n  reason: a matter of taste\n",
    )
    text = page(tmp_path)
    link = "../runbooks/harbour/runbook.md#crane-stuck"
    assert "## Harbour: runbook" in text
    assert "3 entries of the ledger: 1 answered by checks, 1 that wait for a check, " in text
    assert "0 about what is not there, 1 left to people." in text
    assert f"| `a.1` | It turns | `crane.turns` in [Crane stuck]({link}) |" in text
    assert f"| `a.2` | It is greased | `crane.greased` (not automated yet) in [Crane stuck]({link}) |" in text
    assert "| `a.3` | It is painted | people: a matter of taste |" in text
    assert text.endswith("Checks beyond the ledger: `crane.lifts`.\n")


def test_what_is_absent_says_so(tmp_path: Path) -> None:
    """A check of a component that the system has not is no answer."""
    path = harbour(tmp_path, "a.1: {asks: It shines, checks: [lamp.shines]}\n")
    path.with_name("runbook.md").write_text(RUNBOOK.replace("crane.lifts", "lamp.shines"))
    text = page(tmp_path)
    assert "`lamp.shines` (not there: it is day) in [Crane stuck]" in text
    assert "0 answered by checks, 0 that wait for a check, 1 about what is not there" in text


def test_what_no_run_makes_is_not_beyond_the_ledger(tmp_path: Path) -> None:
    """A chapter that is shared names checks of components that this system has not."""
    path = harbour(tmp_path, "a.1: {asks: It turns, checks: [crane.turns]}\n")
    path.with_name("runbook.md").write_text(RUNBOOK.replace("crane.lifts", "ship.sails, lamp.shines, os.reachable"))
    assert page(tmp_path).endswith("Checks beyond the ledger: `crane.greased`, `os.reachable`.\n")


@pytest.mark.parametrize(
    ("ledger", "words"),
    [
        ("a: {asks: x}\n", "1: 'a' is not understood; expected 'asks', and either 'checks' or 'reason'"),
        ("a: {asks: x, checks: [b.c], reason: y}\n", "1: 'a' is not understood"),
        ("\na: {asks: x, checks: b.c}\n", "2: the checks of 'a' are no list"),
        ("a: {asks: x, checks: []}\n", "1: 'a' has an empty value"),
        ("a: {asks: '', reason: y}\n", "1: 'a' has an empty value"),
        ("a: {asks: x, reason: y}\na: {asks: x, reason: y}\n", "2: 'a' is a duplicate of the key on line 1"),
        ("- a\n", "1: the file is not a mapping; expected 'key: value' lines"),
        ("a: [\n", "2: not valid YAML: did not find expected node content"),
        ("a: {asks: x, checks: [crane.turn]}\n", "1: the runbook names no check 'crane.turn'; expected crane.turns"),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, ledger: str, words: str) -> None:
    """One line: file, line, what is wrong, what was expected."""
    path = harbour(tmp_path, ledger)
    with pytest.raises(RunbookError, match=re.escape(f"{path}:{words}")) as error:
        page(tmp_path)
    assert "\n" not in str(error.value)


def test_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`coverage` writes the page and exits 0; with a mistake it writes nothing and exits 2."""
    monkeypatch.setattr(command, "ROOT", tmp_path)
    path = harbour(tmp_path, "a.1: {asks: It turns, checks: [crane.turns]}\n")
    assert command.main(["coverage"]) == 0
    written = (tmp_path / "docs" / "coverage.md").read_text()
    assert written == page(tmp_path)
    path.write_text("a.1: {asks: It turns}\n")
    assert command.main(["coverage"]) == 2
    assert (tmp_path / "docs" / "coverage.md").read_text() == written
    assert "ledger.yml:1: 'a.1' is not understood" in capsys.readouterr().err
