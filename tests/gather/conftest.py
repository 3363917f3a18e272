"""Keys that several tests need."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.gather.sshd import HOST


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    """A key that no host knows, one with a passphrase, and a file that knows another key of the host."""
    made = {}
    for name, phrase in (("OTHER", ""), ("LOCKED", "open sesame")):
        made[name] = tmp_path / name.lower()
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", phrase, "-f", str(made[name])], check=True)
    public = made["OTHER"].with_suffix(".pub").read_text(encoding="ascii").split()
    made["KNOWN"] = tmp_path / "known"
    made["KNOWN"].write_text(f"{HOST} {public[0]} {public[1]}\n", encoding="ascii")
    return made
