"""`draft`: a runbook of somebody's becomes one that loads, with a marker for each command, and nothing else changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.places import CHECKS, folders
from engine.run.checks import read_checks
from engine.run.system import load_system
from engine.runbook.parser import parse
from runbook_checks.__main__ import main
from tests.conftest import ROOT, run_gate

TEXT = """# Shop

## Front (P1)

**Checks:**

1. The front:

   ```bash
   $ sudo systemctl status nginx
   active (running)
   $ curl -I http://localhost:9000/
   ```

2. Again:

   ```bash
   curl -I http://localhost:9000/
   docker pull shop
   ```

```
df -h
redis-cli ping
```

```sql
select count(*) from pg_stat_activity;
```

- [ ] `free -m` and `kubectl get nodes`

| what | command |
| --- | --- |
| errors | `cat /opt/shop.log \\| grep -i error` |

**Mitigation:**

```bash
sudo systemctl restart nginx
docker inspect -f '{{.State.Pid}}' shop
```
"""


@pytest.fixture
def ops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A content folder that init made, and in which the command is called."""
    folder = tmp_path / "ops"
    assert main(["init", str(folder)]) == 0
    capsys.readouterr()
    monkeypatch.chdir(folder)
    return folder


def test_a_runbook_becomes_a_system(ops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It loads, its text is the original with markers inserted, and system.yml has what its checks need."""
    source = ops / "Shop Guide.md"
    source.write_text(TEXT, encoding="utf-8")
    assert main(["draft", str(source)]) == 0
    text = (ops / "runbooks/shop-guide/runbook.md").read_text(encoding="utf-8")
    assert re.sub(r"(?m)^ *(?:#|--) (?:check|expect|manual|name): .*\n| <!-- \w+: .*? -->", "", text) == TEXT
    assert "   # check: nginx.unit_running" in text
    assert "   # expect: match /^HTTP\\S+ [23]/\n   $ curl -I" in text
    assert "   # name: curl-i-http-localhost-9000-2\n   curl -I" in text
    assert "# manual: it changes something (docker pull)\n" in text
    assert "-- check: postgres.connections" in text
    assert "`free -m` <!-- check: os.memory_available, os.swap_used --> and `kubectl get nodes` <!-- expect:" in text
    assert "| grep -i error` <!-- expect: exit 0 or 1 --> <!-- expect: empty -->" in text
    told = capsys.readouterr().out.splitlines()
    assert told[0] == (
        "runbooks/shop-guide/runbook.md: 10 diagnostics: 5 by checks, 4 by proposed expectations, 1 by hand (line 24)"
    )
    assert told[-1] == "next: pytest --hosts=ssh://USER@HOST --system=shop-guide --plan"
    system = load_system("shop-guide", ops / "runbooks", read_checks(*folders(ops, CHECKS)))
    assert set(system.components) >= {"nginx", "redis", "postgres"}
    assert len(system.declared) == 4
    assert len(system.runbook.by_check) >= 6


def test_what_was_drafted_runs(ops: Path) -> None:
    """With the command that it names: here only its plan, because the shop is nowhere."""
    (ops / "front.md").write_text(TEXT, encoding="utf-8")
    assert main(["draft", "front.md"]) == 0
    # What the first one expects is no check of another one's.
    assert main(["draft", "front.md", "--name=other"]) == 0
    result = run_gate(ROOT, f"--content={ops}", "--hosts=local://", "--system=front", "--plan")
    assert result.code == 0, result.text
    assert "curl -I http://localhost:9000/" in result.text


def test_a_variable_and_what_uses_it(ops: Path) -> None:
    """They share a shell, so that they have one marker."""
    text = "# A\n\n## Checks\n\n```bash\nPORT=9000\ncurl -I http://localhost:$PORT/\nHOST=x\n\nid\n```\n"
    (ops / "a.md").write_text(text, encoding="utf-8")
    assert main(["draft", "a.md"]) == 0
    marked = (ops / "runbooks/a/runbook.md").read_text(encoding="utf-8")
    assert "```bash\n# expect: match /^HTTP\\S+ [23]/\nPORT=9000\ncurl -I" in marked
    assert "# manual: it only sets a variable\nHOST=x\n" in marked


def test_what_changes_something_stays_a_step(ops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The markers of its neighbours make no diagnostic of it."""
    text = "# A\n\n## Disk\n\n```\ndf -h\nrm -rf /tmp/x\nuptime\n```\n"
    (ops / "a.md").write_text(text, encoding="utf-8")
    assert main(["draft", "a.md"]) == 0
    assert "2 diagnostics: 2 by checks, 0 by proposed expectations, 0 by hand" in capsys.readouterr().out
    (section,) = parse(ops / "runbooks/a/runbook.md").sections
    assert [step.command for step in section.resolution] == ["rm -rf /tmp/x"]


def test_fences_of_all_kinds(ops: Path) -> None:
    """In a quotation, in a list, with a fence inside, and of tildes: a marker stands as its command does."""
    text = (
        "---\ntitle: A\n---\n# A\n\n## Checks\n\n> ```sh\n> df -h\n> ```\n\n- look:\n\n  ~~~\n  free -m\n  ~~~\n\n"
        "````md\n```\ndf -h\n```\n````\n\n- `uptime`\n"
    )
    (ops / "a.md").write_text(text, encoding="utf-8")
    assert main(["draft", "a.md"]) == 0
    marked = (ops / "runbooks/a/runbook.md").read_text(encoding="utf-8")
    assert "> ```sh\n> # check: os.filesystem_space\n> df -h\n" in marked
    assert "  ~~~\n  # check: os.memory_available, os.swap_used\n  free -m\n" in marked
    assert "````md\n```\ndf -h\n```\n````\n" in marked
    assert "- `uptime` <!-- check: os.load -->\n" in marked


def test_once_more_changes_nothing(ops: Path) -> None:
    """A runbook that is where it belongs is drafted in its place, and its markers stay."""
    folder = ops / "runbooks/other"
    folder.mkdir()
    (folder / "runbook.md").write_text(TEXT.replace("```\ndf -h", "```\n# manual: mine\ndf -h"), encoding="utf-8")
    assert main(["draft", str(folder / "runbook.md")]) == 0
    first = [(folder / name).read_text(encoding="utf-8") for name in ("runbook.md", "system.yml")]
    assert "```\n# manual: mine\ndf -h\nredis-cli ping" in first[0]
    assert main(["draft", str(folder / "runbook.md")]) == 0
    assert [(folder / name).read_text(encoding="utf-8") for name in ("runbook.md", "system.yml")] == first


def test_what_is_there_is_not_overwritten(ops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another runbook or system.yml of this name stays, and is named."""
    (ops / "shop.md").write_text(TEXT, encoding="utf-8")
    system = ops / "runbooks/other/system.yml"
    system.parent.mkdir()
    system.write_text("name: mine\n", encoding="utf-8")
    assert main(["draft", "--name=other", "shop.md"]) == 1
    assert system.read_text(encoding="utf-8") == "name: mine\n"
    assert "runbooks/other/system.yml:1: is there, and differs; expected no such file" in capsys.readouterr().err


def test_a_newcomer_is_told_what_to_do(ops: Path) -> None:
    """Without a system.yml, and with a runbook that names no check: what comes next is one command."""
    folder = ops / "runbooks/front"
    folder.mkdir()
    (folder / "runbook.md").write_text(TEXT, encoding="utf-8")
    makes = "`runbook-checks draft runbooks/front/runbook.md` makes its system.yml"
    asked = (f"--content={ops}", "--hosts=local://", "--system=front", "--plan")
    assert f"runbooks/front/system.yml does not exist; {makes}" in run_gate(ROOT, *asked).error
    (ops / "inventory/a.yml").write_text(
        'hosts: {a: {connection: "local://", systems: {front: [nginx]}}}', encoding="utf-8"
    )
    assert f"no system 'front' in runbooks/; {makes}" in run_gate(ROOT, f"--content={ops}", "--hosts=a").error
    (folder / "system.yml").write_text("name: Front\ncomponents: {}\n", encoding="utf-8")
    assert run_gate(ROOT, *asked).error == (
        "runbooks/front/runbook.md names no check; "
        "`runbook-checks draft runbooks/front/runbook.md` proposes 9 for its 10 diagnostics"
    )
    (folder / "runbook.md").write_text("# Front\n\n## Checks\n\n```\nid\n```\n", encoding="utf-8")
    assert "names no check; expected '# check: NAME' or '# expect: …'" in run_gate(ROOT, *asked).error
    (folder / "runbook.md").write_text(TEXT, encoding="utf-8")
    (folder / "system.yml").unlink()
    assert main(["draft", str(folder / "runbook.md")]) == 0
    assert run_gate(ROOT, *asked).code == 0


@pytest.mark.parametrize("name", ["gone.md", "inventory"])
def test_a_file_that_cannot_be_read(ops: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, and nothing is written."""
    assert main(["draft", name, "--name=new"]) == 2
    assert f"{name}:1: cannot be read" in capsys.readouterr().err
    assert not (ops / "runbooks/new").exists()


@pytest.mark.parametrize("name", ["../new", "a/b", "", ".."])
def test_a_name_that_is_no_folder(ops: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written outside of the runbooks."""
    (ops / "shop.md").write_text(TEXT, encoding="utf-8")
    assert main(["draft", "shop.md", f"--name={name}"]) == 2
    assert "is no name of a system" in capsys.readouterr().err


def test_outside_of_a_content_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What makes one is named."""
    monkeypatch.chdir(tmp_path)
    assert main(["draft", "shop.md"]) == 2
    assert "is no content folder; expected one with inventory/ and runbooks/" in capsys.readouterr().err
