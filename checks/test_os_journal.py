"""The system's journal and log files: they are kept, readable, long enough, and do not fill the disk."""

from engine.judge.marks import owns
from engine.judge.measure import at_least, at_most
from engine.text import size, span
from fixtures.os.journal import JournalStore
from fixtures.os.rotation import Rotation
from fixtures.os.settings import Limits


@owns("journal_place")
def test_journal_kept(journal_place: str) -> None:
    """journald keeps what it collects, in memory or on the disk."""
    assert journal_place, "the journal has no place; expected a folder"


@owns("journal_access")
def test_journal_readable(journal_access: str) -> None:
    """The suite's user may read the system's journal."""
    assert journal_access.startswith("/"), f"the journal's folder is {journal_access!r}; expected an absolute path"


def test_journal_retention(journal_store: JournalStore, limits: Limits) -> None:
    """The journal is kept on disk and reaches back far enough, or has room to grow."""
    assert journal_store.persistent, "the journal is in memory and is lost at the next boot; expected it on disk"
    least = span(limits.journal_kept_s)
    ends = journal_store.ends_after
    assert ends is None or at_least(ends, limits.journal_kept_s, "s", "MaxRetentionSec"), (
        f"MaxRetentionSec limits the journal to {span(ends)}; expected at least {least}"
    )
    assert at_least(journal_store.oldest, limits.journal_kept_s, "s", "oldest") or not journal_store.deletes, (
        f"the journal reaches back {span(journal_store.oldest)} and is full with {size(journal_store.used)} of "
        f"{size(journal_store.most)}; expected at least {least}"
    )


def test_journal_size(journal_store: JournalStore, limits: Limits) -> None:
    """The journal does not fill the disk."""
    assert at_most(journal_store.used, limits.journal_bytes, "bytes"), (
        f"the journal uses {size(journal_store.used)} of disk; the limit is {size(limits.journal_bytes)}"
    )


def test_logs_rotated(log_rotation: Rotation, limits: Limits) -> None:
    """logrotate runs, where it is installed, and passes over no file of its configuration."""
    bad = [log_rotation.off] if log_rotation.off else []
    age = log_rotation.state_age
    if age is not None and not at_most(age, limits.rotation_age_s, "s"):
        bad.append(f"the last run is {span(age)} ago; the limit is {span(limits.rotation_age_s)}")
    if log_rotation.ignored:
        files = ", ".join(log_rotation.ignored[:5])
        bad.append(f"{files} may be written by others than root, and so logrotate ignores it")
    assert not bad, f"{'; '.join(bad)}; expected logs to be rotated, or they fill the disk"
