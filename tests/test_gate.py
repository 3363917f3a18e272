"""The gate on the lab's real host: one login, nothing left behind, nothing but the plan, no secret, no false alarm."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from engine.judge.since import MARGIN_S
from lab.specs import NETWORK
from lab.state import folder
from tests.conftest import ROOT, Project, reports, run_gate
from tests.lab_gate import gate, green, lab, part

pytestmark = pytest.mark.lab
HOST = "santas-1"


def on_host(script: str) -> str:
    """Runs a shell script as root on the host; returns what it printed."""
    return lab("run", HOST, "--", "bash", "-c", script)


@pytest.fixture(scope="module", autouse=True)
def _healthy() -> None:
    green(limit_s=120)


def test_one_login_a_host() -> None:
    """A run logs in to a host exactly once, as its sshd counts it."""
    count = "journalctl -q -u ssh -o cat | grep -c '^Accepted publickey for deploy' || true"
    before = int(on_host(count))
    assert gate().result.code == 0
    assert int(on_host(count)) - before == 1


def test_one_login_with_xdist() -> None:
    """Under xdist the controller asks, the workers judge: the same findings, still one login."""
    count = "journalctl -q -u ssh -o cat | grep -c '^Accepted publickey for deploy' || true"
    alone = gate()
    before = int(on_host(count))
    spread = gate("-n", "2")
    assert int(on_host(count)) - before == 1
    assert {f["nodeid"] for f in spread.findings} == {f["nodeid"] for f in alone.findings}
    assert spread.result.code == 0


def test_nothing_is_left_on_the_host() -> None:
    """A run writes no file outside logs and the services' own data, and no statement changes a table."""
    rows = (
        "runuser -u postgres -- psql -XAtc \"SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) || ' ' || "
        "string_agg(coalesce(last_analyze::text, '-'), ',' ORDER BY relname) FROM pg_stat_user_tables\" santas_gifts"
    )
    found = (
        "find / -xdev -newer /run/gate-mark -type f -not -path '/proc/*' -not -path '/sys/*' -not -path '/run/*' "
        "-not -path '/dev/*' -not -path '/var/log/*' -not -path '/var/lib/postgresql/*' -not -path '/var/lib/redis/*' "
        "-not -path '/var/lib/prometheus/*' -not -path '/var/lib/systemd/*' -not -path '/var/lib/private/*'"
    )
    on_host("touch /run/gate-mark; sleep 1.1")
    before = on_host(rows)
    assert gate().result.code == 0
    assert on_host(found) == ""
    assert on_host(rows) == before


def test_a_login_leaves_no_session() -> None:
    """The account that is there for the checks logs in once, and has logged out within a minute."""
    log = "/var/log/nginx/sbd-api.access.log"
    lines = int(lab("run", "family-1", "--", "sh", "-c", f"wc -l < {log}"))
    assert gate("--no-evidence", of=part("family-management")).result.code == 0
    told = lab("run", "family-1", "--", "sh", "-c", f"tail -n +{lines + 1} {log} | grep '\"runbook-checks\"'")
    sent = [each for each in map(json.loads, told.splitlines()) if each["request"].startswith("POST ")]
    assert [(each["request"].split()[1], each["status"]) for each in sent] == [
        ("/auth/login", "200"), ("/auth/logout", "204"),
    ]  # fmt: skip
    start, end = (datetime.fromisoformat(each["time"]) for each in sent)
    assert (end - start).total_seconds() < 60


def test_redis_sees_only_documented_commands() -> None:
    """MONITOR shows nothing from the gate but what the plan announces, and no write."""
    on_host(
        "systemd-run -qG --unit=gate-monitor sh -c 'exec timeout 20 lab-redis MONITOR > /run/gate-monitor'; sleep 1"
    )
    on_host("lab-redis ACL LIST >/dev/null")
    assert gate().result.code == 0
    on_host("systemctl stop gate-monitor || true")
    seen = on_host("cat /run/gate-monitor; rm -f /run/gate-monitor")
    ours: set[str] = set()
    addresses = set(re.findall(r"\[\d+ ([\d.:]+)\] \"CLIENT\" \"SETNAME\" \"runbook-checks\"", seen, re.IGNORECASE))
    assert addresses, "the gate's own connection was not seen"
    for line in seen.splitlines():
        match = re.search(r"\[\d+ ([\d.:]+)\] \"(\w+)\"", line)
        if match and match[1] in addresses:
            ours.add(match[2].upper())
    allowed = {
        "HELLO",
        "AUTH",
        "CLIENT",
        "SELECT",
        "PING",
        "INFO",
        "DBSIZE",
        "SCAN",
        "TTL",
        "TYPE",
        "EXISTS",
        "GET",
        "HGETALL",
        "SLOWLOG",
        "CONFIG",
        "OBJECT",
        # What is queued behind it is never run, and so not seen here.
        "MULTI",
    }
    assert ours <= allowed


def test_only_the_plan_runs() -> None:
    """Every command that sudo ran for the gate, and every query, stands in --plan."""
    plan = run_gate(ROOT, "--hosts=lab", "--plan")
    assert plan.code == 0
    mark = on_host("date '+%F %T'").strip()
    time.sleep(1)
    assert gate().result.code == 0
    ran = on_host(f"journalctl -q -o cat --since '{mark}' _COMM=sudo")
    commands = re.findall(r"COMMAND=(\S+)(.*)", ran)
    assert commands
    planned = sudo_commands(plan.text)
    for program, rest in commands:
        words = f"{Path(program).name}{rest}".strip()
        assert words == "list" or any(fnmatchcase(words, each) for each in planned), f"not in the plan: sudo {words}"


def sudo_commands(plan: str) -> list[str]:
    """Returns what sudo may run by the plan, as patterns: what the host's own shell fills in may be anything."""
    text = re.sub(r'"\$\(.*?\)([^"]*)"', r"*\1", plan)
    text = re.sub(r'"[^"\s]*\$[^"]*"|\$\w+', "*", text)
    return [words.strip() for words in re.findall(r"sudo -n (?:-u \S+ -- )?([^|;&<>\n]+)", text)]


def test_no_secret_leaves_the_process() -> None:
    """No value of the host's environment files is in any output, when all is well and when nothing is."""
    files = "cat /opt/santas-gift-finder/backend/.env /etc/runbook-checks/monitoring.env"
    secrets = {
        m for line in on_host(files).splitlines() for m in re.findall(r"(?::([^:@/]{8,})@|SECRET_KEY=(.+)$)", line)
    }
    values = {value for pair in secrets for value in pair if value}
    assert len(values) >= 3
    lab("break", "redis-password-changed")
    try:
        broken = gate("-vv", "--tb=long", "-rA", f"--junitxml={reports(ROOT, 'lab')}/junit.xml")
        written = [path for path in reports(ROOT, "lab").rglob("*") if path.is_file()]
        outputs = [path.read_text(encoding="utf-8") for path in written]
        assert any("evidence" in path.parts for path in written)
    finally:
        lab("repair", "redis-password-changed")
    green()
    outputs += [broken.result.text, broken.html]
    for value in values:
        assert not any(value in text for text in outputs)


def test_a_rate_limiter_that_refuses_the_suite_is_no_open_page() -> None:
    """Who ran the gate until the application's limiter had enough reads that, and not that a page lost its lock."""
    counter = "LIMITS:LIMITER/127.0.0.1/profile/9000/1/hour"
    on_host(f"lab-redis -n 1 SET {counter} 9000 EX 60")
    try:
        run = gate("-v")
    finally:
        on_host(f"lab-redis -n 1 DEL {counter}")
    assert run.result.code == 1
    # That an address has used up its limit is a finding of its own.
    assert run.named("failed") <= {"redis.limiter_addresses"}
    assert run.named("blocked") == {
        "security.route_protected",
        "http.member_page_served",
        "http.member_page_complete",
        "http.member_page_in_time",
    }
    assert re.search(rf"^\d\. fact http_allowance on {HOST} ", run.result.text, re.MULTILINE)
    assert "/api/profile answered 429: its rate limiter takes no more requests" in " ".join(run.result.text.split())
    green()


def test_what_logs_said_before_a_repair_is_history_with_since() -> None:
    """A burst of refused log-ins fails the gate for a while; since its end all is well, and the verdict says so."""
    here, patient = part("santas-gift-finder"), {"log_quiet_s": 900.0}
    lab("break", "app-logins-refused")
    try:
        # What other tests broke in this quarter of an hour may be told, too.
        assert "logs.auth_failures" in gate(of=here, limits=patient).named("failed")
        time.sleep(MARGIN_S)
        ended = f"{datetime.now():%H:%M:%S}"
        since = gate(f"--since={ended}", of=here, limits=patient)
    finally:
        lab("repair", "app-logins-refused")
    assert since.result.code == 0, since.result.text
    assert re.search(rf"^READY: .* on 1 host, logs since \S+ {ended}", since.result.text, re.MULTILINE)
    green()


def test_an_unreachable_host_costs_its_own_time(project: Project) -> None:
    """A host that is away is one finding within its connect timeout, and the others' findings are untouched."""
    away = f"  away:\n    connection: ssh://deploy@{NETWORK}.250\n    systems: {{santas-gift-finder: [app, redis]}}"
    project.replace("inventory/lab.yml", "hosts:", f"connect_timeout_s: 3\n\nhosts:\n{away}")
    result = project.gate("--hosts=lab")
    document = json.loads((reports(project.root, "lab") / "findings.json").read_text(encoding="utf-8"))
    lost = [f for f in document["findings"] if f["host"] == "away"]
    assert result.code == 1
    assert [f["check"] for f in lost if f["outcome"] == "failed"] == ["os.reachable"]
    assert {f["cause"]["check"] for f in lost if f["outcome"] == "blocked"} == {"os.reachable"}
    assert {f["outcome"] for f in document["findings"] if f["host"] == HOST} == {"passed"}
    seconds = re.search(r"asked away \(\d of \d\) in ([\d.]+) s", result.text)
    assert seconds
    assert float(seconds[1]) < 3 + 2, "it cost more than its connect timeout"


def test_a_hung_host_leaves_the_others_as_they_are() -> None:
    """A host that accepts a connection and says nothing is one finding; the others' are as before."""
    healthy = {f["nodeid"] for f in gate().findings if f["host"] != HOST}
    lab("break", "sshd-hung")
    try:
        run = gate()
    finally:
        lab("repair", "sshd-hung")
    green()
    assert [f["check"] for f in run.findings if f["outcome"] == "failed"] == ["os.reachable"]
    assert {f["host"] for f in run.findings if f["outcome"] != "passed"} == {HOST}
    assert {f["nodeid"] for f in run.findings if f["host"] != HOST} == healthy
    # It is asked beside the others, and its time is not theirs.
    assert HOST in re.findall(r"^asked (\S+) \(\d of \d\)", run.result.text, re.MULTILINE)


def test_a_raw_spec_works() -> None:
    """A testinfra spec with --system is the same gate without an inventory."""
    spec = f"ssh://deploy@{HOST}?ssh_config={folder()}/ssh_config"
    result = run_gate(ROOT, f"--hosts={spec}", "--system=santas-gift-finder", "-k", "redis")
    assert result.code == 0, result.text
    assert "READY" in result.text


def test_a_backend_without_a_tunnel_says_so() -> None:
    """Where services cannot be reached through the backend, their checks are blocked and say why."""
    root = folder() / "hosts" / HOST / "root"
    result = run_gate(ROOT, f"--hosts=chroot://{root}", "--system=santas-gift-finder", "-k", "http or reachable", "-v")
    assert result.code == 1
    assert result.text.count("chroot:// runs commands and has no tunnel") == 1
