"""Runbooks of both styles are read alike: labels as bold lines over numbered steps, and labels as headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runbook.model import Runbook, RunbookError, Section, Step
from engine.runbook.parser import parse

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def bold() -> Runbook:
    return parse(DATA / "bold-labels.md")


@pytest.fixture(scope="module")
def headings() -> Runbook:
    return parse(DATA / "headings.md")


def section(runbook: Runbook, end: str) -> Section:
    return next(s for s in runbook.sections if s.title.endswith(end))


def test_only_headings_with_content_are_sections(bold: Runbook, headings: Runbook) -> None:
    """A title is chapter / heading without markup; chapters with nothing of their own are no sections."""
    assert [s.title for s in bold.sections] == [
        "Quick look",
        "Parts / Beacon silent",
        "Parts / Lamp dark",
        "Emergency procedures / Everything dark",
    ]
    assert [s.title for s in headings.sections] == [
        "Common problems / 1. Crane's motor stops",
        "Common problems / 2. Crane's motor stops",
        "Performance optimization / Faster",
    ]
    assert (bold.title, headings.title) == ("Sleigh telemetry", "Harbour")


def test_anchors_are_those_of_github(headings: Runbook) -> None:
    """Punctuation goes, blanks become hyphens, a repeated heading is numbered."""
    assert [s.anchor for s in headings.sections] == ["1-cranes-motor-stops", "2-cranes-motor-stops", "faster"]
    twice = parse(Path("r.md"), "## A\n### B\n**Severity:** P1\n### B\n**Severity:** P2\n")
    assert [s.anchor for s in twice.sections] == ["b", "b-1"]


def test_bold_labels(bold: Runbook) -> None:
    """Severity, symptoms and escalation follow their bold labels; a wrapped line goes on."""
    beacon = section(bold, "Beacon silent")
    assert (beacon.line, beacon.severity) == (15, "P1")
    assert beacon.symptoms == ("No signal for a minute", "`beacon` says nothing")
    assert beacon.escalation == ("DevOps team, with the log and the time.", "The last lines of the log")


def test_label_headings(headings: Runbook) -> None:
    """The same labels as headings, a severity with words behind it, paragraphs and lists."""
    crane = headings.sections[0]
    assert (crane.line, crane.severity) == (6, "P2")
    assert crane.symptoms == ("Containers wait",)
    assert crane.escalation == ("If it stops again, call the harbour master with:", "The motor's hours")
    assert headings.sections[1].symptoms == ("Nothing moves.",)


def test_a_marker_holds_until_a_blank_line_or_the_next_marker(bold: Runbook) -> None:
    """Every command below a marker belongs to it, with its own line."""
    found = [(d.line, d.command.split("\n")[0], d.checks, d.manual) for d in section(bold, "Beacon silent").diagnostics]
    assert found == [
        (28, "redis-cli -e ping", ("redis.answers_ping", "app.unit_running"), None),
        (29, "systemctl is-active beacon", ("redis.answers_ping", "app.unit_running"), None),
        (31, "uptime", (), None),
        (37, 'psql -c "', ("postgres.answers",), None),
        (43, "htop", (), "interactive"),
        (48, "SELECT pid", ("postgres.lock_waits",), None),
        (51, "SELECT 1;", (), None),
    ]


def test_commands_of_several_lines_stay_together(bold: Runbook, headings: Runbook) -> None:
    """Open quotes, backslashes and heredocs hold blank lines; a statement ends with its semicolon."""
    commands = [d.command for d in section(bold, "Beacon silent").diagnostics]
    assert 'psql -c "\nSELECT 1;\n\nSELECT 2;\n"' in commands
    assert "SELECT pid\nFROM pg_locks;" in commands
    script, curl, heredoc = headings.sections[0].diagnostics
    assert script.command == "db.adminCommand({ping: 1})\ndb.hello()"
    assert curl.command == "curl -fsS --max-time 5 \\\n  http://localhost/load"
    assert heredoc.command.splitlines()[-2:] == ['print("a line after a blank one")', "PY"]
    assert script.checks == ("mongodb.answers",)
    assert curl.checks == heredoc.checks == ("os.load",)


def test_steps_of_a_resolution(bold: Runbook, headings: Runbook) -> None:
    """Items that say what to do are steps; the words of an item lead its first command, comments are its text."""
    assert section(bold, "Beacon silent").resolution == (
        Step("", 56, "none", "Read the log first."),
        Step("systemctl restart beacon", 61, "restart", "Start it again: Waits until it is up."),
        Step("logger done", 63),
    )
    assert headings.sections[0].resolution == (
        Step("", 35, "none", "Switch the motor off"),
        Step("rm -rf /tmp/crane", 40, "data-loss", "Then on again"),
        Step("crane limit 5", 44, "config-change", "The limit is raised for good."),
    )


def test_a_list_below_an_item_is_its_steps(bold: Runbook) -> None:
    """An item that only introduces others is no step of its own."""
    steps = section(bold, "Everything dark").resolution
    assert [s.text for s in steps] == ["Assess: Look at the sky", "Assess: Call the pole"]


def test_a_comment_with_no_command_is_a_step_in_words() -> None:
    """In a resolution a comment that stands alone still says something to do."""
    text = "## A\n**Resolution:**\n```bash\n# Buy a bigger disk.\n\ntrue\n```\n"
    assert parse(Path("r.md"), text).sections[0].resolution == (
        Step("", 4, "none", "Buy a bigger disk."),
        Step("true", 6),
    )


def test_a_fence_without_a_label(bold: Runbook, headings: Runbook) -> None:
    """It is something to look at, unless its chapter tells people to act; other languages are not read."""
    assert [d.command for d in section(bold, "Quick look").diagnostics] == ["uptime", "df -P"]
    assert [d.command for d in section(bold, "Lamp dark").diagnostics] == ["echo note"]
    assert [s.command for s in section(headings, "Faster").resolution] == ["crane speed 2"]


def test_contacts(bold: Runbook, headings: Runbook) -> None:
    """A contact list belongs to the document, as does an escalation path below it."""
    assert bold.contacts == ("Pole: pole@example.org", "The pole")
    assert headings.contacts == ("Harbour master: +1-555-0100",)


def test_sections_of_a_check_have_those_with_a_resolution_first() -> None:
    """The first section that says what to do is the one to show."""
    fence = "```bash\n# check: a.b\ntrue\n```\n"
    text = f"## One\n{fence}\n## Two\n{fence}\n**Resolution:**\n- Do it.\n"
    assert [s.title for s in parse(Path("r.md"), text).sections_of("a.b")] == ["Two", "One"]


FUNCTIONS = """# R

```bash
# What it is for.
ask() { cat | tool "$1"; }

ask_all() {
  tool
}
```

## A

**Resolution:**
```bash
N=1 ask door <<'END'
asked
END

task; ask_all; true

true && task
```
"""


def test_functions_of_the_head_stand_before_what_calls_them() -> None:
    """A command that is pasted alone brings the functions that it calls, and no others."""
    runbook = parse(Path("r.md"), FUNCTIONS)
    assert {name: step.line for name, step in runbook.functions.items()} == {"ask": 5, "ask_all": 7}
    ask, both, none = (step.command for step in runbook.sections[0].resolution)
    assert runbook.pasteable(ask) == f'ask() {{ cat | tool "$1"; }}\n{ask}'
    assert runbook.pasteable(both) == f"ask_all() {{\n  tool\n}}\n{both}"
    assert runbook.pasteable(none) == none


CALLS = (
    "tell one", "  tell one", "A=1 tell one", "a && tell one", "a | tell one", "! tell one", "(tell one)",
    "echo $(tell one)", "echo `tell one`", "{ tell one; }", "while read -r a; do tell one; done",
    "if tell one; then true; fi", "if true; then tell one; else\n  tell two; fi", "until tell one; do sleep 1; done",
)  # fmt: skip
NO_CALLS = ("echo tell", "tell-all one", "cat /etc/tell", "systemctl restart tell", "do_tell one", "ls do tell.txt")


@pytest.mark.parametrize("command", CALLS)
def test_a_function_is_called_wherever_a_command_may_stand(command: str) -> None:
    """Also behind a keyword of the shell; what the function calls itself comes with it."""
    runbook = parse(Path("r.md"), "```bash\nshow() { cat; }\n\ntell() { true | show; }\n```\n")
    assert runbook.pasteable(command) == f"show() {{ cat; }}\ntell() {{ true | show; }}\n{command}"


@pytest.mark.parametrize("command", NO_CALLS)
def test_a_word_is_no_call(command: str) -> None:
    """An argument, a path and another command's name bring nothing along."""
    assert parse(Path("r.md"), "```bash\ntell() { true; }\n```\n").pasteable(command) == command


@pytest.mark.parametrize(
    ("text", "section"),
    [
        pytest.param("**Resolution:**\n\n- **a bold\n  sentence** that goes on\n", "a bold sentence", id="an item"),
        pytest.param("**Resolution:**\n\n**a bold\nsentence** of prose\n\n- do this\n", "do this", id="prose"),
        pytest.param("**Resolution\nSteps:**\n\n- do this\n", "do this", id="a label over two lines"),
        pytest.param("**Resolution:**\n\n- [a\n  link](x) here\n", "a link here", id="a link"),
        pytest.param("**Resolution:**\n\n- ***bold\n  and\n  more***\n", "bold and more", id="three lines"),
        pytest.param("**Resolution:**\n\n- **a** and **b\n  c**\n", "a and b c", id="the second one"),
    ],
)  # fmt: skip
def test_markup_over_several_lines(text: str, section: str) -> None:
    """What is bold, or a link, may end on a later line; a label is still one."""
    (found,) = parse(Path("r.md"), f"# R\n\n## A\n\n**Severity:** P2\n\n{text}").sections
    assert found.severity == "P2"
    assert [step.text for step in found.resolution][-1].startswith(section)


def test_lines_below_markup_over_several_lines() -> None:
    """The lines of what follows in the same paragraph are counted rightly."""
    text = "# R\n\n## A\n\n**Resolution:**\n\n- **a\n  b**\n  c\n\n## B\n\n**x\ny** z\n**Severity:** urgent\n"
    with pytest.raises(RunbookError, match=r"r.md:15: 'urgent' is no severity"):
        parse(Path("r.md"), text)


def test_only_newlines_end_a_line() -> None:
    """A form feed or a separator of Unicode's inside a command moves no line number."""
    text = "# R\n\n## A\n\n**Diagnostics:**\n\n```bash\necho a\x0cb\u2028c\n# check: a.b\ntrue\n```\n"
    (section,) = parse(Path("r.md"), text).sections
    assert [(d.command, d.line) for d in section.diagnostics] == [("echo a\x0cb\u2028c", 8), ("true", 10)]
