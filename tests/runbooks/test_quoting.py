"""A command ends where the shell would run it."""

from __future__ import annotations

import pytest

from engine.runbook.quoting import ShellReader


def shell_complete(text: str) -> bool:
    """Returns whether the shell would run these lines now, instead of reading on."""
    reader = ShellReader()
    return [reader.feed(line) for line in text.split("\n")][-1]


WHOLE = [
    "echo 'a\nb'",
    'echo "a\nb"',
    'A="$(sed x | tr -d \'"\')" b',
    'echo "$(grep "a b" c)" d',
    "cat <<'X'\na\n\nX",
    "cat <<'X' | b\nit's\nX",
    "cat <<<X",
    "if x; then\n y\nfi",
    "for i in 1 2; do echo $i; done",
    "case x in\n a) b;;\nesac",
    "f() {\n a\n}",
    "echo a # it's a comment",
    "echo ${#a} $# it",
    "find . -exec rm {} \\;",
]
OPEN = [
    "echo 'a",
    'echo "$(a "b',
    "cat <<'X'\na\n",
    "if x; then\n y",
    "while a; do\n b",
    "case x in\n a) b;;",
    "f() {\n a",
    "a |",
    "a &&",
    "a \\",
    "x=$(\n a",
]


@pytest.mark.parametrize("text", WHOLE)
def test_whole(text: str) -> None:
    """Nothing stands open."""
    assert shell_complete(text)


@pytest.mark.parametrize("text", OPEN)
def test_open(text: str) -> None:
    """A quote, a heredoc, a compound command or an operator waits for more."""
    assert not shell_complete(text)
