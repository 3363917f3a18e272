"""The application's files: whose they are, who may write them, and which branch they are of."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks import test_app_files, test_security
from fixtures.app.files import Checkout, FileState, _groups, _open_files, parse_names
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
    """The application's own Python files, and neither its packages nor what it writes."""
    for name in ("app.py", "shop/a b.py", "shop/data.txt", "venv/x.py", "logs/x.py", ".git/x.py", "shut.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644 if name == "shut.py" else 0o666)
    own = target(root=str(tmp_path), venv=f"{tmp_path}/venv", writable=[f"{tmp_path}/logs"])
    assert sorted(asked(_open_files(own))) == [f"{tmp_path}/app.py", f"{tmp_path}/shop/a b.py"]


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
