"""Refusals: sudo, and what is there in its place, say in many ways that a command is not granted."""

from __future__ import annotations

import pytest

from engine.gather.asking import REFUSED

WARNING = "sudo: unable to resolve host web-1: Name or service not known\n"


@pytest.mark.parametrize(
    "words",
    [
        "sudo: a password is required",
        "Sorry, user deploy is not allowed to execute '/usr/bin/cat /etc/shadow' as root on web-1.",
        "Sorry, user deploy may not run sudo on web-1.",
        "deploy is not in the sudoers file.",
        "EXAMPLE\\\\anna müller is not in the sudoers file.  This incident will be reported.",
        "sudo: sorry, you must have a tty to run sudo",
        "sudo: interactive authentication is required",
        "sudo: Sorry, user deploy is not allowed to execute '/usr/bin/cat' as root on web-1.",
        "sudo: I'm sorry deploy. I'm afraid I can't do that",
        "doas: Operation not permitted",
        "doas: Authentication required",
    ],
)
def test_refusals(words: str) -> None:
    """Seen with sudo 1.9.13 and OpenDoas 6.8, and in the source of sudo-rs 0.2."""
    assert REFUSED.search(f"{WARNING}{words}\n")


@pytest.mark.parametrize("words", ["", "cat: /etc/shadow: Permission denied", "smartctl: Operation not permitted"])
def test_what_a_granted_command_says(words: str) -> None:
    """A command that was run and failed was not refused, and neither was one of which sudo only warned."""
    assert not REFUSED.search(f"{WARNING}{words}\n")
