"""The page of the linter: every rule, with a line that it finds and one that it leaves alone."""

from __future__ import annotations

from pathlib import Path

from engine.runbook.rule import Rule
from engine.runbook.rules import RULES

FILE = "docs/lint.md"
HEAD = """# The linter of runbooks

<!-- `python -m engine.pages` writes it from the rules in engine/runbook/; a test keeps it current. -->

`python -m engine.runbook lint runbooks/*/runbook.md` prints each command that is unsafe to paste or says something else
than it seems to, with its line, the rule, the reason, and what to write instead. It exits with 1 when there is one. It
also finds a step of a resolution that restarts, changes or deletes something and names no danger (`danger`).

A command may break a rule for a reason; the reason stands above it, in its fence:

```bash
# allow: redis-keys because nobody else asks this server
redis-cli -e -n 2 keys 'search:*'
```

An `allow:` that allows nothing is told, too (`allow`).

| rule | why | wrong | right |
| --- | --- | --- | --- |
"""


def page(_: Path) -> str:
    """Returns the page, as Markdown."""
    return HEAD + "".join(_row(rule) for rule in RULES)


def _row(rule: Rule) -> str:
    where = " (in diagnostics)" if rule.place == "diagnostics" else ""
    cells = (f"`{rule.id}`{where}", f"{rule.why}; instead: {rule.instead}", _code(rule.wrong), _code(rule.right))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _code(text: str) -> str:
    return f"`{text}`"
