"""Evidence files, and whom to call by when: what a section asks to hand over lies beside the report when it fails."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.mask.addresses import without_addresses
from tests.conftest import Project
from tests.reports.conftest import RUNBOOK, check, document, html

HEAD = "**How fast:**\n\n- P1: within 15 minutes.\n- P2, high: within 1 hour, repaired within 4 hours. Tell <all>.\n\n"
EVIDENCE = """
**Evidence:**

- Which machine
  it is: `identity`, `filesystems`
- What was <b>deployed</b> today

**Escalation:** Data loss: administrator within the hour.

## Contacts

- Administrator: nights too, +49 30 901820
- Caretaker: keys

| Issue | First | Second |
| --- | --- | --- |
| Data loss | Administrator | CTO |
"""
FOLDER = "evidence/here/wrong-b"
FILE = f"reports/out/try/latest/{FOLDER}/1-which-machine-it-is.txt"


@pytest.fixture
def asking(suite: Project) -> Project:
    """The suite, whose second section says what to hand over and whom to call, and fails."""
    text = (suite.root / RUNBOOK).read_text(encoding="utf-8").replace("## Host", f"{HEAD}## Host")
    suite.write(RUNBOOK, text + EVIDENCE)
    check(suite, 'assert identity == "x", "found something else"')
    return suite


def test_what_a_section_asks_for_is_a_file_and_linked(asking: Project) -> None:
    """Each thing that facts give is a file, told by the terminal, the JSON and a link; the rest is told to be added."""
    result = asking.gate("--hosts=try", "-k", "tried", "-v")
    assert result.code == 1
    run = (asking.root / "reports/out/try/latest").resolve().relative_to(asking.root)
    assert f"evidence 1 file in {run}/{FOLDER}" in " ".join(result.text.split())
    assert "by hand  What was <b>deployed</b> today" in result.text
    text = (asking.root / FILE).read_text(encoding="utf-8")
    assert text.startswith("Which machine it is\nhere, system try, runbook section 'Host / Wrong <b>'")
    # The check had asked for the one; the other is asked for because the section failed.
    assert re.search(r"^identity\n\$ .+\n.+", text, re.MULTILINE)
    assert re.search(r"^filesystems\n\$ computed from mounted\nFilesystem", text, re.MULTILINE)
    (failed,) = [f for f in document(asking)["findings"] if f["outcome"] == "failed"]
    assert [file["path"] for file in failed["files"]] == [f"{run}/{FOLDER}/1-which-machine-it-is.txt", ""]
    links = re.findall(r'<a href="(evidence[^"]+)"', html(asking))
    assert [(asking.root / run / link).is_file() for link in links] == [True]
    assert "What was &lt;b&gt;deployed&lt;/b&gt; today" in html(asking)


def test_whom_to_call_by_when(asking: Project) -> None:
    """The severity's time counts from the run's start; the matrix names people in order, contacts only who is meant."""
    result = asking.gate("--hosts=try", "-k", "tried", "-v")
    run = document(asking)
    by = datetime.fromisoformat(run["started"]) + timedelta(hours=1)
    (failed,) = [f for f in run["findings"] if f["outcome"] == "failed"]
    assert failed["call"] == {
        "by": by.isoformat(),
        "within_s": 3600,
        "demands": "repaired within 4 hours. Tell <all>.",
        "people": ["Administrator", "CTO"],
        "escalation": ["Data loss: administrator within the hour."],
        "contacts": ["Administrator: nights too, +49 30 901820"],
    }
    told = f"by {by:%H:%M} UTC: Administrator, then CTO"
    assert f"call     {told}" in result.text
    assert f"Call {told}" in html(asking)
    assert "<p>repaired within 4 hours. Tell &lt;all&gt;.</p>" in html(asking)
    assert "contact  Administrator: nights too, +49 30 901820" in result.text
    assert "Caretaker" not in result.text


def test_a_green_run_leaves_no_evidence_of_an_earlier_one(asking: Project) -> None:
    """Evidence belongs to the report beside it."""
    asking.gate("--hosts=try", "-k", "tried")
    assert (asking.root / FILE).exists()
    asking.gate("--hosts=try", "-k", "reachable")
    assert not (asking.root / FILE).exists()


def test_evidence_may_be_left_out(asking: Project) -> None:
    """`--no-evidence` asks the hosts for nothing more than the checks need."""
    result = asking.gate("--hosts=try", "-k", "tried", "--no-evidence", "-v")
    assert result.code == 1
    assert not (asking.root / FILE).exists()
    assert "by hand" not in result.text


def test_the_plan_lists_what_evidence_would_ask(asking: Project) -> None:
    """What is asked only when a section fails stands in the plan, as such."""
    lines = asking.gate("--hosts=try", "-k", "tried", "--plan").text.splitlines()
    start = lines.index("here: when a section fails that asks for it as evidence")
    assert any(line.startswith("  identity ") for line in lines[:start])
    assert any(line.startswith("  mounted ") for line in lines[start:])


def test_an_unreachable_host_is_not_asked_again(asking: Project) -> None:
    """Evidence from a host that did not answer says why it is not there."""
    asking.replace(RUNBOOK, "true\n```\n\n### Wrong", f"true\n```\n{EVIDENCE.partition('**Escalation')[0]}\n### Wrong")
    asking.replace("inventory/try.yml", "local://", "ssh://nobody@127.0.0.1:9")
    assert asking.gate("--hosts=try").code == 1
    text = (asking.root / "reports/out/try/latest/evidence/here/away/1-which-machine-it-is.txt").read_text(
        encoding="utf-8"
    )
    assert "refused" in text.lower()


@pytest.mark.parametrize(
    ("fact", "error"),
    [
        ("filesystem", r"runbooks/try/runbook.md:\d+: no fact 'filesystem'; did you mean .+"),
        ("app_files", r"runbooks/try/runbook.md:\d+: the fact 'app_files' is about a component .*"),
        ("env_files_text", r"runbooks/try/runbook.md:\d+: the fact 'env_files_text' holds secrets; expected one .*"),
    ],
)
def test_a_mistaken_fact_is_refused_before_anything_runs(asking: Project, fact: str, error: str) -> None:
    """A section that asks for a fact which is not there, or must not be shown, is one line."""
    asking.replace(RUNBOOK, "`filesystems`", f"`{fact}`")
    line = asking.line(RUNBOOK, "- Which machine")
    result = asking.gate("--hosts=try")
    assert result.code == 4
    assert re.fullmatch(error, result.error)
    assert f":{line}:" in result.error


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to user+tag@north.example.org failed", "mail to •••@north.example.org failed"),
        ("client: 8.8.4.4, server: 10.0.0.7", "client: •••, server: 10.0.0.7"),
        ("from 2001:4860:4860::8888 at 12:34:56 to ::1", "from ••• at 12:34:56 to ::1"),
        ("getty@tty1.service started", "getty@tty1.service started"),
        ("postgresql://app:•••@db.internal/x", "postgresql://app:•••@db.internal/x"),
    ],
)
def test_addresses_of_people_are_masked(text: str, shown: str) -> None:
    """Mail addresses and public IP addresses go; units, private addresses and times stay."""
    assert without_addresses(text) == shown


def test_a_report_elsewhere_links_the_files(asking: Project, tmp_path: Path) -> None:
    """`--html=FILE` in another folder still leads to the files."""
    page = tmp_path / "other" / "page.html"
    asking.gate("--hosts=try", "-k", "tried", f"--html={page}")
    (link,) = re.findall(r'<a href="([^"]*evidence[^"]+)"', page.read_text(encoding="utf-8"))
    assert (page.parent / link).resolve() == (asking.root / FILE).resolve()
