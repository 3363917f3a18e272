"""Masking of pytest's own texts: log records, captured output, tracebacks, errors of collection, warnings.

Findings are masked where they are made. This module masks all other texts before any output sees them, so that a new
output is covered too.
"""

from __future__ import annotations

import logging
import traceback
import warnings
from collections.abc import Callable, Generator
from typing import Any, TypeAlias

import pytest
from _pytest._io.saferepr import SafeRepr, _ellipsize

from engine.mask.current import leave, masked, use
from engine.mask.secrets import Secrets
from engine.text import clean

# The secrets of the run; options.py sets them when pytest is configured.
SECRETS = pytest.StashKey[Secrets]()
_FACTORY = pytest.StashKey[Any]()
_REPR = pytest.StashKey[Any]()
Shows: TypeAlias = Callable[[SafeRepr, object], str]
# The depth to which the parts of a traceback are nested.
DEPTH = 12


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begins masking when the run has secrets."""
    secrets = config.stash.get(SECRETS, None)
    if secrets is None:
        return
    use(secrets)
    factory = config.stash[_FACTORY] = logging.getLogRecordFactory()
    logging.setLogRecordFactory(lambda *args, **named: mask_record(factory(*args, **named)))
    config.stash[_REPR] = SafeRepr.repr
    SafeRepr.repr = _repr_masked_before_it_is_cut(SafeRepr.repr)  # type: ignore[method-assign, assignment]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Undoes `pytest_configure`, because a test may run pytest in its own process."""
    if factory := config.stash.get(_FACTORY, None):
        logging.setLogRecordFactory(factory)
        SafeRepr.repr = config.stash[_REPR]  # type: ignore[method-assign]
        leave(config.stash[SECRETS])


def _repr_masked_before_it_is_cut(of_pytest: Shows) -> Shows:
    """Returns a replacement of SafeRepr.repr that masks a value before shortening it.

    pytest shows values of assertions and variables of frames with their middle cut out. Half a secret cannot be
    recognised, and no hook runs before the cut.
    """

    def shown(self: SafeRepr, value: object) -> str:
        whole = masked(of_pytest(SafeRepr(None), value))
        return whole if self.maxsize is None else _ellipsize(whole, self.maxsize)

    return shown


def mask_record(record: logging.LogRecord) -> logging.LogRecord:
    """Returns a log record whose texts are masked, before any handler sees it."""
    # testinfra logs whole answers, whose secrets are known only after they are parsed.
    if isinstance(record.args, tuple):
        record.args = tuple(_without_answer(argument) for argument in record.args)
    try:
        text = record.getMessage()
    except Exception as error:
        text = f"{record.msg} ({type(error).__name__}: the message does not fit its arguments)"
    record.msg, record.args = masked(clean(text)), None
    if record.exc_info and record.exc_info[0]:
        record.exc_text = masked("".join(traceback.format_exception(*record.exc_info)).rstrip())
    if record.stack_info:
        record.stack_info = masked(record.stack_info)
    return record


def _without_answer(value: Any) -> Any:
    """Returns a substitute for a command's result, with its exit status and sizes; any other value unchanged."""
    if not all(hasattr(value, name) for name in ("stdout_bytes", "stderr_bytes", "command", "exit_status")):
        return value
    sizes = f"{len(value.stdout_bytes)} bytes on stdout, {len(value.stderr_bytes)} on stderr"
    return f"a command of {len(value.command)} bytes: exit status {value.exit_status}, {sizes}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Masks a report of set-up, call or tear-down, as the outermost hook, after all others have added to it."""
    report = yield
    return mask_report(report) if SECRETS in item.config.stash else report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, Any]:
    """Masks an error of the collection."""
    report = yield
    return mask_report(report) if SECRETS in collector.config.stash else report


def mask_report(report: Any) -> Any:
    """Returns a report with its traceback, its output, its properties and its reasons masked, in place."""
    report.longrepr = mask_parts(report.longrepr)
    report.sections = [(name, masked(clean(text))) for name, text in report.sections]
    for name in ("user_properties", "wasxfail"):
        if hasattr(report, name):
            setattr(report, name, mask_parts(getattr(report, name)))
    return report


def mask_parts(value: Any, depth: int = DEPTH) -> Any:
    """Returns a value with every text in it masked; an object, such as a traceback, is changed in place."""
    if isinstance(value, str):
        return masked(value)
    if depth == 0 or value is None or isinstance(value, (int, float, bytes, type)):
        return value
    if isinstance(value, dict):
        return {key: mask_parts(part, depth - 1) for key, part in value.items()}
    if isinstance(value, list) and value and all(isinstance(line, str) for line in value):
        # The lines of one text are masked together, because a secret may span several of them.
        return masked("\n".join(value)).split("\n")
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(mask_parts(part, depth - 1) for part in value)
    for name, part in list(getattr(value, "__dict__", {}).items()):
        object.__setattr__(value, name, mask_parts(part, depth - 1))
    return value


@pytest.hookimpl(tryfirst=True)
def pytest_internalerror(excrepr: Any) -> None:
    """Masks the traceback of an internal error of pytest before it is printed."""
    mask_parts(excrepr)


@pytest.hookimpl(tryfirst=True)
def pytest_warning_recorded(warning_message: warnings.WarningMessage) -> None:
    """Masks a warning before the summary receives it."""
    text = str(warning_message.message)
    shown = masked(clean(text))
    if shown != text:
        kind = warning_message.category if issubclass(warning_message.category, Warning) else UserWarning
        try:
            warning_message.message = kind(shown)
        except TypeError:
            warning_message.message = UserWarning(shown)
    # pytest may show the object that a warning is about.
    warning_message.source = None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Masks the parameters in the names of tests; names that become equal get a number."""
    if SECRETS not in config.stash:
        return
    names = {item.nodeid for item in items}
    for item in items:
        shown = masked(item.nodeid)
        if shown == item.nodeid:
            continue
        unique = next(
            name for name in (shown, *(f"{shown}#{n}" for n in range(2, len(items) + 2))) if name not in names
        )
        names.add(unique)
        item._nodeid = unique  # type: ignore[attr-defined]
        item.name = unique.rpartition("::")[2]
