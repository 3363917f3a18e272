"""Grafana: the dashboards can be looked at."""

from typing import Any

from engine.judge.marks import owns


@owns("grafana_health")
def test_healthy(grafana_health: dict[str, Any]) -> None:
    """Grafana's health page answers and reports that its database is ok."""
    state = grafana_health.get("database")
    assert state == "ok", f"database is {state!r}; expected 'ok'. The page says: {grafana_health}"
