"""The heading of a cause on the terminal: its number and name, its hosts, how grave it is, and its system."""

from __future__ import annotations

from collections.abc import Sequence

from engine.judge.causes import Cause
from reports.terminal.lines import LABEL, Lines


def heading(lines: Lines, number: int, cause: Cause, hosts: Sequence[str]) -> None:
    """Writes the heading behind an empty line, with these of the cause's hosts and how many there are besides."""
    lines.whole("")
    lines.line(_text(number, cause, hosts), hang=3, red=True, bold=True)


def fitting_hosts(lines: Lines, number: int, cause: Cause) -> Sequence[str]:
    """Returns the hosts whose names a heading of one line has room for, and at least one."""
    width = lines.room + LABEL
    fits = (n for n in range(len(cause.hosts), 1, -1) if len(_text(number, cause, cause.hosts[:n])) <= width)
    return cause.hosts[: next(fits, 1)]


def _text(number: int, cause: Cause, hosts: Sequence[str]) -> str:
    label = "the suite's own" if cause.is_ours else f"{cause.gravest.severity}, {cause.first.system}"
    more = f" and {len(cause.hosts) - len(hosts)} more" if len(hosts) < len(cause.hosts) else ""
    return f"{number}. {cause.name} on {', '.join(hosts)}{more}  [{label}]"
