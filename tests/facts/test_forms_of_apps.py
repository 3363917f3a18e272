"""Applications of other forms: at a Unix socket; without Python, workers, a checkout or a file of variables."""

from __future__ import annotations

import shutil
import socket
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from checks import test_app
from engine.gather.fact import FactError
from engine.run.checks import read_checks
from engine.run.system import System, load_system
from fixtures.app.process import app_health, app_page
from fixtures.app.settings import App
from fixtures.app.workers import app_workers
from fixtures.http.client import Response
from fixtures.os.processes import Process
from fixtures.os.units import Unit
from tests.conftest import ROOT
from tests.facts.servers import this_machine

MASTER = Process(7, 1, "node", "Ssl", 1024, 60, "0::/system.slice/gallery.service", "/usr/bin/node a.js")
UNIT = Unit("gallery.service", "loaded", "active", "running", "success", 0, 7, "enabled", 60.0)


def gallery(folder: Path, app: str) -> System:
    """A system of one application that lists the shared chapters about it."""
    shutil.copytree(ROOT / "runbooks" / "shared", folder / "shared")
    (folder / "gallery").mkdir()
    (folder / "gallery" / "system.yml").write_text(
        "name: The gallery\nchapters: [runbook.md, ../shared/host.md, ../shared/application.md]\n"
        f"components:\n  os: {{}}\n  app: {{{app}}}\n"
    )
    (folder / "gallery" / "runbook.md").write_text("# The gallery: runbook\n")
    return load_system("gallery", folder, read_checks(ROOT / "checks"))


def test_a_service_of_node(tmp_path: Path) -> None:
    """A unit, a port and a health page will do: what is about Python, workers or a checkout is not asked."""
    found = gallery(tmp_path, "unit: gallery, port: 3000").runbook.by_check
    asked = {name.removeprefix("app.") for name in found if name.startswith("app.")}
    assert {"unit_running", "unit_enabled", "port_owned", "restarts"} <= asked
    assert not asked & {"interpreter", "requirements_installed", "source_parses", "git_clean", "env_complete"}


def test_a_service_at_a_socket(tmp_path: Path) -> None:
    """It has no port that anybody could hold."""
    found = gallery(tmp_path, "unit: gallery, socket: /run/gallery.sock").runbook.by_check
    assert "app.unit_running" in found
    assert "app.port_owned" not in found
    with pytest.raises(ValidationError, match="neither port nor socket"):
        App.model_validate({"unit": "gallery"})


def test_a_main_process_that_serves_itself() -> None:
    """Without workers and user in its settings, only a process that is stuck is wrong."""
    node = App.model_validate({"unit": "gallery", "port": 3000})
    test_app.test_workers(UNIT, [MASTER], node)
    forked = App.model_validate({"unit": "gallery", "port": 3000, "workers": 2})
    with pytest.raises(AssertionError, match="runs 0 workers; expected 2"):
        test_app.test_workers(UNIT, [MASTER], forked)
    other = App.model_validate({"unit": "gallery", "port": 3000, "user": "gallery"})
    with pytest.raises(AssertionError, match="runs as node; expected gallery"):
        test_app.test_workers(UNIT, [MASTER], other)


def test_the_memory_of_a_main_process() -> None:
    """Without a number of workers it serves by itself, so that its memory is judged; else only theirs is."""
    child = replace(MASTER, pid=8, parent=7)
    for more, judged in (({}, [MASTER, child]), ({"workers": 1}, [child])):
        app = App.model_validate({"unit": "gallery", "port": 3000, **more})
        target = SimpleNamespace(component=lambda _, app=app: app)
        found = app_workers.fact.make(units={"gallery": UNIT}, processes=[MASTER, child], target=target)
        assert found == judged


def test_a_page_at_a_socket(tmp_path: Path) -> None:
    """It is asked as at a port; where nobody listens, the socket is named."""
    path = str(tmp_path / "http.sock")
    target: Any = SimpleNamespace(component=lambda _: App.model_validate({"unit": "gallery", "socket": path}))
    connection = this_machine()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()

        def serve() -> None:
            client, _ = server.accept()
            asked = client.recv(4096)
            body = asked.partition(b"\r\n")[0]
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

        threading.Thread(target=serve, daemon=True).start()
        page = app_page.fact.make(connection, target)
    assert (page.status, page.body, page.url) == (200, "GET /health HTTP/1.1", "http://localhost/health")
    with pytest.raises(FactError, match=f"{path} refuses the connection"):
        app_page.fact.make(connection, target)


def test_what_the_application_says_of_itself() -> None:
    """The word of its body counts, and what it names is told; a refusal of its rate limiter is no word."""
    settings = App.model_validate({"unit": "gallery", "port": 3000, "health_field": "status"})

    def page(status: int, body: str) -> Response:
        return Response("http://localhost:3000/health", status, "application/json", 0.01, body)

    test_app.test_status_healthy(page(200, '{"status": "healthy"}'), settings)
    with pytest.raises(AssertionError, match=r"status of http.* is 'degraded'; expected 'healthy': .*no room"):
        test_app.test_status_healthy(page(200, '{"status": "degraded", "disk": "no room"}'), settings)
    with pytest.raises(AssertionError, match="not JSON"):
        test_app.test_status_healthy(page(200, "<html>Back soon</html>"), settings)
    with pytest.raises(FactError, match="rate limiter"):
        app_health.fact.make(page(429, ""))
