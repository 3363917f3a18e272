"""The evidence files of runs that become one, taken over into its folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from engine.judge.finding import EvidenceFile, Finding
from engine.judge.result import RunResult
from reports.evidence import EVIDENCE, beside


class Handed:
    """The evidence files that go into `folder`; `root` is the suite's, from which findings name them."""

    def __init__(self, folder: Path, root: Path) -> None:
        self._folder, self._root = folder, root
        # By the path that the united run has of a file, where it is, and where it goes.
        self._ways: dict[str, tuple[Path, Path]] = {}
        self._part = 0

    def moved(self, part: RunResult, source: Path) -> RunResult:
        """Returns a part whose findings name their files where they will be; `source` is its folder.

        A file that is not there keeps its path.
        """
        self._part += 1
        findings = [
            replace(finding, files=tuple(self._moved(file, source) for file in finding.files))
            if finding.files
            else finding
            for finding in part.findings
        ]
        return replace(part, findings=findings)

    def _moved(self, file: EvidenceFile, source: Path) -> EvidenceFile:
        inside = beside(source, file.path)
        if inside is None:
            return file
        path, way = self._way(inside, source)
        if self._ways.setdefault(path, way) != way:
            # Two parts asked the same host about the same section.
            path, way = self._way(inside, source, f"part-{self._part}")
            self._ways[path] = way
        return replace(file, path=path)

    def _way(self, inside: PurePosixPath, source: Path, apart: str = "") -> tuple[str, tuple[Path, Path]]:
        target = self._folder / EVIDENCE / apart / PurePosixPath(*inside.parts[1:])
        return Path(os.path.relpath(target, self._root)).as_posix(), (source / inside, target)

    def copy(self, findings: Iterable[Finding]) -> None:
        """Copies the files that these findings name. Raises OSError."""
        for path in dict.fromkeys(file.path for finding in findings for file in finding.files):
            if path in self._ways:
                source, target = self._ways[path]
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
