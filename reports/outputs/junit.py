"""JUnit: pytest's file, with one failure for each cause; its consequences are skipped, with the cause's name."""

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
from reports.paste import words_of

NAME = "JUnit"
BAD = ("failure", "error")
CASES: pytest.StashKey[dict[str, Any]] = pytest.StashKey()


def begin(config: pytest.Config) -> None:
    """Takes over `--junitxml`, because pytest would write the file before the causes are known."""
    xml = config.stash.get(xml_key, None)
    if xml is None:
        return
    config.pluginmanager.unregister(xml)
    xml.pytest_sessionfinish = _nothing  # type: ignore[method-assign]
    # A finished case no longer knows its nodeid.
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
    """Replaces pytest's hook that writes the file."""


def files(place: Place) -> list[Path]:
    """Returns the file that `--junitxml` names; none without the option."""
    xml = place.config.stash.get(xml_key, None)
    return [Path(xml.logfile)] if xml is not None else []


def write(_: Path, result: RunResult, place: Place) -> None:
    """Writes the file. Raises OSError."""
    xml = place.config.stash[xml_key]
    try:
        _explain(xml, place.config.stash[CASES], result)
        _add_properties(xml, result)
        LogXML.pytest_sessionfinish(xml)
    except Exception:
        # Otherwise pytest would report the file as written.
        del place.config.stash[xml_key]
        place.config.pluginmanager.unregister(xml)
        raise


def _explain(xml: LogXML, cases: dict[str, Any], result: RunResult) -> None:
    """Leaves one failure for each cause: its first finding, with the steps as properties; the others are skipped."""
    for cause in result.causes:
        if first := cases.get(cause.first.nodeid):
            _describe(_element(first), cause)
        words = f"follows from {cause.name} on {', '.join(cause.hosts)}"
        for finding in (*cause.findings[1:], *cause.alike, *cause.consequences):
            if finding.nodeid != cause.first.nodeid and (case := cases.get(finding.nodeid)):
                _skip(xml, _element(case), f"{words}: {finding.message}")


def _element(case: Any) -> Element:
    """Returns the XML element of a case, and makes pytest write this element instead of a new one."""
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
    # The file is written again when another output fails.
    if not any(existing.get("name") == "cause" for existing in properties):
        properties.extend(
            Element("property", name=name, value=bin_xml_escape(value)) for name, value in _properties(cause)
        )


def _add_properties(xml: LogXML, result: RunResult) -> None:
    """Adds the absent components and the problems of the run as properties of the test suite."""
    properties = [("not there", f"{lack.component}: {lack.reason} [{lack.system}]") for lack in result.absences]
    properties += [("problem", problem) for problem in result.problems]
    for name, value in properties:
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
        words = words_of(step)
        yield "remediation", "\n".join(filter(None, (words and f"# {words}", step.pasteable)))
    for section in guidance.further:
        yield "if this does not help", f"{section.section} ({section.link})"
