"""`python -m reports`: pages made again, parts united, runs compared, each with its exit code and in plain lines."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.judge.finding import EvidenceFile, Finding
from reports.__main__ import COMMANDS, main
from reports.reading import read
from reports.stored.document import document
from tests.conftest import Project
from tests.judge.findings import finding, guided
from tests.reports.conftest import RUNBOOK, check
from tests.reports.pages import Page
from tests.reports.stored import STARTED, full, rounded, run, whole, written

LATER = STARTED + timedelta(days=1)
TRY = "reports/out/try"
PATH = f"{TRY}/20261126T035500Z/evidence/one/down/1-journal.txt"


def down() -> Finding:
    """A Redis that is down."""
    return finding("redis.answers", vital=True, message="it is <b>\ndown")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# --- render


def test_a_page_is_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside its file, or where it is wanted; of a folder's file, too."""
    written(tmp_path / "a", full(whole()))
    assert main(["render", "a"], tmp_path) == 0
    page = (tmp_path / "a/report.html").read_text(encoding="utf-8")
    assert Page(page).text("h1") in capsys.readouterr().out
    assert "it is down &lt;b&gt;" in page
    assert main(["render", "a/findings.json", "--html=new/p.html"], tmp_path) == 0
    assert (tmp_path / "new/p.html").exists()
    assert "report: new/p.html\n" in capsys.readouterr().out


def links(page: Path) -> list[str]:
    """Returns where a page's links to evidence lead."""
    elements = Page(page.read_text(encoding="utf-8")).elements
    return [str(a["href"]) for name, a in elements if name == "a" and "evidence" in str(a.get("href"))]


def test_evidence_is_linked_where_it_is(tmp_path: Path) -> None:
    """Beside the file that was carried elsewhere, else where the run had put it."""
    written(tmp_path / "a", run(whole(files=(EvidenceFile("Journal", PATH),))))
    main(["render", "a"], tmp_path)
    assert links(tmp_path / "a/report.html") == [f"../{PATH}"]
    (tmp_path / "a/evidence/one/down").mkdir(parents=True)
    (tmp_path / "a/evidence/one/down/1-journal.txt").write_text("x", encoding="utf-8")
    main(["render", "a"], tmp_path)
    assert links(tmp_path / "a/report.html") == ["evidence/one/down/1-journal.txt"]
    main(["render", "a", "--html=b/c/p.html"], tmp_path)
    assert links(tmp_path / "b/c/p.html") == ["../../a/evidence/one/down/1-journal.txt"]


HOSTILE = (
    "javascript:alert(1)//evidence/x", "../../etc/evidence/../passwd", "/evidence/\x00", "evidence/" + "x" * 3000,
    "//evil.example/evidence", "\ud800/evidence/a", "evidence/loop/a", "evidence/out/secret",
)  # fmt: skip


def test_no_path_of_a_file_leads_out(tmp_path: Path) -> None:
    """Whatever an edited file says, links are paths, and nothing from outside is taken over."""
    (tmp_path / "a/evidence").mkdir(parents=True)
    (tmp_path / "secret").write_text("hunter2", encoding="utf-8")
    (tmp_path / "a/evidence/loop").symlink_to("loop")
    (tmp_path / "a/evidence/out").symlink_to(tmp_path)
    edited = document(run(whole(files=tuple(EvidenceFile("x", path) for path in HOSTILE))))
    # Python writes half a character as its number, which is no text in UTF-8.
    (tmp_path / "a/findings.json").write_text(json.dumps(edited), encoding="utf-8")
    assert main(["render", "a"], tmp_path) == 0
    assert not [link for link in links(tmp_path / "a/report.html") if ":" in link or link.startswith("/")]
    assert main(["merge", "a", "--into=m"], tmp_path) == 1
    assert {path.name for path in (tmp_path / "m").rglob("*")} == {"findings.json", "report.html"}


# --- merge


def test_parts_become_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its files, what it says, and its exit code; the verdict is the last line."""
    written(tmp_path / "a", run(down()))
    written(tmp_path / "b", run(finding("http.healthy", symptom=True), started=LATER))
    assert main(["merge", "a", "b/findings.json", "--into=m"], tmp_path) == 1
    out = capsys.readouterr().out.splitlines()
    assert (out[-1], out[-2]) == ("NOT READY: 1 cause, 2 failed, 0 passed on 1 host", "report: m/report.html")
    found = read(tmp_path / "m")
    assert [(c.name, [f.check for f in c.consequences]) for c in found.causes] == [("redis.answers", ["http.healthy"])]
    assert Page((tmp_path / "m/report.html").read_text(encoding="utf-8")).text("h1") == out[0]


def test_a_merged_run_is_the_newest_of_its_environment(tmp_path: Path) -> None:
    """Without a folder to go into; no run is removed for it."""
    for number in range(25):
        written(tmp_path / TRY / f"20261126T0355{number:02}Z", run(finding("os.load", "passed")))
    assert main(["merge", f"{TRY}/20261126T035500Z", f"{TRY}/20261126T035501Z"], tmp_path) == 0
    latest = (tmp_path / TRY / "latest").resolve()
    assert sorted(path.name for path in latest.iterdir()) == ["findings.json", "report.html"]
    assert len(list((tmp_path / TRY).glob("2*Z"))) == 26
    for page in (f"{TRY}/index.html", "reports/out/index.html"):
        assert f"{latest.name}/report.html" in (tmp_path / page).read_text(encoding="utf-8")


def test_evidence_goes_with_its_causes(tmp_path: Path) -> None:
    """Into the new folder; of two parts with a file of the same name, each has its own."""
    for name, check_name in (("a", "redis.answers"), ("b", "mail.sent"), ("c", "http.healthy")):
        own = whole(check_name, symptom=name == "c", missing=None, only=(), brings=())
        own = replace(own, files=(EvidenceFile("J", PATH),), guidance=guided(name, name))
        file = written(tmp_path / name, run(own)).parent / "evidence/one/down/1-journal.txt"
        file.parent.mkdir(parents=True)
        file.write_text(f"of {name}", encoding="utf-8")
    main(["merge", "a", "b", "c", "--into=m"], tmp_path)
    files = {f.check: [file.path for file in f.files] for f in read(tmp_path / "m").findings}
    assert files == {
        "redis.answers": ["m/evidence/one/down/1-journal.txt"],
        "mail.sent": ["m/evidence/part-2/one/down/1-journal.txt"],
        "http.healthy": [],
    }
    assert (tmp_path / "m/evidence/one/down/1-journal.txt").read_text(encoding="utf-8") == "of a"
    assert (tmp_path / "m/evidence/part-2/one/down/1-journal.txt").read_text(encoding="utf-8") == "of b"
    assert len(list((tmp_path / "m/evidence").rglob("*.txt"))) == 2
    assert set(links(tmp_path / "m/report.html")) == {
        "evidence/one/down/1-journal.txt",
        "evidence/part-2/one/down/1-journal.txt",
    }


REFUSED = {
    "other environments": (
        ["merge", "a", "prod"], 4, "runs of different environments, try, prod; expected those of one",
    ),
    "one of them": (
        ["merge", "a", "b", "--into=./b"], 4,
        "--into=b is one of these runs, which would be lost; expected another folder",
    ),
    "a path for a name": (
        ["merge", "up"], 4, "the environment '../../up' is no name of a folder; expected one, or --into=FOLDER",
    ),
    "a path in a name": (
        ["merge", "in"], 4, "the environment 'x/../../../in' is no name of a folder; expected one, or --into=FOLDER",
    ),
    "no name": (["merge", "none"], 4, "the environment '' is no name of a folder; expected one, or --into=FOLDER"),
    "no text": (["merge", "null"], 4, "the environment 'x' is no name of a folder; expected one, or --into=FOLDER"),
    "nothing to merge": (["merge", "a", "gone"], 4, "gone: No such file or directory; expected a findings.json, "),
    "nothing to render": (["render", "gone"], 2, "gone: No such file or directory; expected a findings.json, "),
    "nothing to compare": (["diff", "a", "gone"], 2, "gone: No such file or directory; expected a findings.json, "),
    "no JSON": (["diff", "broken", "a"], 2, "broken: it is no JSON ("),
    "no folder": (["merge", "a", "--into=broken"], 4, "broken: "),
    "no page": (["render", "a", "--html=broken/x/p.html"], 2, "broken/x: Not a directory"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "line"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, line: str
) -> None:
    """And nothing is written for it."""
    environments = {"a": "try", "b": "try", "prod": "prod", "up": "../../up", "in": "x/../../../in", "none": ""}
    for name, environment in {**environments, "null": "x\0"}.items():
        written(tmp_path / name, run(environment=environment))
    (tmp_path / "broken").write_text("no run\x1b[31m", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert main(arguments, tmp_path) == code
    told = capsys.readouterr()
    assert told.err.startswith(line)
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert sorted(tmp_path.rglob("*")) == before


def test_each_command_says_what_its_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    """Under `--help`, where a script's author looks."""
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            main([name, "--help"])
        assert "\nExit codes: " in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "merge A B …" in capsys.readouterr().out


# --- for real


def test_shards_of_a_real_run(suite: Project) -> None:
    """Two machines ask a host each, and one asks both: the same causes, files and page, and the same exit code."""
    host = "    connection: {}\n    systems: {{try: []}}\n"
    away = host.format("ssh://nobody@127.0.0.1:9")
    suite.write("inventory/try.yml", f"hosts:\n  here:\n{host.format('local://')}  yonder:\n{away}")
    text = (suite.root / RUNBOOK).read_text(encoding="utf-8")
    suite.write(RUNBOOK, f"{text}\n**Evidence:**\n\n- Which machine it is: `identity`\n")
    check(suite, 'assert identity == "x", "something <else>"')
    runs = [suite.gate("--hosts=try", *options) for options in (["-k", "here"], ["-k", "yonder"], [])]
    assert [each.code for each in runs] == [1, 1, 1]
    *shards, both = sorted(path for path in (suite.root / TRY).glob("2*") if path.is_dir())
    done = subprocess.run(
        [sys.executable, "-m", "reports", "merge", *shards], cwd=suite.root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    latest = suite.root / TRY / "latest"
    found, expected = read(latest), read(both)
    assert done.stdout.splitlines()[-1] == "NOT READY: 2 causes, 2 failed, 1 blocked, 1 passed on 2 hosts"
    assert [cause.name for cause in found.causes] == [cause.name for cause in expected.causes]
    assert found.unasked == ()
    kept = {f.nodeid: replace(f, duration=0, evidence=(), files=(), message="") for f in rounded(found).findings}
    assert kept == {
        f.nodeid: replace(f, duration=0, evidence=(), files=(), message="") for f in rounded(expected).findings
    }
    files = [file.path for f in found.findings for file in f.files if file.path]
    assert files
    assert all((suite.root / file).is_file() and latest.resolve().name in file for file in files)
    # Nothing is new in it beside the run that asked both.
    done = subprocess.run(
        [sys.executable, "-m", "reports", "diff", both, latest],
        cwd=suite.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("nothing new is wrong (try, ")
