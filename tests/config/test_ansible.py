"""Hosts of an Ansible inventory: read by Ansible itself, reached as its variables say, and no password is used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.config import ansible
from engine.config.ansible import COMMAND, AnsibleInventory, ask
from engine.config.ansiblehost import Way, way_to
from engine.config.inventory import Inventory, load_inventory, raw_inventory
from engine.config.problems import ConfigError
from tests.conftest import ROOT, Project, run_gate
from tests.fixtures.test_bad_input import refused
from tests.shop import shop

BESIDE = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
NEEDS_ANSIBLE = pytest.mark.skipif(
    shutil.which(COMMAND, path=BESIDE) is None, reason="Ansible is not installed: pip install ansible-core"
)
SECRET = "correct-horse-battery"
# Ranges, groups of groups, a host in two groups, a jump host, a password, a template, and another connection.
HOSTS = f"""
all:
  vars: {{ansible_user: deploy, domain: example.net}}
  children:
    web:
      hosts:
        web-[1:2]: {{ansible_port: 2222, ansible_password: {SECRET}, ansible_become_pass: {SECRET}}}
        web-3: {{ansible_host: "{{{{ inventory_hostname }}}}.{{{{ domain }}}}"}}
      vars: {{ansible_ssh_common_args: -J jump@bastion -o ControlMaster=auto, ansible_ssh_private_key_file: keys/web}}
    db: {{hosts: {{db-1: {{ansible_connection: community.docker.docker, ansible_user: root}}, web-1: }}}}
    prod: {{children: {{web: , db: }}}}
    empty:
"""
OURS = "hosts_from:\n  ansible: ../ansible/hosts.yml\n  groups:\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of inventories beside one of Ansible."""
    (tmp_path / "ansible").mkdir()
    (tmp_path / "ansible/hosts.yml").write_text(HOSTS)
    (tmp_path / "inventory").mkdir()
    return tmp_path / "inventory"


def loaded(folder: Path, groups: str, more: str = "") -> Inventory:
    """Returns the inventory with these groups."""
    (folder / "try.yml").write_text(f"{OURS}{groups}{more}")
    return load_inventory("try", folder, {}, {})


@NEEDS_ANSIBLE
def test_hosts_of_groups(folder: Path) -> None:
    """Users, ports, keys and jump hosts are Ansible's; what a host carries is said by all of its groups."""
    inventory = loaded(folder, "    prod: {shop: []}\n    db: {shop: redis, bank: [app]}\n", "deadline_s: 9\n")
    key = f"ssh_identity_file={folder.parent}/ansible/keys/web".replace("/", "%2F")
    assert {host.name: host.connection for host in inventory.hosts} == {
        "web-1": f"ssh://deploy@web-1:2222?{key}",
        "web-2": f"ssh://deploy@web-2:2222?{key}",
        "web-3": f"ssh://deploy@web-3.example.net?{key}",
        "db-1": "docker://root@db-1",
    }
    web, db = inventory.hosts[0], inventory.hosts[-1]
    assert web.ssh_args == ("-Jjump@bastion", "-oControlMaster=auto")
    assert web.systems == db.systems == {"shop": ("redis",), "bank": ("app",)}
    assert web.options["ssh_identity_file"] == f"{folder.parent}/ansible/keys/web"
    assert {host.deadline_s for host in inventory.hosts} == {9}
    assert inventory.notes[0].startswith("passwords of Ansible's inventory are not used (web-1, web-2): a key logs in")
    assert SECRET not in repr(inventory)


@NEEDS_ANSIBLE
def test_a_host_of_ours_goes_first(folder: Path) -> None:
    """Both kinds stand in one file, and options of the file hold for both."""
    ours = "hosts: {web-2: {connection: 'ssh://other', systems: {shop: []}}}\nssh_config: none\n"
    inventory = loaded(folder, "    web: {shop: [app]}\n", ours)
    assert {host.name: host.spec.name for host in inventory.hosts} == {
        "web-2": "other", "web-1": "web-1", "web-3": "web-3.example.net",
    }  # fmt: skip
    assert {host.options["ssh_config"] for host in inventory.hosts} == {"none"}


@NEEDS_ANSIBLE
def test_mistakes_have_their_line(folder: Path) -> None:
    """Of the group in our file, and of what Ansible says of its own."""
    with pytest.raises(
        ConfigError, match=r"inventory/try.yml:4: Ansible's inventory has no group 'wep' with hosts; did you"
    ):
        loaded(folder, "    wep: {shop: []}\n")
    with pytest.raises(ConfigError, match=r"inventory/try.yml:4: Ansible's inventory has no group 'empty' with"):
        loaded(folder, "    empty: {shop: []}\n")
    told = loaded(folder, "    web: {shop: [app]}\n").told(("hosts", "web-1", "systems", "shop", 0), "is odd")
    assert told == "inventory/try.yml:4: is odd"
    (folder.parent / "ansible/hosts.yml").write_text(HOSTS.replace("ControlMaster", "ControlMister"))
    with pytest.raises(ConfigError, match=r"(?m)^inventory/try.yml:4: host 'web-1': command-line: .* controlmister$"):
        loaded(folder, "    web: {shop: []}\n").check_ways()
    (folder.parent / "ansible/hosts.yml").write_text(f"all: [\n  ansible_password: {SECRET}\n")
    with pytest.raises(ConfigError, match=r"inventory/try.yml:2: ansible-inventory refuses it: ") as caught:
        loaded(folder, "    web: {shop: []}\n")
    assert len(caught.value.args) == 1
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


@NEEDS_ANSIBLE
def test_a_vault(folder: Path) -> None:
    """A file that Ansible can decrypt is used; a single value stays encrypted, and only one that is needed is told."""
    vault = str(Path(shutil.which(COMMAND, path=BESIDE) or "").with_name("ansible-vault"))
    own = folder.parent / "ansible"
    (own / "password").write_text("vault-password")
    (own / "ansible.cfg").write_text("[defaults]\nvault_password_file = password\n")
    (own / "host_vars").mkdir()
    (own / "host_vars/web-1.yml").write_text("ansible_host: 192.0.2.7\n")

    def encrypted(*arguments: str) -> str:
        return subprocess.run([vault, *arguments], cwd=own, check=True, capture_output=True, text=True).stdout

    encrypted("encrypt", "host_vars/web-1.yml")
    assert loaded(folder, "    web-1: {shop: []}\n").hosts[0].spec.name == "192.0.2.7"
    value = encrypted("encrypt_string", "x")
    (own / "host_vars/web-2.yml").write_text(f"ansible_password: {value}")
    assert loaded(folder, "    web-2: {shop: []}\n").hosts[0].spec.name == "web-2"
    (own / "host_vars/web-2.yml").write_text(f"ansible_host: {value}")
    with pytest.raises(ConfigError, match=r"try.yml:4: host 'web-2': ansible_host is encrypted by itself, "):
        loaded(folder, "    web-2: {shop: []}\n")


@NEEDS_ANSIBLE
@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("sleep 60", "ansible-inventory did not answer within 2 s"),
        ("yes >&2", "ansible-inventory (did not answer within 2 s|refuses it: )"),
        (f"echo 'password={SECRET}' >&2; exit 3", "ansible-inventory refuses it: "),
    ],
)
def test_a_dynamic_inventory_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str) -> None:
    """A script that hangs, floods or fails costs its time and one line, which has no secret."""
    path = folder.parent / "ansible/script"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr(ansible, "LONGEST_S", 2 if "exit" not in script else 60)
    started = time.monotonic()
    with pytest.raises(ConfigError, match=told) as caught:
        ask(path)
    assert time.monotonic() - started < 60
    assert SECRET not in str(caught.value)
    assert len(str(caught.value)) < 500


@NEEDS_ANSIBLE
def test_a_spec_of_a_group(folder: Path) -> None:
    """--hosts=ansible://GROUP is all of its hosts, each with the system of the command line."""
    inventory = raw_inventory(
        ["ansible://prod?ansible_inventory=../ansible/hosts.yml", "local://"], {"shop": ("app",)}, {}, folder
    )
    assert [host.name for host in inventory.hosts] == ["local", "web-1", "web-2", "web-3", "db-1"]
    assert inventory.hosts[1].spec.user == "deploy"
    assert inventory.hosts[1].systems == {"shop": ("app",)}
    typed = {"ansible_inventory": f"{folder.parent}/ansible/hosts.yml"}
    assert [host.name for host in raw_inventory(["ansible://web-3"], {}, typed, folder).hosts] == ["web-3"]
    with pytest.raises(
        ConfigError, match=r"--hosts=ansible://wep: Ansible's inventory has no group 'wep' with hosts; did you"
    ):
        raw_inventory(["ansible://wep"], {}, typed, folder)


@NEEDS_ANSIBLE
def test_a_run_of_a_content_folder(tmp_path: Path) -> None:
    """The path is relative to the inventory, which a path names; what is not used is said, without its value."""
    own = shop(tmp_path / "ops")
    (own / "ansible").mkdir()
    (own / "ansible/hosts.yml").write_text(
        f"web: {{hosts: {{here: {{ansible_connection: local, ansible_password: {SECRET}}}}}}}\n"
    )
    (own / "inventory/fleet.yaml").write_text(f"{OURS}    web: {{shop: entropy}}\n")
    result = run_gate(ROOT, f"--hosts={own}/inventory/fleet.yaml", "-k", "entropy.available")
    assert result.code == 0, result.text
    assert "1 check passed on 1 host" in result.text
    assert "passwords of Ansible's inventory are not used (here): a key logs in" in result.text
    assert SECRET not in result.text


def test_without_ansible(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what to install."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ConfigError, match=r"^inventory/try.yml:2: ansible-inventory is not installed here; expected "):
        loaded(folder, "    web: {shop: []}\n")


@pytest.mark.parametrize(
    ("variables", "way"),
    [
        ({}, Way("ssh://h")),
        ({"ansible_host": "::1", "ansible_ssh_user": "a@b", "ansible_ssh_port": "23"}, Way("ssh://a%40b@[::1]:23")),
        ({"ansible_connection": "local", "ansible_host": "x"}, Way("local://")),
        ({"ansible_connection": "containers.podman.podman", "ansible_host": "box"}, Way("podman://box")),
        ({"ansible_connection": "paramiko_ssh", "ansible_password": SECRET}, Way("ssh://h")),
        ({"ansible_ssh_common_args": "-F cfg -oProxyJump=b", "ansible_ssh_extra_args": "-i k -qC -4"},
         Way("ssh://h?ssh_config=%2Ff%2Fcfg&ssh_identity_file=%2Ff%2Fk", ("-oProxyJump=b", "-C", "-4"))),
        ({"ansible_ssh_common_args": '-o ProxyCommand="ssh -W %h:%p b"'},
         Way("ssh://h", ("-oProxyCommand=ssh -W %h:%p b",))),
        ({"ansible_host": "{{ a }}", "a": "{{ b }}", "b": "c"}, Way("ssh://c")),
    ],
)  # fmt: skip
def test_a_way(variables: dict[str, object], way: Way) -> None:
    """What Ansible's variables mean is what the spec says."""
    assert way_to("h", variables, Path("/f")) == way


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"ansible_connection": "winrm"}, "ansible_connection is 'winrm'; expected ssh, local, docker"),
        ({"ansible_host": "-oProxyCommand=id"}, "is not the name of a host"),
        ({"ansible_user": "$(id)"}, "is not the name of a user"),
        ({"ansible_port": "ssh"}, "'ssh' is not a port"),
        ({"ansible_host": "{{ lookup('env', 'X') }}"}, "ansible_host is a template that only Ansible can fill in"),
        ({"ansible_ssh_common_args": "-W x"}, "have '-W'; expected -o, -J, -F and -i"),
        ({"ansible_ssh_common_args": "bastion"}, "have 'bastion'; expected -o, -J, -F and -i"),
        ({"ansible_ssh_common_args": "-o 'x"}, "cannot be read: No closing quotation"),
    ],
)
def test_no_way(variables: dict[str, object], told: str) -> None:
    """One line says what is expected."""
    with pytest.raises(ValueError, match=r"^[^\n]*$") as caught:
        way_to("h", variables, Path("/f"))
    assert told in str(caught.value)


def test_groups_that_hold_each_other() -> None:
    """They are gone through once."""
    groups = {"all": {"children": ["a"]}, "a": {"children": ["b"]}, "b": {"children": ["a"], "hosts": ["x", "y"]}}
    inventory = AnsibleInventory(groups, {}, Path())
    assert (inventory.hosts("a"), inventory.hosts("y")) == (["x", "y"], ["y"])


def test_a_file_of_ansible_is_recognised(project: Project) -> None:
    """Where one of ours is expected, one line says how it is used: by its name, by its path, as YAML and as INI."""
    how = "this is an inventory of Ansible; expected one of ours that names it: hosts_from: {ansible: FILE, groups: "
    project.write("inventory/try.yml", HOSTS)
    project.write("inventory/old.ini", "[web]\nweb-1 ansible_host=10.0.0.1\n")
    for spec, place, path in (
        ("try", "inventory/try.yml:2", f"{project.root}/inventory/try.yml"),
        ("inventory/try.yml", "inventory/try.yml:2", f"{project.root}/inventory/try.yml"),
        ("old", f"{project.root}/inventory/old.ini", f"{project.root}/inventory/old.ini"),
        ("inventory/old.ini", "inventory/old.ini", "inventory/old.ini"),
    ):
        told = refused(project, f"--hosts={spec}")
        assert told.startswith(f"{place}: {how}")
        assert told.endswith(f"; or --hosts=ansible://GROUP?ansible_inventory={path} with --system")
    told = refused(project, "--hosts=pytest.ini")
    assert told == "pytest.ini is a file; expected an inventory, whose name ends in .yml or .yaml"
