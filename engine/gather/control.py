"""Commands on the machine of the checks: what a cluster or another server is asked from here (`kubectl`, a query)."""

from __future__ import annotations

from functools import cache
from threading import Lock

from engine.bounded import run_bounded
from engine.gather.fact import FactError, Output
from engine.text import clean, one_line

# Bytes of the output, and of the complaints, that are kept.
LIMIT, SAID = 256 * 1024, 4096
_ONE = Lock()


def asked_here(command: str, timeout: float) -> Output:
    """Returns the answer of a command of bash on this machine. The hosts of a run share one answer.

    Raises FactError where it does not end within `timeout` seconds, or says too much.
    """
    with _ONE:
        return _asked(command, timeout)


@cache
def _asked(command: str, timeout: float) -> Output:
    try:
        ended = run_bounded(["bash", "-o", "pipefail", "-c", command], timeout, (LIMIT, SAID))
    except TimeoutError:
        raise FactError(f"{_short(command)} did not end within {timeout:g} s") from None
    if len(ended.out) > LIMIT:
        raise FactError(f"{_short(command)} answered more than {LIMIT // 1024} KiB")
    said = ended.said[:SAID].decode(errors="replace")
    # A program that a signal ended has the status that a shell would tell.
    code = 128 - ended.code if ended.code < 0 else ended.code
    return Output(clean(ended.out.decode(errors="replace")), clean(said), code)


def _short(command: str) -> str:
    return f"'{one_line(command, 80)}', on this machine,"
