"""The Markdown summary: short whatever happens, whole commands only, and what hosts say is no markup in any dialect."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from engine.judge.causes import causes
from engine.judge.finding import Absence, Finding, Guidance, Remediation
from engine.judge.result import RunResult
from engine.text import one_line
from reports.outputs import markdown
from tests.conftest import Project
from tests.reports.conftest import check

GOLDEN = r"""**NOT READY: 1 cause, 1 failed, 1 passed on 1 host**

- `WALL/x could not be written: …`

1. **os.tried** on here (P2)
   `` <b>bold</b> [a](http://x.example) --- @org/team `code` ``
   First step of *Host / Wrong \<b\>* (can lose data): Mind the \<gap\>.
   ```sh
   rm -rf 'here' && echo "<done>"
   ```

Report: [reports/out/try/TIME/report.html](../reports/out/try/TIME/report.html)
"""
HOSTILE = ("---", "===", "# x", "- x", "1. x", "`", "``` x", "<img src=x>", "<!--", "](x)", "a\n\n    b", "\\", "&lt;")
# All that the summary itself makes.
TAGS = {"p", "strong", "em", "ol", "ul", "li", "pre", "code"}


def result_of(*findings: Finding, **more: object) -> RunResult:
    """Returns the run of these findings."""
    return RunResult("try", datetime.now(UTC), 1.0, 1, findings, causes(findings), **more)  # type: ignore[arg-type]


def failed(number: int, message: str = "no", command: str = "true") -> Finding:
    """Returns a finding that is a cause of its own."""
    guidance = Guidance(f"Section {number}", "x#y", remediation=(Remediation(command, "none", "Do it."),))
    of = (f"n{number}", f"os.c{number}", "here", "try", "os", "", "failed", "P2", "It is well.", message)
    return Finding(*of, guidance=guidance)  # type: ignore[arg-type]


def test_the_summary(suite: Project) -> None:
    """The verdict, what was lost, the cause with its first step in a fence, and a link to the page."""
    check(suite, 'assert not identity, "<b>bold</b> [a](http://x.example) --- @org/team `code`"')
    suite.write("wall", "")
    assert suite.gate("--hosts=try", "--summary=ci/summary.md", "--findings=wall/x").code == 1
    text = (suite.root / "ci/summary.md").read_text(encoding="utf-8")
    shown = re.sub(r"written: [^`]+`", "written: …`", text.replace(str(suite.root / "wall"), "WALL"))
    assert re.sub(r"\d{8}T\d{6}Z", "TIME", shown) == GOLDEN
    (link,) = re.findall(r"\]\(([^)]+)\)$", text, re.MULTILINE)
    assert (suite.root / "ci" / unquote(link)).is_file()


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.sampled_from(HOSTILE), st.text(), st.text("`<>[]()*_#-=~ \n\\x1.", max_size=30)))
def test_what_a_host_says_is_code(message: str) -> None:
    """Rendered, it is one piece of code with the words as they are: nothing else comes of it, no link, no mention."""
    page = MarkdownIt("commonmark").parse("\n".join(markdown.summary(result_of(failed(1, message)))))
    codes = [each.content for token in page for each in token.children or () if each.type == "code_inline"]
    assert codes == [one_line(message) or "no message"]
    tags = {each.tag for token in page for each in (token, *(token.children or ()))} - {"", "br"}
    assert tags <= TAGS
    assert not [token for token in page if token.type.startswith("html")]


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "$x$", "a_b_c", "<b>", "`x`"])
def test_names_are_no_markup(text: str) -> None:
    """Not even what some readers make a link or a formula of by themselves."""
    assert text not in markdown.escaped(text)
    assert MarkdownIt("commonmark").render(markdown.escaped(text)).replace("&lt;", "<").replace("&gt;", ">") == (
        f"<p>{text}</p>\n"
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 70), max_size=12), st.integers(0, 9), st.booleans())
def test_the_summary_is_short(lengths: list[int], problems: int, absent: bool) -> None:
    """However many causes, problems and lines of commands there are: 60 lines, every command whole or not there."""
    commands = ["\n".join(["echo ```"] * length) for length in lengths]
    findings = [failed(number, "word\n" * 500, command) for number, command in enumerate(commands)]
    absences = [Absence("try", "grafana", "long " * 200)] * 20 if absent else []
    result = result_of(*findings, problems=["it broke\n" * 99] * problems, absences=absences)
    lines = list(markdown.summary(result))
    assert len(lines) + len(["", "the link to the report"]) <= markdown.LINES
    fences = [token for token in MarkdownIt("commonmark").parse("\n".join(lines)) if token.type == "fence"]
    shown = [fence.content.rstrip("\n") for fence in fences]
    assert set(shown) <= set(commands)
    told = sum("lines, in the report." in line or "line, in the report." in line for line in lines)
    assert len(shown) + told == sum(length > 0 for length in lengths_of_shown(result, lengths))


def lengths_of_shown(result: RunResult, lengths: list[int]) -> list[int]:
    """Returns the lengths of the commands of the causes that the summary tells of."""
    return [lengths[int(cause.first.nodeid[1:])] for cause in result.causes[: markdown.CAUSES]]
