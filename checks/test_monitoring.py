"""The monitoring: it watches, it can call somebody, and it is not open to everybody."""

from ipaddress import ip_address

from checks import expect
from engine.judge.marks import each, owns, symptom, vital
from fixtures.http.client import Response
from fixtures.monitoring.services import Rule
from fixtures.monitoring.settings import Service, Shipper
from fixtures.os.units import Listener, Unit


@vital
@each("services")
def test_units_running(unit: Unit) -> None:
    """Prometheus and its exporters run, and are started at boot."""
    expect.running(unit)
    expect.enabled(unit)


@owns("monitoring_pages", "monitoring_prometheus")
@vital
@symptom
@each("services")
def test_ready(monitoring_pages: dict[str, Response | str], item: Service) -> None:
    """Prometheus is ready, and each exporter serves its metrics."""
    answer = monitoring_pages[item.unit]
    assert isinstance(answer, Response), answer
    assert answer.status == 200, f"{answer.url} answered {answer.status}; expected 200"
    assert item.says in answer.body, (
        f"{answer.url} answered {answer.status}, and not with '{item.says}': something else than {item.unit} answers"
    )


@each("services")
def test_exporters_private(listeners: list[Listener], item: Service) -> None:
    """Metrics, which have no log-in, are served on loopback or private addresses only."""
    public = [each.address for each in listeners if each.port == item.port and not _is_private(each.address)]
    assert not public, (
        f"{item.unit} listens on {', '.join(public)}, port {item.port}; expected a loopback or private address"
    )


def _is_private(address: str) -> bool:
    """Whether only this host or a private network reaches it; `*`, 0.0.0.0 and :: are every address there is."""
    if address == "*":
        return False
    found = ip_address(address)
    return found.is_private and not found.is_unspecified


def test_alert_rules(monitoring_rules: list[Rule]) -> None:
    """Prometheus has at least one alerting rule, and evaluates each without an error."""
    assert monitoring_rules, "Prometheus has loaded no alerting rule: nobody is called, whatever happens"
    broken = [rule for rule in monitoring_rules if rule.health == "err"]
    assert not broken, f"{len(broken)} of {len(monitoring_rules)} rules fail: {'; '.join(map(str, broken[:3]))}"


@each("shippers")
def test_log_shipper(unit: Unit, monitoring_collectors: list[str], item: Shipper) -> None:
    """The log shipper runs and is connected to its collector."""
    expect.running(unit)
    assert any(peer.endswith(f":{item.port}") for peer in monitoring_collectors), (
        f"{unit.name} runs, and has no connection to port {item.port} of a collector: its lines stay on this host"
    )
