"""A timeout for the whole answer of a client, whose own timeout may restart with every byte."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def in_time(ask: Callable[[], T], limit: float) -> T:
    """Returns the result of `ask`, or raises its exception, or TimeoutError after `limit` seconds."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(ask())
        except Exception as error:  # the caller's `result` raises it
            future.set_exception(error)

    # The thread ends with its socket, at the latest when the tunnel is closed.
    threading.Thread(target=run, daemon=True).start()
    return future.result(limit)
