"""Whether a member answers a client that has not logged in, by what MongoDB 6.0 was recorded to say."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pymongo.errors import NotPrimaryError, OperationFailure

from checks import test_mongodb_access as checks
from engine.gather.fact import FactError
from fixtures.mongodb.access import answers

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
