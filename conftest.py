"""The wiring: which plugins are loaded, and where a run's output goes."""

from __future__ import annotations

import pytest

from fixtures.run import RUN

pytest_plugins = ("fixtures.plugin", "reports.plugin")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tells the reports which environment this is, once the fixtures have resolved it."""
    # Imported here: pytest must import its plugins itself to explain their assertions.
    from reports.plugin import RUN_INFO, RunInfo

    if RUN in config.stash:
        environment = config.stash[RUN].inventory.environment
        output = config.rootpath / "reports" / "out" / environment
        config.stash[RUN_INFO] = RunInfo(environment=environment, output=output, findings_file=None)
