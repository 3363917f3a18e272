"""What the tests are about: a copy of the suite with its own content only.

Whoever uses the suite keeps their inventories, runbooks and checks in the same folders. Tests read and run this copy,
so that what stands beside the project's own files cannot turn them red, and no test asks somebody's production.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
SUITE = (
    "checks", "engine", "fixtures", "reports", "runbook_checks", "runbooks", "inventory", "conftest.py", "pytest.ini",
)  # fmt: skip
# What else the tests read: pages, tools and settings.
BESIDE = (
    "docs",
    "lab",
    "tests",
    "README.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "CHANGELOG.md",
    "pyproject.toml",
    "tox.ini",
    ".pre-commit-config.yaml",
)
# The folders where users add their own, and what in them is the project's: a new file of ours gets its name here.
OWN = {
    "inventory": ("lab.yml", "local.yml", "*.example.yml"),
    "runbooks": ("*.py", "santas-gift-finder", "family-management", "load-balancer", "host", "shared", "tools"),
    "checks": (
        "__init__.py", "expect.py", "test_app.py", "test_app_files.py", "test_backups.py", "test_data.py",
        "test_external.py", "test_grafana.py",
        "test_haproxy.py", "test_http.py", "test_http_way.py", "test_logs.py", "test_mongodb.py",
        "test_mongodb_access.py", "test_mongodb_upkeep.py", "test_monitoring.py", "test_network.py",
        "test_nginx.py", "test_nginx_requests.py",
        "test_os.py", "test_os_journal.py", "test_os_packages.py",
        "test_postgres.py", "test_postgres_config.py", "test_postgres_log.py", "test_postgres_upkeep.py",
        "test_redis.py", "test_redis_keys.py", "test_redis_config.py", "test_runbook.py", "test_security.py",
        "test_tls.py", "test_units.py",
    ),
}  # fmt: skip
LEFT = ("__pycache__", "out", ".*")


def strangers(root: Path = CHECKOUT) -> Iterator[Path]:
    """Yields what stands in the content folders of a checkout and is not the project's own."""
    for folder, own in OWN.items():
        for path in sorted((root / folder).iterdir()):
            if not any(fnmatchcase(path.name, pattern) for pattern in (*own, *LEFT)):
                yield path


def copy(names: tuple[str, ...], source: Path, target: Path) -> None:
    """Copies files and folders of the suite, less what is not the project's own."""
    others = set(strangers(source))

    def left_out(folder: str, entries: list[str]) -> set[str]:
        return {
            name
            for name in entries
            if Path(folder, name) in others or any(fnmatchcase(name, pattern) for pattern in LEFT)
        }

    for name in names:
        path = source / name
        if path.is_dir():
            shutil.copytree(path, target / name, ignore=left_out)
        elif path.exists():
            shutil.copy2(path, target / name)


def own_copy() -> Path:
    """Returns a folder with a copy of the project, which is gone when this process ends."""
    folder, owner = Path(tempfile.mkdtemp(prefix="runbook-tests-")).resolve(), os.getpid()

    def discard() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(discard)
    copy((*SUITE, *BESIDE), CHECKOUT, folder)
    return folder


ROOT = own_copy()
