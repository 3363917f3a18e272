"""A finding, read back from its entry in findings.json. Files of before a key was added are read without it."""

from __future__ import annotations

from typing import Any, cast

from engine.judge.finding import Evidence, EvidenceFile, Finding, Further, Guidance, Outcome, Remediation
from engine.judge.measure import Direction, Measure
from reports.stored.entry import unmarked
from reports.stored.tables import FLAGS, MOST_RANK, NAMES, Tables
from reports.stored.tree import Node

OUTCOMES = ("passed", "failed", "blocked", "error", "waived", "warned", "not_run")
SEVERITIES = ("P1", "P2", "P3")
DANGERS = ("none", "restart", "config-change", "data-loss")
DIRECTIONS = ("at most", "at least")
# A century, in seconds: a longer one cannot be added to a time.
LONGEST_S = 100 * 366 * 86400


def finding(node: Node, tables: Tables) -> Finding:
    """Returns the finding of an entry, with `cause` as the file has it. Raises DamageError."""
    return Finding(
        nodeid=node.at("nodeid").name(),
        check=node.at("check").name(),
        host=node.at("host").name(),
        system=node.at("system").name(),
        component=node.at("component").name(),
        item=node.at("item").name(),
        outcome=cast(Outcome, node.at("outcome").text(*OUTCOMES)),
        severity=node.at("severity").text(*SEVERITIES),
        expected=node.at("expected").text(),
        message=node.at("message").text(),
        place=node.at("place").name(),
        duration=node.get("duration_s", 0.0).number(0, LONGEST_S),
        quiet=node.at("quiet").text(),
        where=node.at("where").text(),
        trace=node.get("trace", "").text(),
        waiver=node.get("waiver", "").text(),
        guidance=_guidance(node, tables),
        measures=tuple(map(_measure, node.at("measures").items())),
        evidence=tuple(map(_evidence, node.at("evidence").items())),
        cause=_cause(node.at("cause")),
        files=tuple(EvidenceFile(each.at("text").text(), each.at("path").name()) for each in node.at("files").items()),
        **_basis(node, tables),
    )


def _cause(node: Node) -> str | None:
    """Returns the nodeid of a finding's cause; None for a finding that stands for itself."""
    nodeid = node.get("nodeid", None) if node.value is not None else node
    return nodeid.name() if nodeid.value is not None else None


def _basis(node: Node, tables: Tables) -> dict[str, Any]:
    """Returns the fields of a finding that say what explains it, and what it explains."""
    own = node.get("basis", {})
    check, place = node.at("check").text(), node.at("place").text()
    usual = tables.marks_of(check)
    beneath = tables.depends_on(node.at("system").text(), node.at("component").text())
    missing, ended = own.get("missing", None), own.get("ended", "")
    if ended.value != "":
        ended.time()
    return {
        "missing": missing.name() if missing.value is not None else None,
        "ended": ended.text(),
        "asked": own.get("asked", "").text(),
        "owners": own.get("owners", []).texts(),
        "only": own.get("only", []).texts(),
        "rank": own.get("rank", tables.rank(place)).whole(-MOST_RANK, 2 * MOST_RANK),
        "depends_on": own.get("depends_on", beneath).texts(),
        **{name: own.get(name, usual.get(name, False)).flag() for name in FLAGS},
        **{name: own.get(name, usual.get(name, [])).texts() for name in NAMES},
    }


def _guidance(node: Node, tables: Tables) -> Guidance:
    call, place = node.at("call"), node.at("section_place").name()
    within = call.at("within_s")
    written = call.get("written", None)
    return Guidance(
        section=node.at("section").text(),
        link=node.get("link", tables.link(place)).name(),
        place=place,
        also=node.get("also", []).texts(),
        symptoms=node.get("symptoms", []).texts(),
        remediation=_steps(node.at("remediation")),
        further=tuple(map(_further, node.at("further").items())),
        escalation=call.at("escalation").texts(),
        contacts=written.texts() if written.value is not None else unmarked(call.at("contacts").texts()),
        call=call.at("people").texts(),
        response_s=within.whole(0, LONGEST_S) if within.value is not None else None,
        demands=call.at("demands").text(),
        text=node.get("text", "").text(),
    )


def _further(node: Node) -> Further:
    return Further(
        section=node.at("section").text(),
        link=node.get("link", "").name(),
        place=node.at("section_place").name(),
        severity=node.at("severity").text(*SEVERITIES),
        why=node.at("why").text(),
        remediation=_steps(node.at("remediation")),
    )


def _steps(node: Node) -> tuple[Remediation, ...]:
    return tuple(map(_step, node.items()))


def _step(node: Node) -> Remediation:
    functions = node.get("functions", []).texts()
    command = node.at("command").text()
    # A command stands behind the functions that it calls.
    before = "".join(f"{function}\n" for function in functions)
    if not command.startswith(before):
        functions, before = (), ""
    return Remediation(
        command=command.removeprefix(before),
        danger=node.at("danger").text(*DANGERS),
        text=node.at("text").text(),
        functions=functions,
        shell=node.get("shell", True).flag(),
        blanks=node.get("blanks", []).texts(),
    )


def _measure(node: Node) -> Measure:
    return Measure(
        name=node.at("name").name(),
        value=node.at("value").number(),
        unit=node.at("unit").name(),
        limit=node.at("limit").number(),
        direction=cast(Direction, node.at("direction").text(*DIRECTIONS)),
    )


def _evidence(node: Node) -> Evidence:
    return Evidence(node.at("fact").text(), node.at("asked").text(), node.at("answer").text())
