"""Sets variables of an environment file, in place, so that owner and mode stay: FILE, and the values as JSON.

With a third argument, `unless-positive`, those that are positive numbers already stay as they are.
"""

import json
import sys
from pathlib import Path


def put(text: str, values: dict[str, str], keep_positive: bool) -> str:
    """Returns the file's text with each variable once, behind the others."""
    lines = text.splitlines()
    pairs = [tuple(part.strip() for part in line.partition("=")[::2]) for line in lines]
    good = {
        name for name, value in pairs if name in values and (value == values[name] or (value.isdigit() and int(value)))
    }
    new = {name: value for name, value in values.items() if not (keep_positive and name in good)}
    kept = [line for line, (name, _) in zip(lines, pairs, strict=True) if name not in new]
    return "\n".join([*kept, *(f"{name}={value}" for name, value in new.items())]) + "\n"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(put(file.read_text(), json.loads(sys.argv[2]), sys.argv[3:] == ["unless-positive"]))
