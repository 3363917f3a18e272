"""What is compared between hosts of the lab: each application of the lab is on one host, so this one is made for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, run_gate
from tests.declaring import Shop
from tests.lab_gate import inventory, lab, pasted

HOSTS = ("family-1", "family-2", "family-3")
FOLDER = "/srv/fault-fleet"
# The same commit on each host: the same names, times and files.
GIT = (
    f"export GIT_AUTHOR_DATE='@1 +0000' GIT_COMMITTER_DATE='@1 +0000'; mkdir -p {FOLDER}; cd {FOLDER}; "
    'commit() { git add . && git -c user.name=dev -c user.email=dev@localhost commit -qm "$1" && git tag "$1"; }; '
)
CHAPTER = ROOT / "runbooks" / "shared" / "release.md"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Shop]:
    """A system whose application is on three hosts, in the same release; its runbook is the shared section."""
    shop = Shop(tmp_path)
    section = CHAPTER.read_text(encoding="utf-8").partition("### Roll back")
    (shop.folder / "runbooks/shop/runbook.md").write_text(
        f"# The fleet\n\n## Application\n\n{section[1]}{section[2]}", encoding="utf-8"
    )
    app = {"unit": "cron", "port": 22, "root": FOLDER, "user": "root"}
    _write(shop.folder / "runbooks/shop/system.yml", {"name": "The fleet", "components": {"app": app}})
    listed = {name: {**inventory()["hosts"][name], "systems": {"shop": ["app"]}} for name in HOSTS}
    _write(shop.folder / "inventory/here.yml", {**inventory(), "hosts": listed, "public": {}})
    try:
        for name in HOSTS:
            _on(name, f"{GIT} git init -q -b main && echo 1 > app.py && commit v1.0.0")
        yield shop
    finally:
        for name in HOSTS:
            _on(name, f"rm -rf {FOLDER}")


def _write(path: Path, document: dict[str, object]) -> None:
    path.write_text(yaml.safe_dump(document), encoding="utf-8")


def _on(host: str, command: str) -> None:
    lab("run", host, "--", "bash", "-ec", command)


@pytest.mark.lab
@pytest.mark.recorded("app.same_release")
def test_a_deploy_that_reached_one_host(fleet: Shop) -> None:
    """Green; red on the host that has another release, also when spread; green again after the section's step."""
    arguments = (f"--content={fleet.folder}", "--hosts=here", "-k", "same_release")
    gates = [run_gate(ROOT, *arguments)]
    _on("family-3", f"{GIT} echo 2 > app.py && commit v1.1.0")
    for more in ((), ("-n", "2")):
        gates.append(run_gate(ROOT, *arguments, *more))
        assert "app.same_release on family-3" in gates[-1].text, gates[-1].text
    found = fleet.findings()["app.same_release"]
    assert re.search(
        r"differ: family-3 has \w{12} \(v1\.1\.0\); family-1 and family-2 have \w{12} \(v1", found["message"]
    )
    step = next(each["command"] for each in found["remediation"] if "refs/tags/TAG" in each["command"])
    assert pasted("family-3", step.replace("TAG", "v1.0.0")).returncode == 0
    gates.append(run_gate(ROOT, *arguments))
    assert [gate.code for gate in gates] == [0, 1, 1, 0], gates
