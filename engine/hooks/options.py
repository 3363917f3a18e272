"""The options of a run: they are resolved, and refused where they are wrong, before anything runs."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial

import pytest

from engine.config.found import bring, load
from engine.config.problems import ConfigError
from engine.config.ways import command_line
from engine.gather.catalogue import catalogue, fact_modules
from engine.gather.facts import KNOWN
from engine.hooks.cache import keep_cache_in
from engine.hooks.content import content_of
from engine.hooks.findings import BRIEF
from engine.hooks.gathering import begin_early
from engine.hooks.looking import leave_no_trace, looks_anywhere, only_looks
from engine.hooks.masking import SECRETS
from engine.hooks.running import OUT
from engine.judge import marks
from engine.judge.further import check_leads
from engine.judge.handover import check_evidence
from engine.judge.lacked import askable
from engine.judge.outcome import SEVERITIES
from engine.judge.since import counted_from, parse_since
from engine.mask.current import masked
from engine.places import CHECKS, SUITE, folders
from engine.run.checks import read_checks
from engine.run.declared import answers
from engine.run.run import RUN, Run, UncheckedError, all_systems, missing_hosts, resolve
from engine.run.unnamed import unnamed_checks, unnamed_line
from engine.runbook.coverage import coverage_lines, gaps

CACHE = ".cache"
# Options of pytest-rerunfailures, pytest-retry and flaky that would run a check again.
RERUNS = ("reruns", "force_reruns", "max_suite_reruns", "retries", "force_flaky")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of a run; `--hosts` is testinfra's option."""
    group = parser.getgroup("runbook checks")
    group.addoption(
        "--content",
        metavar="DIR",
        help="the folder with your own inventory/ and runbooks/ (default: the current folder, where it has both)",
    )
    group.addoption("--system", help="the system that raw testinfra specs in --hosts carry: a folder in runbooks/")
    group.addoption(
        "--fail-on",
        choices=SEVERITIES,
        default=SEVERITIES[-1],
        help="the mildest severity that fails the run; milder failures are warnings (default: P3, everything fails)",
    )
    group.addoption("--since", metavar="TIME", help="what logs said before is history: 14:05, or 2026-11-24T14:05")
    group.addoption("--plan", action="store_true", help="print every command and query that would run; run none")
    group.addoption(
        "--runbook-coverage",
        action="store_true",
        help="print who automates each diagnostic of the runbooks; exit 1 when one has neither check nor reason",
    )


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Handles `--runbook-coverage`, which needs no host and runs no check."""
    if not config.option.runbook_coverage:
        return None
    try:
        content = content_of(config)
        bring(content)
        systems = all_systems(content)
        lost = unnamed_checks(content, read_checks(*folders(content, CHECKS)))
    except ConfigError as error:
        raise pytest.UsageError(*error.args) from None
    missing = len(lost)
    for system in systems:
        missing += len(gaps(system.runbook))
        for line in coverage_lines(system.runbook):
            print(line.replace(f"{content}/", "").replace(f"{SUITE}/", ""))
    for check in lost:
        print(unnamed_line(check))
    print(f"{missing} diagnostics are covered by neither a check nor a reason")
    return 1 if missing else 0


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Resolves `--hosts`, on xdist's workers too, before anything is collected or connected."""
    for mark in marks.REGISTERED:
        config.addinivalue_line("markers", mark)
    if only_looks(config):
        leave_no_trace(config)
    if config.option.help or config.option.version:
        return
    try:
        run = _resolve(config)
        if run is None and not looks_anywhere(config):
            return
        for name in fact_modules():
            config.pluginmanager.register(load(name), name)
    except UncheckedError as error:
        # What proposes checks is only imported where nothing runs.
        from engine.drafting.advice import next_step

        raise pytest.UsageError(masked(next_step(error.path, content_of(config)))) from None
    except ConfigError as error:
        raise pytest.UsageError(*(masked(str(line)) for line in error.args)) from None
    if run is not None:
        _announce(config, run)


def _announce(config: pytest.Config, run: Run) -> None:
    config.stash[RUN] = run
    config.stash[KNOWN] = run.facts
    config.stash[SECRETS] = run.secrets
    _take_over(config, run)
    _refuse_reruns(config)
    keep_cache_in(config, run.root / OUT / run.inventory.environment / CACHE)
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        # Whatever ini file there is: without a path, the checks are meant.
        config.args = [str(folder) for folder in folders(run.root, CHECKS)]
    # Findings replace pytest's tracebacks and its list of failures; --tb and -r bring these back.
    given = [str(argument) for argument in config.invocation_params.args]
    config.stash[BRIEF] = getattr(config.option, "tbstyle", "auto") == "auto" and not _given("--tb", given)
    if getattr(config.option, "reportchars", "") == "fE" and not _given("-r", given):
        config.option.reportchars = ""


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Says what of another tool's inventory is not used."""
    run = config.stash.get(RUN, None)
    return [masked(note) for note in run.inventory.notes] if run else []


def pytest_sessionstart(session: pytest.Session) -> None:
    """Keeps pytest's cache from remembering a run without checks."""
    if only_looks(session.config):
        leave_no_trace(session.config)


def _given(option: str, arguments: Iterable[str]) -> bool:
    return any(argument.startswith(option) for argument in arguments)


def _refuse_reruns(config: pytest.Config) -> None:
    for option in RERUNS:
        given = getattr(config.option, option, None)
        # The ini value of a plugin that is not installed is unknown (ValueError) and has no effect.
        with suppress(ValueError):
            given = given or int(config.getini(option) or 0)
        if given:
            raise pytest.UsageError(
                f"--{option.replace('_', '-')} would judge the same facts again, which a run gathers once; "
                "expected to be run without it: run the whole gate again"
            )


def _resolve(config: pytest.Config) -> Run | None:
    """Returns the run that the command line requests; None when pytest runs or shows something other than checks."""
    content = content_of(config)
    bring(content)
    if config.option.hosts is not None:
        folder = config.invocation_params.dir
        options = command_line(config.option, folder)
        begin = partial(begin_early, config)
        run = resolve(content, config.option.hosts, config.option.system, options, folder, begin=begin)
        for system in run.systems:
            catalogue().facts.update(answers(system.runbook, system.id, system.kinds))
        run.targets = askable(run, catalogue())
        for target in run.targets:
            check_evidence(target, catalogue(), run.root)
            check_leads(target, catalogue(), run.root)
        if config.option.since is not None:
            now = datetime.now().astimezone()
            run.since = parse_since(config.option.since, now)
            run.targets = counted_from(run.since, now, run.targets)
        return run
    if looks_anywhere(config):
        return None
    for argument in config.args:
        path = (config.invocation_params.dir / argument.partition("::")[0]).resolve()
        if path in (content, SUITE) or any(path.is_relative_to(checks) for checks in folders(content, CHECKS)):
            raise ConfigError(missing_hosts(content))
    return None


def _take_over(config: pytest.Config, run: Run) -> None:
    """Loads the facts and secrets that the controller gathered, on an xdist worker."""
    handed = getattr(config, "workerinput", {}).get("runbook_facts")
    if handed:
        facts, variants = pickle.loads(handed)  # noqa: S301 - the controller of this run sent it
        run.facts.update(facts)
        run.secrets.load(variants)
