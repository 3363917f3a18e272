"""Commands of other people's runbooks find the checks that ask the same, and no others."""

from __future__ import annotations

import pytest

from engine.drafting.answers import PAGES
from engine.drafting.examples import Examples, read_examples
from engine.drafting.expectations import by_hand, marker_for
from engine.drafting.matching import Matching
from engine.run.checks import read_checks
from tests.conftest import ROOT

CHECKS = read_checks(ROOT / "checks")


@pytest.fixture(scope="module")
def examples() -> Examples:
    return read_examples(ROOT, CHECKS)


@pytest.mark.parametrize(
    ("command", "check"),
    [
        ("df -h", "os.filesystem_space"),
        ("df -i", "os.filesystem_inodes"),
        ("free -m", "os.memory_available"),
        ("vmstat 1 5", "os.memory_available"),
        ("uptime", "os.load"),
        ("ps aux --sort=-%cpu | head", "os.process_cpu"),
        ("dmesg | grep -i oom", "os.oom_kills"),
        ("dmesg -T | tail", "os.kernel_errors"),
        ("chronyc tracking", "os.clock_synchronised"),
        ("cat /proc/mdstat", "os.raid_healthy"),
        ("lsof -n", "units.open_files"),
        ("sudo systemctl status nginx --no-pager", "nginx.unit_running"),
        ("service redis status", "redis.unit_running"),
        ("systemctl is-active postgresql", "postgres.unit_running"),
        ("ps aux | grep nginx", "nginx.unit_running"),
        ("nginx -t", "nginx.config_valid"),
        ("tail -f /var/log/nginx/error.log", "nginx.error_log"),
        ("netstat -tlnp | grep :80", "nginx.listening"),
        ("redis-cli -h 10.0.0.1 ping", "redis.answers_ping"),
        ("redis-cli info memory", "redis.fragmentation"),
        ("info replication", "redis.writable"),
        ("SELECT count(*) FROM pg_stat_activity;", "postgres.connections"),
        ("select * from pg_replication_slots", "postgres.replication_slots"),
        ("psql -c 'SELECT relname, n_dead_tup FROM pg_stat_user_tables'", "postgres.dead_tuples"),
        ("systemctl status celery", "app.unit_running"),
        ("nginx -t  # the configuration", "nginx.config_valid"),
        ("df -Th /var/log # is there enough?", "os.filesystem_space"),
        ('psql -c "SELECT 1;"', "postgres.answers"),
        ("curl -s http://localhost:3000/api/health", "grafana.healthy"),
    ],
)
def test_a_command_finds_its_check(examples: Examples, command: str, check: str) -> None:
    """Whatever it is called with, and where another program asks the same."""
    assert check in Matching(examples, CHECKS).checks_for(command)


@pytest.mark.parametrize(
    "command",
    ["ls -la /var/www", "ip route", "redis-cli slowlog get 10", "echo hello", "du -sh /var", "etcdctl endpoint health",
     "cat /etc/motd", "select indexdef from pg_indexes where indexname = 'a'", "curl http://localhost:1/x", "id",
     "openssl", "ip", "curl localhost:3000/health", "echo $((6039116565.0/(1024.0**3.0)))", "show pools;",
     "select count(*) from mytable", "cat /proc/sys/net/core/somaxconn"],
)  # fmt: skip
def test_a_command_that_no_check_asks(examples: Examples, command: str) -> None:
    """A wrong check is worse than none."""
    assert Matching(examples, CHECKS).checks_for(command) == ()


def test_what_a_command_says_of_settings(examples: Examples) -> None:
    """A unit, a port and a log of its own are in the settings; a component is there once."""
    matching = Matching(examples, CHECKS)
    matching.checks_for("systemctl status celery")
    assert matching.checks_for("systemctl status other") == ()
    matching.checks_for("grep error /var/log/nginx/shop_error.log")
    matching.checks_for("lsof -i :80 | grep nginx")
    assert matching.settings["app"] == {"unit": "celery"}
    assert matching.settings["nginx"]["error_log"] == "/var/log/nginx/shop_error.log"


@pytest.mark.parametrize(
    ("command", "marker"),
    [
        ("kubectl get nodes", "expect: no match /\\bNotReady\\b/\non: control"),
        ("kubectl get nodes -o template --template='{{ . }}'", "manual: a person has to judge the answer"),
        ("kubectl rsh -n a $(kubectl get po -o name)", "manual: it changes something (kubectl rsh)"),
        ("gitlab-ctl reconfigure", "manual: it changes something (gitlab-ctl reconfigure)"),
        ("pm2 status", r"expect: no match /\b(?:errored|stopped)\b/"),
        ("gitlab-ctl status", "expect: no match /^down:/"),
        ("etcdctl version", "manual: a person has to judge the answer"),
        ("systemctl list-units", "manual: a person has to judge the answer"),
        ("systemctl is-failed shop", "expect: exit 1"),
        ("ss -tulpn | grep LISTEN", "manual: a person has to judge the answer"),
        ("sudo lsof -i :8080", "expect: exit 0"),
        ("docker ps", r"expect: no match /(?i)\b(restarting|unhealthy|dead)\b/"),
        ("curl -s -o /dev/null -w '%{http_code}' http://localhost/", r"expect: match /\b[23]\d\d\b/"),
        ("tail -n 20 /var/log/nginx/shop_access.log", "manual: a person has to judge the answer"),
        ("redis-cli -p 26379 SENTINEL masters", r"expect: no match /\b[so]_down\b|\bdisconnected\b/"),
        ("/opt/x/bin/pg_controldata /data", r"expect: match /cluster state:\s+in (?:production|archive recovery)/"),
        ("ping 192.0.2.1", "expect: exit 0"),
        ("SET statement_timeout TO 0;", "manual: it only prepares what follows"),
        ("kubectl drain node-1", "manual: it changes something (kubectl drain)"),
        ("sudo systemctl restart shop", "manual: it changes something (sudo -n systemctl restart)"),
        ("redis-cli config set maxmemory 1gb", "manual: it changes something (redis-cli config set)"),
        ("psql", "manual: it opens a shell"),
        ("tail -f /opt/shop.log", r"expect: no match /(?i)\b(error|fatal|panic|critical)\b/"),
        ("docker stats", "manual: a person has to judge the answer"),
        ("redis-cli --latency", "manual: it never ends"),
        ("top -H -p <PID>", "manual: <PID> has to be filled in"),
        ("vim /etc/shop.conf", "manual: it waits for a person"),
        ("sudo curl -I http://localhost/", r"expect: match /^HTTP\S+ [23]/"),
        ("curl -s http://localhost/healthz", f"expect: no match {PAGES}"),
        ("lsof | grep deleted", "expect: exit 0 or 1\nexpect: empty"),
        ("openssl x509 -in /etc/ssl/shop.pem -noout -enddate", "manual: a person has to judge the answer"),
        ("openssl x509 -in /etc/ssl/shop.pem -checkend 86400", "expect: exit 0"),
        ("curl -fsS http://localhost/healthz", "expect: exit 0"),
        ("nc -vz <host> 80", "manual: <host> has to be filled in"),
        ("redis-cli slowlog get 10", "manual: a person has to judge the answer"),
        ("curl -I http://localhost:9000/", r"expect: match /^HTTP\S+ [23]/"),
        ("grep -i error /opt/shop.log | tail", "expect: exit 0 or 1\nexpect: empty"),
        ("grep -c error /opt/shop.log", "manual: a person has to judge the answer"),
        ("journalctl -u shop -n 50", r"expect: no match /(?i)\b(error|fatal|panic|critical)\b/"),
        ("etcdctl endpoint health -w table", "expect: exit 0"),
        ("ip route", "expect: match /^default/"),
    ],
)
def test_without_a_check(command: str, marker: str) -> None:
    """What is expected, or why a person looks."""
    assert marker_for(command) == marker


@pytest.mark.parametrize("command", ["systemctl status nginx", "journalctl -k | grep -i kill", "nginx -T 2>/dev/null"])
def test_a_look_changes_nothing(command: str) -> None:
    """Words that are looked for are no commands."""
    assert by_hand(command) == ""
