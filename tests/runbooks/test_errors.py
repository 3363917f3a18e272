"""A mistake in a runbook is one line: file, line, what is wrong, what was expected."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.runbook.fill import fill
from engine.runbook.model import RunbookError
from engine.runbook.parser import parse

DIAGNOSTICS = "# R\n\n## A\n\n**Diagnostics:**\n\n```bash\n"
RESOLUTION = "# R\n\n## A\n\n**Resolution:**\n\n```bash\n"
NAME = "expected component.name, lower case, [a-z0-9_]"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(
            f"{RESOLUTION}# check: a.b\ntrue\n```\n",
            "r.md:8: 'check:' stands outside the diagnostics of a section; "
            "expected it above a command of the diagnostics of a section",
            id="a check in a resolution",
        ),
        pytest.param(
            "# R\n\n```bash\n# check: a.b\ntrue\n```\n",
            "r.md:4: 'check:' stands outside the diagnostics of a section; "
            "expected it above a command of the diagnostics of a section",
            id="a check outside any section",
        ),
        pytest.param(
            f"{DIAGNOSTICS}true\n# danger: none\ntrue\n```\n",
            "r.md:9: 'danger:' stands outside a resolution; expected it above a command of a resolution",
            id="a danger in diagnostics",
        ),
        pytest.param(
            f"{DIAGNOSTICS}# check: redis\ntrue\n```\n", f"r.md:8: 'redis' is no check name; {NAME}", id="no dot"
        ),
        pytest.param(
            f"{DIAGNOSTICS}true\n\n# check: a.b, Redis.Ping\ntrue\n```\n",
            f"r.md:10: 'Redis.Ping' is no check name; {NAME}",
            id="capitals, in the second name",
        ),
        pytest.param(f"{DIAGNOSTICS}# check:\ntrue\n```\n", f"r.md:8: '' is no check name; {NAME}", id="no name"),
        pytest.param(
            f"{RESOLUTION}# danger: reboot\ntrue\n```\n",
            "r.md:8: 'reboot' is no danger; expected one of none, restart, config-change, data-loss",
            id="an unknown danger",
        ),
        pytest.param(
            f"{DIAGNOSTICS}# manual:\nhtop\n```\n",
            "r.md:8: 'manual:' gives no reason; expected the reason why no check automates the command",
            id="manual without a reason",
        ),
        pytest.param(
            f"{DIAGNOSTICS}# check: a.b\n\ntrue\n```\n",
            "r.md:8: this marker has no command below it; expected a command on the next line",
            id="a marker above a blank line",
        ),
        pytest.param(
            "# R\n\n## A\n\n**Severity:** urgent\n",
            "r.md:5: 'urgent' is no severity; expected P1, P2 or P3, or a word that `severities` of system.yml has",
            id="an unknown severity",
        ),
    ],
)
def test_mistake(text: str, line: str) -> None:
    """The line is that of the mistake itself."""
    with pytest.raises(RunbookError) as caught:
        parse(Path("r.md"), text)
    assert str(caught.value) == line


def test_a_runbook_that_is_not_there(tmp_path: Path) -> None:
    """The file is named, and what it should have been."""
    with pytest.raises(RunbookError, match=r"gone.md:1: cannot be read .*; expected a Markdown file"):
        parse(tmp_path / "gone.md")


def test_every_mistake_is_told() -> None:
    """One pass tells all of them, in the order of the lines."""
    text = f"{DIAGNOSTICS}# check: nodot, a.B\ntrue\n# danger: none\ntrue\n```\n\n**Severity:** urgent\n\n{RESOLUTION}"
    text += "# danger: reboot\ntrue\n# check: a.b\ntrue\n# danger: restart\n```\n"
    with pytest.raises(RunbookError) as caught:
        parse(Path("r.md"), text)
    lines = [str(line).partition(";")[0] for line in caught.value.args]
    assert lines == [
        "r.md:8: 'nodot' is no check name",
        "r.md:8: 'a.B' is no check name",
        "r.md:10: 'danger:' stands outside a resolution",
        "r.md:14: 'urgent' is no severity",
        "r.md:23: 'reboot' is no danger",
        "r.md:25: 'check:' stands outside the diagnostics of a section",
        "r.md:27: this marker has no command below it",
    ]


@pytest.mark.parametrize(
    ("first", "language"),
    [("echo \"x", "bash"), ("if true; then", "bash"), ("f() {", "bash"), ("a=(", "sh"), ("cat <<EOF", "bash"),
     ("echo $(", "bash"), ("SELECT (", "sql"), ("x = (", "python"), ("(" * 20_000, "bash"), ("echo 'x", "console")],
)  # fmt: skip
def test_what_never_ends_costs_no_time(first: str, language: str) -> None:
    """A command that stays open to the end of its fence is read once, however long that is: it took 35 s."""
    lines = "some words here and there\n" * 5000
    started = time.process_time()
    runbook = parse(Path("r.md"), f"# R\n\n## A\n\n**Diagnostics:**\n\n```{language}\n{first}\n{lines}```\n")
    assert runbook.sections[0].diagnostics[0].command.startswith(first)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ redis.prot }}", "'redis.prot' is not known; expected one of redis.port"),
        ("{{ 1 / 0 }}", "template cannot be filled (division by zero); expected {{ name }}"),
        ("{{ redis.port() }}", "template cannot be filled ('int' object is not callable); expected {{ name }}"),
        ("{{ redis.port + 'x' }}", "template cannot be filled (unsupported operand type(s) for +: 'int' and 'str')"),
        ("{{ redis.port | nosuch }}", "template cannot be read (No filter named 'nosuch'.)"),
        ("{{ redis.port", "template cannot be read (unexpected end of template"),
        ("{{ }}", "template cannot be read (Expected an expression"),
        ("{{ redis.log }}", "'redis.log' is not set; expected a value for it in the system's settings"),
        ("{{ redis.__class__ }}", "access to attribute '__class__'"),
        ("{{ range(999999999) | list }}", "template cannot be filled (Range too big"),
        ("{{ " + "(" * 3000 + " }}", "template cannot be filled (maximum recursion depth exceeded"),
    ],
)
def test_templates(template: str, told: str) -> None:
    """Whatever an expression does that is wrong, it is one line."""
    with pytest.raises(RunbookError) as caught:
        fill(f"a\n{template}", {"redis": {"port": 6379, "log": None}}, "r.md:7")
    assert str(caught.value).startswith(("r.md:8: ", "r.md:7: "))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
