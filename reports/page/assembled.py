"""The assembly of a page: its template, with its styles and its script inside, and a policy that allows only these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from engine.judge.causes import named
from engine.text import counted
from reports.page.bars import bar, measured
from reports.page.prose import prose, words
from reports.paste import alone, left_out, paste, to_fill_in
from reports.plain import visible
from reports.templating import environment, hashed
from reports.words import DANGERS, call, call_by, contacts, heading, soonest, title

HERE = Path(__file__).parent
# The order in which they stand in the page: later rules win, and later scripts call earlier ones.
STYLES = ("base", "head", "cause", "map", "findings", "print")
SCRIPTS = ("kept", "copying", "time", "details", "findings", "start")


@cache
def _environment() -> Environment:
    made = environment(HERE / "templates")
    made.globals.update(
        bar=bar, call=call, call_by=call_by, contacts=contacts, count=counted, dangers=DANGERS, heading=heading,
        left_out=left_out, measured=measured, named=named, paste=paste, soonest=soonest, title=title,
        to_fill_in=to_fill_in,
    )  # fmt: skip
    made.tests["alone"] = alone
    made.filters.update(words=words, prose=prose, utc=utc, visible=visible)
    return made


def utc(moment: datetime | timedelta) -> str:
    """Returns a moment as ISO 8601 in UTC, for the attribute of a `<time>`."""
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def assembled(template: str, extra_css: Sequence[str] = (), **context: object) -> str:
    """Returns the HTML of a template with its styles and script; nothing else can run in it or be loaded by it."""
    style, script = _joined("styles", STYLES, "css", extra_css), _joined("scripts", SCRIPTS, "js")
    policy = (
        f"default-src 'none'; style-src {hashed(style)}; script-src {hashed(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template(template)
        .render(policy=policy, style=Markup(style), script=Markup(script), **context)  # noqa: S704 - the suite's own
    )


def _joined(folder: str, names: Sequence[str], ending: str, more: Sequence[str] = ()) -> str:
    parts = [(HERE / folder / f"{name}.{ending}").read_text(encoding="utf-8") for name in names]
    # A style sheet cannot close its element, whatever a user puts into it.
    return re.sub(r"</(?=style|script)", r"<\\/", "\n".join([*parts, *more]), flags=re.IGNORECASE)
