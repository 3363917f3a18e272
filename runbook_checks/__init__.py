"""The suite as it is installed with pip: one importable name, which has everything else inside of it."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
# Installed, the suite's folders are in `suite/`; in a checkout they are beside this package.
SUITE = HERE / "suite" if (HERE / "suite").is_dir() else HERE.parent
