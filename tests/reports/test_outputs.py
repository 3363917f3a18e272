"""The reports of real runs on this machine: hostile text, broken checks, waivers, cut-off runs, and exit codes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time

import jsonschema
import pytest

from tests.conftest import ROOT, Project
from tests.reports.conftest import CHECKS, RUNBOOK, check, document, html

HOSTILE = "<script>alert(1)</script>\\x1b[31mred\\x00 postgresql://u:hunter2hunter2@db/x"


def test_json_has_the_documented_keys(suite: Project) -> None:
    """findings.json has the keys that docs/json.md lists, and the values of the run."""
    check(suite, 'assert identity == "x", "found something else"')
    assert suite.gate("--hosts=try").code == 1
    run = document(suite)
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    assert all(f"`{key}`" in page for key in (*run, *run["findings"][0]))
    tried = run["findings"][1]
    assert (run["environment"], run["exit_code"]) == ("try", 1)
    assert (tried["check"], tried["host"], tried["severity"], tried["outcome"]) == ("os.tried", "here", "P2", "failed")
    assert tried["message"] == "found something else"
    assert (run["version"], tried["place"]) == (1, f"{CHECKS}:{suite.line(CHECKS, 'def test_tried')}")
    assert tried["section_place"] == f"{RUNBOOK}:{suite.line(RUNBOOK, '### Wrong')}"
    assert all(tried[key] in html(suite) for key in ("place", "section_place"))
    assert tried["remediation"] == [
        {"command": "rm -rf 'here' && echo \"<done>\"", "danger": "data-loss", "text": "Mind the <gap>."}
    ]


@pytest.mark.parametrize("body", ["assert identity", 'assert identity == "x", "no"', "identity.nothing()"])
def test_json_follows_its_schema(suite: Project, body: str) -> None:
    """findings.json of a real run is what docs/findings.schema.json says, whatever its outcome."""
    check(suite, body)
    suite.gate("--hosts=try")
    schema = json.loads((ROOT / "docs/findings.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document(suite), schema, format_checker=jsonschema.FormatChecker())


def test_measures_are_told(suite: Project) -> None:
    """What a check compared with a limit stands in its finding, also where it passed, and no more than can be read."""
    body = 'from engine.judge.measure import at_least, at_most; assert at_most(3, 4, "s", "one"), "too slow"'
    many = '[at_least(number, 5, "lines", f"<{number}>") for number in range(100)]; at_most(float("nan"), 1, "s")'
    check(suite, f"{body}; assert not {many}")
    suite.gate("--hosts=try")
    measures = document(suite)["findings"][1]["measures"]
    assert len(measures) == 50
    # 3 of at most 4 is nearer to its limit than 99 of at least 5.
    assert measures[0] == {"name": "one", "value": 3, "unit": "s", "limit": 4, "direction": "at most"}
    assert {each["name"] for each in measures} >= {"<0>", "<4>", "<5>"}
    assert "<99>" not in {each["name"] for each in measures}


def test_findings_may_go_elsewhere(suite: Project) -> None:
    """`--findings=FILE` writes the JSON there, with its folder made."""
    check(suite, "assert identity")
    assert suite.gate("--hosts=try", "--findings=else/where.json").code == 0
    assert json.loads((suite.root / "else/where.json").read_text(encoding="utf-8"))["exit_code"] == 0


def test_hostile_text_is_harmless(suite: Project) -> None:
    """Text from hosts reaches no output as markup, terminal escape or secret."""
    check(suite, f'assert not identity, "{HOSTILE}"')
    result = suite.gate("--hosts=try", "-rA", "--tb=long", "--junitxml=junit.xml", "--summary=s.md")
    outputs = [result.text, html(suite), json.dumps(document(suite), ensure_ascii=False)]
    outputs += [(suite.root / name).read_text(encoding="utf-8") for name in ("junit.xml", "s.md")]
    for text in outputs:
        assert "hunter2hunter2" not in text
        assert "\x1b[31mred" not in text
        assert "\x00" not in text
    assert "<script>alert" not in html(suite)
    assert "Wrong <b>" not in html(suite)
    assert "&lt;gap&gt;" in html(suite)


def test_a_check_that_breaks_is_a_finding(suite: Project) -> None:
    """A mistake in a check is told as one of ours; it does not pass, and the run goes on."""
    check(suite, "identity.nothing()")
    assert suite.gate("--hosts=try").code == 1
    found = document(suite)["findings"][1]
    assert (found["outcome"], found["message"].partition(":")[0]) == ("error", "AttributeError")


def test_a_waiver_holds_until_its_date(suite: Project) -> None:
    """A waived failure does not fail the run and is shown with its reason; an expired waiver does nothing."""
    check(suite, 'assert not identity, "wrong"')
    inventory = "hosts:\n  here:\n    connection: local://\n    systems: {try: []}\nwaivers:\n"
    for expires, code, outcome in (("2999-01-01", 0, "waived"), ("2020-01-01", 1, "failed")):
        waiver = f"  - {{check: os.tried, reason: planned OPS-1, expires: {expires}}}\n"
        suite.write("inventory/try.yml", inventory + waiver)
        result = suite.gate("--hosts=try")
        assert (result.code, document(suite)["findings"][1]["outcome"]) == (code, outcome)
    assert "planned OPS-1" not in result.text


def test_severity_decides_what_fails_the_run(suite: Project) -> None:
    """`--fail-on=P1` lets a P2 failure pass as a warning."""
    check(suite, 'assert not identity, "wrong"')
    assert suite.gate("--hosts=try", "--fail-on=P1").code == 0
    assert document(suite)["findings"][1]["outcome"] == "warned"


def test_a_killed_run_keeps_what_it_knew(suite: Project) -> None:
    """Each finding is on disk as it happens."""
    check(suite, "import time; time.sleep(60)")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "--hosts=try"], cwd=suite.root, stdout=subprocess.DEVNULL
    )
    lines = suite.root / "reports/out/try/latest/findings.jsonl"
    deadline = time.monotonic() + 20
    while not (lines.exists() and lines.read_text(encoding="utf-8")) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [json.loads(line)["check"] for line in lines.read_text(encoding="utf-8").splitlines()] == ["os.reachable"]
    run = document(suite)
    assert (run["complete"], run["exit_code"], run["findings"]) == (False, None, [])


def test_an_interrupted_run_is_not_green(suite: Project) -> None:
    """Ctrl-C: the reports are written, and a check without a result was not run."""
    check(suite, "raise KeyboardInterrupt")
    result = suite.gate("--hosts=try")
    assert result.code == 2
    assert [f["outcome"] for f in document(suite)["findings"]] == ["passed", "not_run"]
    assert document(suite)["complete"] is False
    assert "NOT READY: interrupted; 1 check was not run" in result.text
    assert "not run" in html(suite)


def test_a_dead_worker_is_not_green(suite: Project) -> None:
    """Under xdist, a check whose process died has a finding, and the run fails."""
    check(suite, "import os; os._exit(1)")
    result = suite.gate("--hosts=try", "-n", "1", "--max-worker-restart=0")
    assert result.code != 0
    assert [f["outcome"] for f in document(suite)["findings"] if f["check"] == "os.tried"] == ["error"]


def test_pytest_html_may_be_off(suite: Project) -> None:
    """Without pytest-html the gate works, and says the same."""
    check(suite, "assert identity")
    result = suite.gate("--hosts=try", "-p", "no:html")
    assert result.code == 0, result.text
    assert "READY: 2 checks passed on 1 host" in result.text


def test_the_report_is_one_file(suite: Project) -> None:
    """Nothing is loaded from elsewhere."""
    check(suite, "assert identity")
    suite.gate("--hosts=try")
    assert not re.findall(r'(?:href|src)="(?:https?:)?//(?!pypi\.python\.org)[^"]+', html(suite))
