"""Whether a member answers without a log-in, and whom it refuses, by what MongoDB 6.0 was recorded to say."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pymongo.errors import NotPrimaryError, OperationFailure

from checks import test_mongodb_access as checks
from engine.gather.fact import FactError
from fixtures.mongodb.access import LOGINS, Refused, answers, parse_refused
from tests.facts.test_mongodb import awk
from tests.ours import Limits

REFUSED: dict[str, Any] = {
    "ok": 0.0,
    "errmsg": "command listDatabases requires authentication",
    "code": 13,
    "codeName": "Unauthorized",
}


class Member:
    """A client whose member gives one answer, or one error."""

    def __init__(self, answer: Exception | dict[str, Any]) -> None:
        """Keeps the answer."""
        self._answer = answer

    def __getitem__(self, database: str) -> Member:
        """Any database."""
        return self

    def command(self, *_: object, **__: object) -> dict[str, Any]:
        """The answer to any command."""
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def ask(answer: Exception | dict[str, Any]) -> bool:
    """Returns whether a member with this answer is open."""
    return answers(cast("Any", Member(answer)))


def test_refused() -> None:
    """A member with access control refuses."""
    assert not ask(OperationFailure(REFUSED["errmsg"], 13, REFUSED))
    checks.test_access_closed(mongodb_open=False)


def test_answered() -> None:
    """One without lists its databases."""
    assert ask({"databases": [{"name": "admin"}], "ok": 1.0})
    with pytest.raises(AssertionError, match=r"without a log-in; expected it refused: access control is off"):
        checks.test_access_closed(mongodb_open=True)


def test_neither() -> None:
    """Another error is no refusal of a stranger: it is not known."""
    with pytest.raises(FactError, match="answers with an error: no such command"):
        ask(OperationFailure("no such command", 59, {"errmsg": "no such command"}))
    with pytest.raises(FactError, match="the member serves no reads"):
        ask(NotPrimaryError("node is recovering"))


NOW = 1795841506.5
LINE = (
    '{"t":{"$date":"2026-11-28T04:50:46.500+00:00"},"s":"I",  "c":"ACCESS",   "id":20249,   "ctx":"conn173",'
    '"msg":"Authentication failed","attr":{"mechanism":"SCRAM-SHA-1","speculative":false,"principalName":"reports",'
    '"authenticationDatabase":"admin","remote":"127.0.0.1:40298","extraInfo":{},"error":"UserNotFound: Could not find '
    'user \\"reports\\" for db \\"admin\\""}}\n'
)
# As MongoDB 7.0 words it.
LATER = LINE.replace("Authentication failed", "Failed to authenticate").replace('"principalName"', '"user"')
BETWEEN_MEMBERS = (
    '{"t":{"$date":"2026-11-28T04:50:46.172+00:00"},"s":"I",  "c":"ACCESS",   "id":20249,   "ctx":"conn86","msg":'
    '"Authentication failed","attr":{"mechanism":"SCRAM-SHA-256","speculative":true,"principalName":"__system",'
    '"authenticationDatabase":"local","remote":"198.18.16.21:44698","extraInfo":{},"error":"BadValue: SCRAM-SHA-256 is '
    'disallowed for cluster authentication"}}\n'
)


def refused(log: str, now: float = NOW) -> list[Refused]:
    """Returns the refused log-ins of a log."""
    return parse_refused(f"{now}\n{now}\n==newest\n{awk(LOGINS, log)}")


def test_refused_log_ins() -> None:
    """Both forms are read, where the log-in came from is left out; a try between members counts as none."""
    later = LATER.replace("authenticationDatabase", "db")
    assert refused(LINE + BETWEEN_MEMBERS + later) == [Refused(60.0, "reports in admin")] * 2
    assert "40298" not in awk(LOGINS, LINE)
    assert refused(LINE, NOW + 3600) == []


def test_a_name_that_somebody_made_up() -> None:
    """What a client calls itself is one short line."""
    assert refused(LINE.replace("reports", '\\u001b[2J\\n\\"x'))[0].user.isprintable()
    assert refused(LINE.replace("reports", "x" * 300))[0].user == "? in admin"


def test_few_and_many() -> None:
    """Up to the limit it is somebody who mistypes, or it is over since long."""
    log = "/var/log/mongodb/mongod.log"
    checks.test_logins_refused([Refused(60, "a in admin")] * 20, log, Limits())
    checks.test_logins_refused([Refused(1000, "a in admin")] * 30, log, Limits())
    with pytest.raises(
        AssertionError, match=r"has 21 refused log-ins in the last hour; the limit is 20, most of .* a in"
    ):
        checks.test_logins_refused([Refused(60, "a in admin")] * 21, log, Limits())
