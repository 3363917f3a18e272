"""Markers with a slip in them, in places without a command, and of what nobody can be asked."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.run.declared import answers, wrong_expectations
from engine.runbook.model import RunbookError
from engine.runbook.parser import parse
from tests.conftest import ROOT
from tests.runbooks.test_expect import fence


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("# nam: a", "'nam:' is no property of an expectation; expected name, unit, severity, timeout, about, on"),
        ("# name: a   severty: P1", "'severty:' is no property"),
        ("# expct: exit 0", "'expct:' is no marker; expected 'expect:', or other words in the comment"),
        ("# Expect: number < 80", "'Expect:' is no marker; expected 'expect:'"),
        ("# expect number < 80", "'expect' is no marker; expected 'expect:'"),
        ("# expects: exit 0", "'expects:' is no marker; expected 'expect:'"),
        ("# Severity: P3", "'Severity:' is no property of an expectation"),
        ("# dangr: restart", "'dangr:' is no marker; expected 'danger:'"),
        ("# on: web-1", "'on: web-1' is no place; expected 'on: control', which is this machine"),
    ],
)
def test_a_slip_in_a_marker(marker: str, words: str) -> None:
    """What is nearly a marker or a property is told, with its line: dropped, it would change what is judged."""
    with pytest.raises(RunbookError, match=rf":8: .*{re.escape(words)}"):
        parse(Path("r.md"), fence("# expect: exit 0", marker, "true"))


@pytest.mark.parametrize(
    "words", ["Expect: nothing of it", "the unit: of this", "note: it takes long", "http: is slow"]
)
def test_other_words_are_a_comment(words: str) -> None:
    """A comment may have a colon."""
    (found,) = parse(Path("r.md"), fence(f"# {words}", "# expect: exit 0", "true")).sections[0].diagnostics
    assert found.command == "true"


@pytest.mark.parametrize(
    "text",
    [
        "- <!-- expect: exit 0 -->\n  `systemctl is-active shop`",
        "<!-- expect: exit 0 -->\n\n```bash\ntrue\n```",
        "    # expect: exit 0\n    true",
        "1. # check: os.load",
        "**Overview:**\n\n- `systemctl is-active shop` <!-- expect: exit 0 -->",
    ],
)
def test_a_marker_in_a_place_without_a_command(text: str) -> None:
    """Lost, it would ask nothing, and all would be green."""
    with pytest.raises(RunbookError, match=r"'(expect|check):' stands where no command is; expected it above"):
        parse(Path("r.md"), f"# A\n\n## B\n\n**Diagnostics:**\n\n{text}\n")


def test_what_is_to_be_filled_in() -> None:
    """A command with a blank is no redirection, and cannot be asked; a tag in quotes is no blank."""
    for command, lines in (("cat /sys/block/<device>/stat", 1), ("grep -c '<b>' /srv/index.html", 0)):
        runbook = parse(Path("r.md"), fence("# expect: exit 0", command))
        told = list(wrong_expectations(runbook, {}, (), ROOT, {}))
        assert len(told) == lines, told
        assert all("<device> has to be filled in first" in line for line in told)


def test_a_statement_says_who_is_asked() -> None:
    """SQL is for a component that takes it, and a comparison in it writes to no file."""
    text = "# A\n\n## B\n\n**Diagnostics:**\n```sql\n-- expect: number < 5\nSELECT 1 WHERE 2 > 1\n```\n"
    with pytest.raises(RunbookError, match="does not say who is asked; expected 'about: COMPONENT' below it"):
        parse(Path("r.md"), text)
    asked = parse(Path("r.md"), text.replace("SELECT", "-- about: postgres\nSELECT"))
    assert list(wrong_expectations(asked, {}, (), ROOT, {})) == []
    (fact,) = answers(asked, "shop", {}).values()
    assert (fact.needs, fact.lane) == (("postgres_asked", "target"), "client")
    other = parse(Path("r.md"), text.replace("SELECT", "-- about: redis\nDELETE FROM x; SELECT"))
    assert [line.partition(": ")[2] for line in wrong_expectations(other, {}, (), ROOT, {})] == [
        "it changes something (DELETE FROM), and a check only reads; expected '# manual: …' instead of '# expect:'",
        "'redis' takes no SQL; expected 'about:' one of postgres",
    ]


def test_whose_a_command_is() -> None:
    """A root's command has no sudo, but where it is to run as somebody else."""
    runbook = parse(Path("r.md"), fence("# expect: exit 0", "sudo -n cat /a; sudo -n -u postgres psql -l"))
    (fact,) = answers(runbook, "shop", {}).values()
    assert fact.asked(SimpleNamespace(values=dict)) == ("bash -o pipefail -c '$SUDO cat /a; $AS postgres -- psql -l'")
    assert fact.sudo
