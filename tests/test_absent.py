"""A component that a system declares not to have: every output says so, once, with the reason."""

from __future__ import annotations

import json

from tests.conftest import Project, reports

SYSTEM = "runbooks/santas-gift-finder/system.yml"
REASON = "it is <b>elsewhere</b>"


def test_every_output_says_it_once(project: Project) -> None:
    """Terminal, JSON and HTML (escaped), on a run that is green."""
    text = (project.root / SYSTEM).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("    absent: "))
    project.replace(SYSTEM, line, f"    absent: {REASON}")
    project.replace("inventory/local.yml", "host: []", "santas-gift-finder: []")
    result = project.gate("--hosts=local", "-k", "reachable")
    out = reports(project.root, "local")
    html = (out / "report.html").read_text(encoding="utf-8")
    assert result.code == 0, result.text
    assert result.text.count(f"not there: grafana: {REASON} [santas-gift-finder]") == 1
    assert json.loads((out / "findings.json").read_text())["absent"] == [
        {"system": "santas-gift-finder", "component": "grafana", "reason": REASON}
    ]
    assert html.count("it is &lt;b&gt;elsewhere&lt;/b&gt;") == 1
    assert REASON not in html


def test_with_nothing_absent_nothing_is_said(project: Project) -> None:
    """No empty heading."""
    text = (project.root / SYSTEM).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("    absent: "))
    project.replace(SYSTEM, line, "    port: 3000")
    project.replace("inventory/local.yml", "host: []", "santas-gift-finder: []")
    result = project.gate("--hosts=local", "-k", "reachable")
    assert "not there" not in result.text
    assert "Not covered" not in (reports(project.root, "local") / "report.html").read_text(encoding="utf-8")


def test_an_inventory_cannot_have_what_its_system_has_not(project: Project) -> None:
    """One of the two files is wrong, and the line says which to look at."""
    project.replace("inventory/local.yml", "host: []", "santas-gift-finder: [grafana]")
    result = project.gate("--hosts=local")
    line = project.line("inventory/local.yml", "[grafana]")
    assert result.code == 4
    assert result.error.startswith(f"inventory/local.yml:{line}: host 'localhost': component 'grafana' is absent in ")
