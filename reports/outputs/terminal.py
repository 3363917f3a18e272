"""The terminal's summary: the headline, each cause in a few lines (all of it with `-v`), then the verdict."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.hooks.outputs import Place, not_shown
from engine.judge.result import RunResult, with_problems
from engine.text import counted, one_line
from reports.terminal import brief, full, systems
from reports.terminal.lines import Lines
from reports.words import PAGE, headline, verdict

NAME = "the summary"
# Where the steps of a section are when there is no page.
FINDINGS = "findings.json"
CAUSES_SHOWN = 10


def show(result: RunResult, place: Place) -> None:
    """Writes the summary. When that fails, writes the verdict alone and raises the error again."""
    terminal = place.config.pluginmanager.getplugin("terminalreporter")
    if terminal is None:
        return
    page = place.written.get(PAGE)
    try:
        _show(Lines(terminal), result, page.as_uri() if page else "", place.config.option.verbose)
    except Exception as error:
        problem = not_shown(NAME, place, error)
        terminal.write_line(problem, red=True)
        terminal.write_line(verdict(with_problems(result, problem)), red=True, bold=True)
        raise


def _show(lines: Lines, result: RunResult, page: str, verbose: int) -> None:
    causes = result.causes
    good = result.exit_code == 0
    lines.whole("")
    if not good or len(causes) > 1:
        lines.words(headline(result), bold=True, green=good, red=not good)
    elif verbose >= 0:
        for line in systems.passed(result.findings):
            lines.words(line, hang=2)
    write = full.show if verbose > 0 else brief.show
    for number, cause in enumerate(causes[:CAUSES_SHOWN], 1):
        write(lines, number, cause, result.started, f"{PurePosixPath(page).name}#cause-{number}" if page else FINDINGS)
    if len(causes) > CAUSES_SHOWN:
        more = counted(len(causes) - CAUSES_SHOWN, "cause")
        lines.line(f"… and {more} more, in {PurePosixPath(page).name or FINDINGS}", yellow=True)
    _beside(lines, result)
    lines.whole("")
    if page:
        lines.whole(f"report: {page}")
    lines.line(verdict(result), hang=2, bold=True, green=good, red=not good)


def _beside(lines: Lines, result: RunResult) -> None:
    """Writes what is no cause: what is accepted, what a system has not, and what went wrong with the run."""
    for finding in result.findings:
        if finding.outcome in ("waived", "warned"):
            reason = finding.waiver or f"milder than the gate ({finding.severity})"
            line = f"{finding.outcome}: {finding.check} on {finding.host}: {finding.message} [{reason}]"
            lines.line(one_line(line, lines.width * 2), hang=2, yellow=True)
    for absence in result.absences:
        lines.line(f"not there: {absence.component}: {absence.reason} [{absence.system}]", hang=2)
    for line in result.unnamed:
        lines.line(line, hang=2, yellow=True)
    for problem in result.problems:
        lines.line(problem, hang=2, red=True)
