"""A run is read back from its findings.json as it was; a file that holds none is refused in one line."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.judge.causes import causes, explain
from engine.judge.finding import Finding, Guidance
from engine.judge.result import RunResult
from reports.reading import parsed, read
from reports.reading import run as as_run
from reports.stored.document import document, text
from reports.stored.tree import DamageError
from reports.words import verdict
from tests.conftest import ROOT, Project
from tests.judge import recorded
from tests.judge.findings import BENEATH, finding, guided
from tests.reports.conftest import check
from tests.reports.stored import MEASURES, WHOLE, full, rounded, run, whole, written

KEEP = '''"""The run itself, for a test."""
import pickle
NAME = "the run"


def files(place):
    return [place.folder / "run.pickle"]


def write(path, result, place):
    path.write_bytes(pickle.dumps(result))
'''
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/findings.schema.json").read_text(encoding="utf-8")))
NEW = ("counts", "unnamed", "unread", "runbooks_url", "took", "slow", "marks", "ranks", "beneath", "anchors")
NEW_OF_FINDINGS = ("link", "also", "symptoms", "text", "waiver", "trace", "duration_s", "basis")


def again(result: RunResult) -> RunResult:
    """Returns a run, written and read."""
    return as_run(parsed(text(result)))


def test_every_field_comes_back() -> None:
    """Whatever a run and a finding hold, and each of them says something here."""
    found = full(
        whole(), whole("app.page", "blocked", symptom=True, of=("redis",)), whole("http.slow", "error", shared=True)
    )
    assert [f.name for f in fields(found) if not getattr(found, f.name)] == ["complete"]
    said = {f.name for each in found.findings for f in fields(each) if getattr(each, f.name)}
    assert said == {f.name for f in fields(Finding)} - {"item", "ended", "quiet"}
    assert {f.name for f in fields(Guidance) if not getattr(WHOLE, f.name)} == set()
    assert rounded(again(found)) == rounded(found)


def test_a_past_failure_comes_back() -> None:
    """With its time, and that it is over."""
    found = run(
        finding("logs.failures", symptom=True, ended="2026-11-24T14:05:27.123456+01:00", guidance=guided("One")),
        finding("app.running", "passed", vital=True),
    )
    assert found.findings[0].quiet
    assert rounded(again(found)) == rounded(found)


# Each takes half a second; the matrix' faults are much alike.
@pytest.mark.parametrize("fault", list(recorded.faults())[::20])
def test_recorded_faults_come_back(fault: str) -> None:
    """With the same causes when they are worked out anew, from all that the file holds."""
    found = run(*recorded.faults()[fault])
    back = again(found)
    assert rounded(back) == rounded(found)
    assert causes(explain(back.findings)) == found.causes


CHECKS = [f"{component}.{name}" for component in BENEATH for name in ("a", "b")]
TEXTS = st.text(max_size=20)
NAMES = st.lists(st.sampled_from([*CHECKS, *BENEATH]), max_size=2).map(tuple)
GUIDANCE = st.sampled_from([Guidance(), guided("One", "do"), WHOLE, Guidance("S", "a.md#s", "b.md:3", contacts=("x",))])
FINDINGS = st.builds(
    finding,
    st.sampled_from(CHECKS),
    st.sampled_from(["passed", "failed", "blocked", "error", "waived", "warned", "not_run"]),
    st.sampled_from(["one", "two"]),
    severity=st.sampled_from(["P1", "P2", "P3"]),
    symptom=st.booleans(),
    vital=st.booleans(),
    shared=st.booleans(),
    item=st.sampled_from(["", "x"]),
    place=st.sampled_from(
        ["", "checks/test_a.py:7", "checks/test_a.py:x", "checks/test_a.py:99999999999999999999", "checks/test_b.py:10"]
    ),
    rank=st.integers(0, 500_000),
    duration=st.floats(0, 100),
    missing=st.sampled_from([None, "facts"]),
    owners=NAMES,
    of=NAMES,
    brings=NAMES,
    only=NAMES,
    depends_on=NAMES,
    ended=st.sampled_from(["", "2026-11-24T14:05:27+00:00"]),
    measures=st.sampled_from([(), MEASURES]),
    message=TEXTS,
    expected=TEXTS,
    trace=TEXTS,
    waiver=TEXTS,
    guidance=GUIDANCE,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(FINDINGS, max_size=8, unique_by=lambda f: f.nodeid))
def test_any_findings_come_back(findings: list[Finding]) -> None:
    """Also those whose marks differ from what their check has elsewhere; and the file follows its schema."""
    found = full(*findings)
    assert rounded(again(found)) == rounded(found)
    SCHEMA.validate(json.loads(text(found)))


BODIES = {
    "green": ("assert identity", ()),
    "red": ('assert identity == "x", "found <else>"', ()),
    "measured": ("from engine.judge.measure import at_most; assert at_most(3.25, 2, 's', '/'), 'slow'", ()),
    "broken": ("identity.nothing()", ("--tb=short",)),
    "since": ('assert identity == "x"', ("--since=00:00:00",)),
    "left out": ("assert identity", ("-k", "reachable")),
    "milder": ('assert identity == "x"', ("--fail-on=P1",)),
    "cut short": ("raise KeyboardInterrupt", ()),
    "away": ("assert identity", ()),
}


@pytest.mark.parametrize(("body", "options"), BODIES.values(), ids=BODIES)
def test_a_real_run_comes_back(
    request: pytest.FixtureRequest, suite: Project, body: str, options: tuple[str, ...]
) -> None:
    """Every field of the run that the gate made is in its file, which follows its schema."""
    suite.write("reports/outputs/zz_run.py", KEEP)
    check(suite, body)
    if request.node.callspec.id == "away":
        suite.replace("inventory/try.yml", "local://", "ssh://nobody@127.0.0.1:9")
    suite.gate("--hosts=try", *options)
    folder = suite.root / "reports/out/try/latest"
    made: RunResult = pickle.loads((folder / "run.pickle").read_bytes())  # noqa: S301 - our own file
    assert len(made.findings) == (1 if "-k" in options else 2)
    assert rounded(read(folder)) == rounded(made)
    SCHEMA.validate(json.loads((folder / "findings.json").read_text(encoding="utf-8")))


def test_a_file_of_before_is_read() -> None:
    """Without the keys that came since: its causes are found by check and host, and its contacts are not said twice."""
    found = run(
        whole(waiver="", trace="", guidance=WHOLE),
        whole("app.page", "blocked", missing="redis"),
        whole("mail.sent", "blocked", owners=(), missing="mail"),
    )
    old = document(found)
    for key in NEW:
        del old[key]
    for entry in old["findings"]:
        for key in NEW_OF_FINDINGS:
            entry.pop(key, None)
        entry["call"].pop("written", None)
        if entry["cause"]:
            del entry["cause"]["nodeid"]
    back = as_run(parsed(json.dumps(old)))
    assert [(f.check, f.cause) for f in back.findings] == [(f.check, f.cause) for f in found.findings]
    assert verdict(back) == verdict(found)
    assert [cause.name for cause in back.causes] == ["redis.answers", "fact mail"]
    assert document(back)["findings"][0]["call"] == old["findings"][0]["call"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "data:text/html,x", "//other", "https:/x"])
def test_an_address_is_that_of_a_page(url: str) -> None:
    """The page leads there."""
    edited = {**document(full(whole())), "runbooks_url": url}
    with pytest.raises(DamageError, match=r"^runbooks_url is '.+'; expected the address of a page, http or https$"):
        as_run(parsed(json.dumps(edited)))


def test_what_passed_stays_small(tmp_path: Path) -> None:
    """A healthy run's file grows by what it needs to be read back, by a tenth at most: the entries have no new key."""
    passed = whole("os.disk", "passed", guidance=Guidance("S", "a.md#s", "a.md:3"), files=(), evidence=())
    plain = {"owners": (), "only": (), "missing": None, "asked": "", "waiver": "", "trace": "", "duration": 0.0002}
    found = run(*(finding_of(passed, plain, number) for number in range(100)))
    entry = document(found)["findings"][7]
    assert not {*NEW_OF_FINDINGS} & {*entry}
    whole_file, findings = len(text(found)), sum(len(json.dumps(each)) + 2 for each in document(found)["findings"])
    assert whole_file < findings * 1.1


def finding_of(found: Finding, plain: dict[str, Any], number: int) -> Finding:
    """Returns the finding as one of a hundred checks."""
    line = 10 + 7 * number
    own = {"nodeid": f"os.disk_{number}[one]", "check": f"os.disk_{number}", "place": f"checks/test_os.py:{line}"}
    return Finding(**{**vars(found), **plain, **own, "rank": 1_200_000 + line})


def test_a_folder_is_its_file(tmp_path: Path) -> None:
    """The folder of a run may be named, and a link to it."""
    made = run(finding("redis.answers"))
    written(tmp_path / "a", made)
    (tmp_path / "latest").symlink_to("a")
    assert rounded(read(tmp_path / "latest")) == rounded(read(tmp_path / "a/findings.json")) == rounded(made)
