"""What a runbook expects of its own commands, in whole runs against this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT, reports, run_gate
from tests.declaring import FOOT, HEAD, Shop

# They begin on line 9.
GOOD = """# expect: number < limits.disk_used_percent
# unit: %   name: always-half   about: entropy
n=50
echo "$n%"

# expect: match /booted/
# name: booted
echo booted
"""


@pytest.fixture
def own(tmp_path: Path) -> Shop:
    """The shop."""
    return Shop(tmp_path)


@pytest.mark.parametrize("more", [(), ("-n", "2")])
def test_answers_that_are_as_expected(own: Shop, more: tuple[str, ...]) -> None:
    """Lines that share a shell, a limit of the suite's, a measure; also where several processes judge."""
    result = own.gate(GOOD, *more)
    assert result.code == 0, result.text
    assert "READY: 2 checks passed on 1 host" in result.text
    found = own.findings()["entropy.always_half"]
    assert found["expected"] == '`n=50 echo "$n%"`: number < limits.disk_used_percent %.'
    assert found["measures"] == [{"name": "", "value": 50.0, "unit": "%", "limit": 90, "direction": "at most"}]
    assert found["place"] == "runbooks/shop/runbook.md:11"
    assert (found["section"], found["severity"], found["component"]) == ("Workers / Worker down", "P1", "entropy")


def test_an_answer_that_is_not(own: Shop) -> None:
    """The section's steps, the command and its answer as evidence, and no secret in any output."""
    result = own.gate("# expect: no match /ERROR/\n# severity: P3\necho 'ERROR password=planted-secret-1'\n", "-v")
    assert result.code == 1
    assert "/ERROR/ matches: ERROR password=" in result.text
    assert "    uptime\n" in result.text
    found = own.findings()["runbook.echo_error_password_planted_secret_1"]
    assert found["severity"] == "P3"
    assert found["evidence"][0]["asked"].startswith("bash -o pipefail -c ")
    answered = [path for path in reports(own.folder, "here").rglob("*") if path.is_file()]
    outputs = [path.read_text(encoding="utf-8") for path in answered]
    assert not any("ERROR password=planted-secret-1\n" in text for text in [result.text, *outputs])


def test_a_pattern_that_finds_no_end(own: Shop) -> None:
    """Its search has a time limit: it is told, never green, and holds no gate."""
    text = "a" * 60
    result = own.gate(f"# expect: no match /(a|aa)+$/\n# name: endless\necho {text}!\n")
    assert result.code == 1
    message = own.findings()["runbook.endless"]["message"]
    assert message.startswith("the search for /(a|aa)+$/ in a text of 62 characters did not end within 2 s"), message


def test_what_cannot_be_answered(own: Shop) -> None:
    """A command that hangs, one that says too much, one without its program: each is told, and never green."""
    fences = (
        "# expect: exit 0\n# timeout: 0.5   name: hangs\nsleep 9\n",
        "# expect: no match /x/\n# name: floods\nyes | head -c 9000000\n",
        "# expect: empty\n# name: gone\nno-such-program\n",
    )
    result = own.gate("\n".join(fences))
    assert result.code == 1
    found = {name: (finding["outcome"], finding["message"]) for name, finding in own.findings().items()}
    assert found["runbook.hangs"] == ("failed", "'shop_runbook_hangs' did not end within 0.5 s")
    assert found["runbook.floods"] == ("failed", "'shop_runbook_floods' answered more than 256.0 KiB")
    assert found["runbook.gone"][0] == "failed"
    assert "no-such-program: command not found" in found["runbook.gone"][1]


def test_on_this_machine(own: Shop) -> None:
    """Each host has the one answer of this machine, where there is one; what hangs, floods or fails is told."""
    fences = (
        "# expect: match /^2$/\n# name: seen   on: control\ndate +%s%N\n",
        "# expect: exit 0\n# name: host   on: control\n[ {{ host }} = here ]\n",
        "# expect: exit 0\n# timeout: 0.5   name: hangs   on: control\nsleep 9\n",
        "# expect: no match /x/\n# name: floods   on: control\nyes | head -c 9000000\n",
        "# expect: empty\n# name: gone   on: control\nno-such-program\n",
    )
    own.says("\n".join(fences))
    host = "connection: local://\n    systems: {shop: []}\n"
    inventory_file = own.folder / "inventory/here.yml"
    inventory_file.write_text(f"hosts:\n  here:\n    {host}  there:\n    {host}", encoding="utf-8")
    plan = run_gate(ROOT, f"--content={own.folder}", "--hosts=here", "--plan")
    assert "on this machine: [ here = here ]" in plan.text
    result = run_gate(ROOT, f"--content={own.folder}", "--hosts=here")
    assert result.code == 1
    lines = (reports(own.folder, "here") / "findings.json").read_text(encoding="utf-8")
    found = {(each["check"], each["host"]): each for each in json.loads(lines)["findings"]}
    seen = {found["runbook.seen", host]["message"] for host in ("here", "there")}
    assert len(seen) == 1
    assert found["runbook.host", "here"]["outcome"] == "passed"
    assert found["runbook.host", "there"]["outcome"] == "failed"
    messages = {name: found[f"runbook.{name}", "here"]["message"] for name in ("hangs", "floods", "gone")}
    assert messages["hangs"] == "'sleep 9', on this machine, did not end within 0.5 s"
    assert messages["floods"] == "'yes | head -c 9000000', on this machine, answered more than 256 KiB"
    assert "no-such-program: command not found" in messages["gone"]


def test_complaints_are_no_success(own: Shop) -> None:
    """Of many complaints not all are kept; they end no pipe, which would make it green."""
    flood = 'awk \'BEGIN { for (i = 0; i < 200000; i++) print i > "/dev/stderr"; print "found" }\' | sort -u\n'
    result = own.gate(f"# expect: empty\n# name: flood\n{flood}\n# expect: empty\n# name: here   on: control\n{flood}")
    assert result.code == 1
    messages = {name: found["message"] for name, found in own.findings().items()}
    assert messages == dict.fromkeys(("runbook.flood", "runbook.here"), "the answer is not empty: found")


def test_nothing_beside_a_complaint(own: Shop) -> None:
    """What was not looked at has no errors, and is no health; a complaint beside an answer is none of ours."""
    fence = (
        "# expect: exit 0 or 1\n# expect: empty\n# name: gone\ncat /no/such.log | grep ERROR | tail -5\n\n"
        "# expect: exit 0 or 1\n# expect: no match /ERROR/\n# name: told\necho fine; echo odd >&2\n\n"
        "# expect: exit 0 or 1\n# expect: empty\n# name: quiet\necho fine | grep ERROR | tail -5\n"
    )
    assert own.gate(fence).code == 1
    found = own.findings()
    assert {name: each["outcome"] for name, each in found.items()} == {
        "runbook.gone": "failed",
        "runbook.told": "passed",
        "runbook.quiet": "passed",
    }
    assert "no answer, and a complaint: cat: /no/such.log: No such file" in found["runbook.gone"]["message"]


def test_a_component_that_a_check_asks_too(own: Shop) -> None:
    """The certificate is asked where the front answers: without one, a line says so, and no traceback."""
    (own.folder / "runbooks/shop/runbook.md").write_text(
        f"{HEAD}# check: tls.certificate_expiry\ntrue\n{FOOT}", encoding="utf-8"
    )
    (own.folder / "runbooks/shop/system.yml").write_text(
        "name: The shop\ncomponents:\n  tls: {name: a.example, certificate: /etc/a.crt}\n", encoding="utf-8"
    )
    (own.folder / "inventory/here.yml").write_text(
        "hosts:\n  here:\n    connection: local://\n    systems: {shop: [tls]}\n", encoding="utf-8"
    )
    for option in ("--plan", "-q"):
        assert run_gate(ROOT, f"--content={own.folder}", "--hosts=here", option).error == (
            "runbooks/shop/runbook.md:10: 'tls.certificate_expiry' asks 'http', too, which system.yml does not have; "
            "expected components.http"
        )


def test_a_waiver_that_ran_out(own: Shop) -> None:
    """What is wrong again says that it was accepted once."""
    path = own.folder / "inventory/here.yml"
    waived = "waivers: [{check: 'runbook.*', reason: known, expires: 2020-02-29}]\n"
    path.write_text(path.read_text(encoding="utf-8") + waived, encoding="utf-8")
    assert own.gate("# expect: exit 0\n# name: wrong\nfalse\n").code == 1
    assert own.findings()["runbook.wrong"]["message"].endswith("; a waiver accepted it until 2020-02-29")


def test_a_pipe_fails_with_its_first_command(own: Shop) -> None:
    """What counts the lines of no file has counted nothing; that nobody read all of an answer is no failure."""
    lost = "# expect: number < 5\n# name: lost\ncat /no/such/file | wc -l\n"
    assert own.gate(f"{lost}\n# expect: lines == 1\n# name: short\nyes | head -n 1\n").code == 1
    found = own.findings()
    assert found["runbook.lost"]["message"].startswith("exit status 1, expected 0; it said: cat: /no/such/file: ")
    assert found["runbook.short"]["outcome"] == "passed"


def test_it_is_selected_planned_and_waived_as_any_check(own: Shop) -> None:
    """By its name and section; its command is in the plan; a waiver accepts it; --fail-on is about its severity."""
    plan = own.gate(GOOD, "--plan", "-k", "always_half")
    assert "  shop_entropy_always_half (command): bash -o pipefail -c 'n=50" in plan.text
    assert "booted" not in plan.text
    assert "1 check passed" in own.gate(GOOD, "-k", "booted").text
    bad = "# expect: exit 1\n# name: ends   severity: P3\ntrue\n"
    assert own.gate(bad, "--fail-on=P2").code == 0
    inventory = own.folder / "inventory/here.yml"
    waiver = "waivers:\n  - {check: runbook.ends, reason: known, expires: 2999-01-01}\n"
    inventory.write_text(inventory.read_text(encoding="utf-8") + waiver, encoding="utf-8")
    assert own.gate(bad).code == 0
    assert own.findings()["runbook.ends"]["outcome"] == "waived"


@pytest.mark.parametrize(
    ("fence", "line"),
    [
        (
            "# expect: exit 0\nsudo -n systemctl restart worker\n",
            "runbooks/shop/runbook.md:10: it changes something (sudo -n systemctl restart), and a check only reads; "
            "expected '# manual: …' instead of '# expect:'",
        ),
        (
            "# expect: number < limits.disk_used\necho 1\n",
            "runbooks/shop/runbook.md:10: no limit 'disk_used'; did you mean 'disk_used_percent'?",
        ),
        (
            "# expect: exit 0\n# about: redis\nls\n",
            "runbooks/shop/runbook.md:11: 'redis.ls' is about component 'redis', which system.yml does not have; ",
        ),
        (
            "# expect: exit 0\n# about: os   name: load\nls\n",
            "runbooks/shop/runbook.md:11: 'os.load' is a check of checks/test_os.py; expected another 'name:'",
        ),
        (
            "# expect: exit 0\nls\n\n# expect: empty\nls\n",
            "runbooks/shop/runbook.md:13: 'runbook.ls' is the name of runbooks/shop/runbook.md:10, too; ",
        ),
        (
            "# expect: exit 0\nls {{ redis.port }}\n",
            "runbooks/shop/runbook.md:10: 'redis.port' is not known; expected one of ",
        ),
    ],
)
def test_what_is_refused(own: Shop, fence: str, line: str) -> None:
    """One line, before anything is asked."""
    result = own.gate(fence)
    assert result.code == 4
    assert result.error.startswith(line)


def test_a_command_that_only_seems_to_write(own: Shop) -> None:
    """`allow: read-only` says why it may be run all the same."""
    fence = "# expect: exit 0\n# allow: read-only because kill -0 sends nothing\nkill -0 1\n"
    assert own.gate(fence).code == 0


def test_coverage_counts_it(own: Shop) -> None:
    """It is automated."""
    own.says(GOOD)
    result = run_gate(ROOT, f"--content={own.folder}", "--runbook-coverage")
    assert result.code == 0
    assert "entropy.always_half" in result.text
