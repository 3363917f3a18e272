"""The application's service: it runs as configured, from the files that were deployed."""

from checks import expect
from fixtures.facts.app import Checkout, FileState
from fixtures.facts.processes import Process
from fixtures.facts.units import Listener, Unit
from fixtures.marks import owns, symptom, vital
from fixtures.settings import App, Limits


@owns("units")
@vital
@symptom
def test_unit_running(unit: Unit) -> None:
    """The application's unit is loaded and running."""
    expect.running(unit)


def test_unit_enabled(unit: Unit) -> None:
    """The application's unit is started at boot."""
    expect.enabled(unit)


@vital
def test_restarts(unit: Unit, limits: Limits) -> None:
    """The unit is not caught in a restart loop."""
    looping = unit.restarts > limits.restarts and (unit.seconds_active or 0) < limits.restart_window_s
    assert not looping, (
        f"{unit.name} was restarted {unit.restarts} times by systemd and is {unit.active} ({unit.sub}); "
        f"expected at most {limits.restarts} restarts, or {limits.restart_window_s:g} s without one"
    )


@owns("listeners")
@vital
@symptom
def test_port_owned(listeners: list[Listener], unit: Unit, processes: list[Process], settings: App) -> None:
    """The application's port is listened on, by a process of the unit."""
    on_port = [listener for listener in listeners if listener.port == settings.port]
    assert on_port, f"nothing listens on port {settings.port}; expected {unit.name}"
    own = {process.pid for process in processes if process.belongs_to(unit.name)}
    for listener in on_port:
        assert own & set(listener.pids), (
            f"port {settings.port} is held by {listener}; expected a process of {unit.name}"
        )


@symptom
def test_workers(unit: Unit, processes: list[Process], settings: App) -> None:
    """The unit runs one master as its own user, with as many workers as configured, none of them stuck."""
    master = [process for process in processes if process.pid == unit.main_pid]
    assert master, f"{unit.name} has no main process"
    assert master[0].user == settings.user, f"the master runs as {master[0].user}; expected {settings.user}"
    workers = [process for process in processes if process.parent == unit.main_pid]
    stuck = [process for process in workers if process.state[0] in "DZ"]
    assert not stuck, f"stuck or dead: {', '.join(map(str, stuck))}"
    assert len(workers) == settings.workers, f"{len(workers)} workers run; expected {settings.workers}"


def test_stray_processes(unit: Unit, processes: list[Process], settings: App) -> None:
    """No second copy of the application runs outside its unit."""
    strays = [p for p in processes if p.command.startswith(f"{settings.venv}/") and not p.belongs_to(unit.name)]
    assert not strays, f"outside {unit.name}: {'; '.join(map(str, strays))}"


@vital
def test_interpreter(app_interpreter: str, settings: App) -> None:
    """The virtual environment's interpreter starts."""
    assert app_interpreter.startswith("Python 3"), f"{settings.venv}/bin/python says: {app_interpreter or 'nothing'}"


@owns("app_environment", "env_files")
@vital
def test_env_complete(app_environment: dict[str, bool], settings: App) -> None:
    """Every variable that the application cannot do without is set in its environment file."""
    missing = [name for name, present in app_environment.items() if not present]
    assert not missing, f"{settings.env_file} does not set {', '.join(missing)}"


def test_directory_owned(app_files: dict[str, FileState], settings: App) -> None:
    """The application's folder belongs to its user and is not writable for everybody."""
    assert settings.root in app_files, f"{settings.root} does not exist"
    folder = app_files[settings.root]
    assert folder.owner == settings.user, f"{folder}; expected the owner {settings.user}"
    assert not folder.mode & 0o002, f"{folder}; expected no write permission for others"


def test_logs_writable(app_writable: list[str], settings: App) -> None:
    """The service's user may write where the application writes."""
    refused = [path for path in settings.writable if path not in app_writable]
    assert not refused, f"{settings.user} may not write {', '.join(refused)}"


def test_git_clean(app_checkout: Checkout) -> None:
    """The deployed files are those of the commit, with nothing changed by hand."""
    assert not app_checkout.changed, f"changed on the host: {', '.join(app_checkout.changed[:10])}"


def test_git_branch(app_checkout: Checkout, settings: App) -> None:
    """The checkout is on its branch, not left detached by a rollback."""
    assert app_checkout.branch, f"HEAD is detached; expected branch {settings.release_branch}"


def test_git_on_remote(app_checkout: Checkout) -> None:
    """The deployed commit is on a remote, so that losing this host loses no code."""
    assert app_checkout.remotes, "no remote branch contains HEAD"
