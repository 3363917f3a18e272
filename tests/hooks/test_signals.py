"""TERM and HUP are Ctrl-C: once, and only where they are not ignored."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from engine.hooks.signals import SIGNALS, Ending


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_ends_the_run(number: signal.Signals) -> None:
    """It is named; what follows is let pass, because the run is ending."""
    ending = Ending()
    ending.begin()
    with pytest.raises(KeyboardInterrupt, match=number.name):
        os.kill(os.getpid(), number)
    for other in SIGNALS:
        os.kill(os.getpid(), other)
    assert ending.by == number.name


def test_what_is_ignored_stays_so() -> None:
    """nohup has HUP ignored: a run that it started goes on."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    ending = Ending()
    ending.begin()
    os.kill(os.getpid(), signal.SIGHUP)
    assert ending.by == ""


def test_in_the_end_all_is_as_before() -> None:
    """Whoever runs pytest inside a program keeps that program's own handlers."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    mine = signal.getsignal(signal.SIGTERM)
    ending = Ending()
    ending.begin()
    ending.end()
    assert signal.getsignal(signal.SIGTERM) is mine
    signal.signal(signal.SIGTERM, before)
