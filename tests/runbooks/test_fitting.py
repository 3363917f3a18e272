"""What a system takes of the chapters that systems share."""

from __future__ import annotations

import pytest

from engine.run.checks import read_checks
from engine.run.system import load_system
from tests.conftest import Project

FRONT = """
## Front (P2)

**Escalation:** DevOps team.

### Front wrong

**Diagnostics:**
```bash
# check: os.load, redis.answers_ping, grafana.healthy
true

# check: redis.limiter_config
redis-cli -e -p {{ redis.port }} ping

# check: os.memory_available
free -m
```

**Resolution:**
```bash
# danger: restart
sudo -n systemctl restart {{ redis.unit }}

# danger: restart
sudo -n systemctl restart {{ os.unit }}
```

**Evidence:**

- Memory and the application: `memory`, `app_page`

### Redis wrong

**Diagnostics:**
```bash
# check: redis.answers_ping
true
```
"""


@pytest.fixture
def sharing(project: Project) -> Project:
    """A system of `os` alone that has a shared chapter."""
    shop = project.root / "runbooks/shop"
    shop.mkdir()
    (shop / "system.yml").write_text("name: Shop\nchapters: [../shared/front.md]\ncomponents: {os: {}}\n")
    (shop.parent / "shared").mkdir(exist_ok=True)
    (shop.parent / "shared/front.md").write_text(FRONT.replace("{{ os.unit }}", "ssh"))
    return project


def test_of_a_shared_chapter_a_system_takes_what_it_has(sharing: Project) -> None:
    """Checks, commands, steps, facts and sections about components that it does not have are left out."""
    (sharing.root / "inventory/try.yml").write_text("hosts: {web: {connection: local://, systems: {shop: []}}}\n")
    result = sharing.gate("--hosts=try", "--co", "-q")
    assert result.code == 0, result.text
    assert "test_load" in result.text
    assert "redis" not in result.text
    assert "app_page" not in sharing.gate("--hosts=try", "--plan").text


CALLS = """```bash
ask() { redis-cli -e -p {{ redis.port }} "$@"; }
```

## Front (P2)

**Escalation:** DevOps team.

### Front wrong

**Diagnostics:**
```bash
# check: os.load
true
```

**Resolution:**
```bash
ask ping

newest /tmp

for unit in {{ os.depends_on | join(" ") }}; do echo "$unit"; done

true
```
"""


def test_a_step_goes_with_what_it_calls_and_with_what_there_is_none_of(sharing: Project) -> None:
    """A function of a component that is not there, or a setting with nothing in it, leaves nothing to do."""
    folder = sharing.root / "runbooks"
    (folder / "shared/front.md").write_text(CALLS)
    system = load_system("shop", folder, read_checks(sharing.root / "checks"))
    (found,) = system.runbook.sections
    assert [step.command for step in found.resolution] == ["newest /tmp", "true"]
    assert system.runbook.pasteable("newest /tmp").splitlines()[-1] == "newest /tmp"


@pytest.mark.parametrize(
    ("chapter", "line"),
    [
        ("../../elsewhere.md", "runbooks/shop/system.yml:2: '../../elsewhere.md' is outside of runbooks/"),
        ("../shared/none.md", "runbooks/shop/system.yml:2: there is no file '../shared/none.md'"),
        ("front.txt", "runbooks/shop/system.yml:2: "),
    ],
)
def test_a_chapter_that_is_not_there(sharing: Project, chapter: str, line: str) -> None:
    """One line says which one, and where it is named."""
    sharing.replace("runbooks/shop/system.yml", "../shared/front.md", chapter)
    (sharing.root / "inventory/try.yml").write_text("hosts: {web: {connection: local://, systems: {shop: []}}}\n")
    result = sharing.gate("--hosts=try", "--co", "-q")
    assert result.code == 4
    assert line in result.text.replace("\n       ", ""), result.text


def test_a_word_that_nobody_knows_is_a_mistake_in_a_shared_chapter_too(sharing: Project) -> None:
    """Only what is known, and not there, is left out."""
    sharing.replace("runbooks/shared/front.md", "{{ redis.unit }}", "{{ redsi.unit }}")
    (sharing.root / "inventory/try.yml").write_text("hosts: {web: {connection: local://, systems: {shop: []}}}\n")
    result = sharing.gate("--hosts=try", "--co", "-q")
    assert (result.code, "runbooks/shared/front.md:23: 'redsi.unit' is not known" in result.text) == (4, True)


FILE = "{from_env_file: /etc/x.env, key: X}"
SMALL = {
    "a host alone": "",
    "Redis without keyspaces": f"redis: {{unit: redis, monitoring: {FILE}, application: [{FILE}]}}",
    "nginx without an application": "nginx: {}",
    "pages without an application": "nginx: {}\n  http: {carried_by: nginx, health: {path: /}}",
    "secrets without an application": "security: {env_file: /x.env, signing_key: KEY}",
}


@pytest.mark.parametrize("components", SMALL.values(), ids=SMALL)
def test_a_small_system_takes_all_shared_chapters(project: Project, components: str) -> None:
    """What they say of other things is left out, and nothing of it is a mistake."""
    shop = project.root / "runbooks/shop"
    shop.mkdir()
    files = sorted(f"../shared/{path.name}" for path in project.root.glob("runbooks/shared/*.md"))
    carried = [line.partition(":")[0] for line in components.splitlines()[:1]]
    (shop / "system.yml").write_text(
        f"name: Shop\nchapters: [{', '.join(files)}]\ncomponents:\n  os: {{}}\n  {components}\n"
    )
    (project.root / "inventory/try.yml").write_text(
        f"hosts: {{web: {{connection: local://, systems: {{shop: [{', '.join(carried)}]}}}}}}\n"
    )
    result = project.gate("--hosts=try", "--co", "-q")
    lacking = f"component '{carried[0]}' has nothing to check" if carried else ""
    assert result.code == 0 or (lacking and lacking in result.text and "shared/" not in result.text), result.text
