"""Notifications that nobody got, as Alertmanager's journal tells it."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks.test_monitoring import test_alerts_delivered as alerts_delivered
from fixtures.logs.reading import Log
from fixtures.monitoring.delivery import _asks, parse_failed, reason
from fixtures.monitoring.settings import Limits, Monitoring, Service

GAVE_UP = (
    'ts=2026-11-28T00:01:02.003Z caller=dispatch.go:352 level=error component=dispatcher msg="Notify for alerts failed"'
    ' num_alerts=1 err="on-call/webhook[0]: notify retry canceled after 4 attempts: Post \\"http://127.0.0.1:9099/\\": '
    'dial tcp 127.0.0.1:9099: connect: connection refused"'
)
WARNED = 'level=warn component=dispatcher msg="Notify attempt failed, will retry later" attempts=1 err="EOF"'
OURS = Monitoring(
    prometheus=Service(unit="p", port=9090, path="/"), alertmanager=Service(unit="a", port=9093, path="/")
)


def read(*messages: str) -> Log:
    """What is read of a journal with these messages, as the host's shell would answer."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
    lines = "".join(f"{now} mon-1 prometheus-alertmanager[7]: {message}\n" for message in messages)
    target = SimpleNamespace(component=lambda _: OURS)
    script = f"systemctl() {{ echo NRestarts=1; }}; journalctl() {{ cat; }}; {_asks(cast('Any', target))}"
    done = subprocess.run(["sh", "-c", script], input=lines, capture_output=True, text=True, check=True)
    return parse_failed(done.stdout)


def test_what_was_given_up() -> None:
    """An attempt that is made again is no loss; one that was given up is told with its receiver and the reason."""
    alerts_delivered(read(WARNED), Limits())
    with pytest.raises(AssertionError) as failed:
        alerts_delivered(read(WARNED, GAVE_UP), Limits())
    assert str(failed.value) == (
        "Alertmanager gave up 1 notification in the last hour, the last 0 s ago: on-call/webhook[0]: notify retry "
        'canceled after 4 attempts: Post "http://127.0.0.1:9099": dial tcp 127.0.0.1:9099: connect: connection refused'
        "; expected none"
    )


@pytest.mark.parametrize(
    "address", ["https://hooks.example/services/T0/B0/s3cret", "https://bot:s3cret@chat.example/x?token=s3cret"]
)
def test_the_address_of_a_chat_is_a_secret(address: str) -> None:
    """Of an address only the host is shown, however the line is written."""
    for line in (GAVE_UP.replace("http://127.0.0.1:9099/", address), f"Error on notify: Post {address}: EOF"):
        assert "s3cret" not in reason(line)
        assert ".example" in reason(line)
