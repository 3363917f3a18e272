"""Findings as the gate makes them, of a small system, and what is told of them."""

from __future__ import annotations

from typing import Any

from engine.judge.causes import Cause, causes, explain
from engine.judge.finding import Finding, Guidance, Remediation

BENEATH = {
    "os": (),
    "redis": ("os",),
    "mail": ("os",),
    "app": ("redis", "mail", "os"),
    "logs": ("app", "redis", "mail", "os"),
    "http": ("app", "redis", "mail", "os"),
}


def finding(check: str, outcome: str = "failed", host: str = "one", **more: Any) -> Finding:
    """A finding as the gate makes it, of a system where http and logs rest on app, app on redis and mail, all on os."""
    component = check.split(".", maxsplit=1)[0]
    item = more.get("item", "")
    values: dict[str, Any] = {
        "nodeid": f"{check}[{host}{f'-{item}' if item else ''}]",
        "check": check,
        "host": host,
        "system": "shop",
        "component": component,
        "item": "",
        "outcome": outcome,
        "severity": "P1",
        "expected": "It is so.",
        "message": "",
        "depends_on": BENEATH[component],
    }
    return Finding(**{**values, **more})


def guided(section: str, *steps: str) -> Guidance:
    """Guidance of a section with these commands for steps."""
    return Guidance(section=section, remediation=tuple(Remediation(step, "none", "") for step in steps))


def told(*findings: Finding) -> list[Cause]:
    """Returns the causes of findings."""
    return causes(explain(findings))


def names(*findings: Finding) -> list[tuple[str, list[str]]]:
    """Returns each cause with the checks that it explains."""
    return [(cause.name, [f.check for f in cause.consequences]) for cause in told(*findings)]
