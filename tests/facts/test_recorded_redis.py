"""Redis' version, and connections that are turned away: figures of INFO, because the lab's server is new and well."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks import test_redis as checks
from fixtures.facts.redis_info import Growth
from tests.facts.test_activity import fails


@pytest.mark.recorded("redis.version")
def test_version() -> None:
    """Versions are compared as numbers, not as text."""
    settings: Any = SimpleNamespace(minimum_version="6.0")
    checks.test_version(cast("Any", SimpleNamespace(version="10.0.1")), settings)
    assert "Redis is version 5.0.14; expected 6.0" in fails(
        checks.test_version, SimpleNamespace(version="5.0.14"), settings
    )


@pytest.mark.recorded("redis.rejections")
def test_rejections() -> None:
    """A connection that was rejected while one looked is told with the time it took."""
    checks.test_rejections(Growth(1.0, (1, 1), 0, None))
    told = fails(checks.test_rejections, Growth(1.0, (1, 1), 0, None, rejected=3))
    assert told.startswith("3 connections were rejected within 1.0 s")
