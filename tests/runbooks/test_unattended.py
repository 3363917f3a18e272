"""What a person ends by hand is asked once by a program; other commands stay as they are."""

from __future__ import annotations

import pytest

from engine.runbook.readonly import changes
from engine.runbook.unattended import unattended


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("tail -f /var/log/x", "tail /var/log/x"),
        ("sudo tail -F /a /b | grep -E '(a|b)'", "sudo -n tail /a /b | grep -E '(a|b)'"),
        ("tail -100f /x", "tail -100 /x"),
        ("tail --follow=name /x", "tail /x"),
        ("sudo -u git tail -f /x", "sudo -n -u git tail /x"),
        ("journalctl -u nginx -f | grep reload", "journalctl -u nginx -n 100 | grep reload"),
        ("journalctl -xefu a", "journalctl -xeu a -n 100"),
        ("journalctl -fn 20", "journalctl -n 20"),
        ("docker logs -f x", "docker logs x --tail=100"),
        ("docker stats", "docker stats --no-stream"),
        ("ping 192.0.2.1", "ping -c 3 192.0.2.1"),
        ("watch -n 1 'ss -s | head'", "ss -s | head"),
        ("watch -d du -sh /x", "du -sh /x"),
    ],
)
def test_what_goes_on_for_ever(typed: str, asked: str) -> None:
    """It ends, and a check may run it."""
    assert unattended(typed) == asked
    assert changes(unattended(typed)) == ""


@pytest.mark.parametrize(
    "typed",
    ["tail -n 5 /x-f", "ping -c 1 x", "ping -w 3 x", "kubectl logs -n a pod", "grep -f /words /x",
     "docker stats --no-stream", "journalctl --file=x", "echo 'tail -f /x'"],
)  # fmt: skip
def test_what_ends_by_itself(typed: str) -> None:
    """It is asked as it was typed."""
    assert unattended(typed) == typed


def test_what_a_watch_runs_is_judged() -> None:
    """It hides nothing that changes something."""
    assert changes(unattended("watch 'rm /x'"))
