"""The wiring in a checkout: which plugins are loaded. The installed suite has `runbook_checks/plugin.py` instead."""

from __future__ import annotations

from importlib.util import find_spec

# Said before any of them is imported: a pytest that stands elsewhere knows nothing of them.
if missing := [name for name in ("testinfra", "pydantic", "pytest_html", "xdist") if find_spec(name) is None]:
    print(
        f"ERROR: {', '.join(missing)} not found; expected the suite's own pytest: . .tox/gate/bin/activate (README.md)"
    )
    raise SystemExit(4)

from engine.hooks import PLUGINS

pytest_plugins = PLUGINS
