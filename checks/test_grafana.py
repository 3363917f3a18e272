"""Grafana: it answers and reaches its database."""

from typing import Any

from engine.judge.marks import owns


@owns("grafana_health")
def test_healthy(grafana_health: dict[str, Any]) -> None:
    """Grafana's health page answers and reports that its database is ok."""
    state = grafana_health.get("database")
    assert state == "ok", f"Grafana's health page reports database {state!r}; expected 'ok': {grafana_health}"
