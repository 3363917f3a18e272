"""What a start of PostgreSQL would refuse, and what waits for one: told from rows as the server gives them."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.postgres.configuration import compare, same


def line(name: str, value: str, error: str = "", *, applied: bool = True) -> dict[str, Any]:
    """Returns a row of `pg_file_settings`."""
    return {"file": "/p.conf", "line": 7, "name": name, "applied": applied, "error": error, "value": value}


def runs(name: str, value: str, kind: str = "integer", unit: str = "", **more: Any) -> dict[str, Any]:
    """Returns a row of `pg_settings`."""
    row = {"name": name, "vartype": kind, "unit": unit, "enumvals": None, "pending_restart": False, "judged": True}
    return row | {"value": value} | more


@pytest.mark.parametrize(
    ("value", "running", "answer"),
    [
        ("128MB", runs("shared_buffers", "16384", unit="8kB"), True),
        ("1GB", runs("shared_buffers", "16384", unit="8kB"), False),
        ("1min", runs("autovacuum_naptime", "60", unit="s"), True),
        ("250us", runs("vacuum_cost_delay", "0.25", "real", unit="ms"), True),
        ("5min", runs("checkpoint_timeout", "600", unit="s"), False),
        ("0.9", runs("checkpoint_completion_target", "0.9", "real"), True),
        ("-1", runs("wal_buffers", "512", unit="8kB"), True),
        ("100", runs("max_connections", "150"), False),
        ("TRUE", runs("fsync", "on", "bool"), True),
        ("no", runs("fsync", "on", "bool"), False),
        ("Replica", runs("wal_level", "replica", "enum", enumvals=["minimal", "replica", "logical"]), True),
        ("logical", runs("wal_level", "replica", "enum", enumvals=["minimal", "replica", "logical"]), False),
        ("hot_standby", runs("wal_level", "replica", "enum", enumvals=["minimal", "replica", "logical"]), True),
        ("a1b2", runs("cluster_name", "a1b2", "string"), True),
    ],
)
def test_a_value_is_compared_in_the_parameters_own_unit(value: str, running: dict[str, Any], answer: bool) -> None:
    """Spellings of one value are the same, other values are not; what cannot be told is no difference."""
    assert same(value, running) is answer


def test_a_real_parameter_is_not_rounded() -> None:
    """A small number of a real parameter differs from another small one."""
    assert not same("0.5", runs("checkpoint_completion_target", "0.9", "real"))


def test_what_waits_for_a_restart_is_not_refused() -> None:
    """The server words both alike; a line that it does not know at all is refused."""
    unknown = "unrecognized configuration parameter"
    lines = [
        line("max_connections", "180", "setting could not be applied", applied=False),
        line("work_mem", "4 Megs", "setting could not be applied", applied=False),
        line("max_conections", "180", unknown, applied=False),
    ]
    running = [runs("max_connections", "150", pending_restart=True), runs("work_mem", "4096", unit="kB")]
    found = compare(lines, [{"file": "pg_hba.conf", "line": 9, "error": "invalid CIDR mask"}], running)
    assert found.waiting == ["max_connections (needs a restart)"]
    assert [text.partition(": ")[0] for text in found.refused] == [
        "/p.conf, line 7 (work_mem)",
        "/p.conf, line 7 (max_conections)",
        "pg_hba.conf, line 9",
    ]


def test_what_a_role_or_a_command_line_says_is_not_the_files() -> None:
    """A parameter that comes from elsewhere is not compared; one that only the file has is."""
    lines = [line("work_mem", "8MB"), line("log_statement", "all")]
    running = [
        runs("work_mem", "4096", unit="kB", judged=False),
        runs("log_statement", "none", "enum", enumvals=["none", "all"]),
    ]
    assert compare(lines, [], running).waiting == ["log_statement (needs a reload)"]
