"""Runbooks as people have them: a page an alert, a guide with prompts, check boxes and plain lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.problems import ConfigError
from engine.run.system import load_system
from engine.runbook.coverage import coverage_lines
from engine.runbook.model import Runbook, RunbookError, Section
from engine.runbook.parser import parse
from tests.conftest import ROOT

SHAPES = Path(__file__).parent / "data" / "shapes"


@pytest.fixture(scope="module")
def guide() -> Runbook:
    return parse(SHAPES / "guide.md")


def commands(section: Section) -> list[str]:
    return [each.command for each in section.diagnostics]


def test_a_page_is_a_section() -> None:
    """Prompts and what came in answer go, also root's; a list of check boxes is read."""
    (page,) = parse(SHAPES / "page.md").sections
    assert (page.title, page.line, page.anchor) == ("DiskAlmostFull", 6, "diskalmostfull")
    assert page.symptoms == ("Little space is left.", "Nothing can be written.")
    assert commands(page) == [
        "NODE_NAME='<instance of the alert>'",
        'oc debug "node/$NODE_NAME"',
        "df -h",
        "lsof -n",
        "df -i",
        "du -xh /var | sort -h | tail",
    ]
    assert [step.command or step.text for step in page.resolution] == [
        "journalctl --vacuum-size=200M",
        "kubectl drain <node>",
        "See the handbook.",
    ]


def test_lists_prompts_of_other_programs_and_queries(guide: Runbook) -> None:
    """`# Troubleshooting` says what its sections are; log lines are no commands."""
    assert [(each.title, commands(each)) for each in guide.sections] == [
        ("Is it up?", ["systemctl status nginx", "nc -zv localhost 80"]),
        ("Is it up? / 1. Sessions", ["info clients", "client list"]),
        ("Slow queries", ["select pid, state\nfrom pg_stat_activity\nwhere state <> 'idle';"]),
    ]


def test_plain_lists() -> None:
    """A line that ends with a colon is a label, also behind an item; an item may be a command without code."""
    (load,) = parse(SHAPES / "list.md").sections
    assert (load.title, load.severity, load.symptoms) == ("High load", "P2", ("slow pages",))
    assert commands(load) == ["uptime", "htop", "ps aux --sort=-%cpu | head", "vmstat 1 5"]
    assert [step.text for step in load.resolution] == ["Restart the culprit"]
    assert load.escalation == ("nobody knows",)


@pytest.mark.parametrize(
    ("words", "severity"),
    [("Critical", "P1"), ("SEV-2 - some", "P2"), ("warning", "P2"), ("Low (now)", "P3"), ("P3", "P3")],
)  # fmt: skip
def test_severities_in_words(words: str, severity: str) -> None:
    """The usual words, with whatever stands around them."""
    assert parse(Path("r.md"), f"## A\n\n**Severity:** {words}\n").sections[0].severity == severity


def test_markers_behind_commands_in_a_list() -> None:
    """A marker belongs to the commands before it on the line."""
    text = (
        "## A\n\n**Checks:**\n- `top` / `htop` <!-- manual: interactive -->\n- `df` <!-- check: os.load --> `uptime`\n"
    )
    found = parse(Path("r.md"), text).sections[0].diagnostics
    assert [(each.command, each.checks, each.manual) for each in found] == [
        ("top", (), "interactive"),
        ("htop", (), "interactive"),
        ("df", ("os.load",), None),
        ("uptime", (), None),
    ]


def test_a_list_without_a_label() -> None:
    """Code that looks is a diagnostic; what changes something is none."""
    book = parse(
        Path("r.md"),
        "## Disk\n\n- look: `df -h`, `docker logs <name> --tail 9`, `/var/log/a.log`\n- never: `rm -rf /var/log`\n",
    )
    assert commands(book.sections[0]) == ["df -h", "docker logs <name> --tail 9"]


def test_a_fence_without_a_label_that_changes_something() -> None:
    """It is a resolution: nobody wants it run as a check."""
    (section,) = parse(Path("r.md"), "## Nginx\n\n```bash\nsudo systemctl restart nginx\n```\n").sections
    assert (section.diagnostics, [step.command for step in section.resolution]) == (
        (),
        ["sudo systemctl restart nginx"],
    )


def test_a_fence_of_which_a_command_changes_something() -> None:
    """What looks is looked with, and what changes something is a step with its words."""
    text = "## A\n\n```bash\n# Look.\ndf -h\n\n# Make room.\njournalctl --vacuum-size=1G\nuptime\n```\n"
    (section,) = parse(Path("r.md"), text).sections
    assert commands(section) == ["df -h", "uptime"]
    assert [(step.text, step.command) for step in section.resolution] == [
        ("Make room.", "journalctl --vacuum-size=1G"),
    ]


def test_headings_below_a_label_are_what_it_says() -> None:
    """`## Troubleshooting` may have headings of its own, which are no part of the chapter before it."""
    text = "## Redis\n\n### Checks\n\n- `redis-cli ping`\n\n## Mitigation\n\n### Full\n\n```sh\nredis_purge\n```\n"
    assert [(each.title, commands(each), len(each.resolution)) for each in parse(Path("r.md"), text).sections] == [
        ("Redis", ["redis-cli ping"], 0),
        ("Full", [], 1),
    ]


def test_a_marker_behind_nothing() -> None:
    """It is a mistake, as above nothing in a fence; behind code of any words it is none."""
    with pytest.raises(RunbookError, match=r"r.md:4: this marker has no command below it"):
        parse(Path("r.md"), "## A\n\n**Checks:**\n- the load <!-- check: os.load -->\n")
    (section,) = parse(Path("r.md"), "## A\n\n**Checks:**\n- `shopctl` <!-- check: os.load -->\n").sections
    assert section.diagnostics[0].checks == ("os.load",)


def test_a_sentence_with_code() -> None:
    """Code alone on a line is a command, and in a sentence it is words."""
    text = "## A\n\n**Checks:**\n\nThe load: `uptime`\n\nWith `df -h` one sees what is full.\n"
    assert commands(parse(Path("r.md"), text).sections[0]) == ["uptime"]


def test_what_is_not_read_is_told(guide: Runbook) -> None:
    """Fences and commands are listed, with their lines; prose is counted."""
    told = [line.replace(f"{SHAPES}/", "") for line in coverage_lines(guide) if "NOT COVERED" not in line]
    assert told == [
        "guide.md:32  NOT READ: a fence of no language, like an answer",
        "guide.md:40  NOT READ: a command in the text: free -m",
        "guide.md  1 line of prose outside of labels",
    ]
    unread = parse(SHAPES / "page.md").unread
    assert [(each.line, each.what) for each in unread] == [(29, "a fence of promql")]


def test_commands_without_a_section() -> None:
    """What changes something in a list, and a fence or an indented block that belongs nowhere."""
    text = "# R\n\n```sh\nuptime\n```\n\n## A\n\n- never: `rm -rf /var/log`\n\n**Checks:**\n\n    indented\n"
    assert [(each.line, each.what) for each in parse(Path("r.md"), text).unread] == [
        (3, "a fence outside of diagnostics and resolutions"),
        (9, "a command in the text: rm -rf /var/log"),
        (13, "an indented block"),
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "runbooks").rglob("*.md")), ids=lambda path: path.stem)
def test_our_own_runbooks_have_nothing_unread(path: Path) -> None:
    """Everything is filed, and each diagnostic names a check or a reason."""
    runbook = parse(path)
    assert runbook.unread == ()
    assert all(each.checks or each.manual for section in runbook.sections for each in section.diagnostics)


def test_a_runbook_says_what_its_words_mean() -> None:
    """Its own list goes over system.yml's words, and these over the usual ones."""
    text = "## A\n\n**Severity:** high\n\n## B\n\nSeverity: tier two\n\n## C\n\n- Tier two (P1)\n"
    found = parse(Path("r.md"), text, {"high": "P3", "tier two": "P3"}).sections
    assert [each.severity for each in found] == ["P3", "P1"]


def test_a_system_has_words_of_its_own(tmp_path: Path) -> None:
    """`severities` of system.yml; other words are a mistake with its line."""
    folder = tmp_path / "runbooks/shop"
    folder.mkdir(parents=True)
    (folder / "runbook.md").write_text("## A\n\n**Severity:** tier two\n", encoding="utf-8")
    (folder / "system.yml").write_text("name: S\ncomponents: {}\nseverities: {tier two: P3}\n", encoding="utf-8")
    assert load_system("shop", folder.parent, {}).runbook.sections[0].severity == "P3"
    (folder / "system.yml").write_text("name: S\ncomponents: {}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"runbooks/shop/runbook.md:3: 'tier two' is no severity; expected P1, P2 or"):
        load_system("shop", folder.parent, {})
