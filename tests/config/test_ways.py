"""testinfra's own options and the files that lead to a host: honoured, or refused in one line before anything runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.config.problems import ConfigError
from engine.config.spec import parse_spec
from engine.config.ways import command_line, located, options_of, refused_config
from tests.conftest import Project
from tests.fixtures.test_bad_input import GOOD, refused

SYSTEM = "--system=santas-gift-finder"
WEB = "--hosts=ssh://web-1"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((WEB, "--connection=ssh"), "--connection is not honoured: the backend stands in the spec: --hosts=ssh://web-1"),
        ((WEB, "--ssh-extra-args=-v"), "--ssh-extra-args is not honoured: testinfra does not pass it on"),
        ((WEB, "--nagios"), "--nagios is not honoured: its output has no causes"),
        ((WEB, "--sudo-user=app"), "--sudo-user needs --sudo"),
        ((WEB, "--sudo", "--sudo-user=-x"), "--sudo-user: the option 'sudo_user' is '-x', which cannot be used there"),
        ((WEB, "--force-ansible"), "--force-ansible means nothing to these hosts; expected it for ansible://"),
        ((WEB, "--ansible-inventory=inventory"), "--ansible-inventory means nothing to these hosts"),
        (("--hosts=local://", "--ssh-config=pytest.ini"), "--ssh-config means nothing to these hosts"),
        ((WEB, "--ssh-config=no_such"), "--ssh-config=no_such: {root}/no_such does not exist"),
        ((WEB, "--ssh-config=checks"), "--ssh-config=checks: {root}/checks is a folder; expected a file"),
        ((WEB, "--ssh-identity-file=no/key"), "--ssh-identity-file=no/key: {root}/no/key does not exist"),
        ((WEB, "--ssh-config=broken"), "host 'web-1': {root}/broken: line 1: Bad configuration option: nosuchthing"),
        (("--hosts=ssh://web-1?ssh_config=no_such",), "host 'web-1': ssh_config: {root}/no_such does not exist"),
        (("--hosts=ssh://web-1:99999",), "--hosts: 'ssh://web-1:99999': '99999' is not a port"),
        (("--hosts=ssh://web-1/",), "--hosts: 'ssh://web-1/': '/' has no meaning"),
        (("--hosts=ssh://-oProxyCommand=id",), "is not the name of a host"),
        (("--hosts=ssh://me:hunter2@web-1",), "contains a password; expected a key"),
        (("--hosts=ssh://",), "--hosts: 'ssh://' names no host"),
        (("--hosts=paramiko://web-1",), "paramiko:// cannot be used: You must install paramiko package"),
    ],
)  # fmt: skip
def test_refused(project: Project, arguments: tuple[str, ...], line: str) -> None:
    """One line and exit 4; nobody is asked."""
    project.write("broken", "NoSuchThing yes\n")
    told = refused(project, SYSTEM, *arguments)
    assert line.format(root=project.root) in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ssh_config: no_such\n" + GOOD, "inventory/try.yml:1: host 'web-1': ssh_config: {root}/inventory/no_such "),
        (GOOD.replace("ssh://web-1", "ssh://web-1?ssh_identity_file=k"),
         "inventory/try.yml:3: host 'web-1': ssh_identity_file: {root}/inventory/k does not exist"),
        (GOOD.replace("ssh://web-1", '"ssh://web-1\\nx"'), "inventory/try.yml:3: 'hosts.web-1.connection': a host "),
        (GOOD.replace("ssh://web-1", "ssh://me:hunter2@web-1"), "inventory/try.yml:3: 'hosts.web-1.connection': "),
        (GOOD.replace("ssh://web-1", "ssh://web-1?tmeout=3"),
         "inventory/try.yml:3: 'hosts.web-1.connection': unknown option 'tmeout' of ssh://; did you mean 'timeout'?"),
    ],
)  # fmt: skip
def test_an_inventory(project: Project, text: str, line: str) -> None:
    """Its paths are relative to the file itself, and a mistake is told with its line."""
    project.write("inventory/try.yml", text)
    told = refused(project, "--hosts=try")
    assert line.format(root=project.root) in told
    assert "hunter2" not in told


def test_where_a_path_begins(tmp_path: Path) -> None:
    """What is typed begins in the folder where it was typed; what is written, at the file; ~ is the user's own."""
    (tmp_path / "mine").touch()
    typed = SimpleNamespace(ssh_config="mine", ssh_identity_file=None, sudo=True, sudo_user="app")
    over = command_line(typed, tmp_path)
    assert over == {"ssh_config": f"{tmp_path}/mine", "sudo": "true", "sudo_user": "app"}
    assert located("ssh_config", "~/c", tmp_path) == str(Path.home() / "c")
    assert located("ssh_config", "none", tmp_path) == "none"
    assert located("ssh_config", "../c", tmp_path / "x") == f"{tmp_path}/c"


def test_which_option_counts(tmp_path: Path) -> None:
    """A spec's own word is over the command line's, that over the inventory's; the rest is left out."""
    over, under = {"ssh_config": "/typed", "sudo": "true"}, {"ssh_config": "/written", "ssh_identity_file": "/key"}
    own = options_of(parse_spec("ssh://h?ssh_config=own&sudo=false"), tmp_path, over, under)
    assert own == {"ssh_config": f"{tmp_path}/own", "sudo": "false", "ssh_identity_file": "/key"}
    assert options_of(parse_spec("ssh://h"), tmp_path, over, under)["ssh_config"] == "/typed"
    assert options_of(parse_spec("docker://h"), tmp_path, over, under) == {"sudo": "true"}


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A file that ssh does not understand is told in ssh's words, with its line."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("Host web\n  RemoteCommand tmux\n  ForkAfterAuthentication yes\n", encoding="ascii")
    bad.write_text("ConnectTimeout soon\n", encoding="ascii")
    assert refused_config(str(good), "web") == ""
    assert refused_config(str(bad), "web").startswith(f"{bad} line 1: ")


def test_an_option_that_is_refused_is_told_before_a_file() -> None:
    """A mistake in what was typed is an error of its own."""
    with pytest.raises(ConfigError, match="--connection is not honoured"):
        command_line(SimpleNamespace(connection="ssh", ssh_config="nowhere"), Path("/"))
