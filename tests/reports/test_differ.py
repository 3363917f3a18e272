"""`python -m reports diff`: what is new, what is over, what is nearer to its limit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.judge.finding import Finding
from engine.judge.measure import Measure
from engine.judge.result import RunResult
from reports.__main__ import main
from reports.stored.document import document
from tests.judge.findings import finding
from tests.reports.stored import run, written
from tests.reports.test_commands import LATER, down


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def differ(tmp_path: Path, capsys: pytest.CaptureFixture[str], *runs: RunResult) -> tuple[int, list[str]]:
    """Returns the exit code and the lines of a comparison."""
    for name, each in zip("ab", runs, strict=True):
        written(tmp_path / name, each)
    code = main(["diff", "a", "b"], tmp_path)
    return code, capsys.readouterr().out.splitlines()


def measured(value: float, outcome: str = "passed") -> Finding:
    """A disk that fills up."""
    return finding("os.disk", outcome, measures=(Measure("/srv", value, "%", 90, "at most"),))


def test_a_new_cause_is_one_line_with_what_follows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And when it is over, it is one again."""
    old = run(finding("redis.answers", "passed"), finding("http.healthy", "passed"), measured(10))
    new = run(down(), finding("http.healthy", symptom=True), measured(50.5), started=LATER)
    assert differ(tmp_path, capsys, old, new) == (1, [
        "new cause: P1 redis.answers on one (1 check follows): it is <b> down",
        "nearer to its limit: os.disk on one: /srv: 50.5 %, was 10, at most 90 %",
        "1 new cause, 1 new failure that follow (try, 2026-11-26 03:55:00 and 2026-11-27 03:55:00 UTC)",
    ])  # fmt: skip
    assert differ(tmp_path, capsys, new, old) == (0, [
        "over: redis.answers on one",
        "nothing new is wrong (try, 2026-11-27 03:55:00 and 2026-11-26 03:55:00 UTC)",
    ])  # fmt: skip


def test_everything_else_has_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure that follows from what was there, what turned, is accepted, is not asked again, came and went."""
    page, slow = finding("http.healthy", symptom=True), finding("http.slow", symptom=True)
    old = run(
        down(), page, finding("http.slow", "passed"), finding("mail.sent", symptom=True),
        finding("os.load", severity="P3"), finding("os.gone"), finding("os.old", "passed", "one"),
        finding("os.load", "passed", "far"), finding("app.page", symptom=True, host="app-1", system="depot"),
        finding("app.up", "passed", "app-1", system="depot"),
    )  # fmt: skip
    new = run(
        down(), page, slow, finding("mail.sent", "passed"),
        finding("os.load", "waived", waiver="x"), finding("os.disk", "passed", item="/srv"),
        *(finding("os.load", "passed", f"web-{number}") for number in (1, 2)), finding("os.time", "passed", "web-1"),
        finding("app.page", symptom=True, host="app-1", system="depot"),
        finding("app.up", host="app-1", vital=True, system="depot"),
    )  # fmt: skip
    code, lines = differ(tmp_path, capsys, old, new)
    assert code == 1
    assert lines[:-1] == [
        "new cause: P1 app.up on app-1: no message",
        "new failure: http.slow on one, follows from redis.answers on one: no message",
        "no cause any more: app.page on app-1, follows from app.up on app-1",
        "accepted now: os.load on one",
        "not asked again: os.gone on one",
        "over: mail.sent on one",
        "came: host web-1 with 2 checks",
        "came: host web-2 with 1 check",
        "came: os.disk[/srv] on one",
        "went: host far with 1 check",
        "went: os.gone on one",
        "went: os.old on one",
    ]
    back = differ(tmp_path, capsys, new, old)[1]
    assert "a cause of its own now: P1 app.page on app-1: no message" in back
    assert "over: http.slow on one" in back


def test_a_killed_run_is_nothing_new_to_rely_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no green answer."""
    code, lines = differ(tmp_path, capsys, run(), run(exit_code=None, complete=False))
    assert (code, lines[0]) == (1, "not whole: the new run is not over: it is going on, or was killed")


def test_what_an_edited_file_says_is_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No escape, no second line, no character that breaks the terminal."""
    spoiled = document(
        run(replace(finding("redis.answers"), message="a\x1b[31mb\n\u202ec\ud800", host="x\nnew cause: y"))
    )
    (tmp_path / "b").mkdir()
    (tmp_path / "b/findings.json").write_text(json.dumps(spoiled), encoding="utf-8")
    written(tmp_path / "a", run())
    assert main(["diff", "a", "b"], tmp_path) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "new cause: P1 redis.answers on x new cause: y: ab c?"
    assert len(lines) == 3
