"""What users keep in a checkout turns no test red, and no test asks their hosts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import GUARD, Project, guarded, reports
from tests.content import BESIDE, ROOT, SUITE, copy, strangers

INVENTORY = (
    "hosts:\n  shop-1:\n    connection: ssh://deploy@127.0.0.1:{}\n    systems: {{shop: [], santas-gift-finder: []}}\n"
)
THEIRS = {
    "inventory/staging.yml": "hosts:\n  web:\n    conection: local://\n",
    "inventory/notes.txt": "not an inventory",
    "runbooks/shop/system.yml": "name: Shop\ncomponents: [os\n",
    "runbooks/shop/runbook.md": "# Shop\n\n**Diagnostics:**\n\n```bash\n# check: shop.open\nrm -rf $T/*\n```\n",
    "runbooks/shop/ledger.yml": "- nothing\n",
    "checks/test_shop.py": "def test_open(identity, no_such_fact):\n    assert identity\n",
    "checks/test_broken.py": "import no_such_module\ndef test_broken(:\n",
}
# Of the tests that read content or run gates: each was red when tests read the checkout, or asked the host.
TESTS = (
    "tests/test_layout.py", "tests/test_docs.py", "tests/facts/test_recorded_mongodb.py",
    "tests/test_faults_page.py::test_every_check_is_expected_red", "tests/runbooks/test_promises.py",
    "tests/fixtures/test_bad_input.py::test_command_line",
)  # fmt: skip


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A port of this machine that takes connections and keeps them: their host."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=50)) as server:
        server.setblocking(False)
        yield server


def asked(server: socket.socket) -> bool:
    """Whether somebody has connected."""
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.fixture
def theirs(tmp_path: Path) -> Project:
    """A checkout with somebody's own inventories, runbooks and checks in it."""
    copy((*SUITE, *BESIDE), ROOT, tmp_path)
    (tmp_path / "runbooks/shop").mkdir()
    project = Project(tmp_path)
    for path, text in THEIRS.items():
        project.write(path, text)
    return project


def test_the_tests_are_green_beside_theirs(theirs: Project) -> None:
    """With others' files in the checkout the tests pass, say what they leave out, and reach none of the hosts."""
    with listening() as server:
        theirs.write("inventory/prod.yml", INVENTORY.format(server.getsockname()[1]))
        command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-m", "not lab", *TESTS]
        done = subprocess.run(command, cwd=theirs.root, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout[-5000:]
        assert not asked(server)
    told = {str(path.relative_to(theirs.root)) for path in strangers(theirs.root)}
    assert told == {"/".join(path.split("/")[:2]) for path in (*THEIRS, "inventory/prod.yml")}
    assert all(path in done.stdout for path in told)


def test_their_host_would_have_been_seen(theirs: Project) -> None:
    """The listener of the test above sees a gate on that inventory."""
    for path in THEIRS:
        (theirs.root / path).unlink()
    with listening() as server:
        text = INVENTORY.format(server.getsockname()[1]).replace("shop: [], ", "")
        theirs.write("inventory/prod.yml", f"connect_timeout_s: 1\n{text}")
        assert theirs.gate("--hosts=prod", "-k", "reachable").code == 1
        assert asked(server)


@pytest.mark.parametrize("spec", ["ssh://deploy@web-1.example.com", "ssh://198.51.100.7", "ssh://deploy@[2001:db8::7]"])
def test_a_gate_of_a_test_reaches_nobody_else(spec: str, project: Project) -> None:
    """Even a test that names somebody's host does not get there."""
    project.write(
        "inventory/prod.yml", INVENTORY.format(22).replace("shop: [], ", "").replace("ssh://deploy@127.0.0.1:22", spec)
    )
    result = project.gate("--hosts=prod", "-k", "reachable")
    assert result.code == 1
    assert "a test may not reach " in (reports(project.root, "prod") / "findings.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "reached"),
    [
        (["-p", "9", "127.0.0.1", "true"], "Connection refused"),
        (["-p", "9", "web.invalid", "true"], "Could not resolve hostname"),
        (["web-1.example.com", "true"], "a test may not reach web-1.example.com"),
        (["-o", "HostName=198.51.100.7", "localhost", "true"], "a test may not reach 198.51.100.7"),
        (["-J", "web-1.example.com", "127.0.0.1", "true"], "a test may not reach web-1.example.com"),
    ],
)
def test_the_guard(arguments: list[str], reached: str) -> None:
    """The guard asks ssh itself where it would go, by way of which host."""
    command = ["ssh", "-F", "none", "-o", "BatchMode=yes", *arguments]
    done = subprocess.run(command, env=guarded(), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 255
    assert reached in done.stderr
    assert os.access(GUARD / "ssh", os.X_OK)
