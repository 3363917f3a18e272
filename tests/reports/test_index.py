"""The lists of kept runs: what each says is true, whatever lies in the folders, and two may write at once."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from engine.hooks.runfolder import RunFolder
from reports import kept
from reports.index import STYLES, write_all, write_environment
from reports.reading import read
from reports.stored import document as stored
from tests.conftest import Project
from tests.judge.findings import finding
from tests.reports.conftest import check
from tests.reports.pages import Page
from tests.reports.stored import STARTED, run, written

OUT = Path("reports/out")


def folder(environment: Path, number: int = 0, **more: Any) -> Path:
    """A kept run of one finding, begun that many days later."""
    path = environment / f"202611{26 + number}T035500Z"
    outcome = "failed" if more.get("exit_code") == 1 else "passed"
    written(path, run(finding("os.load", outcome), **{"started": STARTED + timedelta(days=number), **more}))
    return path


def rows(page: Path) -> list[str]:
    """Returns the lines of a list, as a reader sees them."""
    found = re.findall(r"<li class=.*?</li>", page.read_text(encoding="utf-8"), re.DOTALL)
    return [html.unescape(" ".join(re.sub(r"<[^>]+>", " ", row).split())) for row in found]


def environment_rows(environment: Path) -> list[str]:
    """Writes the list of an environment; returns its lines."""
    write_environment(environment, {})
    return rows(environment / "index.html")


def test_the_newest_run_is_first(tmp_path: Path) -> None:
    """Each with its time, its verdict as a word and a sign, its counts and a link to what there is of it."""
    good, bad, _ = folder(tmp_path), folder(tmp_path, 1, exit_code=1), folder(tmp_path, 2, exit_code=2)
    (good / "report.html").write_text("x", encoding="utf-8")
    (tmp_path / "latest").symlink_to(bad.name)
    assert environment_rows(tmp_path) == [
        "2026-11-28 03:55:00 UTC ✗ NOT READY 0 causes, 1 finding, 8.1 s, exit code 2",
        "2026-11-27 03:55:00 UTC ✗ NOT READY 1 cause, 1 finding, 8.1 s",
        "2026-11-26 03:55:00 UTC ✓ READY 0 causes, 1 finding, 8.1 s",
    ]
    elements = Page((tmp_path / "index.html").read_text(encoding="utf-8")).elements
    links = [attributes["href"] for name, attributes in elements if name == "a"]
    assert links == [
        "../index.html",
        "20261128T035500Z/findings.json",
        "20261127T035500Z/findings.json",
        "20261126T035500Z/report.html",
    ]


def test_a_run_without_an_end(tmp_path: Path) -> None:
    """One that lives is still running; one that was killed is not, and both are no verdict."""
    unfinished: dict[str, Any] = {"exit_code": None, "complete": False}
    folder(tmp_path, **unfinished)
    living = RunFolder(tmp_path, datetime(2026, 11, 27, 3, 55, tzinfo=UTC), keep=20)
    folder(tmp_path, 1, **unfinished)
    assert environment_rows(tmp_path) == [
        "2026-11-27 03:55:00 UTC … not over still running when this page was written",
        "2026-11-26 03:55:00 UTC ✗ killed with no time to say more; what it knew is in its findings.jsonl",
    ]
    living.close()
    assert "✗ killed" in environment_rows(tmp_path)[0]


BROKEN = {
    "nothing": (None, "findings.json: No such file or directory"),
    "no JSON": ("<b>", "findings.json: it does not begin as a run writes it"),
    "no head": (' "findings": [\n ]}', "findings.json: it is no JSON (Extra data: line 1 column 12 (char 11));"),
    "another version": ('{\n "version": 2,\n "findings": [\n', "findings.json: it is version 2; expected version 1"),
    "no code": ('{\n "version": 1,\n "findings": [\n', "findings.json: the file has no 'exit_code'"),
    "a code": (
        '{\n "version": 1,\n "exit_code": 256,\n "findings": [\n',
        "findings.json: exit_code is 256; expected a",
    ),
    "half": ('{\n "version": 1,\n "exit', "findings.json: it does not begin as a run writes it"),
    "deep": (f'{"[" * 99999}\n "findings": [\n', "findings.json: it is no JSON ("),
    "bytes": ('{\n "version": 1, "\ud800": 2\n "findings": [\n', "findings.json: it is no JSON ("),
}


@pytest.mark.parametrize(("text", "told"), BROKEN.values(), ids=BROKEN)
def test_a_broken_run_is_told_and_costs_nothing_else(tmp_path: Path, text: str | None, told: str) -> None:
    """In words, in its place: an older verdict must not be taken for the newest."""
    folder(tmp_path / "try")
    broken = tmp_path / "try/20261127T035500Z"
    broken.mkdir()
    if text is not None:
        (broken / "findings.json").write_bytes(text.encode(errors="surrogatepass"))
    first, second = environment_rows(tmp_path / "try")
    assert first.startswith(f"20261127T035500Z ? unreadable {told}")
    assert second.startswith("2026-11-26 03:55:00 UTC ✓ READY")
    write_all(tmp_path, {})
    assert rows(tmp_path / "index.html")[0].startswith("try ? unreadable 20261127T035500Z findings.json: ")


def test_foreign_folders_are_left_out_in_words(tmp_path: Path) -> None:
    """Beside the runs, and beside the environments; files and hidden folders are nobody's business."""
    folder(tmp_path / "try")
    for name in ("try/notes", "pictures", ".cache", "try/.git"):
        (tmp_path / name).mkdir()
    (tmp_path / "matrix.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    environment_rows(tmp_path / "try")
    write_all(tmp_path, {})
    pages = [Page((tmp_path / name).read_text(encoding="utf-8")) for name in ("try/index.html", "index.html")]
    assert [page.text("ul") for page in pages] == ["notes: no run's folder", pages[1].text("ul")]
    assert pages[1].text("ul").endswith("pictures: no run in it")
    assert pages[1].text("ul").count(": no run in it") == 1


def test_environments_have_a_line_each(tmp_path: Path) -> None:
    """In the order of their names, with the newest run of each."""
    folder(tmp_path / "web-10")
    folder(tmp_path / "web-2", exit_code=1)
    folder(tmp_path / "web-2", 1)
    write_all(tmp_path, {})
    assert rows(tmp_path / "index.html") == [
        "web-2 ✓ READY 2026-11-27 03:55:00 UTC 0 causes, 1 finding, 8.1 s",
        "web-10 ✓ READY 2026-11-26 03:55:00 UTC 0 causes, 1 finding, 8.1 s",
    ]
    links = re.findall(r'href="([^"]+)"', (tmp_path / "index.html").read_text(encoding="utf-8"))
    assert links[:2] == ["web-2/index.html", "web-2/20261127T035500Z/findings.json"]


def test_nothing_is_kept(tmp_path: Path) -> None:
    """Of an environment, and at all."""
    write_environment(tmp_path, {})
    assert "No run is kept." in (tmp_path / "index.html").read_text(encoding="utf-8")
    write_all(tmp_path, {})
    assert "No run is kept." in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_run_that_is_known_is_not_read(tmp_path: Path) -> None:
    """It may have lost its findings.json, or be about to write it."""
    path = tmp_path / "try/20261126T035500Z"
    path.mkdir(parents=True)
    known = {path: run(finding("os.load"), exit_code=1)}
    write_environment(tmp_path / "try", known)
    write_all(tmp_path, known)
    assert rows(tmp_path / "try/index.html") == ["2026-11-26 03:55:00 UTC ✗ NOT READY 1 cause, 1 finding, 8.1 s"]
    assert rows(tmp_path / "index.html") == ["try ✗ NOT READY 2026-11-26 03:55:00 UTC 1 cause, 1 finding, 8.1 s"]


def test_findings_are_not_read(tmp_path: Path) -> None:
    """Twenty runs may have megabytes each: what is below the head may be anything, and takes no time."""
    for number in range(3):
        file = folder(tmp_path, number) / "findings.json"
        head = file.read_text(encoding="utf-8").partition(stored.BEGIN)[0]
        file.write_text(f"{head}{stored.BEGIN}\n{'no JSON ' * 1_000_000}", encoding="utf-8")
    began = time.process_time()
    assert [" ".join(row.split()[3:]) for row in environment_rows(tmp_path)] == [
        "✓ READY 0 causes, 1 finding, 8.1 s"
    ] * 3
    assert time.process_time() - began < 1


def test_a_file_of_before_has_no_counts(tmp_path: Path) -> None:
    """What it does not say is not made up."""
    file = folder(tmp_path) / "findings.json"
    text = re.sub(r' "counts": \{.*?\},\n', "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    file.write_text(text, encoding="utf-8")
    assert read(file).exit_code == 0
    assert environment_rows(tmp_path) == ["2026-11-26 03:55:00 UTC ✓ READY 8.1 s"]


NAMES = ("<script>alert(1)", "<!--", '" onclick="x', "{{ 7 * 191 }}", "a b#?%", "\u202etxt.exe", "\udcff")


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_text(tmp_path: Path, name: str) -> None:
    """Of an environment, and of a foreign folder."""
    folder(tmp_path / "out" / name)
    (tmp_path / "out" / name / name).mkdir()
    (tmp_path / "out" / f"{name}-").mkdir()
    folder(tmp_path / "plain/name")
    (tmp_path / "plain/name/name").mkdir()
    (tmp_path / "plain/name-").mkdir()
    shapes = []
    for out, own in ((tmp_path / "out", name), (tmp_path / "plain", "name")):
        environment_rows(out / own)
        write_all(out, {})
        pages = [(path / "index.html").read_text(encoding="utf-8") for path in (out, out / own)]
        shapes.append([[(tag, sorted(attributes)) for tag, attributes in Page(page).elements] for page in pages])
        assert not [page for page in pages if "\u202e" in page or "1337" in page or "<script" in page]
    assert shapes[0] == shapes[1]


def test_what_a_file_says_is_text(tmp_path: Path) -> None:
    """Whatever is told of a broken value is escaped."""
    file = folder(tmp_path) / "findings.json"
    edited = file.read_text(encoding="utf-8").replace('"exit_code": 0', '"exit_code": "<script>\\u202e\\u001b[31m"')
    file.write_text(edited, encoding="utf-8")
    environment_rows(tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "exit_code is &#39;&lt;script&gt;&#39;; expected a whole number" in page


def test_nothing_may_run_or_be_loaded(tmp_path: Path) -> None:
    """The policy has the hash of the one style, and allows nothing else; there is no script."""
    folder(tmp_path / "try")
    environment_rows(tmp_path / "try")
    write_all(tmp_path, {})
    for path in (tmp_path / "index.html", tmp_path / "try/index.html"):
        page = Page(path.read_text(encoding="utf-8"))
        hashed = base64.b64encode(hashlib.sha256("".join(page.inside["style"]).encode()).digest()).decode()
        policy = [a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
        assert policy == [f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"]
        assert page.unclosed == []
        assert not {"script", "link", "img", "iframe"} & {name for name, _ in page.elements}
        assert not [a for _, a in page.elements if "style" in a or any(key.startswith("on") for key in a)]


def luminance(colour: str) -> float:
    """Returns the relative luminance of #rrggbb [WCAG 2.2]."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_word_is_readable() -> None:
    """Of each colour on its ground, light and dark, in the ratio that AA wants of text."""
    css = STYLES[0].read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in css.split("@media (prefers-color-")[:2]
    )
    grounds = ("paper", "good-ground", "bad-ground", "warn-ground")
    pairs = [(ink, ground) for ink in ("ink", "link") for ground in grounds]
    pairs += [("quiet", "paper"), ("good", "good-ground"), ("bad", "bad-ground"), ("warn", "warn-ground")]
    for colours in (light, dark):
        for ink, ground in pairs:
            bright, dim = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
            assert (bright + 0.05) / (dim + 0.05) >= 4.5, (ink, ground)


@pytest.mark.parametrize("write", [write_environment, write_all])
def test_two_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, dict[Path, Any]], None]
) -> None:
    """Whoever writes last has read what the other one wrote, however long the first one takes."""
    environments = [tmp_path, tmp_path] if write is write_environment else [tmp_path / "a", tmp_path / "b"]
    read_, reading, waits = kept._head, Event(), iter([1.0])

    def slow(file: Path) -> Any:
        found = read_(file)
        reading.set()
        time.sleep(next(waits, 0.0))
        return found

    monkeypatch.setattr(kept, "_head", slow)
    folder(environments[0])
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(write, tmp_path, {})
        assert reading.wait(10)
        # The first one knows nothing of this run.
        folder(environments[1], 1)
        write(tmp_path, {})
        first.result()
    assert len(rows(tmp_path / "index.html")) == 2
    assert not list(tmp_path.glob(".*.part"))


def test_a_real_run_is_listed(suite: Project) -> None:
    """After each run, both lists, with links that lead to its page."""
    check(suite, 'assert identity == "x", "wrong"')
    assert suite.gate("--hosts=try").code == 1
    out, environment = suite.root / OUT, suite.root / OUT / "try"
    (first,) = rows(environment / "index.html")
    assert re.fullmatch(r"\S+ \S+ UTC ✗ NOT READY 1 cause, 2 findings, \d+\.\d s", first)
    for page in (out / "index.html", environment / "index.html"):
        links = re.findall(r'href="([^"]+)"', page.read_text(encoding="utf-8"))
        assert any(link.endswith("/report.html") for link in links)
        assert all((page.parent / link).is_file() for link in links)
    (latest,) = rows(out / "index.html")
    assert latest.startswith("try ✗ NOT READY ")
    document = json.loads((environment / "latest/findings.json").read_text(encoding="utf-8"))
    assert document["started"][:10] in first
