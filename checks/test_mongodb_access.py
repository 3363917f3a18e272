"""MongoDB's access control: nobody gets in without a log-in, few try with a wrong one, few are turned away."""

from collections import Counter

from checks import expect
from engine.judge.marks import symptom
from engine.text import counted
from fixtures.mongodb.access import Refused
from fixtures.mongodb.settings import Limits


def test_access_closed(mongodb_open: bool) -> None:
    """The member refuses to list its databases to a client without a log-in."""
    assert not mongodb_open, (
        "MongoDB lists its databases to a client without a log-in; expected it refused: access control is off"
    )


@symptom
def test_logins_refused(mongodb_logins_refused: list[Refused], mongodb_log_known: str, limits: Limits) -> None:
    """Few log-ins were refused in the last hour, to whichever user."""
    refused = Counter(each.user for each in mongodb_logins_refused)
    expect.quiet(
        [each.age for each in mongodb_logins_refused],
        limits.mongodb_refused_logins,
        limits,
        lambda: (
            f"{mongodb_log_known} has {len(mongodb_logins_refused)} refused log-ins in the last hour; the limit is "
            f"{limits.mongodb_refused_logins}, most of them as {', '.join(user for user, _ in refused.most_common(3))}"
        ),
    )


@symptom
def test_connections_refused(mongodb_turned_away: list[float], mongodb_log_known: str, limits: Limits) -> None:
    """The server turned away few clients in the last hour because all its connections were in use."""
    expect.quiet(
        mongodb_turned_away,
        limits.mongodb_turned_away,
        limits,
        lambda: (
            f"{mongodb_log_known} has {counted(len(mongodb_turned_away), 'client')} turned away in the last hour, "
            f"because all connections were in use; the limit is {limits.mongodb_turned_away}"
        ),
    )
