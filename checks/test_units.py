"""The systemd units: they run what is on disk, and have room within their limits."""

import math
from collections import Counter

from engine.judge.failure import PastFailure
from engine.judge.marks import symptom, vital
from engine.judge.measure import at_least, at_most
from engine.run.target import Target
from engine.text import size, span
from fixtures.app.settings import App
from fixtures.backups.settings import Backups
from fixtures.os.processes import Process
from fixtures.os.units import NEUTRAL
from fixtures.units.loaded import Loaded
from fixtures.units.programs import Program
from fixtures.units.settings import Limits
from fixtures.units.timers import Timed
from fixtures.units.use import Use

# A timer that is `elapsed` has no next time [systemd.timer(5)].
SCHEDULED = (("active", "waiting"), ("active", "running"))
# PostgreSQL closes files by itself when it comes to its limit, and keeps as many open as it may [fd.c, virtual files].
CLOSES_FILES = ("postgres",)
# By what their components are asked with.
DATABASES = ("psycopg", "pymongo", "redis")


def test_loaded(unit_files: list[Loaded]) -> None:
    """systemd has read the files of every unit as they are on disk."""
    bad = [
        f"{unit.unit} ({', '.join(unit.changed).strip(', ') or 'a file of it'})" for unit in unit_files if unit.changed
    ]
    assert not bad, f"changed on disk after systemd read it: {'; '.join(bad)}; expected a daemon-reload"


@vital("backups", "data")
def test_timers_scheduled(timed_units: list[Timed], backups_next: dict[str, float], target: Target) -> None:
    """Every timer of system.yml runs, the next boot starts it, and none makes backups more rarely than they may age."""
    most = target.limits.model_dump().get("backup_age_s", math.inf)
    bad = [
        f"{timer} runs next in {span(seconds)}, and a backup may be {span(most)} old"
        for timer, seconds in backups_next.items()
        if not at_most(seconds, most, "s", timer)
    ]
    for timed in timed_units:
        if not timed.timers:
            bad.append(f"nothing starts {timed.service.name}")
        for timer in timed.timers:
            if not timer.at_boot:
                wanted = " and wanted by nobody" if timer.enabled in NEUTRAL else ""
                bad.append(f"{timer.name} is {timer.enabled or timer.load}{wanted}")
            elif (timer.active, timer.sub) not in SCHEDULED:
                bad.append(f"{timer.name} is {timer.active} ({timer.sub})")
    assert not bad, f"{'; '.join(bad)}; expected an enabled timer that waits"


@vital("backups", "data")
@symptom("os")
def test_timed_runs(timed_units: list[Timed], timed_said: dict[str, str], target: Target) -> None:
    """The last run of every service that a timer starts succeeded, and systemd does not try it again and again."""
    folders = {f"{each.unit}.service": each.directory for each in target.here.values() if isinstance(each, Backups)}
    bad = []
    for unit in (timed.service for timed in timed_units):
        # Between two tries the result is that of the last one, and during a try it is `success`.
        if unit.result != "success" or (unit.active == "activating" and unit.restarts):
            writes = f", which writes to {folders[unit.name]}" if unit.name in folders else ""
            said = f"; it said: {timed_said[unit.name]}" if timed_said.get(unit.name) else ""
            bad.append(f"{unit}{writes}{said}")
    assert not bad, f"{'; '.join(bad)}; expected success"


def test_programs_current(unit_programs: list[Program], limits: Limits) -> None:
    """No unit runs a program whose files were replaced on disk after its start."""
    old = [
        f"{program.unit} runs for {span(program.age)}, and {file} was replaced {span(after)} after its start"
        for program in unit_programs
        for file, after in program.replaced.items()
        if not at_most(after, limits.program_replaced_s, "s", program.unit)
    ]
    assert not old, f"{'; '.join(old[:5])}; expected a restart"


def test_others_failed(other_failed_units: list[str]) -> None:
    """No unit of the host failed that the system does not name: a rotation of logs, a mount, a clean-up."""
    failed = ", ".join(other_failed_units[:10])
    assert not other_failed_units, f"systemd says that {failed} failed; expected no failed unit"


@vital("monitoring")
def test_processes_stopped(processes: list[Process], target: Target, limits: Limits) -> None:
    """No process of a service is stopped, and few of the host wait for their parent after their end.

    Applications and databases are judged by what they answer.
    """
    asked = (each for each in target.system.components.values() if each.CLIENT in DATABASES or isinstance(each, App))
    own = {unit for each in asked for unit in each.units}
    stopped = [
        process
        for process in processes
        if process.state.startswith("T")
        and "/system.slice/" in process.cgroup
        and not any(process.belongs_to(unit) for unit in own)
    ]
    named = ", ".join(f"pid {process.pid} of {process.cgroup.rpartition('/')[2]}" for process in stopped[:5])
    assert not stopped, f"stopped by a signal (state T): {named}; expected every process to run or to have ended"
    dead = [process for process in processes if process.state.startswith("Z")]
    most, places = limits.zombies, {process.pid: process.cgroup.rpartition("/")[2] for process in processes}
    parents = Counter(process.parent for process in dead).most_common(3)
    told = ", ".join(f"{number} of pid {pid} of {places.get(pid) or 'no unit'}" for pid, number in parents)
    assert at_most(len(dead), most, "processes"), (
        f"{len(dead)} processes have ended, and nobody waits for them (state Z): {told}; the limit is {most}"
    )


@vital
@symptom
def test_starts(unit_starts: dict[str, list[float]], target: Target, limits: Limits) -> None:
    """Nobody starts a service again and again: a script, an operator of a cluster, or a person."""
    most = limits.starts
    # An application's own are judged with it: `app.starts`.
    apps = {f"{each.unit}.service" for each in target.system.components.values() if isinstance(each, App)}
    others = {unit: ages for unit, ages in unit_starts.items() if unit not in apps}
    often = {unit: ages for unit, ages in others.items() if not at_most(len(ages), most, "starts", unit)}
    newest = {unit: min(ages) for unit, ages in often.items() if min(ages) <= limits.log_quiet_s}
    if newest:
        told = (f"{unit} was started {len(often[unit])} times" for unit in newest)
        age = min(newest.values())
        raise PastFailure(
            f"{'; '.join(told)} in the last hour, the last time {span(age)} ago; the limit is {most}", age
        )


@vital
def test_open_files(unit_use: list[Use], limits: Limits) -> None:
    """Every process of a unit may have enough files open, and has room for more."""
    bad = []
    for unit, files in ((use.unit, files) for use in unit_use for files in use.files):
        who = f"{files.name} (pid {files.pid}) of {unit}"
        used = 0 if files.name in CLOSES_FILES else files.used or 0
        if not at_least(files.most, limits.open_files_least, "files", who):
            bad.append(f"{who} may have {files.most:.0f} files open; expected at least {limits.open_files_least}")
        elif not at_most(used, limits.open_files_ratio * files.most, "files", who):
            bad.append(f"{who} has {used} of {files.most:.0f} files open; the limit is {limits.open_files_ratio:.0%}")
    assert not bad, "; ".join(bad[:5])


@vital
def test_tasks(unit_use: list[Use], limits: Limits) -> None:
    """Every unit has room for more tasks."""
    full = [
        f"{use.unit} has {use.tasks} of {use.tasks_most:.0f} tasks"
        for use in unit_use
        if not at_most(use.tasks, limits.unit_tasks_ratio * use.tasks_most, "tasks", use.unit)
    ]
    assert not full, f"{'; '.join(full)}; the limit is {limits.unit_tasks_ratio:.0%}"


@vital
def test_memory(unit_use: list[Use], limits: Limits) -> None:
    """Every unit has room below the memory that systemd grants it."""
    full = [
        f"{use.unit} uses {size(use.memory)} of {size(use.memory_most)}"
        for use in unit_use
        if not at_most(use.memory, limits.unit_memory_ratio * use.memory_most, "bytes", use.unit)
    ]
    assert not full, f"{'; '.join(full)}; the limit is {limits.unit_memory_ratio:.0%}"
