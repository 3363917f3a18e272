"""When routes of Alertmanager are muted: which intervals hold, which routes count, and what is too long."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from checks.test_monitoring import test_silences as silences
from fixtures.http.client import Response
from fixtures.monitoring.mutes import Mute, _holds, parse_mutes
from fixtures.monitoring.settings import Limits

# A Thursday.
NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
MUTED = {"receiver": "pager", "mute_time_intervals": ["now"]}
AWAKE = {"receiver": "mail"}


@pytest.mark.parametrize(
    ("interval", "holds"),
    [
        ("{}", True),
        ("{months: ['11:12']}", True),
        ("{months: ['october:november']}", True),
        ("{months: ['December', '1:3']}", False),
        ("{months: [11]}", True),
        ("{years: ['2020:2025']}", False),
        ("{years: ['2026'], months: ['november']}", True),
        ("{weekdays: ['monday:friday']}", True),
        ("{weekdays: [saturday, sunday]}", False),
        ("{days_of_month: ['-5:-1']}", True),
        ("{days_of_month: ['-4:-1']}", False),
        ("{days_of_month: ['20:-1']}", True),
        ("{days_of_month: ['1:5', '31']}", False),
        ("{times: [{start_time: '12:30', end_time: '13:00'}]}", True),
        ("{times: [{start_time: 11:00, end_time: 12:30}]}", False),
        ("{times: [{start_time: 09:00, end_time: '24:00'}], weekdays: [thursday]}", True),
        ("{times: [{start_time: '21:00', end_time: '22:00'}], location: Asia/Tokyo}", True),
        ("{times: [{start_time: '12:00', end_time: '13:00'}], location: America/New_York}", False),
        ("{times: [{start_time: '12:00', end_time: '13:00'}], location: Nowhere/Known}", True),
    ],
)
def test_an_interval_holds(interval: str, holds: bool) -> None:
    """One of each part that is there, in the interval's own zone; the end of a time is no part of it."""
    assert _holds(yaml.safe_load(interval), NOW) is holds


def status(*routes: dict[str, Any], **interval: Any) -> Response:
    config = {
        "route": {"receiver": "mail", "routes": list(routes)},
        "time_intervals": [
            {"name": "now", "time_intervals": [interval or {"months": ["1:12"]}]},
            {"name": "never", "time_intervals": [{"years": ["1999"]}]},
        ],
    }
    body = json.dumps({"config": {"original": json.dumps(config)}})
    return Response("http://localhost:9093/api/v2/status", 200, "application/json", 0.01, body)


@pytest.mark.parametrize(
    ("routes", "muted"),
    [
        ([], []),
        ([MUTED], ["pager"]),
        ([{**MUTED, "matchers": ['severity="critical"']}], ["pager"]),
        ([{**MUTED, "matchers": ['{severity=~"critical|page",alertname!="Watchdog"}']}], ["pager"]),
        ([{**MUTED, "match": {"severity": "critical"}}], ["pager"]),
        ([{**MUTED, "match_re": {"severity": "warning|info"}}], []),
        ([{**MUTED, "matchers": ["severity = warning"]}], []),
        ([{**MUTED, "matchers": ['team="shop"']}], []),
        ([{**MUTED, "matchers": ["no matcher at all"]}], []),
        ([{**MUTED, "continue": True}, AWAKE], []),
        ([{**MUTED, "continue": True}, MUTED], ["pager", "pager"]),
        ([AWAKE, MUTED], []),
        ([{**MUTED, "routes": [AWAKE]}], []),
        ([{**AWAKE, "routes": [MUTED]}], ["pager"]),
        ([{"receiver": "pager", "mute_time_intervals": ["never", "gone"]}], []),
        ([{"receiver": "pager", "active_time_intervals": ["never"]}], ["pager"]),
        ([{"receiver": "pager", "active_time_intervals": ["never", "now"]}], []),
    ],
)
def test_routes_that_keep_every_critical_alert(routes: list[dict[str, Any]], muted: list[str]) -> None:
    """Only where it ends at muted routes alone; a route's intervals are not those of the routes below it."""
    assert [each.receiver for each in parse_mutes(status(*routes), NOW)] == muted


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ({"months": ["11:12"]}, r"a route \(now\), which mute pager for 7 days more; the limit is 24 h"),
        ({"days_of_month": ["26:28"]}, "mute pager for 2 days more"),
        ({"times": [{"start_time": "12:00", "end_time": "23:00"}]}, ""),
        ({"days_of_month": ["26"]}, ""),
        ({"weekdays": ["thursday:saturday"]}, ""),
        ({"weekdays": ["sunday:saturday"]}, "for 7 days more"),
    ],
)
def test_a_mute_that_ends_soon_is_none(interval: dict[str, Any], words: str) -> None:
    """A night's maintenance and a weekend end by themselves, and are what intervals are for."""
    found = parse_mutes(status(MUTED, **interval), NOW)
    assert found
    if not words:
        silences([], found, Limits())
        return
    with pytest.raises(AssertionError, match=words):
        silences([], found, Limits())


def test_nights_are_no_mute_by_day() -> None:
    """What is muted at another time is not muted now; a gap within a day ends the mute."""
    nights = {"times": [{"start_time": "00:00", "end_time": "06:00"}]}
    assert parse_mutes(status(MUTED, **nights), NOW) == []
    lunch = {"times": [{"start_time": "00:00", "end_time": "11:00"}, {"start_time": "12:00", "end_time": "24:00"}]}
    assert parse_mutes(status(MUTED, **lunch), NOW) == [Mute("pager", "now", 22.5 * 3600, False)]
