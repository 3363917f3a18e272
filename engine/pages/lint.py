"""The page of the linter: every rule, with a wrong and a right example."""

from __future__ import annotations

from pathlib import Path

from engine.runbook.rule import Rule
from engine.runbook.rules import RULES

FILE = "docs/lint.md"
HEAD = """# The linter of runbooks

<!-- `python -m engine.pages` writes it from the rules in engine/runbook/; a test keeps it current. -->

`python -m engine.runbook lint runbooks` prints each command that is unsafe to paste or does something else
than it appears to do, with its line, the rule, the reason, and the replacement. It exits with 1 when it finds one. It
also finds a step of a resolution that restarts, changes or deletes something and names no danger (`danger`).

A number in symptoms, commands and steps that a limit of the section's components has is found too (`limit-number`):
with another limit in force, the section would look for something else. `{{ limits.backup_age_s }}` is the limit in
force, and the filters `duration`, `size` and `percent` say it in words: `{{ limits.backup_age_s | duration }}` is
`26 hours`.

Any other number in a symptom is found too (`symptom-number`), and a limit of which no check of the section knows: they
say what no check holds. What is filled in, in quotes or in backquotes, and a status (`503`) may stand there.

Of the links that follow a resolution, one that leads to no section is found (`link`). Of a folder with a system.yml,
these are found besides: a P1 section that leads nowhere (`dead-end`), and a team or an office that an escalation names
and that is not among the contacts (`contact`), with the nearest that is.

A command may break a rule for a reason. The reason stands above it, in its fence, and holds up to the next blank line:

```bash
# allow: redis-keys because nobody else asks this server
redis-cli -e -n 2 keys 'search:*'
```

An `allow:` that allows nothing is reported too (`allow`).

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
