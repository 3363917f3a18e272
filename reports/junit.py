"""JUnit's file is pytest's own; here it is only written when the other outputs are, and may fail as they may."""

from __future__ import annotations

import pytest
from _pytest.junitxml import LogXML, xml_key

from reports.outputs import Write


def take_junit(config: pytest.Config) -> dict[str, Write]:
    """Returns how to write JUnit's file, by its path, where `--junitxml` asks for it; pytest writes it no more."""
    xml = config.stash.get(xml_key, None)
    if xml is None:
        return {}
    config.pluginmanager.unregister(xml)
    xml.pytest_sessionfinish = _nothing  # type: ignore[method-assign]
    config.pluginmanager.register(xml)

    def write(_: object) -> None:
        try:
            LogXML.pytest_sessionfinish(xml)
        except Exception:
            # Else pytest would go on to say that it was written.
            del config.stash[xml_key]
            config.pluginmanager.unregister(xml)
            raise

    return {xml.logfile: write}


def _nothing() -> None:
    """Stands where pytest would write the file, unguarded."""
