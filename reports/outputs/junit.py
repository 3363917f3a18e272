"""JUnit: pytest's own file, in which a cause is one failure; what follows from it is skipped with the cause's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from _pytest.junitxml import LogXML, bin_xml_escape, xml_key

from engine.hooks.outputs import Place
from engine.judge.causes import Cause
from engine.judge.result import RunResult

NAME = "JUnit"
BAD = ("failure", "error")
CASES: pytest.StashKey[dict[str, Any]] = pytest.StashKey()


def begin(config: pytest.Config) -> None:
    """Takes `--junitxml` over: pytest would write the file before the causes are known, and unguarded."""
    xml = config.stash.get(xml_key, None)
    if xml is None:
        return
    config.pluginmanager.unregister(xml)
    xml.pytest_sessionfinish = _nothing  # type: ignore[method-assign]
    # A case that is over knows no more which check it is of.
    cases: dict[str, Any] = {}
    made = xml.node_reporter

    def node_reporter(report: Any) -> Any:
        case = made(report)
        cases[getattr(report, "nodeid", "")] = case
        return case

    xml.node_reporter = node_reporter  # type: ignore[method-assign]
    config.stash[CASES] = cases
    config.pluginmanager.register(xml)


def _nothing() -> None:
    """Stands where pytest would write the file."""


def files(place: Place) -> list[Path]:
    """Returns the file that `--junitxml` names."""
    xml = place.config.stash.get(xml_key, None)
    return [Path(xml.logfile)] if xml is not None else []


def write(_: Path, result: RunResult, place: Place) -> None:
    """Writes the file. Raises OSError."""
    xml = place.config.stash[xml_key]
    try:
        _explain(xml, place.config.stash[CASES], result)
        _tell(xml, result)
        LogXML.pytest_sessionfinish(xml)
    except Exception:
        # Else pytest would go on to say that it was written.
        del place.config.stash[xml_key]
        place.config.pluginmanager.unregister(xml)
        raise


def _explain(xml: LogXML, cases: dict[str, Any], result: RunResult) -> None:
    """Makes one failure of a cause: its first finding keeps it, with what to do; the others are skipped."""
    for cause in result.causes:
        if first := cases.get(cause.first.nodeid):
            _describe(_element(first), cause)
        words = f"follows from {cause.name} on {', '.join(cause.hosts)}"
        for finding in (*cause.findings[1:], *cause.alike, *cause.consequences):
            if finding.nodeid != cause.first.nodeid and (case := cases.get(finding.nodeid)):
                _skip(xml, _element(case), f"{words}: {finding.message}")


def _element(case: Any) -> Element:
    """The case as it will be written, also where pytest would make it anew each time."""
    element: Element = case.to_xml()
    case.to_xml = lambda: element
    return element


def _skip(xml: LogXML, case: Element, message: str) -> None:
    for index, node in enumerate(case):
        if node.tag in BAD:
            case[index] = Element("skipped", message=bin_xml_escape(message))
            xml.stats[node.tag] -= 1
            xml.stats["skipped"] += 1


def _describe(case: Element, cause: Cause) -> None:
    properties = case.find("properties")
    if properties is None:
        properties = Element("properties")
        case.insert(0, properties)
    # It is written again when another output is lost.
    if not any(each.get("name") == "cause" for each in properties):
        properties.extend(
            Element("property", name=name, value=bin_xml_escape(value)) for name, value in _properties(cause)
        )


def _tell(xml: LogXML, result: RunResult) -> None:
    """Tells as properties of the whole what every output says: what is not there, and what went wrong."""
    told = [("not there", f"{each.component}: {each.reason} [{each.system}]") for each in result.absences]
    told += [("problem", problem) for problem in result.problems]
    for name, value in told:
        if (name, bin_xml_escape(value)) not in xml.global_properties:
            xml.add_global_property(name, value)


def _properties(cause: Cause) -> Iterator[tuple[str, str]]:
    guidance = cause.first.guidance
    yield "cause", cause.name
    yield "hosts", ", ".join(cause.hosts)
    yield "severity", cause.gravest.severity
    yield "check", cause.first.place
    if cause.todo:
        yield "remediation", cause.todo
        return
    yield "section", guidance.section
    yield "runbook", guidance.link
    for step in guidance.remediation:
        yield "remediation", "\n".join(filter(None, (step.text and f"# {step.text}", step.command)))
