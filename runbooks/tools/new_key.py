"""Gives an environment file a new random key: FILE NAME. Every line of the name becomes one new one, in place."""

import re
import secrets
import sys
from pathlib import Path


def replaced(text: str, name: str, value: str) -> str:
    """Returns the file's text with the variable once, at its end."""
    lines = [line for line in text.splitlines() if not re.match(rf"\s*(export\s+)?{name}=", line)]
    return "\n".join([*lines, f"{name}={value}"]) + "\n"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(replaced(file.read_text(), sys.argv[2], secrets.token_hex(32)))
