"""The tools that look do so on real hosts, as they are pasted, and say what their first lines promise."""

from __future__ import annotations

import re

import pytest

from engine.runbook.fill import fill
from tests.lab_gate import pasted
from tests.pasted import lab_run

pytestmark = pytest.mark.lab
HOSTS = {"family-management": "family-1", "santas-gift-finder": "santas-1"}
INDEX = '[{"collection": "families", "keys": {"created_at": 1}}]'
LOOKS = {
    "family-management": [
        ("mongo_load | mongo_look", r"(?s)queue \{.*\ntickets \{.*\nMiB \{.*\nqueue \{"),
        ("mongo_clients | mongo_look", r"(?m)^\d+ \S"),
        ("mongo_counts | mongo_set", r"(?m)^\w+ \d+ KiB \{.*'families': \d+"),
        ("mongo_oplog | mongo_look", r"window .*\d:\d\d.* used \d+ of \d+ MiB"),
        ("mongo_rights | mongo_application", r"\[\{'user': .*\['readWrite on \w+'"),
        ("mongo_users | mongo_set", r"(?m)^\S+ in \w+ \['\w+ on \w+'"),
        ("mongo_votes | mongo_look", r"(?s)(\S+:27017 \{'priority': [^\n]*delay 0\s+){3}"),
        (f"mongo_indexes | mongo_look look '{INDEX}'", r"families _id_ \['_id'\] used \d+"),
        ("mongo_expired | mongo_look look family_invitations expires_at", r"\d+ expired of \d+ pending"),
        ("mongo_deleted | mongo_set family_invitations && echo looked", r"looked\n$"),
        ("mongo_electable | mongo_set && echo unchanged", r"^unchanged\n$"),
        ("mongo_refused /etc/mongod.conf; rm -f /etc/mongod.conf.refused", r"^taken\n$"),
    ],
    "santas-gift-finder": [
        ("ask_pages http://localhost:8000/api/health", r"^200 0\.\d+ s http.* name 0\."),
        ("settled systemd-journald && echo settled", r"^settled\n$"),
        ("settled no-such-unit || echo not settled", r"^not settled\n$"),
        ("postgres_can_start postgresql@15-main 5432 && echo can", r"^can\n$"),
        ("sleep() { :; }; app_memory santas-api", r"(?s)(PID +RSS.*\d+ kB\n.*){2}"),
        (
            "echo secret | keep_secret tool; stat -c %a:%s /root/tool-*.log; rm /root/tool-*.log",
            r"kept in /root/tool-\d+T\d+\.log\n600:7\n$",
        ),
    ],
}
DROPIN = "/run/systemd/system/fault-tool.service.d/10-new.conf"


def run(system: str, command: str, before: str = "", behind: str = "") -> str:
    """What a command prints that is pasted with the functions that it calls, on the system's first host."""
    target = lab_run().target_of(HOSTS[system], system, "os")
    text = fill(target.system.runbook.pasteable(command), target.values(), command)
    done = pasted(HOSTS[system], f"{before}\n{text}\n{behind}")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("system", "command", "told"), [(system, *each) for system, listed in LOOKS.items() for each in listed]
)
def test_a_tool_that_looks(system: str, command: str, told: str) -> None:
    """Its output on a healthy host has what a person looks for."""
    said = run(system, command)
    assert re.search(told, said), said


@pytest.mark.parametrize(
    ("tool", "text", "aside"),
    [
        ("dropins_aside", r"[Service]\nNice=1\n", True),
        ("second_commands_aside", r"[Service]\nExecStart=/bin/false\n", True),
        ("second_commands_aside", r"[Service]\nExecStart=\nExecStart=/bin/false\n", False),
        ("second_commands_aside", r"[Service]\nNice=1\n", False),
    ],
)
def test_a_drop_in_goes_aside(tool: str, text: str, aside: bool) -> None:
    """What is put aside stays beside its place; what replaces the command line is somebody's will."""
    folder = DROPIN.rpartition("/")[0]
    said = run(
        "santas-gift-finder",
        f"{tool} fault-tool",
        before=f"mkdir -p {folder}; printf '{text}' >{DROPIN}",
        behind=f"ls {folder}; rm -r {folder}; systemctl daemon-reload",
    )
    assert said.splitlines()[-1] == f"10-new.conf{'.aside' if aside else ''}"
