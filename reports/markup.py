"""The parts of the HTML report: the summary of causes and the rows of the table. All text from hosts is escaped."""

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
from reports.paste import paste
from reports.words import DANGERS, call, contacts, soonest, verdict

TEMPLATES = Path(__file__).parent / "templates"
CSS = TEMPLATES / "report.css"
COLUMNS = ("Outcome", "Check", "Host", "Component", "Severity", "Cause")
# The keys by which pytest-html sorts the columns.
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
    environment.globals.update(
        dangers=DANGERS, call=call, contacts=contacts, count=counted, named=named, paste=paste, soonest=soonest
    )
    environment.filters["words"] = words
    return environment


def words(text: str) -> Markup:
    """Returns text of a runbook as HTML: escaped, with Markdown's `code` and *emphasis* converted."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"(?<!\*)\*([^*<>]+)\*(?!\*)", r"<em>\1</em>", marked))  # noqa: S704 - escaped above


def summary(result: RunResult, link: Callable[[str], str]) -> str:
    """Returns the HTML above the table: the verdict, one card for each cause, accepted findings, absent components.

    `link` returns the URL of a file for its path relative to the suite's root.
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
    """Returns the header cells of the table, as HTML."""
    return [
        f'<th class="sortable" data-column-type="{kind}">{name}</th>' for kind, name in zip(KINDS, COLUMNS, strict=True)
    ]


def row(finding: Finding, cause: str) -> dict[str, str]:
    """Returns the texts of a finding's row, by the keys in KINDS."""
    check = f"{finding.check}[{finding.item}]" if finding.item else finding.check
    outcome = finding.outcome.replace("_", " ").capitalize()
    texts = (outcome, check, finding.host, finding.component, finding.severity, cause)
    return dict(zip(KINDS, texts, strict=True))


def cells(texts: dict[str, str]) -> list[str]:
    """Returns the cells of a row, as HTML. They are escaped here because pytest-html does not escape them."""
    return [f'<td class="col-{kind}">{escape(text)}</td>' for kind, text in texts.items()]


def details(finding: Finding) -> str:
    """Returns the HTML below a row: the expected state, the message, and the evidence."""
    parts = [f"expected: {finding.expected}", f"found: {finding.message or 'as expected'}"]
    parts += [f"{evidence.fact}\n$ {evidence.asked}\n{evidence.answer}" for evidence in finding.evidence]
    return plain("\n\n".join(parts))


def plain(text: str) -> str:
    """Returns text escaped for HTML."""
    return str(escape(text))
