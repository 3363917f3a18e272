"""Prints Alertmanager's silences that keep every critical alert from everybody for longer than SECONDS; ends them where
told so: PORT SECONDS [end]. What is ended can be made again from what is printed."""

import json
import re
import sys
import urllib.request
from datetime import datetime
from typing import Any


def is_wide(matcher: dict[str, Any]) -> bool:
    """Whether a matcher lets through a critical alert that nobody thought of."""
    text = "critical" if matcher["name"] == "severity" else "other"
    try:
        found = bool(re.fullmatch(matcher["value"], text)) if matcher["isRegex"] else matcher["value"] == text
    except re.error:
        return False
    return found is bool(matcher.get("isEqual", True))


def too_long(silence: dict[str, Any], seconds: float) -> bool:
    """Whether a silence is in force, wide, and longer than `seconds`."""
    begins, ends = (datetime.strptime(silence[key][:19], "%Y-%m-%dT%H:%M:%S") for key in ("startsAt", "endsAt"))
    wide = all(map(is_wide, silence["matchers"]))
    return silence["status"]["state"] == "active" and wide and (ends - begins).total_seconds() > seconds


def ask(port: str, path: str, method: str = "GET") -> bytes:
    """Returns what Alertmanager answers."""
    request = urllib.request.Request(f"http://localhost:{port}/api/v2/{path}", method=method)
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - of this host
        return bytes(answer.read())


def main(port: str, seconds: str, act: str = "") -> None:
    """Prints each, and ends it where told so."""
    for silence in json.loads(ask(port, "silences")):
        if too_long(silence, float(seconds)):
            print(json.dumps(silence))
            if act == "end":
                ask(port, f"silence/{silence['id']}", "DELETE")


if __name__ == "__main__":
    main(*sys.argv[1:])
