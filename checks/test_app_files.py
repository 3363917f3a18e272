"""The application's files: what was deployed and installed, and who may read and write it."""

from collections.abc import Callable

from packaging.requirements import Requirement

from engine.judge.marks import each, owns, symptom, vital
from engine.run.target import Target
from engine.text import counted
from fixtures.app.files import Checkout, FileState, releases
from fixtures.app.settings import App
from fixtures.app.source import Limiter, Source
from fixtures.app.venv import Packages
from fixtures.os.processes import Process
from fixtures.os.units import Unit


@owns("app_interpreter")
@vital("app.restarts", "app.unit_running", "app.port_owned", "app.workers", "logs.unit_failures", "logs.errors")
def test_interpreter(app_interpreter: str, unit: Unit, processes: list[Process], settings: App) -> None:
    """The virtual environment's interpreter starts, and the service runs no other."""
    assert app_interpreter.startswith("Python 3"), (
        f"{settings.venv}/bin/python printed '{app_interpreter}' as its version; expected Python 3"
    )
    # A process that changed its title does not show its interpreter.
    programs = [process.command.partition(" ")[0] for process in processes if process.pid == unit.main_pid]
    other = [path for path in programs if "/python" in path and not path.startswith(f"{settings.venv}/")]
    assert not other, f"{unit.name} runs {other[0]}; expected {settings.venv}/bin/python"


def test_packages_consistent(app_packages: Packages) -> None:
    """The dependencies of every installed package are installed, in versions that it accepts."""
    assert app_packages.installed, "the virtual environment has no package; expected those of the application"
    conflicts = app_packages.conflicts()
    assert not conflicts, "; ".join(conflicts[:10])


@vital("app.restarts", "app.unit_running", "app.port_owned", "app.workers", "logs.unit_failures", "logs.errors")
def test_requirements_installed(app_packages: Packages, app_requirements: list[Requirement], settings: App) -> None:
    """The service's environment has every package of the requirements file, in an accepted version."""
    assert app_requirements, f"{settings.requirements} lists no requirement; expected at least one"
    unmet = [why for requirement in app_requirements if (why := app_packages.unmet(requirement))]
    assert not unmet, "; ".join(unmet[:10])


@vital
@each("models")
def test_model_installed(app_packages: Packages, item: str) -> None:
    """The language model is installed and fits the installed spaCy."""
    assert item in app_packages.models, f"the model {item} is not installed"
    gone = app_packages.gone.get(item)
    assert not gone, (
        f"the model {item} is installed, and {', '.join(gone or ())} is gone or cut off; "
        "expected the files of its package"
    )
    spacy = app_packages.version("spacy")
    assert spacy, f"the model {item} is installed, but spaCy is not"
    assert app_packages.fits(item), (
        f"spaCy {spacy} is installed; the model {item} needs spaCy {app_packages.models[item] or 'of unknown version'}"
    )


@vital
@each("nltk_resources")
def test_nltk_data(app_nltk_data: list[str], item: str, settings: App) -> None:
    """The service's user can read the resource in one of NLTK's folders."""
    assert {item, f"{item}.zip"} & set(app_nltk_data), (
        f"{settings.user} cannot read {item} in any of NLTK's folders; "
        f"they have {', '.join(app_nltk_data[:10]) or 'no readable resource'}"
    )


@owns("app_parsed")
@vital("app.restarts", "app.unit_running", "app.port_owned", "app.workers", "logs.unit_failures", "logs.errors")
def test_source_parses(app_source: Source, settings: App) -> None:
    """The Python files on disk compile under the service's interpreter, so that the next start succeeds."""
    assert settings.source in app_source.files, f"{settings.root}/{settings.source} does not exist; expected it"
    assert not app_source.broken, "; ".join(map(str, app_source.broken[:10]))


def test_limiter_configured(app_limiters: list[Limiter], settings: App) -> None:
    """The rate limiter limits every route by default and counts in a store that all workers share."""
    assert app_limiters, f"the Python files of {settings.root} create no Limiter(…); expected at least one"
    for limiter in app_limiters:
        assert limiter.enabled, f"{limiter.where} is disabled by enabled=False; expected an enabled limiter"
        assert limiter.limits, f"{limiter.where} has no default_limits; expected a limit for every route"
        assert limiter.storage != "memory", (
            f"{limiter.where} counts in memory://, so each worker counts alone; expected a store that all workers share"
        )


@owns("app_environment", "env_files")
@vital("app.restarts", "app.unit_running", "app.port_owned", "app.workers", "logs.unit_failures", "logs.errors")
def test_env_complete(app_environment: dict[str, bool], settings: App) -> None:
    """The environment file sets every variable that the application requires."""
    missing = [name for name, present in app_environment.items() if not present]
    assert not missing, f"{settings.env_file} does not set {', '.join(missing)}"


def test_directory_owned(app_files: dict[str, FileState], app_open_files: list[str], settings: App) -> None:
    """The application's folder belongs to its user, and others can write neither to it nor to its code."""
    assert settings.root in app_files, f"{settings.root} does not exist; expected a folder"
    folder = app_files[settings.root]
    assert folder.owner == settings.user, f"{folder}; expected the owner {settings.user}"
    assert not folder.mode & 0o002, f"{folder}; expected no write permission for others"
    assert not app_open_files, (
        f"others may write {', '.join(app_open_files[:5])}, which the service runs; expected only {settings.user}, "
        "root, and who may write the folder itself"
    )


@vital(
    "app.restarts", "app.unit_running", "app.port_owned", "app.workers", "app.git_clean", "logs.unit_failures",
    "logs.errors",
)  # fmt: skip
def test_files_readable(app_unreadable: list[str], settings: App) -> None:
    """The service's user can read the files of the release and of the virtual environment."""
    assert not app_unreadable, f"{settings.user} cannot read {', '.join(app_unreadable[:5])}; expected it to"


def test_logs_writable(app_writable: list[str], settings: App) -> None:
    """The service's user can write to the application's log and data folders."""
    refused = [path for path in settings.writable if path not in app_writable]
    assert not refused, f"{settings.user} cannot write to {', '.join(refused)}"


@symptom("app.files_readable")
def test_git_clean(app_checkout: Checkout) -> None:
    """The deployed files match the commit. None was changed by hand."""
    assert not app_checkout.changed, (
        f"{counted(len(app_checkout.changed), 'file')} changed on the host; expected none: "
        f"{', '.join(app_checkout.changed[:10])}"
    )


@vital("app.code_is_running")
def test_git_branch(app_checkout: Checkout, settings: App) -> None:
    """The checkout is on the release branch, on any where system.yml does not name it, or on a release's tag."""
    branch, named = app_checkout.branch, settings.named_branch
    where = f"HEAD is on branch {branch}" if branch else "HEAD is detached"
    assert app_checkout.tags or (branch == named if named else branch), (
        f"{where} and has no tag; expected {f'branch {named}' if named else 'a branch'} or a release's tag"
    )


def test_git_on_remote(app_checkout: Checkout) -> None:
    """The deployed commit is on a remote, so that losing this host loses no code."""
    assert app_checkout.remotes, "no remote branch contains HEAD; expected at least one"


def test_same_release(
    app_checkout: Checkout, on_all_hosts: Callable[[str], dict[str, Checkout]], target: Target
) -> None:
    """The host has the files of the same release as most hosts of the application that answered."""
    found = releases({**on_all_hosts("app_checkout"), target.host.name: app_checkout})
    tied = len(found) > 1 and len(found[0].hosts) == len(found[1].hosts)
    wanted = () if tied else found[0].hosts
    assert target.host.name in wanted, (
        f"the checkouts of the hosts differ: {'; '.join(map(str, reversed(found)))}; expected the same release on all"
    )
