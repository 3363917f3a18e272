"""The linter finds commands known to be unsafe or misleading, with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runbook.__main__ import main
from engine.runbook.lint import lint
from engine.runbook.parser import parse
from tests.conftest import ROOT

OURS = sorted((ROOT / "runbooks").glob("*/runbook.md"))


def found(text: str) -> list[str]:
    return [f"{p.line} {p.rule}" for p in lint(parse(Path("r.md"), text))]


def looked_at(command: str) -> list[str]:
    return [f.split()[1] for f in found(f"## A\n**Diagnostics:**\n```bash\n{command}\n```\n")]


@pytest.mark.parametrize(
    ("command", "rules"),
    [
        ("redis-cli -e -n 2 keys 'search:*'", ["redis-keys"]),
        ("redis-cli -e ttl search:1", ["redis-database"]),
        ("redis-cli -e --scan --pattern 'a:*'", ["redis-database"]),
        ("python3 -c 'import redis; redis.Redis(host=\"localhost\", port=6379)'", ["redis-local"]),
        ("redis-cli ping", ["redis-errors"]),
        ("redis-cli -e FLUSHALL", ["redis-flush"]),
        ("redis-cli -e -n 2 --scan | xargs redis-cli -e -n 2 del", ["redis-xargs"]),
        ('redis-cli -e config get "*"', ["redis-config-all"]),
        ("git checkout HEAD~1", ["git-previous"]),
        ("sudo -n grep JWT_SECRET_KEY /opt/app/.env", ["secret-grep"]),
        ("psql -h db -c 'SELECT username, password_hash FROM users'", ["user-data"]),
        ("htop", ["interactive"]),
        ("top -p 1", ["top"]),
        ("sudo -n tail -f /var/log/syslog", ["follow"]),
        ("curl -fsS http://localhost/", ["curl-timeout"]),
        ("curl -sS --max-time 5 http://localhost/", ["curl-fail"]),
        ("sudo systemctl status app", ["sudo"]),
        ("journalctl -u app --no-pager", ["journal-window"]),
        ("ps aux | grep gunicorn", ["ps-grep"]),
        ("psql -h db -c 'SELECT pg_isready();'", ["pg-isready"]),
        ("psql -h db -c 'ANALYZE gift;'", ["pg-analyze"]),
        ("pip-sync; apt install -y sysstat", ["install"]),
        ("mongosh mongodb://h/db --eval 'db.setProfilingLevel(2)'", ["mongo-profiling"]),
        ("systemctl status postgresql", ["pg-unit"]),
        ("cat /etc/postgresql/12/main/postgresql.conf", ["pg-path"]),
        ("gzip -dc b.sql.gz | head -5", ["backup-head"]),
        ("psql -h db -c 'SELECT count(*) FROM pg_stat_activity'", ["pg-activity"]),
        ("psql -h db -c \"SELECT pid FROM pg_stat_activity WHERE state = 'active'\"", ["pg-activity"]),
        ("psql -h db < dump.sql", ["pg-errors"]),
        ("gzip -dc b.sql.gz | sudo -n -u postgres psql -d x", ["pg-errors"]),
        ("psql -h db -c 'CREATE INDEX CONCURRENTLY i ON t (c)'", ["pg-index-again"]),
        ("psql -w -h db -c 'SELECT 1;' &>/dev/null", ["hidden-error"]),
        ("jq -e '.hit_rate < 0.8' metrics.json", ["jq-alert"]),
        ("jq '.errors | length > 10' metrics.json", ["jq-length"]),
        ("venv/bin/python -c 'import psutil; print(psutil.Process().memory_info())'", ["self-probe"]),
        ("ps aux --sort=-%cpu | head", ["ps-cpu"]),
        ("df / | tail -1", ["df-root"]),
        ("df -h", ["df-human"]),
        ("journalctl -u app --since -1h | grep -i error", ["log-words"]),
        ("journalctl -u app --since -1h | grep -c 'ERROR'", ["log-words"]),
        ("journalctl -u app --since -1h | sort | uniq -c", ["log-sort"]),
        ("venv/bin/python -m py_compile app.py", ["py-compile"]),
        ("venv/bin/python -m memory_profiler app.py", ["second-copy"]),
        ("venv/bin/python -c \"import spacy; spacy.load('en_core_web_sm')\"", ["spacy-load"]),
        ("venv/bin/python -c \"import nltk; nltk.data.find('vader_lexicon')\"", ["nltk-find"]),
        ("source venv/bin/activate", ["relative-activate"]),
        ("workers = 2  # instead of 4", ["setting"]),
        ("nc -zv localhost 5432", ["nc-timeout"]),
    ],
)
def test_rule(command: str, rules: list[str]) -> None:
    """One command, one rule."""
    assert looked_at(command) == rules


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
    steps = "systemctl restart app\n\n# danger: restart\nsystemctl restart app\n\nrm -f x\n"
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
    assert capsys.readouterr().out == f"{bad}:3: interactive: it waits for a person; instead: a command that ends\n"
    assert main(["lint", str(tmp_path / "gone.md")]) == 2


def test_functions_are_looked_at_too() -> None:
    """A function of the head is as good or bad as the commands that call it."""
    assert found("# R\n\n```bash\nask() { curl -fsS http://localhost/; }\n```\n") == ["4 curl-timeout"]
