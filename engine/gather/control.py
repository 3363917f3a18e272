"""Commands on the machine of the checks: what a cluster or another server is asked from here (`kubectl`, a query)."""

from __future__ import annotations

import os
import signal
import subprocess
from functools import cache
from threading import Lock

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
    bounded = f"{{ {command}\n}} 2> >(head -c {SAID} >&2; cat >/dev/null) | head -c {LIMIT + 1}"
    with subprocess.Popen(
        ["bash", "-o", "pipefail", "-c", bounded],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # What it started ends with it.
        start_new_session=True,
    ) as process:
        try:
            out, said = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise FactError(f"{_short(command)} did not end within {timeout:g} s") from None
    if len(out) > LIMIT:
        raise FactError(f"{_short(command)} answered more than {LIMIT // 1024} KiB")
    return Output(clean(out.decode(errors="replace")), clean(said.decode(errors="replace")), process.returncode)


def _short(command: str) -> str:
    return f"'{one_line(command, 80)}', on this machine,"
