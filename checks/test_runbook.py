"""What runbooks declare: `# expect:` above a command says what its answer must be."""

from __future__ import annotations

from engine.config.limits import Limits
from engine.gather.fact import Output
from engine.judge import marks
from engine.judge.expected import wrong
from engine.runbook.expect import Expectation


@marks.declared
def test_declared(answer: Output, declared: Expectation, limits: Limits) -> None:
    """The answer of the command is what the runbook expects."""
    found = wrong(declared, answer, limits)
    assert not found, found
