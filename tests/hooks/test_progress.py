"""While hosts are asked: whom the run waits for, on a terminal and in a log."""

from __future__ import annotations

import re

import pytest

from engine.hooks.progress import waited_for
from tests.conftest import Project
from tests.terminals import on_terminal


@pytest.mark.parametrize("width", [40, 100])
def test_a_terminal_names_whom_it_waits_for(looked: Project, width: int) -> None:
    """On one line, which is gone when all have answered; on a narrow one the names are cut."""
    text = on_terminal(looked.root, "--hosts=try", COLUMNS=f"{width}")
    shown = re.findall(r"asking 0/2[^\r\n]*", re.sub(r"\x1b\[[\d;]*m", "", text))
    assert shown
    for line in shown:
        assert re.fullmatch(r"asking 0/2 0:00:\d\d waiting for here, (yonder|yo.*…)", line.rstrip())
    assert not re.search(r"^asked ", text, re.MULTILINE)


def test_a_line_for_each_host_elsewhere(looked: Project) -> None:
    """In a log, and on a terminal without colours: who has answered, and who has not."""
    for text in (looked.gate("--hosts=try").text, on_terminal(looked.root, "--hosts=try", NO_COLOR="1")):
        first, last = re.findall(r"^asked (\S+ \(\d of 2\) in [\d.]+ s.*?)\r?$", text, re.MULTILINE)
        others = {"here": "yonder", "yonder": "here"}
        assert first.endswith(f", waiting for {others[first.partition(' ')[0]]}")
        assert re.search(r" s$", last)


def test_colour_in_a_log_is_no_terminal(looked: Project) -> None:
    """With --color=yes the lines are there: nothing can be drawn over."""
    assert len(re.findall(r"^asked ", looked.gate("--hosts=try", "--color=yes").text, re.MULTILINE)) == 2


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["a"], "a"), (["a", "b", "c"], "a, b, c"), (["a", "b", "c", "d", "e"], "a, b, c and 2 more")],
)
def test_many_hosts_are_counted(names: list[str], words: str) -> None:
    """Three have room on a line."""
    assert waited_for(names) == words
