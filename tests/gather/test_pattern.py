"""Searches with patterns of users end, whatever the two are."""

from __future__ import annotations

import pytest

from engine.gather import pattern
from engine.gather.fact import FactError
from engine.gather.pattern import search, search_all, search_each

# Of a text of as many characters, it tries each way to cut it up.
ENDLESS = r"(a|a)+$"
TEXT = "a" * 60 + "b"


def test_each_line_has_its_match() -> None:
    """None stands for a line without one, in the place of the line."""
    found = search_each(r"status=(\d+)", ["status=502", "", "status=20"])
    assert [match and match[1] for match in found] == ["502", None, "20"]


def test_a_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes too long is told with the pattern and its text."""
    monkeypatch.setattr(pattern, "SEARCH_S", 0.2)
    for find in (search, search_all):
        with pytest.raises(FactError, match=r"search for /.* in a text of 61 characters did not end within 0.2 s"):
            find(ENDLESS, TEXT)


def test_the_lines_of_a_log_end_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of lines that each take long has the time of one."""
    monkeypatch.setattr(pattern, "LINES_S", 0.3)
    with pytest.raises(FactError, match=r"in 1000 lines did not end within 0.3 s"):
        search_each(ENDLESS, [TEXT] * 1000)
