"""The terminal's summary: the verdict first and last, six lines a cause, all of it with -v, at any width."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.conftest import Project
from tests.reports.conftest import RUNBOOK, check, document
from tests.terminals import on_terminal

WRONG = 'assert identity == "x", "found something else"'
STEP = """**Resolution:** mind the gap.

```bash
# See who it is.
{}
```

```bash
# danger: restart
systemctl restart try
```

**Escalation:** Data loss: administrator within the hour.
"""
HEAD = "**How fast:**\n\n- P2: within 1 hour.\n\n"
CONTACTS = """
## Contacts

- Administrator: nights too, +49 30 901820

| Issue | First | Second |
| --- | --- | --- |
| Data loss | Administrator | CTO |
"""
LONG = f"id; echo '{'long ' * 60}'"


def summary(text: str) -> list[str]:
    """Returns the lines of the summary: between pytest's dots and its last line."""
    lines = text.splitlines()
    begins = next(n for n, line in enumerate(lines) if line.endswith("%]"))
    ends = next(n for n, line in enumerate(lines) if re.fullmatch(r"(=+ )?\d+ \w+.* in [\d.]+s( =+)?", line))
    return [line for line in lines[begins + 1 : ends] if line]


def causes(text: str) -> Iterator[list[str]]:
    """Yields the lines of each cause."""
    for block in re.split(r"\n(?=\d+\. )", text)[1:]:
        yield re.split(r"\n(?! )", block)[0].rstrip().splitlines()


@pytest.fixture
def guided(suite: Project) -> Project:
    """The suite, whose second section has two steps and says whom to call, and fails."""
    resolving(suite, "id")
    check(suite, WRONG)
    return suite


def resolving(suite: Project, command: str) -> None:
    """Gives the second section a resolution that begins with a command."""
    text = (suite.root / RUNBOOK).read_text(encoding="utf-8").partition("**Resolution:**")[0]
    text = text.partition("## Host")[2] if HEAD in text else text.partition("# Try\n\n## Host")[2]
    suite.write(RUNBOOK, f"# Try\n\n{HEAD}## Host{text}{STEP.format(command)}{CONTACTS}")


def test_the_verdict_is_first_and_last(guided: Project) -> None:
    """In words before the causes, in counts behind them."""
    lines = summary(guided.gate("--hosts=try").text)
    assert lines[0] == "Do not deploy: Wrong <b> (os.tried) on here."
    assert lines[1].startswith("1. os.tried on here")
    assert lines[-2].startswith("report: file://")
    assert lines[-1] == "NOT READY: 1 cause, 1 failed, 1 passed on 1 host"


def test_a_cause_is_six_lines(guided: Project) -> None:
    """What it is, what was found, the first step with its command, whom to call by when, and where the rest is."""
    (lines,) = causes(guided.gate("--hosts=try").text)
    assert lines[:4] == [
        "1. os.tried on here  [P2, try]",
        "   found    found something else",
        "   step     2 of 3: mind the gap. See who it is.",
        "    id",
    ]
    by = document(guided)["findings"][1]["call"]["by"][11:16]
    assert lines[4:] == [
        f"   call     by {by} UTC: Administrator, then CTO",
        "   more     all of it: report.html#cause-1 or -v",
    ]


def test_all_of_it_is_there_with_v(guided: Project) -> None:
    """What must be so, the section, every step, the escalation and the contacts."""
    (lines,) = causes(guided.gate("--hosts=try", "-v").text)
    assert len(lines) > 6
    assert "   expected It is well." in lines
    assert "    systemctl restart try" in lines
    assert "   contact  Administrator: nights too, +49 30 901820" in lines
    assert not [line for line in lines if line.startswith("   more ")]


def test_what_follows_is_counted(guided: Project) -> None:
    """A host that is away: the checks that it blocks are a number, and the headline has it too."""
    guided.replace("inventory/try.yml", "local://", "ssh://nobody@127.0.0.9:1")
    text = guided.gate("--hosts=try").text
    (lines,) = causes(text)
    assert "1 other finding follows from it." in summary(text)[0]
    assert lines[-1] == "   more     1 blocked; all of it: report.html#cause-1 or -v"
    assert len(lines) <= 6


def test_a_long_command_is_whole(guided: Project) -> None:
    """However narrow the terminal is."""
    resolving(guided, LONG)
    assert f"    {LONG}" in guided.gate("--hosts=try").text.splitlines()


def test_several_lines_are_in_the_report(guided: Project) -> None:
    """Half a command is none: how many lines it has, and where."""
    resolving(guided, "for n in 1 2; do\n  id\ndone")
    (lines,) = causes(guided.gate("--hosts=try").text)
    assert lines[2] == "   step     2 of 3, 3 lines in report.html#cause-1: mind the gap. See who it is."
    assert "done" not in "\n".join(lines)


def test_a_dangerous_command_stands_below_all_its_words(guided: Project) -> None:
    """A warning that was cut warns of nothing, so that the command is not there either; a short one is."""
    guided.replace(RUNBOOK, "# See who it is.", "# See who it is.\n# danger: restart")
    (lines,) = causes(guided.gate("--hosts=try").text)
    assert lines[2:4] == ["   step     2 of 3: mind the gap. See who it is. [restarts a service]", "    id"]
    guided.replace(RUNBOOK, "mind the gap.", f"mind {'the ' * 40} gap.")
    (lines,) = causes(guided.gate("--hosts=try").text)
    assert lines[2].startswith("   step     2 of 3 [restarts a service], 1 line in report.html#cause-1: mind the")
    assert "    id" not in lines
    assert len(lines) <= 6


def test_without_a_page_the_rest_is_in_the_json(guided: Project) -> None:
    """Where pytest-html is off."""
    (lines,) = causes(guided.gate("--hosts=try", "-p", "no:html").text)
    assert lines[-1] == "   more     all of it: findings.json or -v"


def test_a_healthy_run_is_short(suite: Project) -> None:
    """A line for each system with its chapters, and the verdict, each once."""
    check(suite, "assert identity")
    lines = summary(suite.gate("--hosts=try").text)
    assert lines[0] == "try passed: Host 2"
    assert lines[1].startswith("report: file://")
    assert lines[2:] == ["READY: 2 checks passed on 1 host"]
    assert summary(suite.gate("--hosts=try", "-q").text)[0].startswith("report: ")


def test_what_is_accepted_is_not_told_as_passed(suite: Project) -> None:
    """Two checks, one of which is only a warning."""
    check(suite, WRONG)
    lines = summary(suite.gate("--hosts=try", "--fail-on=P1").text)
    assert lines[0] == "try passed: Host 1 of 2"
    assert lines[1].startswith("warned: os.tried on here: found something else")


@pytest.mark.parametrize("options", ["", "-v"])
def test_it_fits_a_narrow_terminal(guided: Project, monkeypatch: pytest.MonkeyPatch, options: str) -> None:
    """No line is wider than 40 columns, but commands and paths."""
    resolving(guided, LONG)
    word = "x" * 100
    guided.replace("checks/test_os.py", "found something else", f"no {word} and {'more ' * 20} at /{word}")
    monkeypatch.setenv("COLUMNS", "40")
    lines = summary(guided.gate("--hosts=try", *options.split()).text)
    wide = [line for line in lines if len(line) > 40]
    assert f"    {LONG}" in "\n".join(wide)
    # Lines of a paste begin behind four blanks; its comments wrap, as all words do.
    words = [line for line in wide if not re.match(r" {4}[^ #]", line)]
    assert not [line for line in words if "/" not in line]
    assert any(line.startswith("   found    no") for line in lines)


def test_no_color_is_honoured(guided: Project) -> None:
    """On a terminal there are colours; with NO_COLOR there is no escape at all, and the same words."""
    shown = on_terminal(guided.root, "--hosts=try")
    plain = on_terminal(guided.root, "--hosts=try", NO_COLOR="1")
    assert re.search(r"\x1b\[31m.*Do not deploy", shown)
    assert "Do not deploy: Wrong <b> (os.tried) on here." in plain
    assert "\x1b" not in plain
