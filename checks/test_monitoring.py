"""Monitoring: it runs, it can raise alerts, and its metrics are not public."""

from ipaddress import ip_address

from checks import expect
from engine.judge.marks import each, owns, symptom, vital
from engine.judge.measure import at_most
from engine.text import counted, one_line, span
from fixtures.http.client import Response
from fixtures.logs.reading import Log
from fixtures.monitoring.alerts import Receivers, Silence, selectors, wants_absence
from fixtures.monitoring.delivery import reason
from fixtures.monitoring.destinations import Destination
from fixtures.monitoring.firing import Alert
from fixtures.monitoring.mutes import Mute
from fixtures.monitoring.services import Rule
from fixtures.monitoring.settings import Limits, Monitoring, Service, Shipper
from fixtures.os.units import Listener, Unit

# From Friday's evening to Monday's morning, and some hours.
WEEKEND_S = 3 * 86400


@vital
@each("services")
def test_units_running(unit: Unit) -> None:
    """The unit of Prometheus or of the exporter runs and is started at boot."""
    expect.running(unit)
    expect.enabled(unit)


@owns("monitoring_pages", "monitoring_prometheus", "monitoring_alertmanager")
@vital
@symptom
@each("services")
def test_ready(monitoring_pages: dict[str, Response | str], item: Service) -> None:
    """Prometheus and Alertmanager are ready, and each exporter serves its metrics."""
    answer = monitoring_pages[item.unit]
    assert isinstance(answer, Response), answer
    assert answer.status == 200, f"{answer.url} answered with status {answer.status}; expected 200"
    assert item.says in answer.body, (
        f"the answer of {answer.url} does not contain '{item.says}'; expected the answer of {item.unit}, "
        "so another program may listen there"
    )


@each("services")
def test_exporters_private(listeners: list[Listener], item: Service) -> None:
    """Metrics, which need no log-in, are served on loopback or private addresses only."""
    public = [one.address for one in listeners if one.port == item.port and not _is_private(one.address)]
    assert not public, (
        f"{item.unit} listens on {', '.join(public)}, port {item.port}; expected a loopback or private address"
    )


def _is_private(address: str) -> bool:
    """Whether the address is loopback or private. `*`, 0.0.0.0 and :: stand for every address and are neither."""
    if address == "*":
        return False
    parsed = ip_address(address)
    return parsed.is_private and not parsed.is_unspecified


def test_alert_rules(monitoring_rules: list[Rule]) -> None:
    """Prometheus has at least one alerting rule, and evaluates each without an error."""
    assert monitoring_rules, "Prometheus has loaded no alerting rule; expected at least one"
    broken = [rule for rule in monitoring_rules if rule.health == "err"]
    assert not broken, (
        f"{len(broken)} of {len(monitoring_rules)} alerting rules cannot be evaluated; expected none: "
        f"{'; '.join(map(str, broken[:3]))}"
    )


@symptom
def test_alerts_can_fire(
    monitoring_rules: list[Rule], monitoring_series: dict[str, bool], settings: Monitoring
) -> None:
    """Each alerting rule asks for series of which Prometheus has some, or else holds all the time."""
    judged = [rule for rule in monitoring_rules if rule.name not in settings.rare]
    vain = [(rule, what) for rule in judged if (what := _asked_in_vain(rule, monitoring_series))]
    listed = one_line("; ".join(f"{rule.where} asks for {what}: {rule.query}" for rule, what in vain[:3]), 600)
    assert not vain, (
        f"{len(vain)} of {len(monitoring_rules)} alerting rules can never fire, because Prometheus has no series for "
        f"them; expected none: {listed}"
    )


def _asked_in_vain(rule: Rule, series: dict[str, bool]) -> str:
    """Returns what the rule asks for, where that keeps it from firing, and "" otherwise."""
    wanted = selectors(rule.query)
    if not wanted:
        return "no series at all" if rule.state == "inactive" else ""
    # What was not asked, because there are too many, counts as there.
    lives = wants_absence(rule.query) or any(series.get(each, True) for each in wanted)
    return "" if lives else " and ".join(wanted[:3])


@symptom
def test_alerts_firing(monitoring_alerts: list[Alert], settings: Monitoring) -> None:
    """No alert fires that tells of trouble with this system."""
    ours = settings.alert_labels.items()
    firing = [
        each
        for each in monitoring_alerts
        if each.labels.get("severity", "") not in settings.quiet_severities
        and each.name not in settings.always_firing
        and ours <= each.labels.items()
    ]
    listed = "; ".join(map(str, sorted(firing, key=lambda each: -each.seconds)[:5]))
    assert at_most(len(firing), 0, "alerts"), (
        f"{counted(len(firing), 'alert')} of Prometheus fire; expected none: {listed}"
    )


def test_alerts_received(monitoring_rules: list[Rule], monitoring_receivers: Receivers, settings: Monitoring) -> None:
    """Prometheus sends what its alerting rules raise to an Alertmanager, to this host's own where there is one."""
    active, dropped = monitoring_receivers.active, monitoring_receivers.dropped
    left = f"; its configuration drops {', '.join(dropped[:3])}" if dropped else ""
    assert active or not monitoring_rules, f"Prometheus sends its alerts to no Alertmanager; expected one{left}"
    port = settings.alertmanager.port if settings.alertmanager else 0
    assert not port or any(f":{port}/" in url for url in active), (
        f"Prometheus sends its alerts to {', '.join(active[:3])}; expected port {port} of this host{left}"
    )


def test_alerts_delivered(monitoring_undelivered: Log, limits: Limits) -> None:
    """Alertmanager delivers its notifications to the people that its configuration names."""
    lines = monitoring_undelivered.lines
    expect.quiet(
        [line.age for line in lines],
        0,
        limits,
        lambda: (
            f"Alertmanager gave up {counted(len(lines), 'notification')} {monitoring_undelivered.account}, the last "
            f"{span(lines[-1].age)} ago: {reason(lines[-1].text)}; expected none"
        ),
    )


def test_receivers_listen(monitoring_destinations: list[Destination]) -> None:
    """Somebody listens at each address to which Alertmanager delivers, before there is an alert to be lost."""
    refused = [str(each) for each in monitoring_destinations if each.refused]
    assert not refused, (
        f"this host gets no connection to {', '.join(refused[:5])}; expected a server that takes Alertmanager's "
        "notifications"
    )


def test_silences(monitoring_silences: list[Silence], monitoring_mutes: list[Mute], limits: Limits) -> None:
    """No silence, and no time interval of a route, keeps all critical alerts from everybody for longer than allowed."""
    wide = [each for each in monitoring_silences if each.covers]
    long = [each for each in wide if not at_most(each.seconds, limits.silence_s, "s", each.id)]
    told = [f"the silence {each.id} ({each.matchers}) for {span(each.seconds)}, of {each.told}" for each in long[:3]]
    told += [
        f"the time intervals of a route ({each.intervals}), which mute {each.receiver} for {span(each.seconds)} more"
        for each in monitoring_mutes
        if not at_most(each.seconds, _may_last(each, limits), "s", each.receiver)
    ]
    assert not told, f"nobody gets a critical alert because of {'; '.join(told)}; the limit is {span(limits.silence_s)}"


def _may_last(mute: Mute, limits: Limits) -> float:
    """A night's maintenance ends within the limit; that nobody is called at the weekend may be meant so."""
    return max(limits.silence_s, WEEKEND_S) if mute.weekly else limits.silence_s


@each("shippers")
def test_log_shipper(unit: Unit, monitoring_collectors: list[str], item: Shipper) -> None:
    """The log shipper runs and is connected to its collector."""
    expect.running(unit)
    assert any(peer.endswith(f":{item.port}") for peer in monitoring_collectors), (
        f"{unit.name} has no connection to port {item.port} of a collector; expected one, because it ships no lines"
    )
