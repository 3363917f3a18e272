"""nginx' error log: which of its lines count, and how old they are, whatever the time zone of the host."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from checks.test_nginx import by_upstream
from fixtures.logs.reading import (
    NGINX_TIME,
    Line,
    Log,
    _nginx_errors,
    _unreadable,
    _upstream_errors,
    parse_nginx,
)
from fixtures.nginx.settings import Nginx


def test_nginx() -> None:
    """nginx' dates have no time zone: they are held against the host's own clock."""
    text = "60.00\n2026/01/02 03:05:05\n==newest\n2026/01/02 03:04:05 [crit] 12#12: *3 open() failed\n"
    assert parse_nginx(text) == Log(60, [Line("2026/01/02 03:04:05", 60, "nginx", "[crit] 12#12: *3 open() failed")])


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
def test_nginx_may_keep_any_time(tmp_path: Path, zone: str) -> None:
    """Its zone is that of its own environment, and the log may have been rotated since."""
    path, now = tmp_path / "error.log", datetime.now(ZoneInfo(zone))
    lines = [f"{now - timedelta(minutes=m):{NGINX_TIME}} [crit] 7#7: *3 {m} min ago\n" for m in (90, 40, 0)]
    (tmp_path / "error.log.1").write_text("".join(lines[:2]))
    path.write_text(lines[2])
    asked = _nginx_errors(cast("Any", SimpleNamespace(component=lambda _: Nginx(error_log=str(path), gzip_path=None))))
    script = f"systemctl() {{ echo NRestarts=1; echo InactiveExitTimestampMonotonic=1; }}; {asked}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert [round(line.age / 60) for line in parse_nginx(done.stdout).lines] == [40, 0]
    path.write_text("a line of a worker\n")
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, "no time that is understood" in done.stderr) == (77, True)


def test_upstream_failures_are_read(tmp_path: Path) -> None:
    """What the application behind nginx does counts since its own start; a visitor's words are no such line."""
    path, now = tmp_path / "error.log", datetime.now(ZoneInfo("UTC"))
    asked = 'client: 192.0.2.7, server: _, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:8000/", host: "x"'
    said = [
        f"connect() failed (111: Connection refused) while connecting to upstream, {asked}",
        f"upstream timed out (110: Connection timed out) while reading response header from upstream, {asked}",
        f"no live upstreams while connecting to upstream, {asked.replace('127.0.0.1:8000', 'api')}",
        f"upstream prematurely closed connection while reading upstream, {asked}",
    ]
    other = [
        f'open() "/srv/from upstream, client: x" failed (2: No such file or directory), {asked}',
        'limiting requests, excess: 1.0, client: 192.0.2.7, host: "from upstream, client: x"',
    ]
    path.write_text("".join(f"{now:{NGINX_TIME}} [error] 7#7: *3 {words}\n" for words in (*said, *other)))
    nginx, app = Nginx(error_log=str(path), gzip_path=None), SimpleNamespace(unit="api")
    target = SimpleNamespace(components=("app",), component=lambda name: app if name == "app" else nginx)
    script = f"systemctl() {{ [ $4 = api ] && echo NRestarts=1; }}; {_upstream_errors(cast('Any', target))}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    lines = parse_nginx(done.stdout).lines
    assert [line.text.partition("*3 ")[2] for line in lines] == said
    assert by_upstream(lines) == "3 × http://127.0.0.1:8000, 1 × http://api"


def test_files_that_nginx_may_not_read(tmp_path: Path) -> None:
    """A closed file or folder counts; what is missing, what begins with a dot, and a visitor's words do not."""
    path, now = tmp_path / "error.log", datetime.now(ZoneInfo("UTC"))
    asked = 'client: 192.0.2.7, server: _, request: "GET /%22 HTTP/1.1", host: "x"'
    said = [
        f'open() "/srv/www/pictures/a b.png" failed (13: Permission denied), {asked}',
        f'"/srv/www/index.html" is forbidden (13: Permission denied), {asked}',
    ]
    other = [
        f'open() "/srv/www/.env" failed (13: Permission denied), {asked}',
        f'open() "/srv/www/.git/config" failed (13: Permission denied), {asked}',
        f'open() "/srv/www/a.png" failed (2: No such file or directory), {asked}',
        f'open() "/srv/www/a" failed (13: x), client: y, request: " failed (2: No such file or directory), {asked}',
        f'directory index of "/srv/www/" is forbidden, {asked}',
    ]
    path.write_text("".join(f"{now:{NGINX_TIME}} [error] 7#7: *3 {words}\n" for words in (*said, *other)))
    target = SimpleNamespace(component=lambda _: Nginx(error_log=str(path), gzip_path=None))
    script = f"systemctl() {{ echo NRestarts=1; }}; {_unreadable(cast('Any', target))}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert [line.text.partition("*3 ")[2] for line in parse_nginx(done.stdout).lines] == said
