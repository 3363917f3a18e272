"""The journal as a store: systemd's sizes and times, and whether what is kept reaches back a week."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import test_os_journal
from engine.gather.fact import FactError
from fixtures.os.journal import JournalStore, bytes_of, parse_store, seconds_of
from tests.facts.test_activity import fails
from tests.ours import Limits

DAY = 86400
ANSWER = """\
/var/log/journal
1700000000
1699300000.123456 santas-1 kernel: Linux version 6.1.0
1610612736
21474836480 10737418240
SystemMaxUse=2G
"""


@pytest.mark.parametrize(
    ("text", "size"), [("512", 512), ("8.0K", 8192), ("16.0M", 16777216), ("1.5G", 1610612736), ("2T", 2 * 1024**4)]
)
def test_sizes(text: str, size: int) -> None:
    """systemd's sizes count in steps of 1024."""
    assert bytes_of(text) == size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3600", 3600), ("7day", 7 * DAY), ("1week", 7 * DAY), ("1month", 30 * DAY), ("2M", 60 * DAY), ("5min", 300),
     ("2h 30min", 9000), ("1y", 365 * DAY), ("", 0)],
)  # fmt: skip
def test_spans(text: str, seconds: float) -> None:
    """systemd's spans of time; a minute is no month."""
    assert seconds_of(text) == seconds


def test_a_strange_size_is_told() -> None:
    """What is no size is told as it is."""
    with pytest.raises(FactError, match="'10%' is no size"):
        bytes_of("10%")


def test_store() -> None:
    """The store is read, with what its configuration or else systemd's own defaults allow it."""
    store = parse_store(ANSWER)
    assert store.persistent
    assert (round(store.oldest), store.used, store.most, store.ends_after) == (700000, 1610612736, 2 << 30, None)
    assert parse_store(ANSWER.replace("SystemMaxUse=2G\n", "")).most == 21474836480 // 10
    nearly_full = parse_store(ANSWER.replace("10737418240", "3221225472"))
    assert nearly_full.most == store.used, "journald leaves 15 % of the filesystem free, and holds 1.5 GiB already"


FULL = JournalStore(persistent=True, oldest=3 * DAY, used=500 << 20, most=512 << 20, ends_after=None)


@pytest.mark.parametrize(
    "store",
    [
        pytest.param(replace(FULL, oldest=8 * DAY), id="reaches back"),
        pytest.param(replace(FULL, used=100 << 20), id="young, with room to grow"),
        pytest.param(replace(FULL, oldest=8 * DAY, ends_after=30 * DAY), id="ends after a month"),
    ],
)
def test_enough_is_kept(store: JournalStore) -> None:
    """A journal that reaches back a week, or will, passes."""
    test_os_journal.test_journal_retention(store, Limits())


@pytest.mark.parametrize(
    ("store", "words"),
    [
        pytest.param(FULL, "reaches back 3 days and is full with 500.0 MiB of 512.0 MiB", id="full"),
        pytest.param(replace(FULL, persistent=False), "the journal is in memory", id="volatile"),
        pytest.param(replace(FULL, ends_after=DAY), "MaxRetentionSec limits the journal to 24 h", id="ends early"),
    ],
)
def test_too_little_is_kept(store: JournalStore, words: str) -> None:
    """A journal that loses what is younger than a week fails."""
    assert words in fails(test_os_journal.test_journal_retention, store, Limits())
