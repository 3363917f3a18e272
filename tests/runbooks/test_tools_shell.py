"""The functions of the shell, and the programs in awk, do what their first lines say."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.runbooks.tool_host import SHELLS, Host


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """An empty one."""
    return Host(tmp_path)


RULES = """table inet filter { # handle 1
\tchain input { # handle 2
\t\ttcp dport 27017 drop # handle 5
\t\ttcp dport { 80, 443 } reject # handle 6
\t\ttcp sport 8443 drop # handle 7
\t\ttcp dport 4430 drop # handle 8
\t\ttcp dport 443 accept # handle 9
\t}
}
table ip nat { # handle 2
\tchain out { # handle 1
\t\tip daddr 192.0.2.1 drop # handle 3
\t\tip daddr 192.0.2.10 drop # handle 4
\t}
}
"""


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("call", "deleted"),
    [
        ("port 27017", ["inet filter input handle 5"]),
        ("port '443|8443'", ["inet filter input handle 6", "inet filter input handle 7"]),
        ("daddr 192.0.2.1", ["ip nat out handle 3"]),
        ("port 22", []),
    ],
)
def test_let_through(host: Host, shell: str, call: str, deleted: list[str]) -> None:
    """Rules that refuse just this port, or this address, and no others."""
    (host.root / "rules").write_text(RULES)
    host.program("nft", '#!/bin/sh\ncase $1 in -a) cat rules;; *) shift 2; echo "$@" >>"$CALLS";; esac\n')
    host.run(f"let_through {call}", shell=shell)
    assert host.said() == deleted


def aged(path: Path, seconds: int, text: str = "x") -> Path:
    """A file that is so old."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (path.stat().st_atime - seconds, path.stat().st_mtime - seconds))
    return path


def test_newest(host: Host) -> None:
    """By its time, whatever its name; a blank in it does no harm, and none is no mistake."""
    aged(host.root / "dumps/z.gz", 60)
    young = aged(host.root / "dumps/a b.gz", 0)
    aged(host.root / "dumps/c.txt", 0)
    assert host.run("newest dumps -name '*.gz'") == f"{young.relative_to(host.root)}\n"
    assert host.run("newest dumps -name '*.none'") == ""
    assert [line.split()[3] for line in host.run("youngest dumps -name '*.gz'").splitlines()] == [
        "dumps/z.gz",
        "dumps/a",
    ]


def test_whole(host: Host) -> None:
    """Each file is read to its end; a dump of one file must end with the text that is said."""
    subprocess.run(
        "mkdir d; echo 'dump complete' | gzip >d/a.gz; cp d/a.gz b.gz", shell=True, cwd=host.root, check=True
    )
    assert host.run("whole d && whole b.gz 'dump complete' && echo yes") == "yes\n"
    assert host.run("unpacked b.gz") == "dump complete\n"
    assert host.run("whole b.gz 'another' || whole '' || echo no") == "no\n"
    (host.root / "d/b.gz").write_bytes((host.root / "b.gz").read_bytes()[:-6])
    assert host.run("whole d || echo no") == "no\n"


def test_save_settings(host: Host) -> None:
    """What there is goes into an archive that others cannot read; within a day nothing is done again."""
    aged(host.root / "etc/app.env", 0, "A=1\n")
    (host.root / "dumps").mkdir()
    host.run("save_settings saved dumps etc/app.env etc/none 'etc/a b'")
    (archive,) = (host.root / "saved").iterdir()
    assert archive.stat().st_mode & 0o777 == 0o640
    assert subprocess.check_output(["tar", "-tzf", archive], text=True) == "etc/app.env\n"
    archive.write_text("as it was")
    host.run("save_settings saved dumps etc/app.env")
    assert archive.read_text() == "as it was"


def test_counted(host: Host) -> None:
    """Numbers, long words of hexadecimal digits and addresses are no difference."""
    lines = "user 12 failed\nuser 7 failed\nkey deadbeef01 of a.b@c.example\n"
    assert host.run("counted", lines).split("\n")[:2] == ["      2 user N failed", "      1 key N of ADDRESS"]
    assert len(host.run("counted 1", lines).splitlines()) == 1


def test_of_urls(host: Host) -> None:
    """Each host once, without port and path."""
    assert host.run("hosts_of https://a.test:8443/health http://b.test/ https://a.test") == "a.test\nb.test\n"
    assert host.run("addresses_of localhost").split() in (["127.0.0.1"], ["127.0.0.1", "::1"], ["::1"])


def test_awk(host: Host) -> None:
    """By hour, and by the word that follows a prefix, up to the sign with which it ends."""
    lines = "2026-01-31T22:10:00 a\n2026-01-31T22:50:00 b\n2026-01-31T23:00:00 c\n"
    assert host.run('awk "$(by_hour)"', lines) == "2026-01-31T22 2\n2026-01-31T23 1\n"
    names = "LIMITER/2001:db8::1/search\nLIMITER/2001:db8::1/login\nother\n"
    assert host.run('awk -v prefix=LIMITER/ "$(after_prefix)"', names) == "2 2001:db8::1\n"


STATISTICS = "# pxname,svname\n" + "".join(
    f"{proxy},{name}{',' * 72}{address},\n"
    for proxy, name, address in [
        ("pages", "FRONTEND", ""),
        ("pages", "web-1", "192.0.2.1:80"),
        ("pages", "web-2", "[2001:db8::2]:80"),
        ("pages", "web-3", "unix"),
        ("pages", "BACKEND", ""),
    ]
)


@pytest.mark.parametrize("shell", SHELLS)
def test_server_answers(host: Host, shell: str) -> None:
    """Each server that has an address is asked by itself, for the page and by the name that users ask for."""
    host.program("curl", '#!/bin/sh\necho "$*" >>"$CALLS"; case $* in *192.0.2.1*) printf 500;; *) printf 200;; esac\n')
    said = host.run("server_answers '/a?b=1' shop.test", STATISTICS, shell=shell)
    assert said == "pages/web-1 192.0.2.1:80 500\npages/web-2 [2001:db8::2]:80 200\n"
    assert host.said()[0].endswith("-H Host: shop.test http://192.0.2.1:80/a?b=1")


def test_ill_beside_well(host: Host) -> None:
    """One that answers errors, where another of the same backend answers well; no answer at all is not its page's."""
    lines = "a/1 h:1 500\na/2 h:2 200\nb/1 h:3 500\nb/2 h:4 503\nc/1 h:5 000\nc/2 h:6 302\n"
    assert host.run('awk "$(ill_beside_well)"', lines) == "a/1\n"


def test_by_route(host: Host) -> None:
    """A plain log and one in JSON read alike; queries and numbers are taken out."""
    plain = '203.0.113.7 - - [26/Nov/2026:10:00:00 +0000] "GET /item/{}?q=a HTTP/1.1" 502 9 "-" "b 1.5" {}\n'
    told = (
        '{"time":"2026-11-26T10:00:00+00:00","request":"POST /login HTTP/1.1","status":"401","request_time":"0.040"}\n'
    )
    lines = plain.format(17, "4.012") + plain.format(8, "0.100") + told + "noise\n"
    assert host.run('awk "$(by_route)" | sort', lines) == "1 401 0.04 POST /login\n2 502 4.012 GET /item/N\n"


@pytest.mark.parametrize(
    ("heard", "age", "after"),
    [("8000", 60, "8000"), ("8000", 9000, "8009"), ("8000 8009", 60, "8009"), ("22", 60, "8009")],
    ids=["nobody listens", "old file", "somebody listens", "no application"],
)
def test_upstreams_back(host: Host, heard: str, age: int, after: str) -> None:
    """Only a port that nobody listens on, in a file that was changed just now, becomes the application's."""
    host.program("ss", f'#!/bin/sh\nfor port in {heard}; do echo "LISTEN 0 9 127.0.0.1:$port 0.0.0.0:*"; done\n')
    host.program("cp", RECORDS)
    site = host.root / "nginx" / "site"
    text = "location = /login { proxy_pass http://127.0.0.1:8009; }\nproxy_pass http://localhost:8000/;\n"
    aged(site, age, text + "# proxy_pass http://127.0.0.1:7;\n")
    host.run("upstreams_back 8000 nginx")
    assert site.read_text() == text.replace("8009", after) + "# proxy_pass http://127.0.0.1:7;\n"
    assert bool(host.said()) is (after == "8000")


LIMITED = 'limiting requests, excess: 5.0 by zone "all"'
SITE = """limit_req_zone $server_name zone=all:1m rate=1r/s;
# limit_req zone=all burst=5;
location / { limit_req zone=all burst=5; }
limit_req zone=every;
limit_conn all 1;
client_max_body_size 10m;
client_max_body_size 10;
"""


@pytest.mark.parametrize(
    ("said", "clients", "age", "taken"),
    [
        (LIMITED, 3, 60, " limit_req zone=all burst=5; }"),
        (LIMITED, 3, 9000, ""),
        (LIMITED, 2, 60, ""),
        (LIMITED.replace("requests", "requests, dry run"), 3, 60, ""),
        ('limiting connections by zone "all"', 1, 60, "limit_conn all 1;"),
        ("client intended to send too large body: 69 bytes", 3, 60, "client_max_body_size 10;"),
        ("client intended to send too large body: 6900 bytes", 3, 60, ""),
    ],
)
def test_refusals_aside(host: Host, said: str, clients: int, age: int, taken: str) -> None:
    """Only what refuses several clients, or a proxy of the host itself, in a file that was changed just now, goes."""
    of = "127.0.0." if clients == 1 else "192.0.2."
    lines = [f"12:00:00 [error] 7#7: *3 {said}, client: {of}{each % clients}, server: _\n" for each in range(6)]
    (host.root / "error.log").write_text("".join(lines))
    host.program("cp", RECORDS)
    site = aged(host.root / "nginx" / "site", age, SITE)
    host.run("refusals_aside error.log nginx")
    assert site.read_text() == (SITE.replace(taken, "  }" if taken.endswith("}") else "") if taken else SITE)
    assert bool(host.said()) is bool(taken)


RECORDS = '#!/bin/sh\necho "$(basename "$0") $*" >>"$CALLS"\n'


def test_units(host: Host) -> None:
    """Nothing is started that was not made startable before; each call ends."""
    host.program("systemctl", RECORDS)
    host.run("always shop")
    assert host.said() == [
        "systemctl unmask shop", "systemctl reset-failed shop", "systemctl start shop", "systemctl enable shop",
    ]  # fmt: skip


OTHERS: Mapping[str, list[str]] = {
    "other.service": ["systemctl stop other.service"], "shop.service": [], "user@0.service": [], "session-1.scope": [],
    "-": [],
}  # fmt: skip


@pytest.mark.parametrize("unit", OTHERS)
def test_port_freed(host: Host, unit: str) -> None:
    """Only another service is stopped: neither the unit itself, nor somebody's session."""
    host.program("ss", "#!/bin/sh\necho 'LISTEN 0 9 *:80 *:* users:((\"x\",pid=42,fd=3))'\n")
    host.program("ps", f"#!/bin/sh\necho {unit}\n")
    host.program("systemctl", RECORDS)
    host.run("port_freed 80 shop")
    assert host.said() == OTHERS[unit]


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("uvicorn --workers 2 app", "[Service]\nExecStart=\nExecStart=uvicorn app --workers 4\n"),
        ("uvicorn --workers 4 app", ""),
        ("gunicorn -c gunicorn.conf.py app", ""),
    ],
)
def test_uvicorn_workers(host: Host, told: str, written: str) -> None:
    """A drop-in replaces the command line as a whole, and only where uvicorn is told another number."""
    host.program("systemctl", f"#!/bin/sh\ncase $1 in show | cat) echo 'ExecStart={told}';; esac\n")
    host.program("mkdir", RECORDS)
    host.program("tee", '#!/bin/sh\ncat >written; echo "$1" >>"$CALLS"\n')
    host.run("uvicorn_workers shop 4")
    assert ((host.root / "written").read_text() if written else "") == written
    assert bool(host.said()) is bool(written)


def test_shelve(host: Host) -> None:
    """The edits of files that git knows are gone from there, and can be had back."""
    git = "git init -q . && git add app.py && git -c user.name=a -c user.email=a@b commit -qm one"
    aged(host.root / "app.py", 0, "good\n")
    subprocess.run(git, shell=True, cwd=host.root, check=True)
    aged(host.root / "app.py", 0, "bad\n")
    host.run("shelve nobody .")
    assert (host.root / "app.py").read_text() == "good\n"
    subprocess.run(["git", "stash", "pop", "-q"], cwd=host.root, check=True)
    assert (host.root / "app.py").read_text() == "bad\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('ARGS=""', 'ARGS="--web.listen-address=127.0.0.1:9090 "'),
        ('ARGS="--web.listen-address=0.0.0.0:9090 -x"', 'ARGS="--web.listen-address=127.0.0.1:9090 -x"'),
        ('ARGS="--web.listen-address=:9090"', 'ARGS="--web.listen-address=127.0.0.1:9090"'),
        ('ARGS="--web.listen-address=192.0.2.1:9090"', 'ARGS="--web.listen-address=192.0.2.1:9090"'),
    ],
)
def test_listen_here(host: Host, before: str, after: str) -> None:
    """No address or every address becomes the loopback one."""
    aged(host.root / "defaults", 0, f"# x\n{before}\n")
    host.run("listen_here 9090 defaults")
    assert (host.root / "defaults").read_text() == f"# x\n{after}\n"


def test_outside_unit(host: Host) -> None:
    """A process of this folder that belongs to another unit is named, and ended only where that is said."""
    with subprocess.Popen(["sleep", "60"], cwd=host.root) as started:
        assert f"{started.pid} sleep 60" in host.run(f"cd /; outside_unit shop {host.root}")
        assert started.poll() is None
        host.run(f"cd /; outside_unit shop {host.root} end")
        assert started.wait(10) != 0
