"""system.yml and the runbook, held against each other: what does not fit is told before anything runs."""

from __future__ import annotations

import pytest

from engine.config.problems import ConfigError
from engine.run.run import resolve
from fixtures.logs.settings import Logs
from tests.conftest import Project

SYSTEM = "runbooks/santas-gift-finder/system.yml"
SHARED = "runbooks/shared/access.md"
# A chapter of the system's own: of a shared one it takes what fits its settings.
OWN = "runbooks/santas-gift-finder/grafana.md"
NAMED = "\n### Another (P3)\n\n**Diagnostics:**\n```bash\n# check: {check}\ntrue\n```\n"


def refused(project: Project) -> list[str]:
    """Returns the lines by which the suite's content is refused."""
    with pytest.raises(ConfigError) as caught:
        resolve(project.root, "lab", None, {}, project.root)
    return [str(line) for line in caught.value.args]


def test_all_missing_keys_at_once(project: Project) -> None:
    """Whoever writes a component sees at once what it must say."""
    project.replace(SYSTEM, "    unit: redis-server\n    port: 6379\n", "    port: 6379\n")
    project.replace(SYSTEM, "    unit: postgresql@15-main\n", "")
    project.replace(SYSTEM, "    database: santas_gifts\n    role: santas_api\n", "")
    postgres, redis = project.line(SYSTEM, "  postgres:"), project.line(SYSTEM, "  redis:")
    names = ", ".join(f"'components.postgres.{name}'" for name in ("unit", "database", "role"))
    assert refused(project) == [
        f"{SYSTEM}:{postgres}: {names} are missing; they are required",
        f"{SYSTEM}:{redis}: 'components.redis.unit' is missing; it is required",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("'Duration: (?P<seconds>", "'Duration: (?P<s>", "duration_pattern': the pattern has no group 'seconds'"),
        ("'Duration: (?P<seconds>", "'Duration: ((?P<seconds>", "not a regular expression of Python: missing )"),
        ("limit: 50}", "limit: -1}", "patterns.2.limit': input should be greater than or"),
        ("\\bRATE_LIMIT", "*RATE_LIMIT", "patterns.2.pattern': this is not a regular expression"),
        ("    pool_size: 5", "    pool_size: .inf", "pool_size': input should be a finite number"),
        ("    workers: 4", "    workers: !!int ''", "'' is not a valid int"),
        ("    user: santas-api", "    user: 'a b; reboot'", "'components.app.user': string should match pattern"),
        ("    root: /opt", "    root: opt", "'components.app.root': string should match pattern"),
    ],
)  # fmt: skip
def test_settings(project: Project, old: str, new: str, told: str) -> None:
    """A value that a check, a fact or a command would stumble over is refused with its line."""
    project.replace(SYSTEM, old, new)
    (line,) = refused(project)
    assert line.startswith(f"{SYSTEM}:{project.line(SYSTEM, new)}: ")
    assert told in line


@pytest.mark.parametrize(
    ("old", "new", "check", "setting"),
    [
        ("      - {name: errors,", "      # {name: errors,", "logs.errors", "components.logs.patterns.errors"),
        ("      cache:\n", "      kept:\n", "redis.cache_ttl", "components.redis.keyspaces.cache"),
        ("    metrics: {path: /api/metrics}\n", "", "http.cache_hit_rate", "components.http.metrics"),
        ("    users_table: user\n", "", "security.users_table", "components.security.users_table"),
    ],
)
def test_a_check_whose_setting_is_missing(project: Project, old: str, new: str, check: str, setting: str) -> None:
    """Such a check would fail on every host, and accuse it of what system.yml leaves out."""
    project.write(OWN, project.root.joinpath(OWN).read_text(encoding="utf-8") + NAMED.format(check=check))
    project.replace(SYSTEM, old, new)
    told = f"'{check}' needs a setting that system.yml does not have; expected {setting}"
    line = next(line for line in refused(project) if told in line)
    where, _, rest = line.partition(": ")
    file, _, place = where.rpartition(":")
    assert rest == told
    assert file.startswith("runbooks/santas-gift-finder/")
    assert int(place) - 1 <= project.line(file, check) + 1


def test_nothing_needed_is_nothing_lacking() -> None:
    """A check that no setting is made for lacks none."""
    assert Logs(unit="x").lacks("readable") == ""
    assert Logs(unit="x").lacks("errors") == "patterns.errors"


def test_every_mistake_of_a_runbook(project: Project) -> None:
    """Checks that are not there, components that are not, and templates: each with its own line."""
    project.replace(SHARED, "# check: os.reachable", "# check: os.reachble")
    project.replace(OWN, "# check: grafana.healthy", "# check: mongodb.oplog_window")
    project.replace(OWN, "{{ grafana.port }}", "{{ grafana.prot }}")
    project.replace(OWN, "{{ grafana.unit }}", "{{ 1 / 0 }}")
    lines = refused(project)
    for file, text, told in (
        (SHARED, "os.reachble", "no check 'os.reachble' in checks/; did you mean 'os.reachable'?"),
        (
            OWN,
            "mongodb.oplog_window",
            "'mongodb.oplog_window' is about component 'mongodb', which system.yml does not have",
        ),
    ):
        assert any(line.startswith(f"{file}:{project.line(file, text) + 1}: {told}") for line in lines), lines
    assert {line.partition(":")[0] for line in lines} == {SHARED, OWN}
