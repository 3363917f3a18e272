"""A run, read back from its findings.json: what a page, a comparison or a new explanation needs is in that file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from engine.judge.causes import causes
from engine.judge.finding import Absence, Finding
from engine.judge.result import RunResult, SlowFact, Unread
from engine.text import one_line
from reports.stored.document import FINDINGS, NAME, VERSION
from reports.stored.finding import LONGEST_S, finding
from reports.stored.tables import Tables
from reports.stored.tree import DamageError, Node

# A run of thousands of hosts is smaller.
LARGEST = 256 * 1024 * 1024
# A process ends with a number of one byte.
CODES = (0, 255)
AGAIN = "take an unchanged copy, or run the checks again"
EXPECTED = f"expected a {NAME}, or the folder of a run with one"


class ReadingError(Exception):
    """A file that holds no run: one line with the file, what is wrong, what was expected, and what to do."""


def read(path: Path) -> RunResult:
    """Returns the run whose findings.json is `path`, or is in the folder `path`. Raises ReadingError.

    Its causes are worked out from its findings. Of what is rounded in the file, the rounded value is returned.
    """
    file = path / NAME if path.is_dir() else path
    try:
        return run(parsed(_text(file)))
    except DamageError as error:
        raise ReadingError(f"{file}: {error}; {AGAIN}") from None
    except OSError as error:
        reason = error.strerror or one_line(str(error))
        raise ReadingError(f"{file}: {reason}; {EXPECTED}; `reports/out/ENVIRONMENT/latest` has the newest") from None


def parsed(text: str) -> Node:
    """Returns the values of a document of this version. Raises DamageError."""
    try:
        node = Node(json.loads(text, parse_constant=_refuse))
    # Of a text that is no JSON, that has numbers too long to read, or that is nested too deeply.
    except (ValueError, RecursionError) as error:
        raise DamageError(f"it is no JSON ({one_line(str(error), 100)}); {EXPECTED}") from None
    version = node.at("version")
    if version.value != VERSION or isinstance(version.value, bool):
        found = one_line(str(version.value)[:100], 20)
        raise DamageError(f"it is version {found}; expected version {VERSION}, or the suite that wrote it")
    return node


def run(node: Node) -> RunResult:
    """Returns the run of a document. Raises DamageError."""
    tables, entries = Tables.read(node), node.at(FINDINGS).items()
    findings = _with_causes([finding(entry, tables) for entry in entries], entries)
    since, code = node.at("since"), node.at("exit_code")
    return RunResult(
        environment=node.at("environment").name(),
        started=node.at("started").utc(),
        duration_s=node.at("duration_s").number(0, LONGEST_S),
        exit_code=code.whole(*CODES) if code.value is not None else None,
        findings=findings,
        causes=causes(findings),
        absences=tuple(map(_absence, node.at("absent").items())),
        since=since.time() if since.value is not None else None,
        complete=node.at("complete").flag(),
        problems=node.at("problems").texts(),
        unnamed=node.get("unnamed", []).texts(),
        unasked=node.at("unasked").texts(),
        unread=tuple(map(_unread, node.get("unread", []).items())),
        runbooks_url=_url(node.get("runbooks_url", "")),
        slow=tuple(map(_slow, node.get("slow", []).items())),
        took=tuple((host, each.number(0, LONGEST_S)) for host, each in node.get("took", {}).entries().items()),
    )


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise DamageError(f"it is larger than {LARGEST // 1024 // 1024} MiB; {EXPECTED}")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise DamageError(f"it is no text in UTF-8; {EXPECTED}") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _absence(node: Node) -> Absence:
    return Absence(node.at("system").name(), node.at("component").name(), node.at("reason").text())


def _url(node: Node) -> str:
    """Returns the address of a page, or "": never one that a browser would run."""
    if re.fullmatch(r"(https?://\S+)?", url := node.name()):
        return url
    raise DamageError(f"{node.path} is '{one_line(url, 60)}'; expected the address of a page, http or https")


def _slow(node: Node) -> SlowFact:
    return SlowFact(node.at("host").name(), node.at("name").name(), node.at("seconds").number(0, LONGEST_S))


def _unread(node: Node) -> Unread:
    return Unread(node.at("nodeid").name(), node.at("text").text())


def _with_causes(findings: Sequence[Finding], entries: Sequence[Node]) -> list[Finding]:
    """Returns the findings with causes that are among them, and that have none themselves. Raises DamageError."""
    named = [entry.at("cause") for entry in entries]
    roots: dict[tuple[str, str], str] = {}
    for found, cause in zip(findings, named, strict=True):
        if cause.value is None:
            roots.setdefault((found.check, found.host), found.nodeid)
    explained = [_explained(found, cause, roots) for found, cause in zip(findings, named, strict=True)]
    by_id = {found.nodeid: found for found in explained}
    if len(by_id) < len(explained):
        raise DamageError(f"{FINDINGS} has a 'nodeid' twice; expected each once")
    for found, cause in zip(explained, named, strict=True):
        if found.cause is not None and (found.cause not in by_id or by_id[found.cause].cause is not None):
            raise DamageError(f"{cause.path} is no finding that stands for a cause; expected the 'nodeid' of one")
    return explained


def _explained(found: Finding, named: Node, roots: dict[tuple[str, str], str]) -> Finding:
    """Returns the finding; of a file without the nodeids of causes, with its cause, or the fact that it misses."""
    if named.value is None or "nodeid" in named.entries():
        return found
    check, host = named.at("check").name(), named.at("host").name()
    if (check, host) in roots:
        return replace(found, cause=roots[check, host])
    return replace(found, missing=found.missing or check)
