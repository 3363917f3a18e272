"""Cases that once named the wrong cause, on the lab's real host: each breaks it by hand, and puts it right again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab_gate import Gate, gate, green, lab, part

pytestmark = [pytest.mark.lab, pytest.mark.fault]
HOST = "santas-1"
SANTA = part("santas-gift-finder", {HOST})
# As systems have it that are not broken on purpose every minute.
QUIET_S = {"log_quiet_s": 900.0}


def on_host(script: str, *, check: bool = True) -> None:
    """Runs a shell script as root on the host."""
    lab("run", HOST, "--", "bash", "-c", script, check=check)


@contextmanager
def broken(script: str, repair: str) -> Iterator[None]:
    """The host after one script, and before the other."""
    on_host(script)
    try:
        yield
    finally:
        on_host(repair, check=False)


@pytest.fixture(scope="module", autouse=True)
def _healthy() -> Iterator[None]:
    green(SANTA, limit_s=120)
    yield
    green(SANTA, limit_s=120)


def told(run: Gate, check: str) -> set[str]:
    """Returns the checks whose cause is this one."""
    return {f["check"] for f in run.findings if f["cause"] and f["cause"]["check"] == check}


def test_a_locked_table_is_the_cause_of_what_waits_for_it() -> None:
    """The suite's own query waits too, and is no cause of its own."""
    psql = "runuser -u postgres -- psql -q santas_gifts"
    hold = f'(echo "BEGIN; LOCK TABLE gift;"; sleep 90) | {psql}'
    update = f'{psql} -c "UPDATE gift SET name = name WHERE id = 1"'
    start = f"systemd-run -qG --unit=case-holder bash -c '{hold}'; sleep 2; systemd-run -qG --unit=case-waiter {update}"
    with broken(f"{start}; sleep 6", "systemctl stop case-waiter case-holder"):
        run = gate("--no-evidence", of=SANTA)
    assert run.first == "postgres.lock_waits"
    assert told(run, "postgres.lock_waits") >= {"postgres.required_index", "postgres.index_valid"}


def test_two_local_ports_leave_nothing_open_to_anybody() -> None:
    """A host that cannot make a connection any more accuses no page of being open."""
    ports = "/proc/sys/net/ipv4/ip_local_port_range"
    with broken(f"cp {ports} /run/case-ports; echo '40000 40001' > {ports}", f"cat /run/case-ports > {ports}"):
        run = gate("--no-evidence", of=SANTA)
    assert run.result.code == 1
    assert "security.route_protected" not in run.named("failed")
    assert not run.first.startswith(("security.", "fact"))


def test_rights_that_are_milder_than_the_gate_stay_the_cause() -> None:
    """With --fail-on=P1 what they block fails the run, and their section says what to do."""
    away = "mkdir -p /root/case && mv /etc/sudoers.d/runbook-checks /root/case/"
    with broken(away, "mv /root/case/runbook-checks /etc/sudoers.d/"):
        run = gate("--no-evidence", "--fail-on=P1", "-v", of=SANTA)
    assert (run.result.code, run.first) == (1, "os.sudo_granted")
    assert "section  Host / Rights of the checks missing" in run.result.text
    cause = next(f for f in run.findings if f["check"] == "os.sudo_granted")
    assert cause["outcome"] == "warned"
    assert cause["remediation"]


def test_what_a_repair_ended_is_over() -> None:
    """Redis is back, and the log remembers: no stash, no drop-in is moved, and the run with --since is green."""
    ask = "for i in 1 2 3 4; do curl -s -m 3 -o /dev/null localhost/api/search; done"
    on_host(f"systemctl stop redis-server; {ask}; sleep 2; systemctl start redis-server; sleep 9")
    run = gate("--no-evidence", "-v", of=SANTA, limits=QUIET_S)
    over = [f for f in run.findings if f["quiet"]]
    assert {f["check"] for f in over} >= {"logs.errors"}
    assert run.result.code == 1
    assert not any(f["remediation"] for f in over)
    assert "git stash" not in run.result.text
    since = over[0]["quiet"].rpartition("=")[2]
    time.sleep(1)
    assert gate("--no-evidence", f"--since={since}", of=SANTA, limits=QUIET_S).result.code == 0


def test_a_unit_that_is_masked_and_runs_is_one_finding() -> None:
    """It runs, and will not after a reboot."""
    with broken("systemctl mask redis-server", "systemctl unmask redis-server"):
        run = gate("--no-evidence", of=SANTA)
    assert run.named("failed", "blocked") == {"redis.unit_enabled"}
