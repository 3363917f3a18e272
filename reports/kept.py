"""The runs that are kept, from the heads of their files: how each ended, without reading its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from engine.hooks.runfolder import LATEST, being_written, runs
from engine.judge.order import natural
from engine.judge.result import RunResult
from reports.reading import parsed
from reports.stored.document import BEGIN, FINDINGS, NAME
from reports.stored.finding import LONGEST_S
from reports.stored.tree import DamageError, Node
from reports.words import PAGE

# No head is longer, and a file without line ends is not read to its end for one.
HEAD = 1024 * 1024
MOST = 10**9


@dataclass(frozen=True)
class Kept:
    """A run that is kept: its `folder`, and how it ended.

    `exit_code` is None for a run that goes on, or was `killed`. `causes` and `findings` are their numbers, None in a
    file of before these were kept. `broken` says why nothing is known of it, else it is "".
    """

    folder: Path
    started: datetime | None = None
    duration_s: float = 0.0
    exit_code: int | None = None
    killed: bool = False
    causes: int | None = None
    findings: int | None = None
    broken: str = ""

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def state(self) -> str:
        """`good`, `bad`, `going` or `broken`."""
        if self.broken:
            return "broken"
        if self.exit_code is None:
            return "bad" if self.killed else "going"
        return "bad" if self.exit_code else "good"

    @property
    def verdict(self) -> str:
        """How it ended, in a word or two."""
        if self.state == "bad" and self.killed:
            return "killed"
        return {"good": "READY", "bad": "NOT READY", "going": "not over", "broken": "unreadable"}[self.state]

    @property
    def sign(self) -> str:
        """The sign that stands beside the colour."""
        return {"good": "✓", "bad": "✗", "going": "…", "broken": "?"}[self.state]

    def url(self, base: Path) -> str:
        """Returns the address of its page, else of its findings, for a page in the folder `base`; "" without both."""
        file = next((file for file in (self.folder / PAGE, self.folder / NAME) if file.is_file()), None)
        return quote(file.relative_to(base).as_posix(), errors="replace") if file else ""


def kept_runs(environment: Path, known: Mapping[Path, RunResult]) -> list[Kept]:
    """Returns the runs in an environment's folder, the newest first; `known` are those that need not be read."""
    return [_kept(folder, known) for folder in reversed(runs(environment))]


def newest(environment: Path, known: Mapping[Path, RunResult]) -> Kept | None:
    """Returns the newest run in an environment's folder; None where there is none, or the folder cannot be read."""
    try:
        found = runs(environment)
    except OSError:
        return None
    return _kept(found[-1], known) if found else None


def folders(parent: Path) -> list[Path]:
    """Returns the folders in `parent` in the order of their names, but for hidden ones and `latest`."""
    found = [path for path in parent.iterdir() if not path.name.startswith(".") and path.name != LATEST]
    return sorted((path for path in found if path.is_dir()), key=lambda path: natural(path.name))


def _kept(folder: Path, known: Mapping[Path, RunResult]) -> Kept:
    if run := known.get(folder):
        return Kept(folder, run.started, run.duration_s, run.exit_code, False, len(run.causes), len(run.findings))
    try:
        return _read(folder, _head(folder / NAME))
    except DamageError as error:
        return Kept(folder, broken=f"{NAME}: {error}")
    except OSError as error:
        return Kept(folder, broken=f"{NAME}: {error.strerror or 'it cannot be read'}")


def _read(folder: Path, head: Node) -> Kept:
    code, counts = head.at("exit_code"), head.get("counts", {})
    exit_code = None if code.value is None else code.whole(0, 255)
    return Kept(
        folder=folder,
        started=head.at("started").utc(),
        duration_s=head.at("duration_s").number(0, LONGEST_S),
        exit_code=exit_code,
        killed=exit_code is None and not being_written(folder),
        causes=_count(counts, "causes"),
        findings=_count(counts, FINDINGS),
    )


def _count(counts: Node, name: str) -> int | None:
    return counts.at(name).whole(0, MOST) if name in counts.entries() else None


def _head(file: Path) -> Node:
    """Returns the values above a file's findings. Raises DamageError and OSError."""
    text = b""
    with file.open("rb") as opened:
        while (line := opened.readline(HEAD)) and len(text) < HEAD:
            if line.startswith(BEGIN.encode()):
                return parsed(text.decode(errors="replace") + f"{BEGIN}]}}")
            text += line
    raise DamageError("it does not begin as a run writes it")
