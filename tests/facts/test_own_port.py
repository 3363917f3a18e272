"""Whose port it is: the unit's own, another server's of the host, or a container's."""

from __future__ import annotations

from typing import Any

import pytest

from checks import expect
from checks import test_postgres_config as config_checks
from fixtures.os.units import Listener
from fixtures.postgres.configuration import Configuration
from tests.facts.test_activity import fails

UNIT: Any = type("Unit", (), {"name": "postgresql@15-main.service", "main_pid": 41})()
SETTINGS: Any = type("Postgres", (), {"port": 5432})()


def at(port: int, pid: int, name: str = "postgres") -> Listener:
    """A socket of a process."""
    return Listener("127.0.0.1", port, (pid,), (name,))


def test_the_port_of_another_server() -> None:
    """A log-in there is refused, and neither password nor data are at fault."""
    words = fails(expect.own_port, [at(5433, 41), at(5432, 99)], UNIT, 5432)
    assert words == (
        "postgresql@15-main.service listens on 5433, and on port 5432 there is postgres (pid 99); expected "
        "postgresql@15-main.service on port 5432"
    )


@pytest.mark.parametrize(
    "listeners",
    [
        [at(5432, 41)],
        [at(5432, 41), at(5432, 99)],
        # A container's port is held by a helper of its own, and its unit's main process listens nowhere.
        [at(5432, 99, "docker-proxy")],
        # Nobody is there, which is another finding.
        [at(5433, 41)],
        # Without the right to see who it is, nothing is known.
        [Listener("127.0.0.1", 5432, (), ())],
    ],
)
def test_the_own_port(listeners: list[Listener]) -> None:
    """Where nothing else is known, nothing is said."""
    expect.own_port(listeners, UNIT, 5432)


def test_rules_that_let_everybody_in() -> None:
    """Those of a server on the host, and not those of an image, which trust what is in the container."""
    trusting = Configuration([], [], ["pg_hba.conf, line 97 (host, all from 127.0.0.1)"])
    told = fails(config_checks.test_access_closed, trusting, [at(5432, 41)], UNIT, SETTINGS)
    assert told.startswith("1 rule let in whoever asks, without a password: pg_hba.conf, line 97 (host, all from 127")
    config_checks.test_access_closed(trusting, [at(5432, 99, "docker-proxy")], UNIT, SETTINGS)
    config_checks.test_access_closed(Configuration([], []), [at(5432, 41)], UNIT, SETTINGS)
