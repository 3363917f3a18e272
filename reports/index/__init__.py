"""The pages that list runs: one of an environment's, and one of all environments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from engine.hooks.runfolder import LOCK, NAME, locked
from engine.judge.result import RunResult
from engine.text import counted
from reports.kept import folders, kept_runs, newest
from reports.templating import environment, hashed
from reports.whole import write_whole

FILE = "index.html"
HERE = Path(__file__).parent
# The colours of the page of a run, and the look of the lists.
STYLES = (HERE.parent / "page" / "styles" / "base.css", HERE / "index.css")


def write_environment(folder: Path, known: Mapping[Path, RunResult]) -> None:
    """Writes the list of an environment's runs into its `folder`. Raises OSError.

    `known` are runs by their folders, which need not be read. Of two processes, the one that writes last has read what
    the other one wrote.
    """
    with locked(folder / LOCK):
        write_whole(folder / FILE, _environment_page(folder, known))


def write_all(out: Path, known: Mapping[Path, RunResult]) -> None:
    """Writes the list of all environments into the folder `out` that has theirs. Raises OSError."""
    with locked(out / LOCK):
        write_whole(out / FILE, _all_page(out, known))


def _environment_page(folder: Path, known: Mapping[Path, RunResult]) -> str:
    foreign = [f"{path.name}: no run's folder" for path in folders(folder) if not NAME.match(path.name)]
    return _page("environment.html.j2", name=folder.name, runs=kept_runs(folder, known), base=folder, left=foreign)


def _all_page(out: Path, known: Mapping[Path, RunResult]) -> str:
    found = {path: newest(path, known) for path in folders(out)}
    rows = [(path.name, quote(f"{path.name}/{FILE}", errors="replace"), run) for path, run in found.items() if run]
    foreign = [f"{path.name}: no run in it" for path, run in found.items() if run is None]
    return _page("all.html.j2", name="All environments", rows=rows, base=out, left=foreign)


def _page(template: str, **context: object) -> str:
    style = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)
    policy = f"default-src 'none'; style-src {hashed(style)}; base-uri 'none'; form-action 'none'"
    return _templates().get_template(template).render(policy=policy, style=Markup(style), **context)  # noqa: S704 - ours


@cache
def _templates() -> Environment:
    templates = environment(HERE / "templates")
    templates.globals.update(count=counted)
    return templates
