"""Spoils files as people, editors and disks do: seeded, so that a failure can be made again."""

from __future__ import annotations

import random
from collections.abc import Callable

# What is typed, pasted or left over in the wrong place.
FRAGMENTS = (
    *("\x00", "\x1b[31m", "\u202e", "\ufeff", "\t", "é", "日本", "\U0001f384", "\x85", "\u2028", " ", "\r"),
    *("[", "]", "{", "}", ":", ": ", "- ", "#", "'", '"', "`", "```", "~~~", "**", "*", "%", "@", "|", ">", "\\"),
    *("&a ", "*a", "<<: *a", "!foo ", "!!int ", "---", "...", "${HOME}", "${NO_SUCH}", "$(", "<<EOF"),
    *("{{", "}}", "{{ x.y }}", "{{ 1 / 0 }}", "{{ host() }}", "{% raw %}"),
    *("2027-13-45", "1e999", ".nan", "-1", "0", "null", "~", "yes", "9" * 6000, "0x" + "f" * 6000, "1:" * 600 + "1"),
    *("**a bold\nsentence**", "# ", "###### ", "1. ", "| a | b |\n| --- | --- |\n", "# check: ", "# danger: "),
    *("[" * 2000, "{a: " * 500, "- " * 500, "> " * 500, "*" * 3000, "(" * 3000, "&x [*x]", "[[a](b)" * 200),
)
VALUES = (
    *("null", "''", "[]", "{}", "[[]]", "-1", "1e400", "text", "2026-01-01"),
    *("!!binary eA==", "&b [*b]", "'\\x00'", '"\\e[0m"'),
)


def _line(chance: random.Random, lines: list[str]) -> int:
    return chance.randrange(len(lines)) if lines else 0


def drop_line(chance: random.Random, lines: list[str]) -> None:
    """A line is gone."""
    del lines[_line(chance, lines)]


def repeat_line(chance: random.Random, lines: list[str]) -> None:
    """A line stands twice."""
    at = _line(chance, lines)
    lines.insert(at, lines[at])


def swap_lines(chance: random.Random, lines: list[str]) -> None:
    """Two lines have changed places."""
    one, other = _line(chance, lines), _line(chance, lines)
    lines[one], lines[other] = lines[other], lines[one]


def indent(chance: random.Random, lines: list[str]) -> None:
    """A line stands further to the right."""
    at = _line(chance, lines)
    lines[at] = " " * chance.randint(1, 8) + lines[at]


def outdent(chance: random.Random, lines: list[str]) -> None:
    """A line stands at the margin."""
    at = _line(chance, lines)
    lines[at] = lines[at].lstrip()


def cut_line(chance: random.Random, lines: list[str]) -> None:
    """A part of a line is gone."""
    at = _line(chance, lines)
    start = chance.randint(0, len(lines[at]))
    lines[at] = lines[at][:start] + lines[at][start + chance.randint(1, 10) :]


def insert(chance: random.Random, lines: list[str]) -> None:
    """Something stands where it does not belong."""
    at = _line(chance, lines)
    place = chance.randint(0, len(lines[at]))
    lines[at] = lines[at][:place] + chance.choice(FRAGMENTS) + lines[at][place:]


def misspell(chance: random.Random, lines: list[str]) -> None:
    """A letter is another."""
    at = _line(chance, lines)
    if lines[at]:
        place = chance.randrange(len(lines[at]))
        lines[at] = lines[at][:place] + chance.choice("abxyz_-.:7A") + lines[at][place + 1 :]


def other_value(chance: random.Random, lines: list[str]) -> None:
    """A value is of another kind."""
    at = _line(chance, lines)
    key, separator, _ = lines[at].partition(": ")
    lines[at] = f"{key}: {chance.choice(VALUES)}" if separator else lines[at] + chance.choice(VALUES)


def truncate(chance: random.Random, lines: list[str]) -> None:
    """The rest of the file is gone."""
    del lines[_line(chance, lines) :]


LINES: tuple[Callable[[random.Random, list[str]], None], ...] = (
    *(drop_line, repeat_line, swap_lines, indent, outdent, cut_line, truncate),
    *(insert, insert, insert, misspell, misspell, other_value, other_value),
)


def _flip(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


BYTES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _flip,
    lambda _, data: data.decode().encode("utf-16"),
    lambda _, data: data.decode().encode("utf-16-le"),
    lambda _, data: b"\xef\xbb\xbf" + data,
    lambda _, data: data.replace(b"\n", b"\r\n"),
    lambda _, data: data.replace(b"\n", b"\r"),
    lambda chance, data: data[: chance.randrange(len(data) + 1)],
    lambda _, data: data + b"\n" + bytes(range(256)),
    lambda _, data: data[:0],
    lambda _, data: data + b"# " + b"x" * 3_000_000,
)


def mutated(text: str, seed: int) -> bytes:
    """Returns the text as it is after one to three mishaps; the same seed gives the same."""
    chance = random.Random(seed)  # noqa: S311 - it is to be foreseen
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(LINES)(chance, lines)
        lines = lines or [""]
    data = "\n".join(lines).encode("utf-8", errors="surrogatepass")
    return chance.choice(BYTES)(chance, data) if chance.random() < 0.15 else data
