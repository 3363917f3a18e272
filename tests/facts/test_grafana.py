"""Grafana, which the lab has not: the whole gate, over local://, against a server that speaks its health API.

Answers as documented: https://grafana.com/docs/grafana/latest/developers/http_api/other/#health-api, and 503 with
`"database": "failing"` when its database fails.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Project, Result
from tests.facts.servers import Server, serving

HEALTHY = b'{"commit": "087143285", "database": "ok", "version": "11.3.0"}'
FAILING = b'{"commit": "087143285", "database": "failing", "version": "11.3.0"}'


@pytest.fixture
def grafana() -> Iterator[Server]:
    with serving() as server:
        yield server


def gate(project: Project, port: int) -> Result:
    """Runs the gate on this machine, which carries Grafana on `port`."""
    path = project.root / "runbooks/santas-gift-finder/system.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines.index("  grafana:")
    lines[at : at + 2] = [f"  grafana: {{port: {port}}}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    project.replace("inventory/local.yml", "host: []", "santas-gift-finder: [grafana]")
    return project.gate("--hosts=local", "-k", "grafana", "-v")


def test_healthy(project: Project, grafana: Server) -> None:
    """Its database is ok."""
    grafana.says(200, HEALTHY)
    result = gate(project, grafana.port)
    assert (result.code, "READY: 1 check passed" in result.text) == (0, True), result.text
    assert "not there" not in result.text


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (503, FAILING, "reports database 'failing'; expected 'ok'"),
        (200, b"<html>Log in</html>", "that is not JSON"),
        (200, b'{"version": "11.3.0"}', "reports database None; expected 'ok'"),
        (502, b"", "answered 502 with application/json that is not JSON"),
    ],
)
def test_unhealthy(project: Project, grafana: Server, status: int, body: bytes, words: str) -> None:
    """Everything else fails, in plain words, with the runbook's section."""
    grafana.says(status, body)
    result = gate(project, grafana.port)
    assert result.code == 1
    told = " ".join(result.text.split())
    assert words in told, result.text
    assert "Monitoring / Dashboard down" in result.text
    assert "timeout 60 systemctl restart grafana-server" in result.text


@pytest.mark.recorded("grafana.healthy")
def test_dead(project: Project, grafana: Server) -> None:
    """Nothing listens."""
    port = grafana.port
    grafana.server_close()
    assert f"port {port} refuses the connection" in " ".join(gate(project, port).text.split())
