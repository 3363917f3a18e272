"""Has Prometheus send its alerts to this host's own Alertmanager in place of targets that nobody answers at.

Said: Prometheus' port, Alertmanager's, the configuration file, of which a copy is kept. Nothing is loaded, and nothing
is done where alerts come to it already, or where it does not answer itself.
"""

import json
import re
import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

# Down to the next key of the top level.
BLOCK = re.compile(r"^alerting:.*\n(?:(?:[ \t#-].*)?\n)*", re.MULTILINE)


def ask(url: str) -> bytes:
    """Returns what is answered, b"" for nothing; an error is an answer too."""
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - of the configuration
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return str(error).encode()
    except (OSError, ValueError):
        return b""


def replaced(text: str, dead: "list[str]", own: str) -> str:
    """Returns the configuration with `own` in place of each dead target of its part about alerts."""
    for target in dead:
        exact = re.compile(rf"(?<![\w.:-]){re.escape(target)}(?![\w.-])")
        text = BLOCK.sub(lambda found, exact=exact: exact.sub(own, found[0]), text)  # type: ignore[misc]
    return text


def main(prometheus: str, port: str, path: str) -> None:
    """Prints what was replaced."""
    own = f"localhost:{port}"
    told = json.loads(ask(f"http://localhost:{prometheus}/api/v1/alertmanagers") or "{}")
    urls = [urlsplit(each["url"]) for each in told.get("data", {}).get("activeAlertmanagers", [])]
    if any(url.port == int(port) for url in urls) or not ask(f"http://{own}/-/ready"):
        return
    dead = [url.netloc for url in urls if not ask(f"{url.scheme}://{url.netloc}/-/ready")]
    text = Path(path).read_text(encoding="utf-8")
    new = replaced(text, dead, own)
    if new != text:
        shutil.copy2(path, f"{path}.{time.strftime('%Y%m%dT%H%M%S')}")
        Path(path).write_text(new, encoding="utf-8")
        print(f"{', '.join(dead)} is {own} now; the copy beside {path} has it as it was")


if __name__ == "__main__":
    main(*sys.argv[1:])
