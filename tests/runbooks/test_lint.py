"""The linter finds commands known to be unsafe or misleading, with their line."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from engine.runbook.__main__ import main
from engine.runbook.lint import lint
from engine.runbook.model import RunbookError
from engine.runbook.parser import parse
from engine.runbook.rule import Rule
from engine.runbook.rules import RULES
from tests.conftest import ROOT

OURS = sorted((ROOT / "runbooks").glob("*/*.md"))


def found(text: str) -> list[str]:
    return [f"{p.line} {p.rule}" for p in lint(parse(Path("r.md"), text))]


def looked_at(command: str) -> list[str]:
    return [f.split()[1] for f in found(f"## A\n**Diagnostics:**\n```bash\n{command}\n```\n")]


def looked_at_by(rule: Rule, command: str) -> list[str]:
    """The rules that find something in a command, where this rule looks."""
    label = "Diagnostics" if rule.place == "diagnostics" else "Resolution"
    return [f.split()[1] for f in found(f"## A\n**{label}:**\n```bash\n# danger: data-loss\n{command}\n```\n")]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule(rule: Rule) -> None:
    """A rule finds its wrong line, and alone; nothing is to be said of its right one."""
    look = looked_at if rule.place == "diagnostics" else partial(looked_at_by, rule)
    assert look(rule.wrong) == [rule.id]
    assert look(rule.right) == []


@pytest.mark.parametrize(
    ("command", "rules"),
    [
        ("redis-cli -e --scan --pattern 'a:*'", ["redis-database"]),
        ("psql -h db -c \"SELECT pid FROM pg_stat_activity WHERE state = 'active'\"", ["pg-activity"]),
        ("gzip -dc b.sql.gz | sudo -n -u postgres psql -d x", ["pg-errors"]),
        ("journalctl -u app --since -1h | grep -c 'ERROR'", ["log-words"]),
    ],
)
def test_more_than_one_way_to_be_wrong(command: str, rules: list[str]) -> None:
    """Some rules know several."""
    assert looked_at(command) == rules


def test_a_rule_may_be_broken_for_a_reason() -> None:
    """Above one command and for it alone; without a reason it is refused, and where it allows nothing it is told."""
    line = "redis-cli -e -n 2 keys 'a:*'"
    allowed = f"# allow: redis-keys because nobody else asks this server\n{line}"
    assert looked_at(allowed) == []
    assert looked_at(f"{allowed}\n\n{line}") == ["redis-keys"]
    assert looked_at("# allow: redis-keys, sudo because it is ours\nsudo uptime") == ["allow"]
    with pytest.raises(RunbookError, match=r"r\.md:4: 'allow:' names no rule, or no reason"):
        looked_at(f"# allow: redis-keys\n{line}")


@pytest.mark.parametrize(
    "command",
    [
        "timeout 5 redis-cli -e -n 2 --bigkeys",
        "redis-cli -e config get maxmemory",
        "redis-cli -e -n 2 --scan --pattern 'a:*' | xargs -r -d '\\n' redis-cli -e -n 2 unlink",
        "psql -h db -c \"SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'\"",
        "psql -h db -c 'SELECT 1 WHERE now() < now()'",
        "gzip -dc b.sql.gz | psql -h db -v ON_ERROR_STOP=1 && psql -h db -c 'SELECT 1'",
        "curl -fsS --max-time 5 http://localhost/; find / -name x 2>/dev/null",
        "journalctl -u app --since -1h -o cat | grep -wE 'ERROR|CRITICAL' | sort | uniq -c",
        "journalctl -u app --since -1h -o cat | grep -iE '401|token'",
        "apt-get -s -o APT::Get::Upgrade-Allow-New=true upgrade",
        "nc -z -w 3 localhost 5432",
        "workers=2 ./start",
        "df -P -B1 /var",
        "curl -fsS --max-time 5 http://localhost/ | python3 -m json.tool",
        "curl -sS --max-time 5 -o /dev/null -w '%{http_code}' http://localhost/",
        "sudo -n -u postgres psql -c 'SELECT count(*) FROM users'",
        "sudo -n journalctl -u app --since -1h --no-pager",
        "ps aux | grep '[g]unicorn'",
        "systemctl status postgresql@15-main",
        "top -b -d 5 -n 2",
        "# manual: interactive\nhtop",
    ],
)
def test_no_rule(command: str) -> None:
    """The better way is left alone, and so is what a person is asked to run by hand."""
    assert looked_at(command) == []


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.parent.name)
def test_our_own_runbooks(path: Path) -> None:
    """The linter has nothing to say about them: no dangerous command, and every danger is named."""
    assert [str(problem) for problem in lint(parse(path))] == []


def test_a_step_that_asks_for_a_person() -> None:
    """Debian's installer waits for an answer unless it is told not to; what only pretends is left alone."""
    fence = "## A\n**Resolution:**\n```bash\n# danger: config-change\n{}\n```\n"
    assert found(fence.format("apt-get install prometheus")) == ["5 apt-prompt"]
    assert found(fence.format("apt-get -y install prometheus")) == []


def test_a_step_that_names_no_danger() -> None:
    """A resolution that restarts, changes or deletes has to say so."""
    steps = "timeout 9 systemctl stop a\n\n# danger: restart\ntimeout 9 systemctl stop a\n\nrm -f x\n"
    fence = f"## A\n**Resolution:**\n```bash\n{steps}```\n"
    assert found(fence) == ["4 danger", "9 danger"]


def test_the_line_is_that_of_the_match() -> None:
    """In a command of several lines the one with the fault is named."""
    text = "## A\n**Diagnostics:**\n```bash\nfor i in 1 2; do\n  sudo reboot-check\ndone\n```\n"
    assert found(text) == ["5 sudo"]


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`lint` exits 0 with nothing found, 1 with something, 2 for a file that cannot be read."""
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text("## A\n```bash\nuptime\n```\n")
    bad.write_text("## A\n```bash\nhtop\n```\n")
    assert main(["lint", str(good)]) == 0
    assert main(["lint", str(good), str(bad)]) == 1
    line, where, *more = capsys.readouterr().out.splitlines()
    assert (line, more) == (f"{bad}:3: interactive: it waits for a person; instead: a command that ends", [])
    assert where.startswith("docs/lint.md has the rules")
    assert main(["lint", str(tmp_path / "gone.md")]) == 2


def test_functions_are_looked_at_too() -> None:
    """A function of the head is as good or bad as the commands that call it."""
    assert found("# R\n\n```bash\nask() { curl -fsS http://localhost/; }\n```\n") == ["4 curl-timeout"]
