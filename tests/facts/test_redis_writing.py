"""Whether the application's user may write, from the answers of a server that queues or refuses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
import redis as redis_py

from fixtures.redis.writing import refused

NO_COMMAND = redis_py.exceptions.NoPermissionError("User default has no permissions to run the 'set' command")
OOM = redis_py.ResponseError("OOM command not allowed when used memory > 'maxmemory'.")


class Server:
    """Answers commands by their names, or "*" any other; keeps what it was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers, self.asked, self.ended = answers, list[str](), False

    def send_command(self, *command: Any) -> None:
        self.asked.append(str(command[0]))

    def read_response(self) -> Any:
        answer = self.answers.get(self.asked[-1], self.answers["*"])
        if isinstance(answer, Exception):
            raise answer
        return answer

    def disconnect(self) -> None:
        self.ended = True


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"*": "QUEUED", "MULTI": "OK"}, ""),
        ({"*": NO_COMMAND, "MULTI": "OK"}, str(NO_COMMAND)),
        # A user with few rights may write in one way; what else is refused is no want of a right.
        ({"*": NO_COMMAND, "MULTI": "OK", "HINCRBY": "QUEUED"}, ""),
        ({"*": OOM, "MULTI": "OK"}, ""),
        # Outside of a transaction nothing is tried.
        ({"*": "OK", "MULTI": NO_COMMAND}, ""),
        ({"*": "OK", "MULTI": "whatever a proxy says"}, ""),
    ],
)
def test_a_right_is_missing_where_every_write_is_refused(answers: dict[str, Any], why: str) -> None:
    """One that is queued is enough, and no connection is kept that has anything queued."""
    server = Server(answers)
    pool = SimpleNamespace(get_connection=lambda: server, release=lambda _: None)
    client = cast("redis_py.Redis", SimpleNamespace(connection_pool=pool))
    assert refused(client, ["search:none"]) == why
    assert server.ended
    assert server.asked[1:] == [] or answers["MULTI"] == "OK"
    assert not refused(client, [])
