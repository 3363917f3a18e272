"""Counts the lines of mongod's log on its input: `errors` by component, or `slow` operations by shape."""

import collections
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any


def entries(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yields the lines that are whole: the first one may be cut."""
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def errors(lines: Iterable[str]) -> Iterator[str]:
    """Yields what is fatal or an error, how often, the most often first."""
    found = [(e["s"], e["c"], e["msg"]) for e in entries(lines) if e.get("s") in ("F", "E")]
    for what, count in collections.Counter(found).most_common(15):
        yield " ".join([str(count), *what])


def slow(lines: Iterable[str]) -> Iterator[str]:
    """Yields each shape: how often, the longest, what it read for what it gave."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = collections.defaultdict(list)
    for entry in entries(lines):
        if entry.get("msg") == "Slow query" and entry["attr"].get("appName") != "runbook-checks":
            a = entry["attr"]
            found[a.get("ns"), a.get("planSummary"), a.get("queryHash")].append(a)
    for shape, each in sorted(found.items(), key=lambda pair: -len(pair[1]))[:10]:
        worst = max(each, key=lambda a: a["durationMillis"])
        read = f"read {worst.get('docsExamined')} gave {worst.get('nreturned')}"
        yield " ".join([str(len(each)), *map(str, shape), f"{worst['durationMillis']} ms", read])


if __name__ == "__main__":
    for told in {"errors": errors, "slow": slow}[sys.argv[1]](sys.stdin):
        print(told)
