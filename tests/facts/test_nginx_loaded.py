"""nginx and its files: which edits count as not loaded, by what the lab's nginx showed."""

from __future__ import annotations

import pytest

from checks import test_nginx
from fixtures.nginx.loaded import parse_loaded
from fixtures.nginx.settings import Limits
from tests.facts.test_haproxy import fails

SITE = "1795839610 /etc/nginx/sites-enabled/santas"
WORKERS = "     66 nginx: worker process\n     66 nginx: worker process\n"


def told(now: int, processes: str = WORKERS, *, back: int = 0) -> str:
    """Returns what the check says of such an answer, "" when it passes; the clock was set `back` since the start."""
    master = f"@{now - 20_000 + back}\n  20000 nginx: master process /usr/sbin/nginx -g daemon on; master_process on;\n"
    return fails(test_nginx.test_config_loaded, parse_loaded(f"{now}\n{SITE}\n{master}{processes}==end\n"), Limits())


def test_an_edit_without_a_reload() -> None:
    """An edit after the workers' start waits, and is told once a look at `nginx -t` is over."""
    assert not told(1795839670)
    found = told(1795839674, WORKERS.replace("66", "800"))
    assert found.startswith("/etc/nginx/sites-enabled/santas was changed 64 s ago, and nginx has not loaded it")
    assert not told(1795839650, WORKERS.replace("66", "800"))


@pytest.mark.parametrize(
    ("processes", "waits"),
    [
        # A worker of before the reload, which ends once its last client is gone.
        ("   9000 nginx: worker process is shutting down\n" + WORKERS, False),
        # A reload at this moment: those of before have not heard yet.
        ("   9000 nginx: worker process\n      0 nginx: worker process\n", False),
        # A worker that died was replaced, and has the configuration of its master.
        ("   9000 nginx: worker process\n     30 nginx: worker process\n", True),
        ("   9000 nginx: worker process\n     30 nginx: cache manager process\n", True),
    ],
)
def test_who_tells_when_the_files_were_read(processes: str, waits: bool) -> None:
    """The workers that take requests tell, and among these the oldest."""
    assert bool(told(1795839674 + 600, processes.replace("66", "660"))) == waits


def test_a_clock_that_was_set() -> None:
    """A clock that was set back leaves files that look newer than the workers, and none of them is an alarm."""
    assert not told(1795830000, back=9_700)
    assert not told(1795839610 + 100, WORKERS.replace("66", "3600"), back=3_600)
    assert told(1795839610 + 100, WORKERS.replace("66", "3600"), back=3_000)


def test_a_systemd_that_does_not_tell() -> None:
    """Without the time of the start, and without the master, the ages alone decide."""
    found = parse_loaded(f"1795839674\n{SITE}\nunknown\n    900 nginx: worker process\n==end\n")
    assert found.waiting == 64
