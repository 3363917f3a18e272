"""Lines on a terminal: text of a file that anybody may have edited stays one line, and harmless."""

from __future__ import annotations

import sys
from typing import TextIO

from engine.text import one_line

LINE = 500


def say(line: str, stream: TextIO | None = None) -> None:
    """Prints a line, cleaned and bounded; what the stream's encoding has not is replaced."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "utf-8"
    print(one_line(line, LINE).encode(encoding, "replace").decode(encoding), file=stream)
