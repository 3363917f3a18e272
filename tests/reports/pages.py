"""The page of a run, taken apart: its elements, and the findings that its script gets."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

# Elements that have no end.
VOID = {"meta", "input", "link", "br", "hr", "img"}


class Page(HTMLParser):
    """An HTML page: `elements` in order, each its name and attributes, and `texts` by the id or name of an element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {}
        self.unclosed: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(html)
        self.unclosed += [name for name, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Goes into an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag: str) -> None:
        """Leaves an element; an end that does not fit is kept in `unclosed`."""
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.unclosed.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Keeps the text for each element around it."""
        for name, id_ in self._open:
            self.inside.setdefault(id_ or name, []).append(data)

    def text(self, name: str) -> str:
        """Returns the text inside the elements with this id, or of this name where they have no id."""
        return " ".join("".join(self.inside.get(name, [])).split())


def findings(html: str) -> list[dict[str, Any]]:
    """Returns the findings of a page, as its table shows them."""
    data = json.loads("".join(Page(html).inside["data"]))
    texts = data["texts"]
    kinds = [dict(zip(data["kind"], (texts[number] for number in kind), strict=True)) for kind in data["kinds"]]
    keys = ("outcome", "host", "item", "message")
    return [
        {**kinds[row[0]], **dict(zip(keys, (texts[number] for number in row[1:5]), strict=True)), "card": row[5]}
        for row in data["findings"]
    ]
