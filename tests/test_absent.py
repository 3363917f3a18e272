"""A component that a system declares not to have: every output says so, once, with the reason."""

from __future__ import annotations

import json

import pytest

from engine.config.found import components
from tests.conftest import Project, Result, reports

SYSTEM = "runbooks/santas-gift-finder/system.yml"
BARE = "# Bare\n\n## Host\n\n### Host unreachable (P1)\n\n**Diagnostics:**\n```bash\n# check: os.reachable\ntrue\n```\n"
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


def bare(project: Project, component: str, settings: str) -> Result:
    """Runs the gate on a system with this component, of which the runbook has nothing."""
    folder = project.root / "runbooks" / "bare"
    folder.mkdir()
    (folder / "system.yml").write_text(f"name: Bare\ncomponents:\n  {component}: {settings}\n", encoding="utf-8")
    (folder / "runbook.md").write_text(BARE, encoding="utf-8")
    project.write("inventory/here.yml", "hosts:\n  here: {connection: local://, systems: {bare: []}}\n")
    return project.gate("--hosts=here")


@pytest.mark.parametrize("name", sorted(set(components()) - {"os", "network", "units"}))
def test_the_reason_is_enough(project: Project, name: str) -> None:
    """Of what a system does not have nobody has to make up a unit or a port."""
    result = bare(project, name, "{absent: it is elsewhere, depends_on: os}")
    assert result.code == 0, result.text
    assert result.text.count(f"not there: {name}: it is elsewhere") == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("{}", "'components.monitoring.prometheus' is missing"),
        ("{absent: no}", "'components.monitoring.absent'"),
        ("{absent: it is elsewhere, promethous: 1}", "unknown key 'components.monitoring.promethous'"),
        ("{absent: it is elsewhere, prometheus: {port: 1}}", "'components.monitoring.prometheus.unit' is missing"),
        ("{absent: it is elsewhere, depends_on: 7}", "'components.monitoring.depends_on'"),
        ("[]", "'components.monitoring'"),
    ],
)
def test_a_mistake_beside_the_reason(project: Project, settings: str, words: str) -> None:
    """What stands there all the same is held against the settings, and a component that is there needs its own."""
    result = bare(project, "monitoring", settings)
    assert result.code == 4
    assert f"runbooks/bare/system.yml:3: {words}" in result.text
