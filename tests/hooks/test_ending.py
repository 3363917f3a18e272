"""How a run may end: killed, beside another of its kind, with an output that cannot be written."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.hooks.conftest import CHECKS, OUT, document, outcomes

SLOW = 'identity == "x", "wrong"'
# The module, the function, and what is lost with it.
BREAKS = (
    ("outputs/html.py", "part = part_of(path)", "report.html could not be written: ZeroDivisionError: "),
    ("outputs/findings_json.py", "write_whole(path", "findings.json could not be written: ZeroDivisionError: "),
    ("outputs/junit.py", "LogXML.pytest_sessionfinish(xml)", "j.xml could not be written: ZeroDivisionError: "),
    ("outputs/lines.py", "file.write(", "findings.jsonl could not be written: ZeroDivisionError: "),
    ("outputs/markdown.py", "page = place.written", "s.md could not be written: ZeroDivisionError: "),
    ("outputs/terminal.py", "causes = result.causes", "the summary could not be shown: ZeroDivisionError: "),
    ("hooks/running.py", "findings = hand_over(", "no evidence could be gathered: ZeroDivisionError: "),
    ("hooks/record.py", "findings, causes = explained(", "the causes could not be worked out: ZeroDivisionError: "),
)


def began(project: Project, *options: str) -> subprocess.Popen[str]:
    """Starts a gate whose second check lasts, with a TMPDIR of its own; returns it once that check is being made."""
    latest = project.root / OUT / "latest"
    before = latest.resolve()
    project.replace(CHECKS, f"    assert {SLOW}", "    import time; time.sleep(60)")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "--hosts=try", *options],
        cwd=project.root,
        env={**os.environ, "TMPDIR": str(project.root / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while process.poll() is None:
        lines = latest / "findings.jsonl"
        if latest.resolve() != before and lines.exists() and lines.read_text(encoding="utf-8").count("\n") >= 2:
            break
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_run_as_ctrl_c_does(small: Project, number: signal.Signals) -> None:
    """Exit code 2, the files say what is known and that it is not all, and no temporary folder stays."""
    (small.root / "tmp").mkdir()
    process = began(small)
    process.send_signal(number)
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"NOT READY: interrupted: {number.name}; 4 checks were not run" in text
    assert sorted(set(outcomes(small).values())) == ["not_run", "passed"]
    run = document(small)
    assert (run["complete"], run["exit_code"], run["problems"]) == (False, 2, [f"interrupted: {number.name}"])
    assert list((small.root / "tmp").glob("runbook-checks-*")) == []


def test_a_killed_run_is_no_verdict(small: Project) -> None:
    """KILL leaves no time to say anything: `latest` has said from the start that nothing is known."""
    (small.root / "tmp").mkdir()
    small.replace(CHECKS, SLOW, "identity")
    assert small.gate("--hosts=try").code == 0
    small.replace(CHECKS, "    assert identity\n\n\ndef test_second", f"    assert {SLOW}\n\n\ndef test_second")
    process = began(small)
    process.kill()
    process.communicate()
    run = document(small)
    assert (run["complete"], run["exit_code"], run["findings"]) == (False, None, [])
    lines = (small.root / OUT / "latest/findings.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["check"] for line in lines] == ["os.reachable"] * 2


def test_an_error_inside_the_suite(small: Project) -> None:
    """Exit code 3: what was known is kept, and what went wrong is told."""
    small.replace(
        "engine/hooks/findings.py",
        "    report.finding = finding",
        "    1 / (check.name == 'os.reachable')\n    report.finding = finding",
    )
    result = small.gate("--hosts=try")
    assert result.code == 3
    run = document(small)
    assert (run["complete"], run["exit_code"]) == (False, 3)
    assert "an error inside the suite: ZeroDivisionError: division by zero (findings.py:" in run["problems"][0]
    assert "NOT READY: an error inside the suite: ZeroDivisionError" in result.text
    assert [f["outcome"] for f in run["findings"]] == ["passed"] * 2 + ["not_run"] * 4


def test_two_runs_of_one_environment(small: Project) -> None:
    """Three at the same time: each whole, in its own folder."""
    command = [sys.executable, "-m", "pytest", "--hosts=try"]
    running = [subprocess.Popen(command, cwd=small.root, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    texts = [each.communicate()[0] for each in running]
    assert [each.returncode for each in running] == [1] * 3
    folders = {
        match[1] for text in texts if (match := re.search(r"^report: file://(\S+)/report.html", text, re.MULTILINE))
    }
    assert len(folders) == 3
    for folder in map(Path, folders):
        lines = (folder / "findings.jsonl").read_text(encoding="utf-8").splitlines()
        assert len({json.loads(line)["nodeid"] for line in lines}) == len(lines) == 6
        assert json.loads((folder / "findings.json").read_text(encoding="utf-8"))["complete"]


def test_files_go_where_the_user_says(small: Project) -> None:
    """Each in a folder that is made; the JSON stands beside the other files too."""
    small.gate("--hosts=try", "--html=a/b/page.html", "--findings=c/f.json", "--junitxml=d/j.xml")
    assert "Wrong" in (small.root / "a/b/page.html").read_text(encoding="utf-8")
    assert json.loads((small.root / "c/f.json").read_text(encoding="utf-8")) == document(small)
    assert 'failures="1"' in (small.root / "d/j.xml").read_text(encoding="utf-8")
    assert not (small.root / OUT / "latest/report.html").exists()


@pytest.mark.parametrize("option", ["--html", "--findings", "--junitxml"])
@pytest.mark.parametrize("selected", ["second", "tried"])
def test_a_file_that_cannot_be_written(small: Project, option: str, selected: str) -> None:
    """It costs itself: the others say so, once, and a green run is not green."""
    small.write("wall", "")
    result = small.gate("--hosts=try", "-k", selected, f"{option}=wall/x")
    assert result.code == {"second": 3, "tried": 1}[selected]
    (problem,) = document(small)["problems"]
    assert problem.startswith(f"{small.root}/wall/x could not be written: ")
    assert result.text.count(f"\n{problem}\n") == 1
    assert "generated xml file" not in result.text
    assert document(small)["exit_code"] == result.code
    assert document(small)["complete"] is True


@pytest.mark.parametrize(("module", "line", "told"), BREAKS, ids=[module for module, *_ in BREAKS])
def test_an_output_that_breaks(small: Project, module: str, line: str, told: str) -> None:
    """Whatever breaks while an output is made costs that output; the verdict still stands last, and is not green."""
    folder = "reports" if module.startswith("outputs") else "engine"
    small.replace(f"{folder}/{module}", line, f"_ = 1 / 0; {line}")
    result = small.gate("--hosts=try", "--junitxml=j.xml", "--summary=s.md")
    assert result.code == 1
    assert "INTERNALERROR" not in result.text
    assert told in result.text
    assert "NOT READY: " in result.text
    if "json" not in module:
        assert [told in problem for problem in document(small)["problems"]] == [True]
        assert outcomes(small)["os.tried", "here"] == "failed"
    for name, path in (("html", OUT + "/latest/report.html"), ("junit", "j.xml"), ("markdown", "s.md")):
        if name not in module:
            assert "tried" in (small.root / path).read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made(small: Project) -> None:
    """One line, before a host is asked."""
    (small.root / "reports/out").write_text("", encoding="utf-8")
    result = small.gate("--hosts=try")
    assert result.code == 4
    assert result.error.startswith(f"{small.root}/{OUT}: ")
    assert result.error.endswith("; expected a folder where reports can be written")
    assert "asked " not in result.text


def test_kept_runs(small: Project) -> None:
    """`--keep-runs` counts this environment's own, and this run among them."""
    for _ in range(3):
        small.gate("--hosts=try", "-k", "second", "--keep-runs=2")
    small.gate("--hosts=other", "-k", "second", "--keep-runs=2")
    assert len(list((small.root / OUT).glob("2*Z*"))) == 2
    assert len(list((small.root / "reports/out/other").glob("2*Z*"))) == 1


def test_ctrl_c_while_evidence_is_gathered(small: Project) -> None:
    """All that was found is told, in every output; that the run was cut short as well."""
    line = "findings = hand_over("
    small.replace("engine/hooks/running.py", line, f"raise KeyboardInterrupt; {line}")
    result = small.gate("--hosts=try", "--summary=s.md")
    assert result.code == 2
    assert document(small)["problems"] == ["interrupted while evidence was gathered"]
    assert outcomes(small)["os.tried", "here"] == "failed"
    for text in (
        result.text,
        *(small.root.joinpath(path).read_text() for path in ("s.md", f"{OUT}/latest/report.html")),
    ):
        assert "interrupted while evidence was gathered" in text
        assert "os.tried" in text
