"""What is expected of a command that no check asks for, or why a person has to look."""

from __future__ import annotations

import re

from engine.drafting.asked import PASSES, SETS, asked
from engine.runbook.placeholders import ANGLE, placeholders
from engine.runbook.programs import bare, program_of
from engine.runbook.readonly import changes, is_change
from engine.runbook.unattended import unattended

# Alone, or with nothing but options, they open a shell; so do those that are one.
SHELLS = frozenset((
    "ssh", "bash", "chroot", "su", "psql", "mongo", "mongosh", "mysql", "redis-cli", "gitlab-psql", "exit",
    "python3",
))  # fmt: skip
# Of these programs the exit code is the answer.
TELLING = frozenset((
    "systemctl", "nc", "ping", "dig", "nslookup", "host", "pg_isready", "mysqladmin", "etcdctl", "getent",
    "openssl", "ls", "stat", "test", "curl", "wget", "telnet", "gitlab-ctl", "supervisorctl", "docker",
    "podman", "patronictl", "apachectl", "httpd", "namei", "consul", "rabbitmqctl", "varnishadm", "traceroute",
    "vault",
))  # fmt: skip
# Of these, whether something is found in their answer.
SEARCHED = frozenset(("ss", "netstat", "lsof", "ps", "docker", "podman", "lsmod", "mount", "sysctl"))
PAGES = "/(?i)error|unavailable|bad gateway|not found/"
PODS = r"/\b(?:\w*BackOff|Err\w+|\w*Error|OOMKilled|Evicted|Pending|Unknown)\b|\b0\/[1-9]/"
TROUBLE = r"/(?i)\b(error|fatal|panic|critical)\b/"


# What some answers must be; of several, the first one counts. A number of lines means nothing by itself.
ANSWERS = (
    (r".*(?:\bgrep\b[^|]*\s-\w*c|\bwc -l\b)", ""),
    (r".*\bgrep\b[^|]*(?:error|fail|fatal|panic|crit|denied|refused)", "empty"),
    (r"curl\b.*(?:\s-\w*I\b|--head\b)", r"match /^HTTP\S+ [23]/"),
    (r"(?:lsof\b.*\bgrep\b.*delet|mount\b.*\bgrep\b.*\bro\b)", "empty"),
    # When it ends is a date in words, which -checkend alone compares.
    (r".*\bopenssl x509\b(?!.*-checkend).*-(?:dates|enddate|text)\b", ""),
    # Without -f, curl ends well with an error page.
    (r"curl\b(?!.*(?:\s-\w*[fow]|--fail|--output|--write-out))", f"no match {PAGES}"),
    (r"ip (?:-\S+ )*r(?:oute)?\b", "match /^default/"),
    (r"cat /etc/resolv\.conf", "match /^nameserver/"),
    (r"(?:dig|nslookup|host)\b", "no match /NXDOMAIN|SERVFAIL|timed out|not found/"),
    (r"kubectl\b.*\bget (?:node|no)s?\b", r"no match /\bNotReady\b/"),
    (r"kubectl\b.*\bget po(?:ds?)?\b", f"no match {PODS}"),
    (r"docker ps\b.*--filter\b", r"match /\bUp\b/"),
    (r"systemctl (?:-\S+ )*(?:list-units )?--(?:failed|state[= ]failed)", "match /^0 loaded/"),
)


def by_hand(command: str) -> str:
    """Returns why no program may run a command for somebody: it changes something, or opens a shell; else ""."""
    asked_for = unattended(command)
    if is_change(asked_for):
        return changes(ANGLE.sub("X", asked_for))
    last = command.rpartition("\n")[2]
    return "it opens a shell" if program_of(last) in SHELLS and len(bare(last).split()) < 2 else ""


def marker_for(command: str, shell: bool = True) -> str:
    """Returns the marker of a command that no check asks for: `expect: …`, or `manual: …` with the reason.

    An expectation is only for commands of the `shell`.

    >>> marker_for("curl -I http://localhost/"), marker_for("kubectl drain node-1")
    ('expect: match /^HTTP\\\\S+ [23]/', 'manual: it changes something (kubectl drain)')
    """
    asked_for = unattended(command)
    if reason := by_hand(command) or _incomplete(command) or changes(asked_for):
        return f"manual: {reason}"
    expected = _expected(command) if shell else ""
    return f"expect: {expected}" if expected else "manual: a person has to judge the answer"


def _incomplete(command: str) -> str:
    """Why a command is none yet; "" where it is one."""
    if all(SETS.fullmatch(line) for line in command.split("\n")):
        return "it only sets a variable"
    blanks = placeholders(command)
    return f"{', '.join(blanks)} has to be filled in" if blanks else ""


def _expected(command: str) -> str:
    """What is expected of the answer, a line each; "" where only a person can say."""
    text = bare(command.rpartition("\n")[2])
    programs = [program_of(part) for part in re.split(r"\|\|?|&&|;", text)]
    # grep that finds nothing ends with 1, which is no failure.
    status = "exit 0 or 1\nexpect: " if set(programs) & {"grep", "egrep", "zgrep"} else ""
    if (answer := next((told for pattern, told in ANSWERS if re.match(pattern, text)), None)) is not None:
        return answer and f"{status}{answer}"
    if _shows_log(text, programs[0]):
        return f"{status}no match {TROUBLE}"
    if programs[0] in SEARCHED and programs[-1] in ("grep", "egrep"):
        return "exit 0"
    is_told = programs[0] in TELLING and set(programs[1:]) <= PASSES
    return "exit 0" if is_told or re.search(r"--version\b|\sversion$", text) else ""


def _shows_log(text: str, program: str) -> bool:
    """Whether a command shows the end of a log."""
    if re.match(r"(?:docker|podman)\b.*\blogs\b", text) or (program == "journalctl"):
        return True
    return program in PASSES and any(re.search(r"\blogs?\b|/log/|\.log", path) for path in asked(text).paths)
