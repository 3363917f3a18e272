"""The wiring: which plugins are loaded, and where a run's output goes."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

import pytest

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
    "engine.hooks.plugin",
    "fixtures.common",
    "reports.plugin",
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Announces the run to the reports once the fixtures have resolved it, before pytest-html starts."""
    # Imported here: pytest must import its plugins itself to explain their assertions.
    from engine.gather.catalogue import catalogue
    from engine.hooks.findings import without_result
    from engine.hooks.plugin import OUT
    from engine.judge.guidance import absences
    from engine.judge.handover import hand_over
    from engine.run.run import RUN
    from engine.run.unnamed import unnamed_checks, unnamed_line
    from reports.plugin import announce
    from reports.record import RunInfo

    if RUN not in config.stash:
        return
    run = config.stash[RUN]
    info = RunInfo(
        environment=run.inventory.environment,
        root=run.root,
        output=run.root / OUT / run.inventory.environment,
        without_result=without_result,
        redact=run.secrets.redact,
        absences=absences(run.targets),
        hand_over=None if config.option.no_evidence else partial(hand_over, run, catalogue()),
        since=run.since,
        hosts=tuple(dict.fromkeys(target.host.name for target in run.targets)),
        unnamed=tuple(unnamed_line(check) for check in unnamed_checks(run.root)),
    )
    announce(config, info)
