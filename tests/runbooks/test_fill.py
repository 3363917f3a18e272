"""Templates are filled from plain settings, and nothing else of a command is touched."""

from __future__ import annotations

import pytest

from engine.runbook.fill import fill, names_in
from engine.runbook.model import RunbookError

VALUES = {"redis": {"port": 6379, "unit": "redis-server", "socket": None, "spaces": [{"number": 2}]}, "host": "h-1"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("redis-cli -p {{ redis.port }}", "redis-cli -p 6379"),
        ("{{ redis.spaces[0].number }} on {{host}}", "2 on h-1"),
        ("awk '{print $2}' ${#list} {% x {# y", "awk '{print $2}' ${#list} {% x {# y"),
        ("{{ host }} ${#list} {% x {# y\n", "h-1 ${#list} {% x {# y\n"),
        ("{{ host }} <a> & 'b'", "h-1 <a> & 'b'"),
        (
            "docker ps --format '{{.Names}} {{ json .State }}' # {{ host }}",
            "docker ps --format '{{.Names}} {{ json .State }}' # h-1",
        ),
    ],
)
def test_fill(text: str, filled: str) -> None:
    """Only `{{ … }}` is a template; the shell's own braces, signs and line ends stay as they are."""
    assert fill(text, VALUES, "r.md:3") == filled


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a\n{{ redis.prot }}", "r.md:4: 'redis.prot' is not known; expected one of redis.port"),
        ("{{ rediss.unit }}", "r.md:3: 'rediss.unit' is not known; expected one of redis.unit"),
        ("{{ redis.socket }}", "r.md:3: 'redis.socket' is not set; expected a value for it in the system's settings"),
        ("a\nb {{ redis.port", "r.md:4: template cannot be read"),
        ("{{ host.__class__.__mro__ }}", "r.md:3: template cannot be filled"),
    ],
)
def test_mistake(text: str, error: str) -> None:
    """A name that is unknown, or not set, never becomes a part of a command."""
    with pytest.raises(RunbookError) as caught:
        fill(text, VALUES, "r.md:3")
    assert str(caught.value).startswith(error)


def test_names_in() -> None:
    """The names that a text needs are known without any values."""
    assert names_in("{{ a.b }} {{c}} {{ d.e[0].f }}") == ["a.b", "c", "d.e"]
