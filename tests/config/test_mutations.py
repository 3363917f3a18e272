"""A thousand spoilt files: each is read, or refused with file and line; none ends in a traceback, or in silence.

They are read in this process, because a thousand gates would take an hour; a sample of them goes through whole gates.
"""

from __future__ import annotations

import re
import shutil
import time
from functools import cache
from pathlib import Path

import pytest

from engine.config.problems import ConfigError
from engine.config.settings import entry_name
from engine.judge.guidance import guidance
from engine.run import run as run_module
from engine.run.checks import read_checks
from engine.run.run import Run, resolve
from engine.run.system import load_system
from engine.runbook import kept
from tests.config.mutations import mutated
from tests.conftest import ROOT, Project, run_gate
from tests.ours import CATALOGUE

SYSTEMS = ("santas-gift-finder", "family-management")
INVENTORY = """\
hosts:
  web-1: &web
    connection: ssh://deploy@web-1.test
    systems:
      santas-gift-finder: [app, nginx, monitoring]
  web-2:
    <<: *web
    connection: ssh://deploy@web-2.test:2222
  db-1:
    connection: ssh://deploy@db-1.test
    systems: {santas-gift-finder: [postgres, redis], family-management: [mongodb]}
ssh_config: ${RUNBOOK_SSH_CONFIG:-/dev/null}
connect_timeout_s: 5
deadline_s: 15
limits:
  disk_used_percent: 85
  restarts: 4
waivers:
  - check: postgres.dead_tuples
    hosts: [db-*]
    reason: vacuum is planned, OPS-123
    expires: 2027-01-31
"""
# One line: the file, its line (none where there is no line to name), what is wrong.
TOLD = re.compile(r"(?:inventory|runbooks)/[\w./-]+(?::\d+)?: \S[^\n\r]*|… and \d+ more mistakes; correct these first")
WITHOUT_LINE = re.compile(r": (?:cannot be read|is not a file|is larger)")
# A share of the thousand for each file.
FILES = {
    "inventory/try.yml": 500,
    f"runbooks/{SYSTEMS[0]}/system.yml": 220,
    f"runbooks/{SYSTEMS[1]}/system.yml": 130,
    "runbooks/shared/redis.md": 100,
    "runbooks/shared/mongodb-set.md": 50,
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The suite's content with an inventory of three hosts, in a folder of its own."""
    made = tmp_path_factory.mktemp("content")
    for name in (f"runbooks/{system}" for system in (*SYSTEMS, "shared")):
        shutil.copytree(ROOT / name, made / name, ignore=shutil.ignore_patterns("__pycache__"))
    (made / "inventory").mkdir()
    (made / "inventory/try.yml").write_text(INVENTORY, encoding="utf-8")
    return made


def use(run: Run) -> None:
    """Does with a run what comes before a host is asked, and what is said of each check when it fails."""
    assert run.targets
    said: set[tuple[str, str]] = set()
    for target in run.targets:
        checks = [check for check in run.checks.values() if target.applies(check.name, check.name.partition(".")[0])]
        assert checks, f"nothing is checked on {target.id}, and nobody says so"
        for check in checks:
            component = target.component(check.name.partition(".")[0])
            items = [entry_name(entry) for entry in getattr(component, check.each)] if check.each else [""]
            # What is said of a check is what its first section says: each section's words are made once.
            section = (target.system.id, target.system.runbook.sections_of(check.name)[0].title)
            for item in items if section not in said else ():
                guidance(run, target, check.name, item)
            said.add(section)
            for name in CATALOGUE.chain(check.facts):
                CATALOGUE[name].asked(target)


@pytest.mark.parametrize("path", FILES)
def test_each_is_read_or_refused(root: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but a ConfigError, whose every line names the file and the line, and no file takes long."""
    file = root / path
    # What is not spoilt need not be read a thousand times.
    monkeypatch.setattr(run_module, "read_checks", cache(read_checks))
    monkeypatch.setattr(kept, "read", cache(kept.read))
    if path.startswith("inventory"):
        checks = read_checks(ROOT / "checks")
        loaded = {name: load_system(name, root / "runbooks", checks) for name in SYSTEMS}
        monkeypatch.setattr(run_module, "load_system", lambda name, *_: loaded[name])
    text = file.read_text(encoding="utf-8")
    refused = 0
    for seed in range(FILES[path]):
        file.write_bytes(mutated(text, seed))
        started = time.process_time()
        try:
            use(resolve(root, "try", None, {}, root))
        except ConfigError as error:
            refused += 1
            for line in map(str, error.args):
                assert TOLD.fullmatch(line), f"seed {seed}: {line!r}"
                assert re.search(r":\d+: ", line) or WITHOUT_LINE.search(line) or line.startswith("…"), (
                    f"seed {seed}: {line}"
                )
        except Exception as error:
            raise AssertionError(f"seed {seed} of {path}") from error
        took = time.process_time() - started
        assert took < 5, f"seed {seed} of {path} took {took:.1f} s"
    file.write_text(text, encoding="utf-8")
    assert refused > FILES[path] // 10, "the mutations spoil nothing: this test cannot fail"


@pytest.mark.parametrize("path", FILES)
def test_whole_gates(project: Project, path: str) -> None:
    """pytest says what was told in the process: a line a mistake, exit code 4, and nothing else."""
    project.write("inventory/try.yml", INVENTORY)
    text = (project.root / path).read_text(encoding="utf-8")
    sample = iter(range(5000, 5100))
    for _ in range(3):
        # Files that are still good would have their hosts asked.
        seed, lines = next(
            (seed, lines) for seed in sample if (lines := lines_of(project.root, path, mutated(text, seed)))
        )
        result = run_gate(project.root, "--hosts=try", timeout=60)
        assert result.code == 4, f"seed {seed}: {result.text}"
        assert result.errors == lines, f"seed {seed}"
        assert "Traceback" not in result.text


def lines_of(root: Path, path: str, data: bytes) -> list[str]:
    """Returns the lines by which a content folder with this file is refused."""
    (root / path).write_bytes(data)
    try:
        resolve(root, "try", None, {}, root)
    except ConfigError as error:
        return [str(line) for line in error.args]
    return []
