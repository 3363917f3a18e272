"""Targets: their ids are unique whatever hosts are called, and none is passed over in silence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.config.host import Host
from engine.config.inventory import Inventory, host_names, raw_inventory
from engine.config.problems import ConfigError
from engine.config.spec import parse_spec
from engine.run.run import resolve
from engine.run.target import Target, target_id
from tests.conftest import Project

INVENTORY = "inventory/try.yml"
SYSTEM = "runbooks/santas-gift-finder/system.yml"
BOTH = "{santas-gift-finder: [redis], family-management: [redis]}"


def hosts(*entries: tuple[str, str]) -> str:
    """Returns an inventory of hosts by their name and systems."""
    return "hosts:\n" + "".join(
        f"  {name}:\n    connection: ssh://h{n}.test\n    systems: {systems}\n"
        for n, (name, systems) in enumerate(entries)
    )


def refused(project: Project, text: str) -> list[str]:
    """Returns the lines by which an inventory is refused."""
    project.write(INVENTORY, text)
    with pytest.raises(ConfigError) as caught:
        resolve(project.root, "try", None, {}, project.root)
    return [str(line) for line in caught.value.args]


@pytest.mark.parametrize(
    "others",
    [
        ("web-family-management",),
        ("web-santas-gift-finder", "web-family-management"),
        ("web.santas-gift-finder", "web_family-management", "web+family-management", "web@family-management"),
        ("wéb", "日本", "Web", "WEB", "0", "on", "null", "1.0", "2026-01-01"),
    ],
)
def test_no_two_ids_are_equal(project: Project, others: tuple[str, ...]) -> None:
    """Two systems on one host, and hosts that are called what their ids might be: each is asked, under its own name."""
    project.write(INVENTORY, hosts(("web", BOTH), *((f"'{name}'", "{santas-gift-finder: []}") for name in others)))
    targets = resolve(project.root, "try", None, {}, project.root).targets
    assert len({target.id for target in targets}) == len(targets) == 2 + len(others)
    assert [target.host.name for target in targets] == ["web", "web", *others]
    assert len({target.folder for target in targets}) == len(targets)


def test_every_target_is_collected(project: Project) -> None:
    """The example of the issue: three targets, and each has its check."""
    project.write(INVENTORY, hosts(("web", BOTH), ("web-family-management", "{santas-gift-finder: []}")))
    result = project.gate("--hosts=try", "--co", "-q", "-k", "os and reachable")
    found = [line for line in result.text.splitlines() if line.startswith("checks/")]
    assert found == [
        f"checks/test_os.py::test_reachable[{name}]"
        for name in ("web:santas-gift-finder", "web:family-management", "web-family-management")
    ]


@pytest.mark.parametrize(
    "name", ["", " ", "web 1", "web[1]", "a::b", "a:b", "a/b", "../x", ".x", "-web", "a\\nb", "x" * 201, "w*", "a,b"]
)
def test_what_is_no_name(project: Project, name: str) -> None:
    """What pytest's ids, file names or patterns would take for something else is refused, with its line."""
    lines = refused(project, hosts(("web", "{santas-gift-finder: []}"), (f'"{name}"', "{santas-gift-finder: []}")))
    assert len(lines) == 1
    assert lines[0].startswith("inventory/try.yml:5: 'hosts.")
    assert "this is not a name for a host; expected letters, digits and . _ - @ +" in lines[0]


def test_the_same_host_twice(project: Project) -> None:
    """One machine under two names is the user's matter."""
    text = hosts(("web", "{santas-gift-finder: []}"), ("web-again", "{santas-gift-finder: []}")).replace("h1.", "h0.")
    project.write(INVENTORY, text)
    assert [target.id for target in resolve(project.root, "try", None, {}, project.root).targets] == [
        "web",
        "web-again",
    ]


@pytest.mark.parametrize(
    ("specs", "names"),
    [
        (["ssh://web"], ["web"]),
        (["ssh://me@web:22"], ["web:22"]),
        (["ssh://web", "ssh://me@web"], ["web", "me@web"]),
        (["ssh://web:22", "ssh://web:23"], ["web:22", "web:23"]),
        (["ssh://a@web", "ssh://b@web", "ssh://web"], ["a@web", "b@web", "web"]),
        (["ssh://web", "docker://web"], ["ssh://web", "docker://web"]),
        (["kubectl://p?namespace=a", "kubectl://p?namespace=b"], ["p?namespace=a", "p?namespace=b"]),
        (["ssh://[::1]:22", "ssh://[::1]:23"], ["[::1]:22", "[::1]:23"]),
        (["chroot:///srv/x", "local://"], ["/srv/x", "local"]),
    ],
)
def test_names_of_raw_specs(specs: list[str], names: list[str]) -> None:
    """As short as tells them apart."""
    assert host_names([parse_spec(spec) for spec in specs]) == names


def test_a_spec_twice() -> None:
    """The very same host twice would be asked twice, and counted twice."""
    with pytest.raises(ConfigError, match="--hosts: 'ssh://web' is named twice; expected each host once"):
        raw_inventory(["ssh://web", "ssh://db", "ssh://web"], {"s": ()}, {}, Path.cwd())


@pytest.mark.parametrize(
    "name", ["/srv/x", "..", "../../etc", "a/b", "[::1]:22", "p?namespace=a", "x" * 300, ".hidden"]
)
def test_a_folder_stays_inside(name: str, project: Project) -> None:
    """Evidence of a host is filed below the run's own folder, whatever the host is called."""
    run = resolve(project.root, "lab", None, {}, project.root)
    target = run.targets[0]
    odd = Target(name, Host(name, "local://", {}), target.system, target.components, target.limits)
    folder = (Path("/out") / odd.folder).resolve()
    assert folder.parent == Path("/out")
    assert len(folder.name) <= 120
    assert odd.folder != Target(f"{name}_", odd.host, odd.system, odd.components, odd.limits).folder


def test_target_id() -> None:
    """A host's name, and its system only where it has several."""
    assert target_id(Host("web", "ssh://web", {"shop": ()}), "shop") == "web"
    assert target_id(Host("web", "ssh://web", {"shop": (), "bank": ()}), "bank") == "web:bank"


def test_a_host_of_which_nothing_is_checked(project: Project) -> None:
    """Where no runbook names a check of what a host carries, the host is no silent part of READY."""
    for path in project.root.glob("runbooks/*/*.md"):
        text = re.sub(r"# check: (os|network|units)\.", r"# manual: \1.", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    lines = refused(project, hosts(("db", "{santas-gift-finder: [redis]}"), ("web", "{santas-gift-finder: []}")))
    assert lines == [
        "inventory/try.yml:7: host 'web': nothing is checked there; expected a component that it carries, "
        "or at least one '# check: os.…' or '# expect: exit 0' above a command in santas-gift-finder/runbook.md "
        "(`runbook-checks find WORDS` shows what there is)"
    ]


def test_all_that_is_wrong_with_what_hosts_carry(project: Project) -> None:
    """Each mistake has its line."""
    text = hosts(("a", "{santas-gift-finder: [redys, grafana, redis]}"), ("b", "{santas-gift-finder: [mongodb]}"))
    assert [line.partition("; ")[0] for line in refused(project, text)] == [
        "inventory/try.yml:4: host 'a': system 'santas-gift-finder' has no component 'redys'",
        "inventory/try.yml:4: host 'a': component 'grafana' is absent in santas-gift-finder/system.yml (none is "
        "installed, and the graphs are looked at in Prometheus)",
        "inventory/try.yml:7: host 'b': system 'santas-gift-finder' has no component 'mongodb'",
    ]
    assert len(refused(project, hosts(("a", "{santa: []}"), ("b", "{famly: [], santas-gift-finder: []}")))) == 2


def test_waivers_that_accept_nothing(project: Project) -> None:
    """A misspelt check or host would leave a waiver without effect, and nobody would know."""
    text = hosts(("web-1", "{santas-gift-finder: []}")) + (
        "waivers:\n"
        "  - {check: os.lod, hosts: [web-1, 'db-*'], reason: why not, expires: 2999-01-01}\n"
        "  - {check: 'os.*', hosts: ['web-[12]'], reason: why not, expires: 2999-01-01}\n"
    )
    assert refused(project, text) == [
        "inventory/try.yml:6: the waiver's check 'os.lod' matches none; did you mean 'os.load'?",
        "inventory/try.yml:6: the waiver's host 'db-*' matches none; known: web-1",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "{name: idx_gift_name_trgm,",
            "{name:  idx_gift_search,",
            "'idx_gift_search' is listed twice in 'postgres.indexes'",
        ),
        (
            "{unit: rsyslog, port: 10514}",
            "{unit: rsyslog, port: 1}\n      - {unit: rsyslog, port: 2}",
            "'rsyslog' is listed twice",
        ),
        (
            "extensions: [pg_trgm]",
            "extensions: [pg_trgm, pg_trgm]",
            "'pg_trgm' is listed twice in 'postgres.extensions'",
        ),
        (
            "{path: /api/profile, statuses: [401, 422]}",
            "{path: /a}\n      - {path: /a, statuses: [403]}",
            "'/a' is listed twice",
        ),
    ],
)
def test_entries_that_are_called_alike(project: Project, old: str, new: str, told: str) -> None:
    """Two items of one check that have one name would be one finding."""
    project.replace(SYSTEM, old, new)
    with pytest.raises(ConfigError) as caught:
        resolve(project.root, "lab", None, {}, project.root)
    line = project.line(SYSTEM, new.rsplit("\n", maxsplit=1)[-1].strip())
    assert str(caught.value).startswith(f"{SYSTEM}:{line}: {told}")


def test_an_inventory_of_no_file_tells_too() -> None:
    """What is said of raw specs has no line."""
    assert Inventory("adhoc", ()).told(("hosts",), "is odd") == "is odd"


def test_hosts_that_were_not_asked_are_named(project: Project, tmp_path: Path) -> None:
    """A selection that leaves hosts out says of which of them nothing is known, in the verdict and in the JSON."""
    text = hosts(
        ("a", "{santas-gift-finder: [redis]}"), ("b", "{santas-gift-finder: []}"), ("c", BOTH.replace("[redis]", "[]"))
    )
    project.write(INVENTORY, re.sub(r"ssh://h\d.test", "local://", text))
    found = tmp_path / "found.json"
    result = project.gate("--hosts=try", "-k", "redis and version", "--no-evidence", f"--findings={found}")
    assert result.code == 1
    (verdict,) = [line for line in result.text.splitlines() if line.startswith("NOT READY: ")]
    assert verdict.endswith(" on 1 host; not asked: b, c")
    assert json.loads(found.read_text())["unasked"] == ["b", "c"]
    whole = project.gate("--hosts=try", "-k", "reachable", "--no-evidence")
    assert "READY: 4 checks passed on 3 hosts" in whole.text.splitlines()
