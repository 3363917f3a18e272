"""The wiring: which plugins are loaded."""

from __future__ import annotations

import gc
from importlib.util import find_spec

# A gate is short, and what it makes stays until its end: looking for garbage is a twentieth of its time.
gc.set_threshold(100_000, 50, 50)

# Said before any of them is imported: a pytest that stands elsewhere knows nothing of them.
if missing := [name for name in ("testinfra", "pydantic", "pytest_html", "xdist") if find_spec(name) is None]:
    print(
        f"ERROR: {', '.join(missing)} not found; expected the suite's own pytest: . .tox/gate/bin/activate (README.md)"
    )
    raise SystemExit(4)

pytest_plugins = (
    "engine.hooks.masking",
    "engine.hooks.selection",
    "engine.hooks.keywords",
    "engine.hooks.mistakes",
    "engine.hooks.findings",
    "engine.hooks.shortsummary",
    "engine.hooks.running",
    "engine.hooks.gathering",
    "engine.hooks.options",
    "fixtures.common",
)
