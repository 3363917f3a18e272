"""Shapes of other people's runbooks that a marker must fit into, and what in them is no command."""

from __future__ import annotations

from pathlib import Path

from engine.drafting.drafted import Drafted, drafted
from engine.runbook.parser import parse
from tests.conftest import ROOT


def draft(folder: Path, text: str) -> Drafted:
    """Returns what is proposed for a section of checks, which is read again as a whole."""
    path = folder / "a.md"
    path.write_text(f"# A\n\n## Checks\n\n{text}", encoding="utf-8")
    return drafted(path, "a", ROOT)


def test_a_pipe_in_a_table(tmp_path: Path) -> None:
    """It would end the cell, and the expectation with it."""
    found = draft(tmp_path, "| what | command |\n| --- | --- |\n| page | `curl localhost:3000/health` |\n")
    assert (found.total, found.expected) == (1, 1)
    assert r"\|" in found.text


def test_code_that_is_only_named(tmp_path: Path) -> None:
    """A marker is for the command before it, and not for its answer behind it."""
    found = draft(tmp_path, "- [ ] `systemctl status nginx` shows `active (running)`, see `journalctl -u shop -n 20`\n")
    assert found.total == 2
    commands = [each.command for each in parse(tmp_path / "b.md", found.text).sections[0].diagnostics]
    assert commands == ["systemctl status nginx", "journalctl -u shop -n 20"]


def test_code_over_two_lines(tmp_path: Path) -> None:
    """Nothing is put into it."""
    text = "- ask `select\n  txid_current()` twice\n"
    assert draft(tmp_path, text).text.endswith(text)


def test_what_a_session_answered(tmp_path: Path) -> None:
    """It is no command, whatever the prompt: of a store without a name, of a database."""
    text = (
        "```shell\n> info replication\n# Replication\nrole:master\n```\n\n```sql\nshop=# select 1;\n 1\n(1 row)\n```\n"
    )
    found = draft(tmp_path, text)
    assert found.total == 2
    # With its marker it is still one.
    assert len(parse(tmp_path / "b.md", found.text).sections[0].diagnostics) == 2


def test_lines_that_ask_nothing(tmp_path: Path) -> None:
    """They only say how, or where, the next ones are run."""
    found = draft(
        tmp_path, "```\nPORT=80\n\ncd /opt\n\nuptime\n```\n\n```sql\nBEGIN;\nSET statement_timeout TO 0;\n```\n"
    )
    assert (found.total, found.by_check) == (1, 1)
