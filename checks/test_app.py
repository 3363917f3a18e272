"""The application's service: it runs as configured, from the files that were deployed."""

from checks import expect
from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_most
from engine.text import counted, size, span
from fixtures.app.deployments import Head
from fixtures.app.process import Environ, Loading, UnitFile
from fixtures.app.settings import App, Limits
from fixtures.app.workers import Growth, is_copy, workers_of
from fixtures.http.client import Response
from fixtures.os.processes import Process
from fixtures.os.units import Listener, Unit


@vital
def test_port_not_taken(listeners: list[Listener], unit: Unit, processes: list[Process], settings: App) -> None:
    """No other program holds the application's port."""
    own = {process.pid for process in processes if process.belongs_to(unit.name)}
    others = [one for one in listeners if one.port == settings.port and not own & set(one.pids)]
    assert not others, (
        f"port {settings.port} is held by {', '.join(map(str, others))}; expected a process of {unit.name}"
    )


# It stands before unit_running: a unit in a restart loop is seen running or stopped, and the loop explains both.
@vital
@symptom
def test_restarts(unit: Unit, app_complaint: str, limits: Limits) -> None:
    """The unit is not caught in a restart loop, be it a slow one. A start by hand begins anew."""
    expect.kept_up(unit, limits, app_complaint)


@vital
@symptom
def test_starts(app_starts: list[float], unit: Unit, limits: Limits) -> None:
    """Nobody starts the unit again and again: a script, a watchdog of another kind, or a person."""
    expect.quiet(
        app_starts,
        limits.starts,
        limits,
        lambda: (
            f"{unit.name} was started {len(app_starts)} times in the last hour, the last time {span(app_starts[-1])} "
            f"ago; the limit is {limits.starts}"
        ),
    )


@owns("app_workers")
@vital
@symptom
def test_unit_running(unit: Unit, app_complaint: str) -> None:
    """The application's unit is loaded and running."""
    expect.running(unit, app_complaint)


def test_unit_enabled(unit: Unit) -> None:
    """The application's unit is started at boot."""
    expect.enabled(unit)


@vital
@symptom
def test_port_owned(listeners: list[Listener], unit: Unit, settings: App) -> None:
    """A process listens on the application's port."""
    on_port = [listener for listener in listeners if listener.port == settings.port]
    others = sorted({listener.port for listener in listeners if unit.main_pid in listener.pids})
    instead = f", {unit.name} listens on {', '.join(map(str, others))} instead" if others else ""
    assert on_port, f"no process listens on port {settings.port}{instead}; expected one of {unit.name}"


def test_private(listeners: list[Listener], unit: Unit, settings: App) -> None:
    """No other host reaches the application past its front, which keeps its limits, its log and TLS."""
    assert settings.address, "system.yml has no address; expected the one at which the application listens"
    wide = [one for one in listeners if one.port == settings.port and not one.is_within(settings.address)]
    assert not wide, (
        f"{unit.name} listens on port {settings.port} at {', '.join(sorted({one.address for one in wide}))}; expected "
        f"{settings.address} only, because other hosts reach it past its front"
    )


@vital
@symptom
def test_workers(unit: Unit, processes: list[Process], settings: App) -> None:
    """The unit runs one master, as its own user, and the configured number of workers. None of them is stuck."""
    master = [process for process in processes if process.pid == unit.main_pid]
    assert master, f"{unit.name} has no main process; expected one"
    assert settings.user in (None, master[0].user), (
        f"the master of {unit.name} runs as {master[0].user}; expected {settings.user}"
    )
    workers = workers_of(unit, processes, settings.worker_command)
    stuck = [process for process in (*master, *workers) if process.state[0] in "DZT"]
    pids = ", ".join(f"pid {process.pid} ({process.state[0]})" for process in stuck)
    assert not stuck, (
        f"{len(stuck)} of {1 + len(workers)} processes of {unit.name} are in uninterruptible sleep (D), zombies (Z) "
        f"or stopped (T): {pids}; expected none"
    )
    assert settings.workers in (None, len(workers)), (
        f"{unit.name} runs {len(workers)} workers; expected {settings.workers}"
    )


def test_stray_processes(
    unit: Unit, units: dict[str, Unit], processes: list[Process], listeners: list[Listener], settings: App
) -> None:
    """No second copy of the application runs outside its unit, and its user lets nobody in by hand."""
    outside = [each for each in processes if not each.is_ours and not any(map(each.belongs_to, units))]
    strays = [each for each in outside if is_copy(each, settings)]
    assert not strays, (
        f"processes of {settings.venv}, or that run the application by hand, run outside {unit.name}; expected none: "
        f"{'; '.join(map(str, strays[:10]))}"
    )
    doors = [
        f"{each} on port {listener.port} at {listener.address}"
        for each in outside
        if each.user == settings.user and each.is_by_hand
        for listener in listeners
        if each.pid in listener.pids and not listener.is_within("127.0.0.1")
    ]
    assert not doors, (
        f"somebody lets other hosts in as {settings.user}, who may read the application's secrets: "
        f"{'; '.join(doors[:5])}; expected nobody outside of {unit.name}"
    )


@vital("os.process_memory")
def test_worker_memory(app_workers: list[Process], limits: Limits) -> None:
    """No worker uses more memory than the limit."""
    most = limits.worker_memory_bytes
    big = [worker for worker in app_workers if not at_most(worker.rss, most, "bytes", f"pid {worker.pid}")]
    usage = ", ".join(f"pid {worker.pid} uses {size(worker.rss)} after {worker.age} s" for worker in big)
    assert not big, f"{usage}; the limit for a worker is {size(limits.worker_memory_bytes)}"


def test_memory_growth(app_growth: Growth, limits: Limits) -> None:
    """The workers' memory does not grow fast. Workers that have just started are not judged."""
    grown = app_growth.after - app_growth.before
    little = at_most(grown, limits.memory_growth_bytes, "bytes")
    assert little or at_most(app_growth.ratio, limits.memory_growth_ratio, "of the memory"), (
        f"{app_growth.workers} workers grew from {size(app_growth.before)} to {size(app_growth.after)} "
        f"in {app_growth.seconds:g} s ({app_growth.ratio:.0%}); the limit is {limits.memory_growth_ratio:.0%}, "
        f"or {size(limits.memory_growth_bytes)} where that is more"
    )


def test_oom_killed(unit: Unit, app_oom_kills: list[str]) -> None:
    """The kernel killed no process of the unit for lack of memory in the last 24 hours."""
    assert unit.result != "oom-kill", f"{unit}; expected another result than oom-kill"
    assert not app_oom_kills, (
        f"{counted(len(app_oom_kills), 'line')} about kills of {unit.name} in the journal of the last 24 hours; "
        f"expected none, the last: {app_oom_kills[-1]}"
    )


@owns("app_page")
@vital
@symptom
def test_answers(app_page: Response, app_complaint: str) -> None:
    """The application answers on its own port without a server error."""
    assert app_page.status < 500, f"{app_page.url} answered {app_page.status}{app_complaint}; expected no server error"


@vital("http.status_healthy", "http.login_works", "http.page_served", "http.error_total", "http.errors_counted", "logs")
@symptom
def test_status_healthy(app_health: Response, settings: App) -> None:
    """The application's own answer, past the front, reports the healthy state, whatever the HTTP status is."""
    expect.healthy(app_health, settings.health_field or "", settings.health_value)


@vital("app.restarts", "app.unit_running", "app.port_owned", "app.workers", "logs.unit_failures", "logs.errors")
def test_exec_start_once(app_unit_file: UnitFile, settings: App) -> None:
    """systemd can load the unit, which has exactly one start command."""
    file, name = app_unit_file, f"{settings.unit}.service"
    # `unit_enabled` judges a masked unit.
    assert file.load in ("loaded", "masked"), f"{name} is {file.load}, so its next start fails: {file.error}"
    assert file.commands == 1 or file.load == "masked", f"{name} has {file.commands} start commands; expected one"


@symptom("app.git_branch")
def test_code_is_running(app_head: Head, unit: Unit) -> None:
    """The process was started after the last checkout, so that it runs the code on disk."""
    started, moved = unit.seconds_active, app_head.moved_s
    assert app_head.same or started is None or started <= moved, (
        f"{unit.name} was started {started:.0f} s ago, before the checkout {moved:.0f} s ago, and runs the old "
        "code; expected a restart"
    )


@vital("app.restarts", "app.unit_running", "app.port_owned", "app.workers", "logs.unit_failures", "logs.errors")
def test_settings_load(app_settings: Loading, settings: App) -> None:
    """The settings load with the service's interpreter, user and variables, as the next start will load them."""
    assert app_settings.status == 0, (
        f"loading {settings.settings_module} exited with status {app_settings.status}; expected 0: {app_settings.said}"
    )


def test_environment_in_force(
    app_environ: Environ, app_variables: Environ, app_unit_environment: Environ, settings: App
) -> None:
    """The running process has the current variables of its environment file, and those that its unit sets."""
    running, file = app_environ.variables, app_variables.variables
    # systemd takes a variable from the file where both have it [systemd.exec(5), EnvironmentFile=].
    own = {name: value for name, value in app_unit_environment.variables.items() if name not in file}
    for where, variables in ((settings.env_file, file), (f"Environment= of {settings.unit}.service", own)):
        differ = sorted(name for name, value in variables.items() if running.get(name) != value)
        assert not differ, (
            f"{where} and the running process differ in {', '.join(differ)}; expected a restart after a change"
        )


def test_tuning_in_force(app_environ: Environ, settings: App) -> None:
    """The running process has the tuning values of system.yml."""
    running = app_environ.variables
    differ = [
        f"{name} is {running.get(name, 'not set')}, expected {value}"
        for name, value in settings.tuning.items()
        if running.get(name) != value
    ]
    assert not differ, "; ".join(differ)


def test_rate_limit_set(app_variables: Environ, settings: App) -> None:
    """The rate limiter is on, and its numbers are above zero."""
    variables = app_variables.variables

    def is_set(name: str, value: str) -> bool:
        actual = variables.get(name, "")
        return actual == value or (value.isdigit() and actual.isdigit() and int(actual) > 0)

    bad = [
        f"{name} is {variables.get(name) or 'not set'}, expected {'a number above 0' if value.isdigit() else value}"
        for name, value in settings.rate_limit.items()
        if not is_set(name, value)
    ]
    assert not bad, "; ".join(bad)
