"""Words of a runbook as HTML: one line with its `code`, and a whole section of Markdown."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from reports.plain import visible

# A link may lead to a page, to a mailbox, or to a file beside the runbook; never to a script or to data.
LINK = re.compile(r"(?:https?://|mailto:|#|[\w./-]+(?:#|$))", re.IGNORECASE)


def words(text: str) -> Markup:
    """Returns text of a runbook as HTML: escaped, with Markdown's `code` and *emphasis* converted."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(visible(text))))
    return Markup(re.sub(r"(?<!\*)\*([^*<>]+)\*(?!\*)", r"<em>\1</em>", marked))  # noqa: S704 - escaped above


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.validateLink = lambda url: bool(LINK.match(url))  # type: ignore[method-assign]
    return markdown


def prose(text: str) -> Markup:
    """Returns Markdown as HTML; HTML inside it stays text, and images are left out."""
    return Markup(_markdown().render(visible(text)))  # noqa: S704 - markdown-it escapes
