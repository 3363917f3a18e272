"""Finds the sections and checks that words are about: an error message, a number, a symptom.

It looks into the content folder in which it is called, and prints each place with its section, the section's symptoms
and its checks.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.config.found import bring
from engine.config.problems import ConfigError
from engine.places import CHECKS, SUITE, folders, has_content, shown
from engine.run.checks import Check, read_checks
from engine.run.run import all_systems
from engine.runbook.model import Section


def main(arguments: list[str], prog: str) -> int:
    """Prints what was found. Returns 1 when nothing was, 2 for a content folder with a mistake."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, formatter_class=raw)
    parser.add_argument("words", metavar="WORD", nargs="+", help='429, "disk full"; all of them must be there')
    words = parser.parse_args(arguments).words
    content = Path.cwd() if has_content(Path.cwd()) else SUITE
    try:
        bring(content)
        checks = read_checks(*folders(content, CHECKS))
        sections = {(s.path, s.line): s for system in all_systems(content) for s in system.runbook.sections}
    except ConfigError as error:
        print("\n".join(str(line) for line in error.args), file=sys.stderr)
        return 2
    lines = [line for found in sections.values() for line in _section(found, checks, words, content)]
    for line in lines:
        print(line)
    if not lines:
        print(f"nothing about {' '.join(words)} in {len(sections)} sections", file=sys.stderr)
    return int(not lines)


def _section(section: Section, checks: dict[str, Check], words: Iterable[str], content: Path) -> Iterator[str]:
    """Yields the lines about a section, where it or one of its checks has all of the words."""
    named = [checks[name] for name in section.checks if name in checks]
    text = " ".join([section.title, *section.symptoms, *(step.text for step in section.resolution)])
    told = [check for check in named if _has(f"{check.name.replace('_', ' ')} {check.expected}", words)]
    if not told and not _has(text, words):
        return
    severity = f" ({section.severity})" if section.severity else ""
    yield f"{shown(section.path, content)}:{section.line}: {section.title}{severity}"
    yield from (f"    {symptom}" for symptom in section.symptoms)
    yield from (f"    {check.name}: {check.expected}" for check in told or named)


def _has(text: str, words: Iterable[str]) -> bool:
    """Whether all words are in the text, each from a word's beginning, so that `disk` also finds `disks`."""
    return all(re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE) for word in words)
