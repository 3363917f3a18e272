"""The checks that a runbook declares: `# expect:` above a command says what its answer must be."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.config import found
from engine.config.problems import nearest
from engine.gather.batch import PIPE
from engine.gather.control import asked_here
from engine.gather.fact import Client, Fact, Heavy, Output
from engine.places import shown
from engine.run.checks import Check
from engine.runbook.expect import Expectation
from engine.runbook.fill import fill
from engine.runbook.model import Diagnostic, Runbook
from engine.runbook.placeholders import ANGLE
from engine.runbook.readonly import ALLOWED, QUOTED, changes

# They come behind the checks that are functions, in the order of their runbook.
RANK = 10_000_000
EVERY_STATUS = tuple(range(256))


def declared(runbook: Runbook, system: str, root: Path) -> dict[str, Check]:
    """Returns the checks that a runbook declares, by name."""
    checks = {}
    for number, diagnostic in enumerate(_declaring(runbook)):
        expected = diagnostic.expects
        assert expected
        tests = " and ".join(test.text for test in expected.tests)
        fact = fact_name(system, expected)
        checks[expected.check] = Check(
            name=expected.check,
            file=shown(diagnostic.path, root),
            line=diagnostic.line,
            expected=f"`{' '.join(diagnostic.command.split())}`: {tests}{expected.unit and f' {expected.unit}'}.",
            facts=(fact,),
            rank=RANK + number,
            owns=(fact,),
            symptom=expected.symptom,
            severity=expected.severity or "",
            declared=expected,
        )
    return checks


def _declaring(runbook: Runbook) -> Iterator[Diagnostic]:
    yield from (d for section in runbook.sections for d in section.diagnostics if d.expects)


def fact_name(system: str, expected: Expectation) -> str:
    """Returns the name of the fact that has the answer: `shop_runbook_quiet_log`."""
    return re.sub(r"\W", "_", f"{system}_{expected.check}")


def answers(runbook: Runbook, system: str, kinds: Mapping[str, str]) -> dict[str, Fact]:
    """Returns the facts that ask for the answers, by name; `kinds` has the kind of each further component."""
    facts = (
        _fact(d, d.expects, fact_name(system, d.expects), runbook, kinds) for d in _declaring(runbook) if d.expects
    )
    return {fact.name: fact for fact in facts}


def _fact(diagnostic: Diagnostic, expected: Expectation, name: str, runbook: Runbook, kinds: Mapping[str, str]) -> Fact:
    place = f"{diagnostic.path}:{diagnostic.line}"
    # A statement has no functions of the shell.
    text = expected.command if expected.sql else runbook.pasteable(expected.command)
    known: dict[str, Any] = {
        "name": name,
        "doc": f"The answer of what stands in {diagnostic.path.name}, line {diagnostic.line}; Output.",
        "place": place,
    }

    def filled(target: Any) -> str:
        return fill(text, target.values(), place)

    if expected.sql:
        asked = _asked_of(expected, kinds)
        answer = lambda **given: given[asked](filled(given["target"]))  # noqa: E731 - a name would only repeat the word
        return Client(make=answer, needs=(asked, "target"), asks=filled, **known)
    if expected.control:
        return Client(
            make=lambda target: _given(asked_here(filled(target), expected.timeout)),
            needs=("target",),
            asks=lambda target: f"on this machine: {filled(target)}",
            thread="control",
            **known,
        )
    return _command(expected, filled, known)


def _asked_of(expected: Expectation, kinds: Mapping[str, str]) -> str:
    """Returns the fact that answers statements for the expectation's component, "" where none does."""
    model = found.components().get(kinds.get(expected.component, expected.component))
    return model.ASKED if model else ""


def _command(expected: Expectation, filled: Callable[[Any], str], known: dict[str, Any]) -> Heavy:
    def asked(target: Any) -> str:
        # Root needs no sudo, neither for a program nor to be another user.
        command = re.sub(r"\bsudo -n -u (\S+) ", r"$AS \1 -- ", filled(target))
        command = re.sub(r"\bsudo -n (?!-)", "$SUDO ", command)
        # A pipe whose first command failed has no answer: `cat FILE | wc -l` would count 0 lines.
        return f"bash -o pipefail -c {shlex.quote(command)}" if expected.bash else command

    # Nobody knows what it costs: it comes last, so that a slow one takes no other fact's time and is not measured.
    return Heavy(
        make=_given,
        needs=("sudo" if expected.sudo else "host",),
        asks=asked,
        timeout=expected.timeout,
        codes=EVERY_STATUS,
        sudo=expected.sudo,
        **known,
    )


def _given(output: Output) -> Output:
    """Returns the answer with its exit status. That a pipe was read to its end by `head` alone is no failure."""
    return replace(output, rc=0) if output.rc == PIPE else output


def wrong_expectations(
    runbook: Runbook, checks: Mapping[str, Check], limits: Sequence[str], root: Path, kinds: Mapping[str, str]
) -> Iterator[str]:
    """Yields a line for each expectation that cannot be asked, or may change something."""
    known: dict[str, str] = {}
    for diagnostic in _declaring(runbook):
        expected, where = diagnostic.expects, f"{shown(diagnostic.path, root)}:{diagnostic.line}"
        assert expected
        if expected.check in checks:
            yield f"{where}: '{expected.check}' is a check of {checks[expected.check].file}; expected another 'name:'"
        elif expected.check in known:
            yield f"{where}: '{expected.check}' is the name of {known[expected.check]}, too; expected a 'name:' for one"
        known[expected.check] = where
        if not expected.sql and (blank := ANGLE.search(QUOTED.sub("", expected.command))):
            yield f"{where}: {blank[0]} has to be filled in first; expected a command that can be run"
            continue
        if ALLOWED not in diagnostic.allowed and (why := _changes(runbook, expected)):
            yield f"{where}: {why}, and a check only reads; expected '# manual: …' instead of '# expect:'"
        if expected.sql and not _asked_of(expected, kinds):
            able = sorted(name for name, model in found.components().items() if model.ASKED)
            yield f"{where}: '{expected.component}' takes no SQL; expected 'about:' one of {', '.join(able)}"
        for name in (name for test in expected.tests for name in test.limits if name not in limits):
            yield f"{where}: no limit '{name}'; {nearest(name, limits)}"


def _changes(runbook: Runbook, expected: Expectation) -> str:
    return changes(runbook.pasteable(expected.command), sql=expected.sql)
