"""What a runbook expects of its own commands, on real hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, run_gate
from tests.declaring import FOOT, HEAD, Shop
from tests.lab_gate import inventory, lab


@pytest.fixture
def own(tmp_path: Path) -> Shop:
    """The shop."""
    return Shop(tmp_path)


@pytest.mark.lab
def test_statements(own: Shop) -> None:
    """PostgreSQL is asked by the monitoring role, which reads: rows, a number, NULL, and no second statement."""
    fence = """-- expect: number > 0
-- name: gifts   about: postgres
SELECT count(*) FROM pg_stat_user_tables WHERE relname = 'gift' AND n_live_tup > 5;

-- expect: match /^gift\\|\\d+\\|$/
-- name: row   about: postgres
SELECT relname, n_live_tup, NULL FROM pg_stat_user_tables WHERE relname = 'gift'

-- expect: empty
-- name: twice   about: postgres
SELECT 1; COMMIT

-- expect: equals on
-- name: reads   about: postgres   timeout: 5
SHOW transaction_read_only;
"""
    head, foot = HEAD.replace("bash", "sql"), FOOT
    (own.folder / "runbooks/shop/runbook.md").write_text(f"{head}{fence}{foot}", encoding="utf-8")
    santas = yaml.safe_load((ROOT / "runbooks/santas-gift-finder/system.yml").read_text(encoding="utf-8"))
    system = {"name": "The shop", "components": {"postgres": santas["components"]["postgres"]}}
    (own.folder / "runbooks/shop/system.yml").write_text(yaml.safe_dump(system), encoding="utf-8")
    here = {**inventory()["hosts"]["santas-1"], "systems": {"shop": ["postgres"]}}
    written = yaml.safe_dump({**inventory(), "hosts": {"db-1": here}, "public": {}})
    (own.folder / "inventory/here.yml").write_text(written, encoding="utf-8")
    result = run_gate(ROOT, f"--content={own.folder}", "--hosts=here")
    assert result.code == 1, result.text
    found = {
        name.removeprefix("postgres."): (each["outcome"], each["message"]) for name, each in own.findings().items()
    }
    assert found["gifts"][0] == found["row"][0] == found["reads"][0] == "passed", found
    assert "cannot insert multiple commands" in found["twice"][1]


@pytest.mark.lab
def test_a_real_fault(own: Shop) -> None:
    """On a host of the lab, over SSH: green, red with the section's step while the service is stopped, green again."""
    fence = (
        "# expect: exit 0\n# name: redis-runs\nsystemctl is-active redis-server\n\n# expect: match /redis/\nss -Hltnp\n"
    )
    own.says(fence.replace("ss -Hltnp", "sudo -n ss -Hltnp"))
    lab_hosts = inventory()
    hosts = {"web-1": {**lab_hosts["hosts"]["santas-1"], "systems": {"shop": []}}}
    (own.folder / "inventory/here.yml").write_text(
        yaml.safe_dump({**lab_hosts, "hosts": hosts, "public": {}}), encoding="utf-8"
    )
    gates = [run_gate(ROOT, f"--content={own.folder}", "--hosts=here")]
    lab("break", "redis-stopped")
    try:
        gates.append(run_gate(ROOT, f"--content={own.folder}", "--hosts=here", "-v"))
        found = own.findings()
    finally:
        lab("repair", "redis-stopped")
    gates.append(run_gate(ROOT, f"--content={own.folder}", "--hosts=here"))
    assert [run.code for run in gates] == [0, 1, 0], gates
    assert found["runbook.redis_runs"]["message"] == "exit status 3, expected 0; it said: inactive"
    assert found["runbook.ss_hltnp"]["outcome"] == "failed"
    assert "    uptime\n" in gates[1].text
