"""The explained run: its findings with their causes, and the causes with the runbook's guidance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine import mistake
from engine.judge.causes import Cause, causes
from engine.judge.explain import explain, gravest
from engine.judge.finding import Finding, Guidance, Remediation
from engine.judge.further import further
from engine.judge.guidance import guidance
from engine.run.run import Run

# A finding with one of these outcomes has guidance: it may represent a cause, or is shown with its steps.
GUIDED = ("failed", "waived", "warned")


def explained(run: Run, findings: Sequence[Finding]) -> tuple[list[Finding], list[Cause]]:
    """Returns the findings, each with its cause and root causes with their guidance; and the causes in their order."""
    found = explain(findings)
    severities = gravest(found)
    guided = [_guided(run, finding, severities[finding.nodeid]) for finding in found]
    return guided, causes(guided)


def _guided(run: Run, finding: Finding, severity: str) -> Finding:
    """Returns the finding with its guidance. A consequence gets none, because it ends with its cause."""
    if finding.cause is not None or finding.outcome not in GUIDED:
        return finding
    complete = _guidance(run, finding, severity)
    return replace(finding, guidance=replace(complete, remediation=(), further=()) if finding.quiet else complete)


def _guidance(run: Run, finding: Finding, severity: str) -> Guidance:
    """Returns the runbook's guidance; a resolution that cannot be filled in is replaced by a link to its section."""
    try:
        target = run.target_of(finding.host, finding.system, finding.component)
        told = guidance(run, target, finding.check, finding.item, severity)
        return replace(told, further=further(run, target, finding.check, finding.item, severity))
    except Exception as error:  # a template may raise anything
        why = run.secrets.redact(mistake.told(error, run.root))
        words = f"The resolution cannot be filled in, read it in {finding.guidance.link}: {why}"
        return replace(finding.guidance, remediation=(Remediation("", "none", words),))
