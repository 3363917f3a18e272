"""Finds the sections and checks that words are about: an error message, a number, a symptom.

It looks into the content folder in which it is called and into the suite's own chapters, and prints each place with its
section, the section's symptoms and its checks; what is most about the words comes first.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.config.found import bring
from engine.config.problems import ConfigError
from engine.places import CHECKS, RUNBOOKS, SUITE, folders, has_content, shown
from engine.run.checks import Check, read_checks
from engine.run.run import all_systems
from engine.runbook.model import RunbookError, Section
from engine.runbook.parser import parse
from engine.text import counted

# Of more, the last ones are hardly about the words.
MOST = 10


def main(arguments: list[str], prog: str) -> int:
    """Prints what was found. Returns 1 when nothing was, 2 for a content folder with a mistake."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, formatter_class=raw)
    parser.add_argument("words", metavar="WORD", nargs="+", help="429, disk full; all of them must be there")
    parser.add_argument("--all", action="store_true", help=f"show more than {MOST} sections")
    options = parser.parse_args(arguments)
    words = " ".join(options.words).split()
    content = Path.cwd() if has_content(Path.cwd()) else SUITE
    try:
        bring(content)
        checks = read_checks(*folders(content, CHECKS))
        sections = {(s.path, s.line): s for s in _sections(content)}
    except (ConfigError, RunbookError) as error:
        print("\n".join(str(line) for line in error.args), file=sys.stderr)
        return 2
    hits = [(score, section) for section in sections.values() if (score := _score(section, checks, words))]
    hits.sort(key=lambda hit: -hit[0])
    best = hits if options.all else hits[:MOST]
    for line in (line for _, section in best for line in _told(section, checks, words, content)):
        print(line)
    if len(best) < len(hits):
        print(f"and {counted(len(hits) - len(best), 'section')} more: --all")
    if not hits:
        print(f"nothing about {' '.join(words)} in {len(sections)} sections", file=sys.stderr)
    return int(not hits)


def _sections(content: Path) -> Iterator[Section]:
    """Yields the sections of all systems, and of the chapters that no system names yet."""
    for system in all_systems(content):
        yield from system.runbook.sections
    for path in (path for folder in folders(content, RUNBOOKS) for path in sorted(folder.glob("shared/*.md"))):
        yield from parse(path).sections


def _score(section: Section, checks: dict[str, Check], words: Sequence[str]) -> int:
    """Returns how much a section and its checks are about the words; 0 unless each of them is there."""
    of_checks = " ".join(_text(check) for check in _named(section, checks))
    steps = " ".join(step.text for step in section.resolution)
    texts = ((section.title, 8), (" ".join(section.symptoms), 4), (of_checks, 2), (steps, 1))
    weights = [[weight for text, weight in texts if _has(text, [word])] for word in words]
    return sum(map(max, weights)) if all(weights) else 0


def _told(section: Section, checks: dict[str, Check], words: Sequence[str], content: Path) -> Iterator[str]:
    """Yields the lines about a section; of its checks those that have all of the words, where there are any."""
    named = _named(section, checks)
    told = [check for check in named if _has(_text(check), words)]
    severity = f" ({section.severity})" if section.severity else ""
    yield f"{shown(section.path, content)}:{section.line}: {section.title}{severity}"
    yield from (f"    {symptom}" for symptom in section.symptoms)
    yield from (f"    {check.name}: {check.expected}" for check in told or named)


def _named(section: Section, checks: dict[str, Check]) -> list[Check]:
    return [checks[name] for name in section.checks if name in checks]


def _text(check: Check) -> str:
    return f"{check.name.replace('_', ' ')} {check.expected}"


def _has(text: str, words: Sequence[str]) -> bool:
    """Whether all words are in the text, each from a word's beginning, so that `disk` also finds `disks`."""
    return all(re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE) for word in words)
