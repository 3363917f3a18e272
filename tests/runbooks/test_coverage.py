"""A diagnostic that nobody automates and nobody explained is visible, with its line."""

from __future__ import annotations

from pathlib import Path

from engine.runbook.coverage import coverage_lines, gaps
from engine.runbook.parser import parse

TEXT = """# R

## A

```bash
# check: redis.answers_ping, app.workers
redis-cli -e -p {{ redis.port }} ping
# manual: interactive
htop

uptime
```
"""


def test_gaps() -> None:
    """Neither a check nor a reason is a gap."""
    assert [(d.line, d.command) for d in gaps(parse(Path("r.md"), TEXT))] == [(11, "uptime")]


def test_coverage_lines() -> None:
    """One aligned line a diagnostic: where, who, what."""
    assert coverage_lines(parse(Path("r.md"), TEXT)) == [
        "r.md:7   redis.answers_ping, app.workers  redis-cli -e -p {{ redis.port }} ping",
        "r.md:9   manual: interactive              htop",
        "r.md:11  NOT COVERED                      uptime",
    ]


def test_a_long_command_keeps_its_start_and_its_end() -> None:
    """The end of a long command says what it asks for."""
    text = f"## A\n```bash\necho {'x' * 80} the end of it\n```\n"
    (line,) = coverage_lines(parse(Path("r.md"), text))
    assert " … " in line
    assert line.endswith("the end of it")
