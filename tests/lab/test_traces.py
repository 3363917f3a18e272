"""What a gate leaves on a host: nothing new, no unit that was started, nothing that D-Bus woke.

What the services themselves do meanwhile is told apart by a span of the same length without a gate; what a log-in
itself does (a session, its scope, the log of it) is the log-in's.
"""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest

from tests.crowd import crowd, told
from tests.lab_gate import gate, green, lab, part

pytestmark = pytest.mark.lab
HOST = "santas-1"
HERE = part("santas-gift-finder")
# Every path with its kind, its size and the time of its last change, on the root and on the memory filesystems.
PLACES = "/ /run /tmp /dev/shm /var/tmp"
LISTING = f"find {PLACES} -xdev -path /dev/pts -prune -o -printf '%p\\t%y %s %C@\\n' 2>/dev/null | sort -u"
# systemd's own messages about a unit's start [sd-messages(3)]: begun, done.
STARTS = "MESSAGE_ID=7d4958e842da4a758f6c1cdc7b36dcc5 MESSAGE_ID=39f53479d3a045ac8e11786248231fbf"
# What sshd, PAM, logind and sudo do for each log-in; and what services write at times of their own.
LOG_IN = re.compile(
    r"/run/(systemd/(sessions|users|inhibit|units|transient|propagate)|user/|utmp|sudo|log|motd|dbus)|^/run(/systemd)?$"
    r"|/var/log/(journal|wtmp|lastlog|btmp|auth\.log|syslog|tallylog)|/var/lib/systemd/(linger|timesync)"
    r"|/var/(lib|log)/(postgresql|redis|prometheus|nginx)(/|$)"
    r"|/(session|user)[-@.]\S*|^(session-\d+\.scope|user@\d+\.service|user-runtime-dir@\d+\.service|user-\d+\.slice)$"
)


def on_host(script: str) -> str:
    """Runs a shell script as root on the host; returns what it printed."""
    return lab("run", HOST, "--", "bash", "-c", script)


def listing() -> dict[str, str]:
    """Every path of the host, with what changes when it is touched."""
    return dict(line.split("\t", 1) for line in on_host(LISTING).splitlines() if "\t" in line)


def traces(idle_s: float | None) -> tuple[set[str], set[str], str]:
    """Returns the paths that changed, the units that started and what D-Bus woke, in a gate's span or in seconds."""
    mark = on_host("date '+%F %T'; sleep 1.1").splitlines()[0]
    # Reading a folder that was changed since it was read last touches it, on an overlay: the first look is for that.
    listing()
    before = listing()
    if idle_s is None:
        assert gate(of=HERE).result.code == 0
    else:
        time.sleep(idle_s)
    after = listing()
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    units = on_host(f"journalctl -q -o json --output-fields=UNIT --since '{mark}' {STARTS} | jq -r '.UNIT // empty'")
    woken = on_host(f"journalctl -q -o cat --since '{mark}' _COMM=dbus-daemon | grep -i activat || true")
    # What a timer starts at its hour is nobody's trace: its hour may come in one span and not in the other.
    timed = on_host("systemctl list-timers --all --no-legend --no-pager | awk '{print $NF}'")
    return changed, set(units.split()) - set(timed.split()), woken


def kinds(paths: set[str]) -> set[str]:
    """Paths and units without what counts on: the folder of a file that has another name each time."""
    return {re.sub(r"\d+", "N", path) for path in paths if not LOG_IN.search(path)}


def test_a_gate_leaves_nothing() -> None:
    """Nothing is new or touched under `/`, no unit was started, and D-Bus woke nothing, but what happens anyway."""
    green(HERE, limit_s=120)
    started = time.monotonic()
    changed, units, woken = traces(None)
    span = time.monotonic() - started
    idle_changed, idle_units, _ = traces(span)
    assert kinds(units) <= kinds(idle_units)
    assert woken == ""
    services = {path.rsplit("/", 1)[0] for path in kinds(idle_changed)} | kinds(idle_changed)
    left = {path for path in kinds(changed) if path not in services and path.rsplit("/", 1)[0] not in services}
    assert left == set()


def test_twenty_gates_at_once() -> None:
    """However many people ask at the same time, each of them gets the same answer."""
    results = crowd(20, "-k", "reachable or clock or mounts or memory or unit_running")
    assert [result.code for result in results] == [0] * 20, Counter(map(told, results))
