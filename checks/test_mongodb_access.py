"""MongoDB's access control: nobody gets in without a log-in, and few try with a wrong one."""

from collections import Counter

from checks import expect
from engine.judge.marks import symptom
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
