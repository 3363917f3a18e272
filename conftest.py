"""The wiring: which plugins are loaded, and where a run's output goes."""

from __future__ import annotations

from functools import partial

import pytest

pytest_plugins = (
    "engine.hooks.masking",
    "fixtures.selection",
    "fixtures.findings",
    "fixtures.plugin",
    "reports.plugin",
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Announces the run to the reports once the fixtures have resolved it, before pytest-html starts."""
    # Imported here: pytest must import its plugins itself to explain their assertions.
    from fixtures.evidence import hand_over
    from fixtures.facts import CATALOGUE
    from fixtures.run import RUN
    from reports.plugin import EVIDENCE, RUN_INFO, RunInfo, html_options

    if RUN in config.stash:
        run = config.stash[RUN]
        environment = run.inventory.environment
        output = config.rootpath / "reports" / "out" / environment
        hands_over = None if config.option.no_evidence else partial(hand_over, run, CATALOGUE, output / EVIDENCE)
        config.stash[RUN_INFO] = RunInfo(environment, output, run.absences, hands_over, run.since)
        html_options(config, output)
