"""The systemd units: they run what is on disk, and have room within their limits."""

from engine.judge.marks import vital
from engine.judge.measure import at_least, at_most
from engine.text import size, span
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


def test_loaded(unit_files: list[Loaded]) -> None:
    """systemd has read the files of every unit as they are on disk."""
    bad = [
        f"{unit.unit} ({', '.join(unit.changed).strip(', ') or 'a file of it'})" for unit in unit_files if unit.changed
    ]
    assert not bad, f"changed on disk after systemd read it: {'; '.join(bad)}; expected a daemon-reload"


@vital("backups", "data")
def test_timers_scheduled(timed_units: list[Timed]) -> None:
    """Every timer of system.yml runs, and the next boot starts it."""
    bad = []
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
def test_timed_runs(timed_units: list[Timed]) -> None:
    """The last run of every service that a timer starts succeeded."""
    bad = [str(timed.service) for timed in timed_units if timed.service.result != "success"]
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
