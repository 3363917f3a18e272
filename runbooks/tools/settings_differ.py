"""Names the variables that a process has otherwise than its environment file says: FILE PID; never their values."""

import sys
from collections.abc import Iterator
from pathlib import Path


def differing(text: str, environment: str) -> Iterator[str]:
    """Yields the names; the environment is that of /proc, with NUL between its entries."""
    running = dict(pair.split("=", 1) for pair in environment.split("\0") if "=" in pair)
    for line in text.splitlines():
        name, _, value = line.strip().partition("=")
        if "=" in line and not line.startswith(("#", ";")) and running.get(name) != value.strip("\"'"):
            yield name


if __name__ == "__main__":
    process = Path(f"/proc/{sys.argv[2]}/environ").read_text()
    print("differ:", list(differing(Path(sys.argv[1]).read_text(), process)))
