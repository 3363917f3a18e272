"""A file that holds no run, or a damaged one, is refused in one line, whatever is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.judge.causes import causes, explain
from reports.page import page
from reports.reading import ReadingError, parsed, read
from reports.reading import run as as_run
from reports.stored.document import document, text
from reports.stored.tree import DamageError
from tests.reports.stored import STARTED, full, run, whole

REFUSED = {
    "nothing": ("", "it is no JSON (Expecting value"),
    "no JSON": ("{'version': 1}", "it is no JSON ("),
    "a list": ("[]", "the file is a list; expected an object"),
    "too deep": ("[" * 100_000, "it is no JSON ("),
    "no number": ('{"version": NaN}', "it is no JSON (NaN is no number)"),
    "a long number": ('{"version": ' + "9" * 5000 + "}", "it is no JSON ("),
    "no version": ("{}", "the file has no 'version'"),
    "another version": ('{"version": 2}', "it is version 2; expected version 1"),
    "no version at all": ('{"version": true}', "it is version True; expected version 1"),
    "half a file": ('{"version": 1}', "the file has no 'findings'"),
}


@pytest.mark.parametrize(("content", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_run_is_refused_in_one_line(tmp_path: Path, content: str, told: str) -> None:
    """The line names the file, what is wrong, what was expected, and what to do."""
    path = tmp_path / "findings.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReadingError) as refused:
        read(path)
    line = str(refused.value)
    assert line.startswith(f"{path}: {told}")
    assert "expected" in line
    assert line.endswith("; take an unchanged copy, or run the checks again")
    assert len(line.splitlines()) == 1


def test_what_is_no_file_is_refused_in_one_line(tmp_path: Path) -> None:
    """Nothing there, a folder without a run, bytes that are no text."""
    expected = "expected a findings.json, or the folder of a run with one"
    with pytest.raises(ReadingError, match=rf"nowhere: No such file or directory; {expected}; `reports/out/"):
        read(tmp_path / "nowhere")
    with pytest.raises(ReadingError, match=r"findings\.json: No such file or directory"):
        read(tmp_path)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe{}")
    with pytest.raises(ReadingError, match=rf"bytes: it is no text in UTF-8; {expected}"):
        read(tmp_path / "bytes")
    (tmp_path / "folder/findings.json").mkdir(parents=True)
    with pytest.raises(ReadingError, match="Is a directory"):
        read(tmp_path / "folder")


DAMAGED = {
    "a severity": ("severity", "P9", "findings[0].severity is 'P9'; expected one of P1, P2, P3"),
    "an outcome": ("outcome", None, "findings[0].outcome is null; expected one of passed, failed, "),
    "a list": ("measures", {}, "findings[0].measures is an object; expected a list"),
    "a time": ("basis", {"ended": "2026-11-24"}, "findings[0].basis.ended is '2026-11-24'; expected a time such as"),
    "no cause": ("cause", {"check": "a.b", "host": "x", "nodeid": "y"}, "findings[0].cause is no finding that stands"),
    "itself": ("cause", {"check": "a.b", "host": "x", "nodeid": "a.b[x]"}, "findings[0].cause is no finding that "),
    "a twin": ("nodeid", "http.slow[one]", "findings has a 'nodeid' twice; expected each once"),
    "escapes": ("severity", "\x1b[31m\n\x00red", "findings[0].severity is ' red'; expected"),
}


@pytest.mark.parametrize(("key", "value", "told"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_value_is_named(tmp_path: Path, key: str, value: object, told: str) -> None:
    """By its place in the file; what it is is cut and harmless."""
    damaged = document(run(whole(), whole("http.slow")))
    damaged["findings"][0][key] = value
    path = tmp_path / "findings.json"
    path.write_text(json.dumps(damaged), encoding="utf-8")
    with pytest.raises(ReadingError) as refused:
        read(path)
    assert str(refused.value).startswith(f"{path}: {told}")
    assert len(str(refused.value)) < 500


HOSTILE: tuple[object, ...] = (
    None, True, -1, 0.5, 10**400, 1e308, "", "x" * 5000, "9" * 5000, "\ud800", "9999-12-31T23:59:59+00:00",
    "0001-01-01T00:00:00+14:00", [], [None], {}, {"": None}, [[]],
)  # fmt: skip


def spoiled(value: Any) -> Iterator[Any]:
    """Yields a JSON value with one part of it replaced by something hostile, or taken out."""
    yield from HOSTILE
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {other: each for other, each in value.items() if other != key}
            for worse in spoiled(inner):
                yield {**value, key: worse}
    if isinstance(value, list):
        # One entry stands for all of them.
        for worse in spoiled(value[0]) if value else ():
            yield [worse, *value[1:]]


def test_no_edit_ends_in_a_traceback() -> None:
    """Each value replaced by each hostile one: read and shown, or refused in words."""
    made = document(full(whole(), whole("app.page", "blocked", symptom=True, ended=STARTED.isoformat())))
    lines: list[str] = []
    shown = 0
    for edited in spoiled(made):
        try:
            found = as_run(parsed(json.dumps(edited)))
        except DamageError as error:
            lines.append(str(error))
            continue
        shown += 1
        # What is made of a run must not break either.
        assert causes(explain(found.findings)) is not None
        assert page(found, str)
        assert text(found)
    assert min(shown, len(lines)) > 500
    assert not [line for line in lines if len(line) > 700 or len(line.splitlines()) > 1 or "expected" not in line]
