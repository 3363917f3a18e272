"""The linter looks between the chapters of a system: links, what follows a P1, and whom an escalation names."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.run.run import all_systems
from engine.runbook.__main__ import main
from engine.runbook.model import Section
from tests.conftest import ROOT

SECTION = "\n### {} (P1)\n\n**Diagnostics:**\n```bash\n# check: {}\ntrue\n```\n\n**Resolution:** go.\n"
CALL = "\n**Escalation:** the {} at once; CTO after that.\n"
LEAD = "\n**If this does not help:** {}\n"
SYSTEMS = [system for system in all_systems(ROOT) if system.id != "load-balancer"]
P1 = [
    pytest.param(system, section, id=f"{system.id}-{section.anchor}")
    for system in SYSTEMS
    for section in system.runbook.sections
    if section.severity == "P1" and section.resolution
]


def found(folder: Path, capsys: pytest.CaptureFixture[str], *, contacts: str = "", **chapters: str) -> list[str]:
    """Returns what the linter says of a system with these chapters."""
    (folder / "shop").mkdir()
    names = ", ".join(f"{name}.md" for name in chapters)
    system = f"name: Shop\nchapters: [{names}]\ncomponents: {{redis: {{}}}}\n{contacts}"
    (folder / "shop/system.yml").write_text(system, encoding="utf-8")
    for name, text in chapters.items():
        (folder / f"shop/{name}.md").write_text(text, encoding="utf-8")
    code = main(["lint", str(folder)])
    lines = capsys.readouterr().out.replace(f"{folder}/", "").splitlines()
    assert bool(code) is bool(lines)
    return lines[:-1]


def test_a_link_that_leads_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another file, another section: the line of the link, and the nearest section that there is."""
    leads = LEAD.format("[Outage](b.md#outage), [Gone](gone.md#away), [B](b.md#outage-p1)")
    a, b = f"# A\n\n## Host\n{leads}", f"# B\n\n## Host\n{SECTION.format('Outage', 'os.load')}"
    lines = found(tmp_path, capsys, a=a, b=b)
    assert lines == [
        "shop/a.md:5: link: there is no section 'b.md#outage'; instead: 'outage-p1', or a link to a section",
        "shop/a.md:5: link: there is no file shop/gone.md; instead: a link to a section",
    ]


def test_a_p1_that_nothing_follows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A chapter's link holds in all files; the last of a chain, and what is not the system's, is left alone."""
    one = f"# A\n\n## Host\n{SECTION.format('One', 'os.load')}\n## Redis\n{SECTION.format('Two', 'redis.answers_ping')}"
    two = f"## Redis\n{LEAD.format('[Last](#last-p1)')}{SECTION.format('Last', 'redis.answers_ping')}"
    other = f"## Front\n{SECTION.format('Three', 'nginx.listening')}"
    (line,) = found(tmp_path, capsys, one=one, two=two, other=other)
    assert line.startswith("shop/one.md:5: dead-end: 'Host / One' is P1, and nothing follows when it does not help; ")


@pytest.mark.parametrize(
    ("contacts", "told"),
    [
        (
            "contacts: [{name: Dev team}, {name: CTO}]\n",
            "no contact of shop is called 'DevOps team'; instead: 'Dev team',",
        ),
        ("contacts: [{name: devops team}]\n", "no contact of shop is called 'CTO'; instead: an entry in system.yml"),
        ("contacts: [{name: DevOps team (day and night)}, {name: CTO}]\n", ""),
        ("", ""),
    ],
)
def test_a_contact_that_nobody_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], contacts: str, told: str
) -> None:
    """Where the escalation stands that names it; the runbook's own list counts where system.yml has none."""
    section = SECTION.format("One", "os.load").replace("P1", "P2")
    text = (
        f"# A\n\n## Host\n{CALL.format('DevOps team')}{section}\n## Contacts\n\n- DevOps team: all\n- CTO, by night\n"
    )
    lines = found(tmp_path, capsys, contacts=contacts, a=text)
    assert bool(lines) is bool(told)
    assert all(line.startswith(f"shop/a.md:5: contact: {told}") for line in lines)


def test_our_own_systems(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to say about them."""
    monkeypatch.chdir(ROOT)
    assert main(["lint", "runbooks"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(("system", "section"), P1)
def test_a_p1_leads_to_a_section_with_steps(system: object, section: Section) -> None:
    """What follows is there in the system that has it, or the section is the last resort itself."""
    runbook = next(each.runbook for each in SYSTEMS if each is system)
    there = [other for lead in runbook.leads_of(section) if (other := runbook.led_to(lead)) and other != section]
    assert all(other.resolution for other in there)
    assert there or section.title.endswith("Complete system failure")
