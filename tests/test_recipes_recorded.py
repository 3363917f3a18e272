"""docs/recipes.md: its expectations of RabbitMQ and Node, held against what real ones answered, well and broken.

Recorded on Debian 13 with RabbitMQ 4.0.5 and Node 20.19 with prom-client 15.1. What stands behind a pipe runs for real.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from engine.gather.fact import Output
from engine.judge.expected import wrong
from engine.runbook.expect import Expectation
from engine.runbook.parser import parse
from fixtures.os.settings import Limits
from tests.test_recipes import SAMPLES

RABBIT, NODE = "RabbitMQ", "A service in Node"
ALARM = "Memory alarm on node rabbit@balancer-1\n"
STOPPED = "Error: unable to perform an operation on node 'rabbit@balancer-1'.\n"
METRICS = """# TYPE nodejs_eventloop_lag_p99_seconds gauge
nodejs_eventloop_lag_p99_seconds {lag}
# TYPE nodejs_heap_size_used_bytes gauge
nodejs_heap_size_used_bytes {heap}
"""
THROWN = """Nov 28 03:46:31 shop-1 node[9041]: Error: boom
Nov 28 03:46:31 shop-1 node[9041]:     at Timeout._onTimeout (/opt/shop/server.js:12:26)
"""


def expectation(title: str, name: str) -> Expectation:
    """Returns what the page expects under a name."""
    runbook = parse(Path("r.md"), f"# The shop\n\n## {title}\n\n{SAMPLES[title]}")
    found = (each.expects for section in runbook.sections for each in section.diagnostics)
    return next(each for each in found if each and each.check.endswith(f".{name}"))


@pytest.mark.parametrize(
    ("title", "name", "status", "answer", "good"),
    [
        (RABBIT, "rabbit_running", 0, "active\n", True),
        (RABBIT, "rabbit_running", 3, "inactive\n", False),
        (RABBIT, "rabbit_port", 0, "LISTEN 0 128 *:5672 *:*\n", True),
        (RABBIT, "rabbit_port", 0, "LISTEN 0 128 127.0.0.1:5672 0.0.0.0:*\n", False),
        (RABBIT, "rabbit_port", 0, "", False),
        (RABBIT, "rabbit_alarms", 0, "Node rabbit@balancer-1 reported no alarms, local or clusterwide\n", True),
        (RABBIT, "rabbit_alarms", 69, ALARM, False),
        (RABBIT, "rabbit_queues", 0, "", True),
        (RABBIT, "rabbit_queues", 0, "orders\t2\t25\nmy orders\t0\t0\n", True),
        (RABBIT, "rabbit_queues", 0, "orders\t2\t0\nmy orders\t0\t25\n", False),
        (RABBIT, "rabbit_queues", 0, "orders\t2\t10001\n", False),
        (RABBIT, "rabbit_queues", 69, STOPPED, False),
        (NODE, "port_open", 0, "LISTEN 0 511 *:3000 *:*\n", True),
        (NODE, "port_open", 0, "LISTEN 0 511 127.0.0.1:3000 0.0.0.0:*\n", False),
        (NODE, "heap", 0, METRICS.format(lag="0.0120", heap="6695616"), True),
        (NODE, "heap", 0, METRICS.format(lag="0.0120", heap="901650688"), False),
        (NODE, "heap", 0, "not found\n", False),
        (NODE, "event_loop", 0, METRICS.format(lag="0.012009471", heap="6695616"), True),
        (NODE, "event_loop", 0, METRICS.format(lag="0.815267839", heap="6695616"), False),
        (NODE, "errors", 0, THROWN, True),
        (NODE, "errors", 0, THROWN * 10, False),
    ],
)
def test_a_recorded_answer(title: str, name: str, status: int, answer: str, good: bool) -> None:
    """It passes where the service was well, and fails where it was not."""
    expected = expectation(title, name)
    _, pipe, rest = expected.command.rpartition("\n")[2].partition(" | ")
    command = f"set -o pipefail; (cat; exit {status}){pipe}{rest}"
    done = subprocess.run(["bash", "-c", command], input=answer, capture_output=True, text=True, check=False)
    found = wrong(expected, Output(done.stdout, done.stderr, done.returncode), Limits())
    assert (not found) is good, found
