"""What is made of the answers of Prometheus, exporters and `ss`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checks.test_monitoring import test_alert_rules as alert_rules
from checks.test_monitoring import test_exporters_private as exporters_private
from checks.test_monitoring import test_ready as ready
from engine.gather.fact import FactError
from fixtures.http.client import Response
from fixtures.monitoring.services import Rule, monitoring_pages, monitoring_prometheus, parse_peers, parse_rules
from fixtures.monitoring.settings import Monitoring, Service
from fixtures.os.units import Listener
from tests.facts.servers import serving, this_machine

EVERY = "0.0.0.0"  # noqa: S104 - judged, not listened on
PROMETHEUS = Service(unit="prometheus", port=9090, path="/-/ready", says="Ready")


def answer(document: Any, status: int = 200) -> Response:
    body = document if isinstance(document, str) else json.dumps(document)
    return Response("http://localhost:9090/api/v1/rules", status, "application/json", 0.01, body)


def rules(*entries: dict[str, str]) -> dict[str, Any]:
    return {"status": "success", "data": {"groups": [{"name": "g", "rules": list(entries)}]}}


class Target:
    """A target that has nothing but its monitoring."""

    def __init__(self, *ports: int) -> None:
        first, *others = [Service(unit=f"unit-{port}", port=port, path="/ready", says="Ready") for port in ports]
        self.settings = Monitoring(prometheus=first, exporters=others)

    def component(self, _: str) -> Monitoring:
        return self.settings


def test_rules_are_read() -> None:
    """Group, name, health and the last error, which is left out while there was none."""
    document = rules({"name": "A", "health": "ok"}, {"name": "B", "health": "err", "lastError": "no"})
    assert parse_rules(answer(document)) == [Rule("g", "A", "ok", ""), Rule("g", "B", "err", "no")]


@pytest.mark.parametrize(
    ("document", "status", "words"),
    [
        ("<html>Grafana</html>", 200, "not JSON"),
        ("", 200, "not JSON"),
        ([], 200, "not an object"),
        ({"status": "error", "error": "stopping"}, 503, "answered 503"),
        ({"status": "success", "data": None}, 200, "expected groups"),
        ({"status": "success", "data": {"groups": None}}, 200, "expected groups"),
        ({"data": {"groups": []}}, 401, "answered 401"),
    ],
)
def test_another_answer_is_no_answer(document: Any, status: int, words: str) -> None:
    """Whatever is not a list of groups says what it is, and is never taken for no rule."""
    with pytest.raises(FactError, match=words):
        parse_rules(answer(document, status))


def test_no_rule_fails() -> None:
    """A Prometheus that can call nobody is not green."""
    with pytest.raises(AssertionError, match="no alerting rule"):
        alert_rules(parse_rules(answer({"data": {"groups": []}})))


def test_a_rule_not_evaluated_yet_passes() -> None:
    """Right after a start the health of each rule is unknown; an error names its rule."""
    alert_rules([Rule("g", "A", "unknown", "")])
    with pytest.raises(
        AssertionError, match="1 of 2 alerting rules cannot be evaluated; expected none: g/B is err: many-to-many"
    ):
        alert_rules([Rule("g", "A", "ok", ""), Rule("g", "B", "err", "many-to-many")])


@pytest.mark.parametrize("address", ["*", EVERY, "::", "8.8.8.8", "2606:4700::1"])
def test_a_public_address_fails(address: str) -> None:
    """An address that others reach, or every address."""
    with pytest.raises(AssertionError, match="expected a loopback or private address"):
        exporters_private([Listener(address, 9090, (), ())], PROMETHEUS)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.7.7", "fd00::1", "::ffff:127.0.0.1"])
def test_a_private_address_passes(address: str) -> None:
    """Loopback, and the networks of one's own; another port's address is another matter."""
    exporters_private([Listener(address, 9090, (), ()), Listener(EVERY, 80, (), ())], PROMETHEUS)


def test_one_dead_server_hides_no_other() -> None:
    """Each server's page is known by itself; Prometheus' own is a fact that others rest on."""
    with serving() as dead:
        gone = dead.port
    with serving() as good:
        good.says(200, b"Prometheus Server is Ready.\n", "text/plain")
        pages = monitoring_pages.fact.make(this_machine(), Target(good.port, gone))
        assert monitoring_prometheus.fact.make(pages, Target(good.port, gone)).status == 200
        ready(pages, Target(good.port).settings.prometheus)
        with pytest.raises(FactError, match="refuses the connection"):
            monitoring_prometheus.fact.make(pages, Target(gone))
        with pytest.raises(AssertionError, match="refuses the connection"):
            ready(pages, Target(gone).settings.prometheus)


def test_not_ready_is_told() -> None:
    """503 while Prometheus reads its log is not ready; 200 from another program neither."""
    with serving() as server:
        server.says(503, b"Service Unavailable", "text/plain")
        target = Target(server.port)
        pages = monitoring_pages.fact.make(this_machine(), target)
        with pytest.raises(FactError, match="answered 503: Service Unavailable"):
            monitoring_prometheus.fact.make(pages, target)
        with pytest.raises(AssertionError, match="answered with status 503; expected 200"):
            ready(pages, target.settings.prometheus)
        server.says(200, b"<html>It works</html>", "text/html")
        pages = monitoring_pages.fact.make(this_machine(), target)
        with pytest.raises(AssertionError, match="expected the answer of unit-"):
            ready(pages, target.settings.prometheus)


def test_peers() -> None:
    """The far end of each connection, in both families; nothing is no connection."""
    text = "0 0 10.0.0.1:50000 10.0.0.2:10514\n0 0 [fd00::1]:50001 [fd00::2]:10514\n"
    assert parse_peers(text) == ["10.0.0.2:10514", "[fd00::2]:10514"]
    assert parse_peers("") == []
