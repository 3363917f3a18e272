"""Evidence for others: drops the lines of a text that cannot be judged as harmless."""

from __future__ import annotations

from engine.mask.spans import MASK
from engine.text import counted

# The most characters of a line.
LONGEST = 64 * 1024
# The replacement character for bytes that are not text.
UNREADABLE = "\ufffd"


def handed_over(masked: str) -> str:
    """Returns a masked text without the lines that cannot be judged; a last line has their number.

    These are lines with bytes that are not text, lines longer than LONGEST, and lines that are mostly masked.
    """
    kept: list[str] = []
    left_out = 0
    for line in masked.splitlines():
        if _can_be_judged(line):
            kept.append(line)
        else:
            left_out += 1
    if left_out:
        kept.append(f"({counted(left_out, 'line')} left out)")
    return "\n".join(kept)


def _can_be_judged(line: str) -> bool:
    if UNREADABLE in line or len(line) > LONGEST:
        return False
    words = line.split()
    covered = sum(MASK in word for word in words)
    return 2 * covered <= len(words) or (len(words) <= 2 and set(words) != {MASK})
