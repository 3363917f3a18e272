"""From findings to the explained run: what follows from what, what the runbook says about it, what to hand over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine import mistake
from engine.judge.causes import Cause, causes
from engine.judge.explain import explain
from engine.judge.finding import Finding, Guidance, Remediation
from engine.judge.guidance import guidance
from engine.run.run import Run

# With these outcomes a finding may stand for a cause, or is shown with what to do about it.
GUIDED = ("failed", "waived", "warned")


def explained(run: Run, findings: Sequence[Finding]) -> tuple[list[Finding], list[Cause]]:
    """Returns the findings, each with its cause, those at the root with their guidance; and the causes of them."""
    told = [_guided(run, finding) for finding in explain(findings)]
    return told, causes(told)


def _guided(run: Run, finding: Finding) -> Finding:
    """What follows from another finding is over when that one is: its own steps would only be in the way."""
    if finding.cause is not None or finding.outcome not in GUIDED:
        return finding
    told = _guidance(run, finding)
    return replace(finding, guidance=replace(told, remediation=()) if finding.quiet else told)


def _guidance(run: Run, finding: Finding) -> Guidance:
    """What the runbook says; a resolution that cannot be filled in leaves its place in the runbook to read it there."""
    try:
        return guidance(run, run.target_of(finding.host, finding.system), finding.check, finding.item)
    except Exception as error:  # a template may do anything
        why = run.secrets.redact(mistake.told(error, run.root))
        words = f"The resolution cannot be filled in, read it in {finding.guidance.link}: {why}"
        return replace(finding.guidance, remediation=(Remediation("", "none", words),))
