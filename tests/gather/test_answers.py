"""Recorded answers of healthy hosts, spoilt in every way: no exception leaves, and what is destroyed never passes.

`python -m tests.record` records them. Each fact that a command answers is spoilt here, by name: a new one is, too.
"""

from __future__ import annotations

import importlib
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.gather import host as host_module
from engine.gather.asking import BEFORE
from engine.gather.fact import Command, FactError, Sample, Unavailable
from engine.gather.facts import Facts
from engine.gather.gather import Wanted, gather
from engine.mask.secrets import Secrets
from engine.run.checks import Check
from engine.run.run import Run, resolve
from engine.run.target import Target
from tests.conftest import ROOT
from tests.ours import CATALOGUE
from tests.record import ANSWERS, EVIDENCE, HOSTS

MUTATIONS = 2400
SEED = 9
SLOWEST_S = 5.0
Answers = dict[str, list[bytes]]


@cache
def lab() -> Run:
    """The lab's environment, of which no host is asked."""
    return resolve(ROOT, "lab", None, {}, ROOT)


@cache
def recorded(host: str) -> Answers:
    """What the host's commands answered, by fact."""
    kept = json.loads((ANSWERS / f"{host}.json").read_text(encoding="utf-8"))
    return {name: [text.encode() for text in texts] for name, texts in kept.items()}


def target_of(host: str) -> Target:
    """The recorded host."""
    return next(target for target in lab().targets if target.host.name == host)


class Replay:
    """A host that answers what was recorded, and no more."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def open(self) -> None:
        """It is always there."""

    def close(self) -> None:
        """It is not left."""

    def forward(self, port: int, address: str = "localhost") -> tuple[str, int]:
        """It has no services."""
        raise FactError(f"{address}:{port} was not recorded", "tunnel")

    def run(self, script: str) -> tuple[bytes, bytes]:
        """Answers a batch as its shell would."""
        match = re.match(r"N=(\S+)\n", script)
        assert match
        said = b""
        for name in re.findall(r"^r (\S+) \d", script, re.MULTILINE):
            fact, _, which = name.partition(":")
            texts = self._answers.get(fact, [])
            mark = f"\n{match[1]} {name}"
            body = texts[0 if which.endswith(BEFORE) else -1] if texts else b""
            said += f"{mark}\n".encode() + body + f"{mark} {0 if texts else 1}\n".encode()
        return said, b""


def facts_of(host: str, answers: Answers, names: tuple[str, ...]) -> Facts:
    """Returns these facts of a host that gives these answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(host_module, "connect", lambda *_: Replay(answers))
        target = target_of(host)
        return gather([Wanted(target, names)], CATALOGUE, Secrets(), Path("unused"))[target.id]


FACTS = [(host, name) for host in HOSTS for name in recorded(host)]


def test_every_command_was_recorded() -> None:
    """What commands answer is spoilt below, whatever fact it is: a new one must be recorded, or said to be secret."""
    asked = {
        n for n in CATALOGUE if isinstance(CATALOGUE[n], Command) and not CATALOGUE[n].secret and n not in EVIDENCE
    }
    # Only where the host's own kind, or a log-in that is not recorded, has them.
    rare = {"backup_restore", "tls_file", "disk_health"}
    assert asked - {name for _, name in FACTS} <= rare


@pytest.mark.parametrize(("host", "name"), FACTS)
def test_what_was_recorded_is_read(host: str, name: str) -> None:
    """A healthy host's answer is understood."""
    found = _made(host, name, recorded(host)[name])
    assert not isinstance(found, FactError), found


def _made(host: str, name: str, texts: list[bytes]) -> Any:
    """Returns what the fact makes of its answers by itself, a FactError, or the error that is our mistake."""
    fact = CATALOGUE[name]
    assert isinstance(fact, Command)
    from engine.gather.batch import BatchCommand, outputs

    key = f"{name}:0"
    found = [
        outputs("rc-1", b"\nrc-1 " + key.encode() + b"\n" + text + b"\nrc-1=0\n\nrc-1 " + key.encode() + b" 0\n", b"",
                {key: BatchCommand("", limit=fact.limit)}).get(key)
        for text in texts
    ]  # fmt: skip
    assert None not in found, f"{host}: the answer of {name} was lost in the batch"
    try:
        if isinstance(fact, Sample):
            return fact.make(before=found[0], after=found[-1])
        return fact.make(output=found[-1])
    except FactError as error:
        return error


BYTES = [bytes([value]) for value in range(0x80, 0x100)]
PLANTED = [
    *BYTES,
    b"\0",
    b"\xe6\x97",
    "日本".encode()[:-1],
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xe2\x80\xa8",
    b"\x1b]0;",
    b"\r",
]


@pytest.mark.parametrize(("host", "name"), FACTS)
def test_bytes_in_every_answer(host: str, name: str) -> None:
    """Each byte from 0x80, NUL, cut characters, at the beginning, the middle and the end: had, or told in words."""
    texts = recorded(host)[name]
    for planted in PLANTED:
        middle = len(texts[-1]) // 2
        for spoilt in (planted + texts[-1], texts[-1][:middle] + planted + texts[-1][middle:], texts[-1] + planted):
            _made(host, name, [*texts[:-1], spoilt])


def lines(change: Callable[[list[bytes], random.Random], list[bytes]]) -> Callable[[bytes, random.Random], bytes]:
    """A mutation of an answer's lines."""
    return lambda text, chance: b"".join(change(text.splitlines(keepends=True), chance))


def _columns(rows: list[bytes], chance: random.Random) -> list[bytes]:
    shuffled = [row.split() for row in rows]
    for row in shuffled:
        chance.shuffle(row)
    return [b" ".join(row) + b"\n" for row in shuffled]


ANY: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": lambda text, chance: text[: chance.randrange(len(text) + 1)],
    "beginning lost": lambda text, chance: text[chance.randrange(len(text) + 1) :],
    "lines lost": lines(lambda rows, chance: [row for row in rows if chance.random() > 0.3]),
    "lines twice": lines(lambda rows, _: [row for row in rows for _ in (1, 2)]),
    "lines shuffled": lines(lambda rows, chance: chance.sample(rows, len(rows))),
    "columns shuffled": lines(_columns),
    "columns lost": lines(lambda rows, _: [row[: len(row) // 2] + b"\n" for row in rows]),
    "huge numbers": lambda text, _: re.sub(rb"\d+", b"9" * 5000, text),
    "other numbers": lambda text, _: re.sub(rb"\d+", b"-1", text),
    "another locale": lambda text, _: re.sub(rb"(\d)\.(\d)", rb"\1,\2", text),
    "not numbers": lambda text, _: re.sub(rb"\d+", b"nan", text),
    "bytes": lambda text, chance: bytes(chance.randrange(256) if chance.random() < 0.05 else byte for byte in text),
    "no newlines": lambda text, _: text.replace(b"\n", b" "),
    "Windows": lambda text, _: text.replace(b"\n", b"\r\n"),
    "long": lambda text, _: text + b"A" * 100_000,
}
# What is left says all that is asked of it, or is any text. sudo's list is only shown; what is refused says so itself.
HARMLESS = {
    "all but its first line": {
        "memory_pressure",
        "io_pressure",
        "app_requirements",
        "app_files",
        "sudo",
        "redis_complaints",
    },
    "letters for numbers": {"app_checkout", "app_unit_file", "app_packages", "backup_folder", "packages_half"},
    # A path that is cut is still one, and the mode and the owner before it are whole.
    "the first half of each line": {"backup_files", "backup_restore", "identity", "mongodb_owned", "postgres_folder"},
}
# After these nothing is left of what was asked: whoever passes with it has not looked.
DESTROYED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "blank": lambda _: b"\n \n",
    "another program's words": lambda _: b"sh: 1: command not found\n",
    "the first half of each line": lambda text: b"".join(row[: len(row) // 2] + b"\n" for row in text.splitlines()),
    "letters for numbers": lambda text: re.sub(rb"\d", b"x", text),
    "all but its first line": lambda text: text.partition(b"\n")[0] if text.count(b"\n") > 1 else text,
    "noise": lambda text: random.Random(SEED).randbytes(len(text)),  # noqa: S311 - no secret
}


def test_thousands_of_spoilt_answers() -> None:
    """Whatever becomes of an answer: a value or words, quickly, and no error that would be a mistake of the suite's."""
    chance = random.Random(SEED)  # noqa: S311 - the same each time
    done = 0
    while done < MUTATIONS:
        for host, name in FACTS:
            kind = chance.choice(list(ANY))
            texts = [*recorded(host)[name][:-1], ANY[kind](recorded(host)[name][-1], chance)]
            started = time.monotonic()
            try:
                _made(host, name, texts)
            except Exception as error:
                raise AssertionError(f"{host}: {name}, {kind}: {type(error).__name__}: {error}") from error
            assert time.monotonic() - started < SLOWEST_S, f"{host}: {name}, {kind}"
            done += 1


def checks_of(host: str, name: str) -> Iterator[Check]:
    """The checks that rest on a fact, and that need nothing that was not recorded."""
    for check in lab().checks.values():
        component = check.name.partition(".")[0]
        known = {*CATALOGUE, "limits", "settings", "target", "unit"}
        here = not check.each and set(check.facts) <= known and target_of(host).applies(check.name, component)
        if here and name in _needed(_facts(check)):
            yield check


def _needed(facts: list[str]) -> set[str]:
    """These facts and all without which they cannot be had."""
    needed = {need for name in facts for need in CATALOGUE[name].needed if need in CATALOGUE}
    return {*facts, *(_needed(sorted(needed)) if needed else ())}


def _facts(check: Check) -> list[str]:
    return [*(f for f in check.facts if f in CATALOGUE), *(["units"] if "unit" in check.facts else [])]


@cache
def healthy(host: str) -> Facts:
    """All that is known of the host when nothing is spoilt."""
    names = dict.fromkeys(f for name in recorded(host) for check in checks_of(host, name) for f in _facts(check))
    return facts_of(host, recorded(host), tuple(names))


def outcome(host: str, check: Check, facts: Facts) -> str:
    """Returns what becomes of a check with these facts: passed, failed or blocked."""
    target, component = target_of(host), check.name.partition(".")[0]
    given: dict[str, Any] = {"limits": target.limits, "settings": target.component(component), "target": target}
    given |= {name: facts.get(name) for name in check.facts if name in CATALOGUE}
    if "unit" in check.facts:
        units = facts.get("units")
        unit = getattr(target.component(component), "unit", "")
        given["unit"] = units if isinstance(units, Unavailable) else units.get(unit, Unavailable("units", "unknown"))
    given = {name: given[name] for name in check.facts}
    if any(isinstance(value, Unavailable) for value in given.values()):
        return "blocked"
    module = importlib.import_module(check.file.removesuffix(".py").replace("/", "."))
    function = getattr(module, f"test_{check.name.partition('.')[2]}")
    try:
        function(**given)
    except AssertionError:
        return "failed"
    return "passed"


@pytest.mark.parametrize("kind", DESTROYED)
@pytest.mark.parametrize(("host", "name"), FACTS)
def test_nothing_passes_of_what_is_destroyed(host: str, name: str, kind: str) -> None:
    """A check that passes on a healthy host does not pass when nothing is left of the answer that it rests on."""
    texts = [DESTROYED[kind](text) for text in recorded(host)[name]]
    if texts == recorded(host)[name] or name in HARMLESS.get(kind, ()) or (name == "sudo" and b"may run" in texts[0]):
        pytest.skip("there is nothing to destroy in it")
    spoilt = recorded(host) | {name: texts}
    checks = [check for check in checks_of(host, name) if outcome(host, check, healthy(host)) == "passed"]
    broken = facts_of(host, spoilt, tuple(dict.fromkeys(f for c in checks for f in _facts(c))))
    still = [check.name for check in checks if outcome(host, check, broken) == "passed"]
    assert not still, f"{name}, {kind}: {still}"
