"""HAProxy's statistics: rows as HAProxy 3.0 writes them, and what checks make of each state."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checks import test_haproxy
from engine.gather.fact import FactError
from fixtures.haproxy.loaded import Loaded, parse_loaded
from fixtures.haproxy.settings import Haproxy, Limits
from fixtures.haproxy.statistics import Statistics, parse_statistics

HEAD = "# pxname,svname,qcur,scur,slim,status,act,bck,lastchg,type,check_status,last_chk,\n"
FRONTEND = "pages,FRONTEND,,3,1000,OPEN,,,,0,,,\n"
BACKEND = "pages,BACKEND,0,3,100,UP,1,0,9,1,,,\n"
SERVER = "pages,page-1,0,3,20,UP,1,0,9,2,L7OK,Layer7 check passed,\n"
REDIRECT = "moved,BACKEND,0,0,,UP,0,0,9,1,,,\n"
SETTINGS = Haproxy(unit="haproxy", frontends=["pages"], backends=["pages"])


def statistics(*rows: str) -> Statistics:
    """Returns the statistics of these rows, and of a healthy frontend."""
    read: Statistics = parse_statistics(HEAD + FRONTEND + "".join(rows or (BACKEND, SERVER)))
    return read


def fails(check: Callable[..., None], *facts: object) -> str:
    """Returns the message of a check that fails, "" of one that passes."""
    try:
        check(*facts)
    except AssertionError as error:
        return str(error)
    return ""


def test_healthy() -> None:
    """A backend with a server is well; further columns, and a row that is about a listener, change nothing."""
    more = parse_statistics(
        HEAD.replace(",type", ",new,type") + "pages,sock-1,0,0,9,OPEN,,,,x,3,,,\npages,BACKEND,0,0,,UP,1,0,9,x,1,,,\n"
    )
    assert [row.name for row in more.backends] == ["BACKEND"]
    for check in (test_haproxy.test_servers_up, test_haproxy.test_servers_in_service):
        assert not fails(check, statistics())
    assert not fails(test_haproxy.test_backends_serve, statistics(), SETTINGS)
    assert not fails(test_haproxy.test_frontends_open, statistics(), SETTINGS)
    assert not fails(test_haproxy.test_sessions_free, statistics(), Limits())


@pytest.mark.parametrize(
    ("status", "up", "in_service"),
    [
        ("UP", True, True),
        ("UP 1/2", True, True),
        ("no check", True, True),
        ("DOWN", False, True),
        ("DOWN 1/2", False, True),
        ("DOWN (agent)", False, True),
        ("MAINT", True, False),
        ("MAINT (via pages/page-2)", True, False),
        ("MAINT (resolution)", False, True),
        ("DRAIN", True, False),
        ("DRAIN (agent)", True, False),
        ("NOLB", True, False),
        ("NOLB 1/2", True, False),
    ],
)
def test_a_server_is_up_and_in_service(status: str, up: bool, in_service: bool) -> None:
    """Each state that HAProxy names is judged by one check."""
    seen = statistics(BACKEND, SERVER.replace(",UP,", f",{status},"))
    assert bool(fails(test_haproxy.test_servers_up, seen)) != up
    assert bool(fails(test_haproxy.test_servers_in_service, seen)) != in_service


def test_words_of_a_health_check_may_hold_commas_and_quotes() -> None:
    """They are quoted as RFC 4180 has it."""
    met = statistics(BACKEND, SERVER.replace("UP", "DOWN").replace("Layer7 check passed", '"said ""no"", twice"'))
    assert met.servers[0].check == 'L7OK said "no", twice'


@pytest.mark.parametrize(
    ("backend", "settings", "words"),
    [
        (BACKEND.replace(",UP,1", ",DOWN,0"), SETTINGS, "backend pages is DOWN with 0 usable servers"),
        (BACKEND.replace(",UP,1", ",UP,0"), SETTINGS, "backend pages is UP with 0 usable servers"),
        (BACKEND.replace("pages", "shop"), SETTINGS, "there is no backend pages"),
    ],
)
def test_a_backend_that_nobody_serves(backend: str, settings: Haproxy, words: str) -> None:
    """HAProxy says UP of a backend without servers."""
    assert words in fails(test_haproxy.test_backends_serve, statistics(backend), settings)


def test_a_backend_that_only_redirects_is_well() -> None:
    """It has no server, and system.yml does not name it."""
    assert not fails(test_haproxy.test_backends_serve, statistics(REDIRECT), Haproxy(unit="haproxy"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>401</html>",
        HEAD,
        HEAD + "pages,FRONTEND,,many,,OPEN,,,,0,,,\n",
        HEAD + "pages,,0,0,,OPEN,,,,0,,,\n",
        HEAD + "pages\n",
        HEAD + FRONTEND + '"pages',
        "# pxname,svname,status\npages,FRONTEND,OPEN\n",
    ],
)
def test_what_is_no_table_is_no_answer(text: str) -> None:
    """Half a table would read like health."""
    with pytest.raises(FactError):
        parse_statistics(text)


def test_the_youngest_process_tells_when_the_file_was_read() -> None:
    """An old worker that finishes its requests is older than the reload."""
    assert parse_loaded("success\n1000 990\n900\n5\n800\n==end\n") == Loaded("success", -5)
    for text in (
        "success\n1000 990\n==end\n",
        "success\n1000 990\n5\n",
        "\n1000 990\n5\n==end\n",
        "success\nx y\n5\n==end\n",
    ):
        with pytest.raises(FactError):
            parse_loaded(text)
