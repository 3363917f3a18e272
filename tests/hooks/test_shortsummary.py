"""pytest's short summary, which `-r` asks for: it lists what is blocked too, and the verdict stands behind it."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Project


@pytest.fixture
def away(small: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The small system, one of whose hosts does not answer."""
    small.replace(
        "inventory/try.yml", "yonder:\n    connection: local://", "yonder:\n    connection: ssh://no@127.0.0.9:1"
    )
    # As wide as the reasons, which pytest cuts at the width.
    monkeypatch.setenv("COLUMNS", "300")
    return small


@pytest.mark.parametrize("options", ["-rA", "-rf -n 2", "-ra --tb=short"])
def test_blocked_checks_have_their_line(away: Project, options: str) -> None:
    """With the reason, as failed ones have what was found; pytest's counts are as without it."""
    text = away.gate("--hosts=try", *options.split()).text
    listed = text.partition("short test summary info")[2].splitlines()
    assert listed[1:5].count("FAILED checks/test_os.py::test_tried[here] - wrong") == 1
    blocked = [line for line in listed if line.startswith("BLOCKED checks/test_os.py::")]
    assert sorted(re.findall(r"::(\S+) - ", "\n".join(blocked))) == ["test_second[yonder]", "test_tried[yonder]"]
    assert all("127.0.0.9" in line for line in blocked)
    assert re.search(r"=+ 2 failed, 2 passed, 2 blocked in ", listed[-1])


def test_the_verdict_stands_behind_it(away: Project) -> None:
    """Whatever pytest lists, the last line before its counts is the suite's answer."""
    lines = away.gate("--hosts=try", "-rA").text.splitlines()
    assert lines[-2].startswith("NOT READY: 2 causes, 2 failed, 2 blocked, 2 passed")
    assert [line for line in lines if "short test summary info" in line]


def test_nothing_is_listed_that_nobody_asked_for(away: Project) -> None:
    """Neither by default nor with the letters of other outcomes."""
    for options in ("", "-rp"):
        assert "BLOCKED" not in away.gate("--hosts=try", *options.split()).text
