"""The HTML report: pytest-html's file and table, with the causes on top of it. Everything from hosts is escaped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from engine.judge.causes import named
from engine.judge.finding import Finding
from engine.judge.result import RunResult
from engine.text import counted
from reports.words import DANGERS, call, contacts, verdict

TEMPLATES = Path(__file__).parent / "templates"
CSS = TEMPLATES / "report.css"
COLUMNS = ("Outcome", "Check", "Host", "Component", "Severity", "Cause")
# What pytest-html sorts the columns by.
KINDS = ("result", "testId", "host", "component", "severity", "cause")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(dangers=DANGERS, call=call, contacts=contacts, count=counted, named=named)
    environment.filters["words"] = words
    return environment


def words(text: str) -> Markup:
    """Returns the runbook's words as HTML: escaped, with `code` and *emphasis* as Markdown has them."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"(?<!\*)\*([^*<>]+)\*(?!\*)", r"<em>\1</em>", marked))  # noqa: S704 - escaped above


def summary(result: RunResult, link: Callable[[str], str]) -> str:
    """Returns the part above the table: the verdict, a card a cause, what is accepted and what is not there.

    `link` makes the URL of a file, given by its path from the suite's root.
    """
    return (
        _environment()
        .get_template("summary.html.j2")
        .render(
            result=result,
            verdict=verdict(result),
            link=link,
            outcomes=Counter(finding.outcome for finding in result.findings),
            accepted=[finding for finding in result.findings if finding.outcome in ("waived", "warned")],
            systems=sorted({finding.system for finding in result.findings}),
        )
    )


def head() -> list[str]:
    """Returns the table's head cells."""
    return [
        f'<th class="sortable" data-column-type="{kind}">{name}</th>' for kind, name in zip(KINDS, COLUMNS, strict=True)
    ]


def row(finding: Finding, cause: str) -> dict[str, str]:
    """Returns a finding's words for the table, by the kind of their column."""
    check = f"{finding.check}[{finding.item}]" if finding.item else finding.check
    outcome = finding.outcome.replace("_", " ").capitalize()
    texts = (outcome, check, finding.host, finding.component, finding.severity, cause)
    return dict(zip(KINDS, texts, strict=True))


def cells(texts: dict[str, str]) -> list[str]:
    """Returns the cells of a row; pytest-html writes them as they are, so they are escaped here."""
    return [f'<td class="col-{kind}">{escape(text)}</td>' for kind, text in texts.items()]


def details(finding: Finding) -> str:
    """Returns what opens under a row: what was expected and found, and the evidence."""
    parts = [f"expected: {finding.expected}", f"found: {finding.message or 'just that'}"]
    parts += [f"{each.fact}\n$ {each.asked}\n{each.answer}" for each in finding.evidence]
    return plain("\n\n".join(parts))


def plain(text: str) -> str:
    """Returns text as HTML."""
    return str(escape(text))
