"""Workers that are replaced: which of the server's words count, and how many are too many."""

from __future__ import annotations

import pytest

from checks import test_logs
from engine.judge.failure import PastFailure
from fixtures.logs.reading import Line, Log
from fixtures.logs.settings import Logs
from fixtures.logs.workers import replaced_workers
from tests.ours import Limits


def said(*told: tuple[float, str], seconds: float = 3600) -> Log:
    """The journal with these texts, each of that age."""
    return Log(seconds, [Line("", age, "gunicorn", text) for age, text in sorted(told, reverse=True)])


def booted(age: float, pid: int) -> tuple[float, str]:
    return age, f"[2026-11-28 17:00:00 +0000] [{pid}] [INFO] Booting worker with pid: {pid}"


def exited(age: float, pid: int) -> tuple[float, str]:
    return age, f"[2026-11-28 17:00:00 +0000] [{pid}] [INFO] Worker exiting (pid: {pid})"


def planned(age: float) -> tuple[float, str]:
    return age, "[2026-11-28 17:00:00 +0000] [7] [INFO] Autorestarting worker after current request."


@pytest.mark.parametrize(
    "words",
    ["[3] [INFO] Starting gunicorn 25.3.0", "[3] [INFO] Handling signal: hup", "[3] [INFO] Handling signal: ttin",
     "INFO:     Started parent process [3]", "INFO:     Received SIGHUP, restarting processes."],
)  # fmt: skip
def test_a_reload_boots_all_of_them(words: str) -> None:
    """What boots and ends with a start, a reload, or another number of workers replaces none."""
    boots = [booted(599, pid) for pid in range(9)]
    assert not replaced_workers(said((600, words), *boots, *(exited(590, pid) for pid in range(9))), 60).boots
    assert len(replaced_workers(said(*boots, (100, words)), 60).boots) == 9
    # The unit's account begins with its start.
    assert not replaced_workers(said(*boots, seconds=601), 60).boots


def test_each_server_has_its_words() -> None:
    """gunicorn, uvicorn, and uvicorn's worker of gunicorn, which says both; a visitor's words are none."""
    log = said(
        booted(90, 7),
        (90, "[7] [INFO] Started server process [7]"),
        (80, "INFO:     Started server process [8]"),
        (70, "SIGCHLD: Handling signal: chld"),
        (60, 'INFO 192.0.2.7 "GET /?q=Booting worker with pid: 9'),
        (60, "INFO GET /?q=Booting worker with pid: 9"),
        (60, "Booting worker with pid: 9 is what the manual says"),
    )
    assert [line.age for line in replaced_workers(log, 60).boots] == [90, 80]


def test_a_worker_that_finished_did_not_fail() -> None:
    """uvicorn says of each that ended that it died: of one that limit_max_requests ended, and of a killed one."""
    died = Logs(unit="api", failures=[r"Child process \[\d+\] died"])
    finished = (31, "INFO:     Finished server process [7]")
    test_logs.test_unit_failures(said(finished, (30, "INFO:     Child process [7] died")), died, Limits())
    with pytest.raises(PastFailure, match=r'1 line like ".*Child process \[8\] died" in the last hour'):
        test_logs.test_unit_failures(said(finished, (30, "INFO:     Child process [8] died")), died, Limits())


def test_many_that_end_fail() -> None:
    """A few may end; more are told while the last of them is young."""
    few, many = ([booted(100 * number, number) for number in range(1, most)] for most in (7, 8))
    test_logs.test_workers_replaced(said(*few), Limits())
    with pytest.raises(PastFailure, match="7 workers booted in the place of others in the last hour, the last: "):
        test_logs.test_workers_replaced(said(*many), Limits())
    test_logs.test_workers_replaced(said(*((age + 900, text) for age, text in many)), Limits())


def test_as_many_requests_as_they_may_serve() -> None:
    """max_requests replaces workers as often as it may, while each lives for a while."""

    def recycled(life: float) -> Log:
        ages = range(100, 3000, 100)
        ends = [each for age in ages for each in (planned(age), exited(age, age))]
        return said(*ends, *(booted(age + life, age) for age in ages))

    test_logs.test_workers_replaced(recycled(400), Limits())
    with pytest.raises(PastFailure, match="29 workers ended within 60 s, after as many requests as each may serve"):
        test_logs.test_workers_replaced(recycled(20), Limits())
