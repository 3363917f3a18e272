"""The application's files: whose they are, who may write them, and which branch they are of."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks import test_app_files, test_security
from fixtures.app.files import Checkout, FileState, _checkout, _groups, _open_files, parse_checkout, parse_names
from fixtures.app.settings import App
from tests.facts.test_activity import fails

ROOT, ENV = "/opt/shop", "/opt/shop/.env"


def asked(command: str) -> list[str]:
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    return list(parse_names(done.stdout))


def target(**values: Any) -> Any:
    app = SimpleNamespace(**{"user": "shop", "root": ROOT, "venv": None, "writable": [], **values})
    return SimpleNamespace(component=lambda _: app)


def test_the_groups_of_a_user() -> None:
    """One who is not there has none, and no name is no question."""
    assert asked(_groups(target(user="root")))[0] == "root"
    assert asked(_groups(target(user="nobody-of-that-name"))) == asked(_groups(target(user=None))) == []


def test_what_everybody_may_write(tmp_path: Path) -> None:
    """The application's own Python files and folders of such, and neither its packages' files nor what it writes."""
    for name in ("app.py", "shop/a b.py", "shop/data.txt", "venv/x.py", "logs/x.py", ".git/x.py", "shut.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644 if name == "shut.py" else 0o666)
    for name, mode in {"uploads": 0o777, "late": 0o777, "tmp": 0o1777, "logs": 0o777, "venv/lib": 0o777}.items():
        (tmp_path / name / "of").mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "of" / ("x.txt" if name == "uploads" else "x.py")).touch(mode=0o644)
        (tmp_path / name).chmod(mode)
    own = target(root=str(tmp_path), venv=f"{tmp_path}/venv", writable=[f"{tmp_path}/logs"])
    found = ["app.py", "late", "shop/a b.py", "venv/lib"]
    assert told(own) == [f"{tmp_path}/{name}" for name in found]


def told(own: Any) -> list[str]:
    """The paths of what others may write; owner, group and mode stand behind them."""
    return sorted(line.rpartition(" (")[0] for line in asked(_open_files(own)))


@pytest.mark.skipif(os.geteuid() != 0, reason="giving files away takes root")
@pytest.mark.parametrize(("folder", "found"), [(0o755, ["dev.py", "hers.py"]), (0o2775, ["dev.py"])])
def test_what_somebody_else_may_write(tmp_path: Path, folder: int, found: list[str]) -> None:
    """Another account's file, unless a group shares the folder; another group's, and not that of the folder."""
    (bin_, team, developers) = (2, 3, 4)
    os.chown(tmp_path, 0, team)
    tmp_path.chmod(folder)
    for name, owner, group, mode in (
        ("own.py", 0, 0, 0o664),
        ("team.py", 0, team, 0o664),
        ("hers.py", bin_, team, 0o644),
        ("dev.py", 0, developers, 0o664),
        ("read.py", 0, developers, 0o644),
        ("nobodys.py", 54321, team, 0o644),
        ("data.txt", bin_, developers, 0o664),
    ):
        (tmp_path / name).touch()
        os.chown(tmp_path / name, owner, group)
        (tmp_path / name).chmod(mode)
    assert told(target(root=str(tmp_path), user="root")) == [f"{tmp_path}/{name}" for name in found]


@pytest.mark.parametrize(
    ("owner", "group", "mode", "words"),
    [
        ("shop", "shop", 0o640, ""),
        ("root", "shop", 0o640, ""),
        ("root", "www-data", 0o600, ""),
        ("deploy", "shop", 0o640, "expected it to belong to shop or root"),
        ("shop", "www-data", 0o640, "the members of www-data read the secrets too"),
        ("shop", "shop", 0o644, "expected mode 0640 or stricter"),
    ],
)
def test_whose_the_secrets_are(owner: str, group: str, mode: int, words: str) -> None:
    """Another account may not own them, and no group that is not the service's may read them."""
    files = {ENV: FileState(ENV, owner, group, mode), ROOT: FileState(ROOT, "shop", "shop", 0o755)}
    own: Any = SimpleNamespace(env_file=ENV)
    if words:
        assert words in fails(test_security.test_env_file_mode, files, ["shop"], own, target())
    else:
        test_security.test_env_file_mode(files, ["shop"], own, target())


def test_who_nobody_knows_is_not_accused() -> None:
    """An application without a user of its own, and a folder that belongs to whoever deploys, as system.yml accepts."""
    files = {ENV: FileState(ENV, "deploy", "www-data", 0o640), ROOT: FileState(ROOT, "deploy", "deploy", 0o755)}
    own: Any = SimpleNamespace(env_file=ENV)
    test_security.test_env_file_mode(files, [], own, target(user=None))
    test_security.test_env_file_mode(files, ["shop", "www-data"], own, target())


@pytest.mark.parametrize(
    ("branch", "tags", "named", "words"),
    [
        ("main", (), True, ""),
        ("", ("v1.2.0",), True, ""),
        ("hotfix", ("v1.2.0",), True, ""),
        ("hotfix", (), True, "HEAD is on branch hotfix and has no tag; expected branch main or a release's tag"),
        ("", (), True, "HEAD is detached and has no tag; expected branch main"),
        ("hotfix", (), False, ""),
        ("", (), False, "HEAD is detached and has no tag; expected a branch or a release's tag"),
    ],
)
def test_the_release_branch(branch: str, tags: tuple[str, ...], named: bool, words: str) -> None:
    """What system.yml names is held against the checkout; where it names nothing, any branch will do."""
    settings = App.model_validate({"unit": "shop", "port": 1, **({"release_branch": "main"} if named else {})})
    checkout = Checkout(branch, (), (), tags)
    if words:
        assert words in fails(test_app_files.test_git_branch, checkout, settings)
    else:
        test_app_files.test_git_branch(checkout, settings)


def told_by(host: str, files: dict[str, str]) -> str:
    """What the check says on a host, when the hosts have these files; "" when it is well."""
    known = {name: Checkout("main", (), (), (), f"{each}0123456789abcdef", each) for name, each in files.items()}
    where: Any = SimpleNamespace(host=SimpleNamespace(name=host))
    arguments = (known[host], lambda _: known, where)
    try:
        test_app_files.test_same_release(*arguments)
    except AssertionError as error:
        return str(error).partition("\n")[0]
    return ""


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"web-1": "a"}, {}),
        ({"web-1": "a", "web-2": "a"}, {}),
        (
            {"web-1": "a", "web-2": "b", "web-3": "a"},
            {"web-2": "web-2 has b0123456789a; web-1 and web-3 have a0123456789a"},
        ),
        (
            {"web-1": "a", "web-2": "b"},
            dict.fromkeys(("web-1", "web-2"), "web-2 has b0123456789a; web-1 has a0123456789a"),
        ),
    ],
)
def test_one_release_on_all_hosts(files: dict[str, str], words: dict[str, str]) -> None:
    """The hosts that differ from most are told, and where as many have one as the other, all are."""
    told = {host: told_by(host, files) for host in files}
    assert {host: each for host, each in told.items() if each} == {
        host: f"the checkouts of the hosts differ: {each}; expected the same release on all"
        for host, each in words.items()
    }


@pytest.mark.parametrize("folder", [".", "shop"])
def test_the_files_of_a_release(tmp_path: Path, folder: str) -> None:
    """Another commit has other files only where the application's own folder changed."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]

    def committed(path: str) -> Checkout:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("new", encoding="utf-8")
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", path]):
            subprocess.run([*git, *words], check=True)
        command = _checkout(target(root=str(tmp_path / folder)))
        return parse_checkout(subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout)

    first, aside, own = committed("shop/app.py"), committed("other.py"), committed("shop/more.py")
    assert len({first.commit, aside.commit, own.commit}) == 3
    assert (first.files == aside.files) == (folder == "shop")
    assert aside.files != own.files
