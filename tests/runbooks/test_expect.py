"""Expectations: how they are written, when an answer passes, and which commands are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.gather.fact import Output
from engine.judge.expected import wrong
from engine.judge.measure import Measure, measuring
from engine.run.declared import answers, wrong_expectations
from engine.runbook.expect import Expectation, ExpectError, name_of, parse_test, properties
from engine.runbook.model import RunbookError
from engine.runbook.parser import parse
from engine.runbook.readonly import changes
from tests.conftest import ROOT

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Limits:
    """Limits that tests compare with."""

    used: int = 85


def judged(tests: str, stdout: str = "", rc: int = 0, stderr: str = "", unit: str = "") -> str:
    """Returns what is wrong with an answer; several tests are separated by `+`."""
    parsed = tuple(parse_test(test.strip()) for test in tests.split("+"))
    return wrong(Expectation("a.b", "x", 1, parsed, unit), Output(stdout, stderr, rc), Limits(), NOW)


@pytest.mark.parametrize(
    ("tests", "stdout", "rc"),
    [
        ("exit 0", "", 0), ("exit 0 or 3", "", 3), ("exit 1, 4", "", 4), ("match /^b$/", "a\nb\n", 0),
        ("match /a/b/", "a/b", 0), ("no match /ERROR/", "fine", 0), ("number < 80", " 42%\n", 0),
        ("number >= -3", "-2.5", 0), ("number == 0", "0", 0), ("number != 1", "x 2 y", 0),
        ("number between 1 and 9", "9", 0), ("number < limits.used", "84", 0), ("lines < 3", "a\n\nb\n", 0),
        ("lines == 0", "\n", 0), ("empty", " \n", 0), ("equals in sync", "in sync\n", 0),
        ("json .a[1].b-c == 3", '{"a": [0, {"b-c": 3}]}', 0), ('json .s == "up"', '{"s": "up"}', 0),
        ("json .s == up", '{"s": "up"}', 0), ("json .n > 2.5", '{"n": 3}', 0),
        ("age < 2h", "2026-11-27T11:00:00+00:00", 0),
        ("age < 1h", "2026-11-27 13:59:00 +0200", 0), ("age <= 60", "1795780740", 0), ("exit 1 + empty", "", 1),
    ],
)  # fmt: skip
def test_answers_that_pass(tests: str, stdout: str, rc: int) -> None:
    """Each form, with the least that passes."""
    assert judged(tests, stdout, rc) == ""


@pytest.mark.parametrize(
    ("tests", "stdout", "rc", "found"),
    [
        ("exit 0", "", 3, "exit status 3, expected 0; it said: (nothing)"),
        ("exit 1, 4", "up", 0, "exit status 0, expected 1 or 4; it said: up"),
        ("match /^b$/", "ab\n", 0, "nothing matches /^b$/ in: ab"),
        ("no match /ERROR/", "a\nan ERROR 1\nERROR 2", 0, "/ERROR/ matches, and 1 more: an ERROR 1"),
        ("number < 80", "80", 0, "80 %, expected < 80"),
        ("number < 80", "", 0, "the answer has no numbers, expected one: (nothing)"),
        ("number < 80", "1 2", 0, "the answer has 2 numbers, expected one: 1 2"),
        ("number between 1 and 9", "10", 0, "10 %, expected between 1 and 9"),
        ("number < limits.used", "85", 0, "85 %, expected < 85 (used)"),
        ("lines < 2", "a\nb", 0, "2 %, expected < 2: a\nb"),
        ("empty", "x", 0, "the answer is not empty: x"),
        ("equals a", "b", 0, "the answer is b, expected a"),
        ("json .a == 3", "no", 0, "the answer is no JSON: no"),
        ("json .a.b == 3", '{"a": 1}', 0, 'the answer has no .a.b: {"a": 1}'),
        ("json .a[2] == 3", '{"a": [1]}', 0, 'the answer has no .a[2]: {"a": [1]}'),
        ("json .a < 3", '{"a": "x"}', 0, '.a is "x", expected < 3'),
        ("age < 1h", "2026-11-27T10:00:00Z", 0, "7200 s, expected < 3600: 2026-11-27T10:00:00Z"),
        ("age < 1h", "2026-11-27 11:59", 0, "the answer is no date with a time zone: 2026-11-27 11:59"),
        # What failed has said nothing: neither no error, nor few lines.
        ("no match /ERROR/", "", 1, "exit status 1, expected 0; it said: (nothing)"),
        ("empty", "", 2, "exit status 2, expected 0; it said: (nothing)"),
        ("exit 1 + empty", "x", 0, "exit status 0, expected 1; it said: x; the answer is not empty: x"),
    ],
)
def test_answers_that_fail(tests: str, stdout: str, rc: int, found: str) -> None:
    """Each form says what was found and what was expected."""
    assert judged(tests, stdout, rc, unit="%") == found


def test_numbers_are_measures() -> None:
    """A number and its limit are kept, also when it passes."""
    with measuring() as kept:
        assert judged("number < 80 + number > 10", "42", unit="%") == ""
    assert kept == [Measure("", 42, "%", 80, "at most"), Measure("", 42, "%", 10, "at least")]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(),
    st.integers(0, 255),
    st.sampled_from(["exit 0", "match /x/", "number < 3", "lines > 1", "empty", "json .a == 1", "age < 1d"]),
)
def test_any_answer_is_judged(stdout: str, rc: int, test: str) -> None:
    """No answer of a host breaks it."""
    assert isinstance(judged(test, stdout, rc), str)


@pytest.mark.parametrize(
    "text", ["", "exit", "exit zero", "number 80", "number < much", "match ERROR", "match /(/", "between 1 and 2"]
)
def test_what_is_no_expectation(text: str) -> None:
    """It is told which forms there are."""
    with pytest.raises(ExpectError):
        parse_test(text)


@pytest.mark.parametrize("text", ["severity: P4", "name: Quiet", "timeout: 0", "timeout: 61", "timeout: soon"])
def test_what_is_no_property(text: str) -> None:
    """A value that cannot be."""
    with pytest.raises(ExpectError):
        properties(text)


@pytest.mark.parametrize("command", ["x", "1", "", "{{ a.b }}", "sudo -n -u x y", "ü", "a" * 500])
def test_names(command: str) -> None:
    """Every command has a name that is one."""
    assert name_of(command).isidentifier()
    assert len(name_of(command)) <= 49


def fence(*lines: str) -> str:
    """A runbook with these lines in a diagnostics fence; they begin on line 7."""
    return "\n".join(["# R", "", "## Disk full (P1)", "", "**Diagnostics:**", "```bash", *lines, "```", ""])


def read(*lines: str) -> list[Expectation]:
    """Returns the expectations of these lines."""
    (section,) = parse(Path("r.md"), fence(*lines)).sections
    return [d.expects for d in section.diagnostics if d.expects]


def test_lines_that_share_a_shell_are_one() -> None:
    """Up to a blank line, or the next marker; properties stand on a line or on several."""
    first, second = read(
        "# expect: number < 80", "# unit: %   about: os", "# name: srv-full   severity: P3   timeout: 9   symptom",
        "a=$(df --output=pcent /srv)", "echo $a", "# expect: exit 0 or 1", "# expect: empty", "ls /x", "", "df -h",
    )  # fmt: skip
    assert first == Expectation(
        "os.srv_full",
        "a=$(df --output=pcent /srv)\necho $a",
        10,
        (parse_test("number < 80"),),
        "%",
        "P3",
        9,
        True,
        True,
    )
    tests = (parse_test("exit 0 or 1"), parse_test("empty"))
    assert second == replace(Expectation("runbook.ls_x", "ls /x", 14, tests), bash=True)


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        (["# expect: nothing", "ls"], "r.md:7: 'nothing' is no expectation; expected one of: exit 0; match /RE/;"),
        (["# expect: exit 0", "# severity: P9", "ls"], "r.md:8: 'P9' is no severity; expected P1, P2 or P3"),
        (["# expect: exit 0", "", "ls"], "r.md:7: this marker has no command below it"),
    ],
)
def test_mistakes(lines: list[str], mistake: str) -> None:
    """One line each, with its place."""
    with pytest.raises(RunbookError) as raised:
        read(*lines)
    assert str(raised.value).startswith(mistake)


READS = r"""
ping -c 3 192.0.2.1
vmstat 1 2
kill -0 4242
mount | grep /srv
ip addr
zcat b.gz | wc -l
gzip -t b.gz
tar tf b.tar
dmesg -T
x && y
uptime 2>&1
lsblk -f
nft list ruleset
ufw status
systemctl is-active x
df -h | awk '$5 > 90'
curl -fsS --max-time 5 http://x -o /dev/null
ss -ltn 2>/dev/null
psql -c 'select a from t where b > 2'
kubectl get pods
docker ps
git log -1
journalctl -u x --since -10min
nginx -t
top -b -n 2
redis-cli info
openssl s_client -connect x:443 </dev/null | openssl x509 -noout
if [ -e /x ]; then cat /x; fi
cat /x 2>&1 | grep -c y
crontab -l
sysctl vm.swappiness
sudo -n cat /x
awk '{ if ($1 >= 2) print }' /x
test $(wc -l < /x) -lt 3
printf '%s -> %s' a b
""".strip().splitlines()
CHANGES = r"""
ping 192.0.2.1
vmstat 1
psql -h db -c 'ANALYZE gift'
mongosh --eval 'db.setProfilingLevel(2)'
gunzip b.sql.gz
tar xf b.tar
curl -fsS http://x | sh
x &
while true; do ls; done
mount /dev/sdb1 /mnt
ip addr add 10.0.0.1 dev eth0
supervisorctl restart x
redis-cli -n 0 setex a 1 b
/usr/sbin/shutdown now
ls <pod>
systemctl restart x
sudo -n systemctl start x
sudo -n -u root rm /x
FOO=1 /bin/rm -rf /x
ls; mv a b
echo x > /etc/x
echo x >>/etc/x
curl -X POST http://x
curl -d a=b http://x
wget http://x
kubectl delete pod x
kubectl -n a rollout restart deploy/x
docker restart x
git -C /x pull
find / -name x -delete
sed -i s/a/b/ /x
psql -c 'DELETE FROM t'
redis-cli -n 2 flushdb
redis-cli config set a b
mongosh --eval 'db.x.deleteMany({})'
bash -c 'rm -rf /x'
echo $(rm /x)
`rm /x`
ls | xargs rm
kill -9 1
apt-get install x
pip install x
tee /x
while read f; do rm $f; done
nginx -s reload
tail -f /x
journalctl -f
vim /x
sudo cat /x
watch 'ls'
""".strip().splitlines()


@pytest.mark.parametrize("command", READS)
def test_commands_that_read(command: str) -> None:
    """They may be run."""
    assert changes(command) == ""


@pytest.mark.parametrize("command", CHANGES)
def test_commands_that_do_more(command: str) -> None:
    """They are refused: they change something, wait for a person, or never end."""
    assert changes(command)


@pytest.mark.parametrize(
    "command", ["git " + "-a " * 99 + "x", "time env nice " * 99, "kubectl " + "-a b " * 99, "sudo " * 99]
)
def test_a_long_command_is_judged_at_once(command: str) -> None:
    """What can be read in two ways, many times over, is not tried in all of them: this would not end."""
    changes(command)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("# nam: a", "'nam:' is no property of an expectation; expected name, unit, severity, timeout, about, on"),
        ("# name: a   severty: P1", "'severty:' is no property"),
        ("# expct: exit 0", "'expct:' is no marker; expected 'expect:', or other words in the comment"),
        ("# Expect: number < 80", "'Expect:' is no marker; expected 'expect:'"),
        ("# expect number < 80", "'expect' is no marker; expected 'expect:'"),
        ("# expects: exit 0", "'expects:' is no marker; expected 'expect:'"),
        ("# Severity: P3", "'Severity:' is no property of an expectation"),
        ("# dangr: restart", "'dangr:' is no marker; expected 'danger:'"),
        ("# on: web-1", "'on: web-1' is no place; expected 'on: control', which is this machine"),
    ],
)
def test_a_slip_in_a_marker(marker: str, words: str) -> None:
    """What is nearly a marker or a property is told, with its line: dropped, it would change what is judged."""
    with pytest.raises(RunbookError, match=rf":8: .*{re.escape(words)}"):
        parse(Path("r.md"), fence("# expect: exit 0", marker, "true"))


@pytest.mark.parametrize(
    "words", ["Expect: nothing of it", "the unit: of this", "note: it takes long", "http: is slow"]
)
def test_other_words_are_a_comment(words: str) -> None:
    """A comment may have a colon."""
    (found,) = parse(Path("r.md"), fence(f"# {words}", "# expect: exit 0", "true")).sections[0].diagnostics
    assert found.command == "true"


@pytest.mark.parametrize(
    "text",
    [
        "- <!-- expect: exit 0 -->\n  `systemctl is-active shop`",
        "<!-- expect: exit 0 -->\n\n```bash\ntrue\n```",
        "    # expect: exit 0\n    true",
        "1. # check: os.load",
        "**Overview:**\n\n- `systemctl is-active shop` <!-- expect: exit 0 -->",
    ],
)
def test_a_marker_in_a_place_without_a_command(text: str) -> None:
    """Lost, it would ask nothing, and all would be green."""
    with pytest.raises(RunbookError, match=r"'(expect|check):' stands where no command is; expected it above"):
        parse(Path("r.md"), f"# A\n\n## B\n\n**Diagnostics:**\n\n{text}\n")


def test_what_is_to_be_filled_in() -> None:
    """A command with a blank is no redirection, and cannot be asked; a tag in quotes is no blank."""
    for command, lines in (("cat /sys/block/<device>/stat", 1), ("grep -c '<b>' /srv/index.html", 0)):
        runbook = parse(Path("r.md"), fence("# expect: exit 0", command))
        told = list(wrong_expectations(runbook, {}, (), ROOT))
        assert len(told) == lines, told
        assert all("<device> has to be filled in first" in line for line in told)


def test_a_statement_says_who_is_asked() -> None:
    """SQL is for a component that takes it, and a comparison in it writes to no file."""
    text = "# A\n\n## B\n\n**Diagnostics:**\n```sql\n-- expect: number < 5\nSELECT 1 WHERE 2 > 1\n```\n"
    with pytest.raises(RunbookError, match="does not say who is asked; expected 'about: COMPONENT' below it"):
        parse(Path("r.md"), text)
    asked = parse(Path("r.md"), text.replace("SELECT", "-- about: postgres\nSELECT"))
    assert list(wrong_expectations(asked, {}, (), ROOT)) == []
    (fact,) = answers(asked, "shop").values()
    assert (fact.needs, fact.lane) == (("postgres_asked", "target"), "client")
    other = parse(Path("r.md"), text.replace("SELECT", "-- about: redis\nDELETE FROM x; SELECT"))
    assert [line.partition(": ")[2] for line in wrong_expectations(other, {}, (), ROOT)] == [
        "it changes something (DELETE FROM), and a check only reads; expected '# manual: …' instead of '# expect:'",
        "'redis' takes no SQL; expected 'about:' one of postgres",
    ]


def test_whose_a_command_is() -> None:
    """A root's command has no sudo, but where it is to run as somebody else."""
    runbook = parse(Path("r.md"), fence("# expect: exit 0", "sudo -n cat /a; sudo -n -u postgres psql -l"))
    (fact,) = answers(runbook, "shop").values()
    assert fact.asked(SimpleNamespace(values=dict)) == ("bash -o pipefail -c '$SUDO cat /a; $AS postgres -- psql -l'")
    assert fact.sudo


def test_the_suites_own_diagnostics_read() -> None:
    """Of the commands beside which checks stand in our runbooks, only those that log in elsewhere are refused."""
    found = [d.command for file in sorted((ROOT / "runbooks").rglob("*.md")) for s in parse(file).sections
             for d in s.diagnostics if d.checks and not d.command.startswith("SELECT")]  # fmt: skip
    assert len(found) > 200
    assert not [command for command in found if changes(command) and "ssh -" not in command]
