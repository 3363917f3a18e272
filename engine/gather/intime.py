"""Waiting for an answer no longer than its time, whatever a client's own timeout counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def in_time(ask: Callable[[], T], limit: float) -> T:
    """Returns the answer, or raises TimeoutError: a client's own timeout starts again with every byte that drips."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(ask())
        except Exception as error:  # it is raised where the answer is waited for
            future.set_exception(error)

    # It ends with its socket, at the latest when the tunnel is closed.
    threading.Thread(target=run, daemon=True).start()
    return future.result(limit)
