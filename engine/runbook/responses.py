"""What each severity asks of people: the list below `How fast`."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.runbook.model import Response

# `P1, critical: within 15 minutes. Acknowledge the alert, …`
LINE = re.compile(
    r"(?P<severity>P[1-3])\b.*?\bwithin (?P<number>\d{1,4}) (?P<unit>minute|hour)s?\b[.,;]?\s*(?P<demands>.*)"
)


class ResponseReader:
    """Takes the lines of the list; `found` has what was read, by severity."""

    def __init__(self) -> None:
        self.found: dict[str, Response] = {}
        self._severity = ""

    def reads(self, words: str, first: bool) -> None:
        """Keeps a line; one that is not the `first` of its item goes on with the demands of the line before."""
        if match := LINE.match(words):
            self._severity = match["severity"]
            seconds = int(match["number"]) * (60 if match["unit"] == "minute" else 3600)
            self.found[self._severity] = Response(seconds, match["demands"])
        elif first:
            self._severity = ""
        elif self._severity:
            before = self.found[self._severity]
            self.found[self._severity] = replace(before, demands=f"{before.demands} {words}".strip())
