"""Where Alertmanager delivers to: what of its configuration is an address, and what a refused connection looks like."""

from __future__ import annotations

import json
import socket
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from checks import test_monitoring
from engine.gather.fact import FactError
from fixtures.http.client import Response
from fixtures.monitoring.destinations import Destination, _address, monitoring_destinations, parse_destinations

# As Alertmanager 0.25 to 0.28 write it, shortened; the second URL of a webhook is a secret since 0.26.
CONFIG = """\
global:
  smtp_smarthost: mail.example.org:587
  pagerduty_url: https://events.pagerduty.com/v2/enqueue
route:
  receiver: on-call
  routes:
  - receiver: mail
    matchers: [severity="info"]
  - receiver: outside
    continue: true
receivers:
- name: on-call
  webhook_configs:
  - send_resolved: true
    http_config: {follow_redirects: true}
    url: http://pager.example.org:9099/hook?key=abc
  - url: <secret>
  slack_configs:
  - api_url: <secret>
    actions: [{type: button, url: "https://wiki.example.org/"}]
- name: mail
  email_configs:
  - {to: a@example.org, smarthost: "mail.example.org:587"}
  - {to: b@example.org, smarthost: "mail.example.org:587"}
- name: outside
  pagerduty_configs:
  - url: https://events.pagerduty.com/v2/enqueue
    http_config: {proxy_url: "http://proxy.example.org:3128"}
- name: forgotten
  webhook_configs:
  - url: http://gone.example.org/
"""


def status(config: Any) -> Response:
    body = json.dumps({"config": {"original": config}})
    return Response("http://localhost:9093/api/v2/status", 200, "application/json", 0.01, body)


def test_destinations_of_a_configuration() -> None:
    """Addresses of receivers that a route names, each once; none that is secret, behind a proxy, or only shown."""
    assert list(map(str, parse_destinations(status(CONFIG)))) == [
        "pager.example.org:9099 (webhook of on-call)",
        "mail.example.org:587 (email of mail)",
    ]


@pytest.mark.parametrize("config", ["a: [", "- a", "a: &b 1\nc: *b", "[" * 5000, "route: {}\nreceivers: [{}]", 7, ""])
def test_another_answer_is_no_configuration(config: Any) -> None:
    """What is not understood cannot be judged."""
    with pytest.raises(FactError):
        parse_destinations(status(config))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://a.example/x", ("a.example", 443)),
        ("http://[::1]:81/", ("::1", 81)),
        ("mail:25", ("mail", 25)),
        ("<secret>", ("", 0)),
        ("http://a:99999/", ("", 0)),
        ("http://-oProxyCommand=x/", ("", 0)),
        ("http://{{ .host }}/", ("", 0)),
        ("mail", ("", 0)),
    ],
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    """An address has a host of plain letters, and a port."""
    assert _address(text) == address


def told(url: str, cgroup: str = "/system.slice/alertmanager.service") -> list[Destination]:
    """Returns what this machine says of a receiver."""
    settings = SimpleNamespace(alertmanager=SimpleNamespace(unit="alertmanager"))
    config = f"route: {{receiver: a}}\nreceivers: [{{name: a, webhook_configs: [{{url: '{url}'}}]}}]"

    def run(script: str) -> tuple[bytes, bytes]:
        return subprocess.run(["sh", "-c", script], capture_output=True, timeout=9, check=True).stdout, b""

    found: list[Destination] = monitoring_destinations.fact.make(
        monitoring_alertmanager=SimpleNamespace(get=lambda _path, hangs: status(config) if hangs else None),
        processes=[SimpleNamespace(cgroup=cgroup, command="/bin/alertmanager --config.file=x")],
        host=SimpleNamespace(run=run),
        target=SimpleNamespace(component=lambda _: settings),
    )
    return found


def test_nobody_listens() -> None:
    """A closed port refuses, and so does a name without an address; who waits for a request listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert told(f"http://127.0.0.1:{port}/") == [Destination("a", "webhook", "127.0.0.1", port)]
    assert [each.refused for each in told(f"http://127.0.0.1:{port}/")] == [True]
    assert [each.refused for each in told("http://no-such-name.invalid/")] == [True]
    refused = [Destination("a", "webhook", "127.0.0.1", 9, refused=True)]
    with pytest.raises(AssertionError, match=r"gets no connection to 127.0.0.1:9 \(webhook of a\); expected"):
        test_monitoring.test_receivers_listen(refused)


def test_a_container_has_names_of_its_own() -> None:
    """What Alertmanager reaches there, the host need not."""
    with pytest.raises(FactError, match="runs in a container"):
        told("http://127.0.0.1:9/", cgroup="/system.slice/docker-1.scope")


def test_shapes_that_nobody_expects() -> None:
    """A configuration of another kind has no destination."""
    for config in ("route: 3\nreceivers: 4", "route: {routes: [3]}\nreceivers: [3, {name: '', a_configs: [3]}]"):
        assert parse_destinations(status(config)) == []
