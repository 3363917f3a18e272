"""What is read of alerting rules, of those who receive the alerts, and of silences; and what is red of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from checks.test_monitoring import test_alerts_can_fire as alerts_can_fire
from checks.test_monitoring import test_alerts_firing as alerts_firing
from checks.test_monitoring import test_alerts_received as alerts_received
from checks.test_monitoring import test_silences as silences
from engine.gather.fact import FactError
from fixtures.http.client import Response
from fixtures.monitoring.alerts import MOST, Receivers, monitoring_series, parse_silences, selectors
from fixtures.monitoring.firing import Alert
from fixtures.monitoring.services import Rule
from fixtures.monitoring.settings import Limits, Monitoring, Service
from tests.conftest import ROOT
from tests.facts.servers import serving, this_machine
from tests.facts.test_monitoring import Target

OURS = Monitoring(
    prometheus=Service(unit="p", port=9090, path="/"), alertmanager=Service(unit="a", port=9093, path="/")
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("up == 0", ["up"]),
        ("vector(0) > 1", []),
        ("time() > 1e9 and 0x1F < Inf", []),
        ("100 * (1 - sum by (instance) (rate(cpu:seconds{mode=~\"a|b}\"}[5m])) / count without(mode)(x)) > 80",
         ['cpu:seconds{mode=~"a|b}"}', "x"]),
        ('{__name__=~"a.*", job=\'b"c\'} offset 1w > bool 0', ['{__name__=~"a.*", job=\'b"c\'}']),
        ("a / on (job) group_left (node) b unless ignoring(x) c # up", ["a", "b", "c"]),
        ("quantile_over_time(0.9, lat_seconds [1h:5m]) @ end() > 5m", ["lat_seconds"]),
        ('label_replace(up, "a", "$1", "b", "(.*)")', ["up"]),
        ("topk(3, sum(errors_total) by (code)) OR ON() vector(1)", ["errors_total"]),
    ],
)  # fmt: skip
def test_selectors(query: str, found: list[str]) -> None:
    """Only what names series is one: no function, label, number, duration, string or word of the language."""
    assert selectors(query) == found


def rule(query: str, state: str = "inactive") -> Rule:
    return Rule("g", "A", "ok", "", state, "/etc/rules/a.yml", query)


def test_rules_that_can_never_fire() -> None:
    """A rule without a series is told with its file; one that holds of nothing, or all the time, is meant so."""
    alerts_can_fire([rule("a / b > 1")], {"a": False, "b": True}, OURS)
    alerts_can_fire([rule("absent(gone)"), rule("vector(1)", "firing"), rule("many > 1")], {"gone": False}, OURS)
    alerts_can_fire([rule("rarely > 0")], {"rarely": False}, OURS.model_copy(update={"rare": ["A"]}))
    with pytest.raises(AssertionError, match=r"1 of 2 .* g/A \(/etc/rules/a.yml\) asks for gone and b: gone / b > 1"):
        alerts_can_fire([rule("gone / b > 1"), rule("up")], {"gone": False, "b": False, "up": True}, OURS)
    with pytest.raises(AssertionError, match=r"asks for no series at all: vector\(0\) > 1"):
        alerts_can_fire([rule("vector(0) > 1")], {}, OURS)


def test_what_fires_and_tells_of_trouble() -> None:
    """What fires all the time, is for information, or is another system's is no trouble of this one."""
    fine = [Alert("Watchdog", {"severity": "critical"}, 9e6), Alert("CpuThrottled", {"severity": "info"}, 60)]
    alerts_firing(fine, OURS)
    down = Alert("TargetDown", {"job": "node"}, 600)
    with pytest.raises(AssertionError, match=r'1 alert of Prometheus .* TargetDown \(job="node"\) for 10 min'):
        alerts_firing([*fine, down], OURS)
    alerts_firing([down], OURS.model_copy(update={"alert_labels": {"team": "shop"}}))


def test_series_are_counted_in_few_queries() -> None:
    """Each selector has the number under which the answer names it; an answer that is none says so."""
    with serving() as server:
        body = json.dumps({"data": {"result": [{"metric": {"n": "1"}, "value": [0, "3"]}]}}).encode()
        server.says(200, body, "application/json")
        make, target = monitoring_series.fact.make, Target(server.port)
        assert make([rule("gone > up"), rule("up")], this_machine(), target) == {"gone": False, "up": True}
        assert len(make([rule(f"a{n}") for n in range(MOST + 9)], this_machine(), target)) == MOST
        server.says(400, b'{"status": "error", "error": "parse error"}', "application/json")
        with pytest.raises(FactError, match=r"answered 400: .*parse error"):
            make([rule("up")], this_machine(), target)


def test_nobody_receives() -> None:
    """Rules that nobody hears of are red, and so are alerts that go past this host's own Alertmanager."""
    alerts_received([rule("up")], Receivers(["http://localhost:9093/api/v2/alerts"], []), OURS)
    alerts_received([], Receivers(["http://localhost:9093/api/v2/alerts"], []), OURS)
    with pytest.raises(AssertionError, match="no Alertmanager; expected one; its configuration drops http://x:9093"):
        alerts_received([rule("up")], Receivers([], ["http://x:9093"]), OURS)
    with pytest.raises(AssertionError, match="to http://x:9094/; expected port 9093 of this host"):
        alerts_received([rule("up")], Receivers(["http://x:9094/"], []), OURS)


def silenced(*matchers: tuple[str, str, bool, bool], days: int = 9, state: str = "active") -> Response:
    entry: dict[str, Any] = {
        "id": "7",
        "status": {"state": state},
        "createdBy": "anna",
        "comment": "nights",
        "startsAt": "2026-11-01T00:00:00.000Z",
        "endsAt": f"2026-11-{1 + days:02}T00:00:00.000Z",
        "matchers": [
            {"name": name, "value": value, "isRegex": regex, "isEqual": equal} for name, value, regex, equal in matchers
        ],
    }
    return Response("http://localhost:9093/api/v2/silences", 200, "application/json", 0.01, json.dumps([entry]))


@pytest.mark.parametrize(
    ("matchers", "covers"),
    [
        ([("alertname", ".+", True, True)], True),
        ([("severity", "critical", False, True)], True),
        ([("severity", "critical|warning", True, True), ("instance", ".*", True, True)], True),
        ([("alertname", "Watchdog", False, False)], True),
        ([("severity", "warning", False, True)], False),
        ([("severity", "critical", False, True), ("instance", "web-1", False, True)], False),
        ([("alertname", "DiskFull", False, True)], False),
        ([("alertname", "(", True, True)], False),
    ],
)
def test_silences_that_cover_everything(matchers: list[tuple[str, str, bool, bool]], covers: bool) -> None:
    """A silence is wide where a critical alert of any name is silenced; for a short time it may be."""
    assert [each.covers for each in parse_silences(silenced(*matchers))] == [covers]
    silences(parse_silences(silenced(*matchers, days=1)), [], Limits())
    silences(parse_silences(silenced(*matchers, state="expired")), [], Limits())
    if covers:
        with pytest.raises(AssertionError, match=r"silence 7 \(.*\) for 9 days, of anna: nights; the limit is 24 h"):
            silences(parse_silences(silenced(*matchers)), [], Limits())


@pytest.mark.parametrize(("matcher", "told"), [(("alertname", ".+", True, True), 1), (("job", "x", False, True), 0)])
def test_the_runbook_ends_the_same_silences(matcher: tuple[str, str, bool, bool], told: int) -> None:
    """The runbook's own program, which has nothing of this project on the host, agrees with the check."""
    with serving() as server:
        server.says(200, silenced(matcher).body.encode())
        program = (ROOT / "runbooks" / "tools" / "silences.py").read_text(encoding="utf-8")
        command = [sys.executable, "-B", "-", str(server.port), "86400.0"]
        done = subprocess.run(command, input=program, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == told


@pytest.mark.parametrize(("body", "words"), [("{}", "expected a list"), ("[7]", "expected"), ("<html>", "not JSON")])
def test_another_answer_is_no_silence(body: str, words: str) -> None:
    """Whatever is no list of silences says what it is."""
    with pytest.raises(FactError, match=words):
        parse_silences(Response("http://localhost:9093", 200, "text/html", 0.01, body))
