"""Several components of one kind in a system: each has its own checks, steps, limits, waivers and causes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.config.problems import ConfigError
from engine.run.checks import read_checks
from engine.run.run import resolve
from engine.run.system import System, load_system
from fixtures.os.units import unit_names
from tests.conftest import ROOT, Project, reports, run_gate
from tests.lab_gate import inventory, pasted

SANTAS = "santas-gift-finder"
QUEUE = """  queue:
    kind: redis
    unit: redis-server@queue
    port: 6380
    monitoring: {from_env_file: /etc/runbook-checks/monitoring.env, key: MONITORING_QUEUE_URL}
    application: [{from_env_file: /etc/runbook-checks/monitoring.env, key: QUEUE_URL}]
    directory: /var/lib/redis
    config_file: /etc/redis/redis-queue.conf
    log: /var/log/redis/redis-queue.log
    limits: {redis_memory_ratio: 0.5}
"""
SECTION = """
## Jobs wait (P1)

**Diagnostics:**
```bash
# check: queue.answers_ping
redis-cli -p {{ queue.port }} ping
# expect: exit 0
# name: port   about: queue   symptom
ss -Hltn "sport = :{{ redis.port }}" | grep -q .
```

**Resolution:**
```bash
timeout 60 systemctl start {{ queue.unit }}
```

**Escalation:** On-call engineer.
"""


def with_queue(root: Path) -> Path:
    """Returns a content folder in which Santa's system has one more Redis."""
    own = root / "runbooks" / SANTAS
    shutil.copytree(ROOT / "runbooks" / SANTAS, own, dirs_exist_ok=True)
    path = own / "system.yml"
    text = path.read_text(encoding="utf-8").replace(
        "depends_on: [postgres, redis]", "depends_on: [postgres, redis, queue]"
    )
    path.write_text(text.replace("\n  logs:\n", f"\n{QUEUE}  logs:\n"), encoding="utf-8")
    with (own / "runbook.md").open("a", encoding="utf-8") as book:
        book.write(SECTION)
    return root


@pytest.fixture
def system(tmp_path: Path) -> System:
    """Santa's system with one more Redis."""
    return load_system(SANTAS, with_queue(tmp_path) / "runbooks", read_checks(ROOT / "checks"))


def test_each_has_the_checks_that_its_settings_allow(system: System) -> None:
    """What the runbook says of the kind is made for both; what needs a setting that one lacks, for the other."""
    view = system.views["queue"].runbook.by_check
    assert "queue.memory_within_limit" in view
    assert "redis.memory_within_limit" in system.runbook.by_check
    assert "redis.cache_keys" in system.runbook.by_check
    assert "queue.cache_keys" not in view
    assert {name.partition(".")[0] for name in view} == {"queue"}


def test_a_section_of_its_own_takes_the_place_of_that_of_the_kind(system: System) -> None:
    """A mark with the component's name is about it alone."""
    assert [s.title for s in system.views["queue"].runbook.sections_of("queue.answers_ping")] == ["Jobs wait"]
    assert "Jobs wait" not in [s.title for s in system.runbook.sections_of("redis.answers_ping")]
    assert [s.title for s in system.views["queue"].runbook.sections_of("queue.port")] == ["Jobs wait"]


def test_settings_limits_and_templates_are_its_own(system: System) -> None:
    """Facts, steps and templates find the component under the name of its kind; what rests on it says its name."""
    view = system.views["queue"]
    assert view.values["redis"]["unit"] == view.values["queue"]["unit"] == "redis-server@queue"
    assert system.values["redis"]["unit"] == "redis-server"
    assert (view.limits.redis_memory_ratio, system.limits.redis_memory_ratio) == (0.5, 0.9)  # type: ignore[attr-defined]
    assert "queue" in system.rests_on("app")
    assert system.widened(("redis", "redis.memory_growth", "app")) == (
        "redis", "redis.memory_growth", "app", "queue", "queue.memory_growth",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: redis", "kind: reddis", "'components.queue': there is no kind 'reddis'; did you mean 'redis'?"),
        ("kind: redis", "kind: units", "'components.queue': there is no kind 'units'; "),
        ("kind: redis", "kind: [redis]", "'components.queue': there is no kind '['redis']'; "),
        ("  queue:\n", "  Queue-2:\n", "'Queue-2' is no name for a component; expected small letters, digits and _"),
        ("  queue:\n", "  limits:\n", "'limits' is no name for a component; "),
        ("    port: 6380", "    prt: 6380", "unknown key 'components.queue.prt'; did you mean 'port'?"),
        ("{redis_memory_ratio:", "{redis_memory:", "unknown key 'components.queue.limits.redis_memory'; "),
        ("    unit: redis-server@queue\n", "", "'components.queue.unit' is missing; it is required"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, old: str, new: str, told: str) -> None:
    """A component with a wrong kind, name or setting is refused with its line."""
    path = with_queue(tmp_path) / "runbooks" / SANTAS / "system.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_system(SANTAS, tmp_path / "runbooks", read_checks(ROOT / "checks"))
    lines = [str(line) for line in caught.value.args]
    assert any(f"runbooks/{SANTAS}/system.yml:" in line and told in line for line in lines), lines


def test_an_expectation_takes_no_name_of_a_check(tmp_path: Path) -> None:
    """Of the checks that a component has from its kind, none is replaced in silence."""
    book = with_queue(tmp_path) / "runbooks" / SANTAS / "runbook.md"
    book.write_text(book.read_text(encoding="utf-8").replace("# name: port ", "# name: version "), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"'queue\.version' is a check of checks/test_redis\.py; expected another"):
        load_system(SANTAS, tmp_path / "runbooks", read_checks(ROOT / "checks"))


def test_hosts_carry_it_by_its_name(project: Project) -> None:
    """A host may carry one without the other; a waiver names either."""
    with_queue(project.root)
    hosts = {
        "web": {"connection": "local://", "systems": {SANTAS: ["redis", "queue"]}},
        "jobs": {"connection": "local://", "systems": {SANTAS: ["queue"]}},
    }
    waivers = [{"check": "queue.uptime", "hosts": "jobs", "reason": "a test", "expires": "2099-01-01"}]
    text = yaml.safe_dump({"hosts": hosts, "waivers": waivers}, sort_keys=False)
    (project.root / "inventory/try.yml").write_text(text, encoding="utf-8")
    run = resolve(project.root, "try", None, {}, project.root)
    assert [target.id for target in run.targets] == ["web", "web:queue", "jobs", "jobs:queue"]
    on_web, its_queue, _, alone = run.targets
    assert on_web.applies("redis.answers_ping", "redis")
    assert not its_queue.applies("redis.answers_ping", "redis")
    assert its_queue.applies("queue.answers_ping", "queue")
    assert (on_web.carriers["redis"], alone.carriers["redis"]) == (1, 2)
    # Whose units, names and files there are on a host, each of its components knows.
    assert (
        set(unit_names(on_web)) == set(unit_names(its_queue)) >= {"redis-server.service", "redis-server@queue.service"}
    )
    assert run.target_of("jobs", SANTAS, "queue") is alone
    assert run.target_of("web", SANTAS, "os") is on_web


SECOND = r"""set -e
sed -e 's/^port .*/port 6380/' -e 's/^dbfilename .*/dbfilename queue.rdb/' \
    -e 's@^logfile .*@logfile /var/log/redis/redis-queue.log@' \
    -e 's@^pidfile .*@pidfile /run/redis-queue/redis-server.pid@' /etc/redis/redis.conf >/etc/redis/redis-queue.conf
chown redis:redis /etc/redis/redis-queue.conf; chmod 640 /etc/redis/redis-queue.conf
cd /etc/runbook-checks
sed -n 's/^MONITORING_REDIS_URL=\(.*\):6379/MONITORING_QUEUE_URL=\1:6380/p' monitoring.env >more
sed -n 's/^REDIS_URL=\(.*\):6379.*/QUEUE_URL=\1:6380\/0/p' /opt/santas-gift-finder/backend/.env >>more
cat more >>monitoring.env; rm more
systemctl enable -q --now redis-server@queue"""
AWAY = r"""systemctl disable -q --now redis-server@queue
rm -f /etc/redis/redis-queue.conf /var/lib/redis/queue.rdb /var/log/redis/redis-queue.log
sed -i '/QUEUE_URL=/d' /etc/runbook-checks/monitoring.env
systemctl start redis-server santas-api"""


def causes(content: Path) -> set[str]:
    """Returns the names of the checks that a gate finds wrong, and that follow from nothing."""
    run_gate(ROOT, f"--content={content}", "--hosts=here")
    found: list[dict[str, Any]] = json.loads((reports(content, "here") / "findings.json").read_text())["findings"]
    assert {each["component"] for each in found} >= {"redis", "queue"}
    return {each["check"] for each in found if each["outcome"] != "passed" and each["cause"] is None}


@pytest.mark.lab
def test_two_on_a_real_host(tmp_path: Path) -> None:
    """Two servers of Redis on one host: all is green; the one that stops is the cause, and the only one."""
    content = with_queue(tmp_path)
    host = inventory()["hosts"]["santas-1"]
    systems = {SANTAS: [*host["systems"][SANTAS], "queue"]}
    here = {**inventory(), "hosts": {"santas-1": {**host, "systems": systems}}}
    (content / "inventory").mkdir()
    (content / "inventory/here.yml").write_text(yaml.safe_dump(here), encoding="utf-8")
    try:
        done = pasted("santas-1", SECOND)
        assert done.returncode == 0, done.stderr
        assert causes(content) == set()
        assert pasted("santas-1", "systemctl stop redis-server@queue").returncode == 0
        assert causes(content) == {"queue.unit_running"}
        assert pasted("santas-1", "systemctl start redis-server@queue; systemctl stop redis-server").returncode == 0
        assert causes(content) == {"redis.unit_running"}
    finally:
        assert pasted("santas-1", AWAY).returncode == 0
