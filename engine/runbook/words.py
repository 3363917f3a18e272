"""The words that a runbook's structure is made of: labels, plain text of a line, anchors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from markdown_it.token import Token

from engine.runbook.expect import Severity
from engine.runbook.severities import severity_of

Label = Literal[
    "severity", "symptoms", "diagnostics", "resolution", "leads", "evidence", "escalation", "contacts", "how fast",
    "background",
]  # fmt: skip

# What stands below `background` is for people: it is known, and not read.
WORDS: dict[Label, str] = {
    "severity": "severity, severity level, priority",
    "symptoms": "symptoms, symptom, signs, impact, user impact, symptoms and impact, meaning",
    "diagnostics": (
        "diagnostics, diagnosis, diagnose, diagnostic steps, diagnostic commands, troubleshooting, "
        "troubleshooting steps, triage, triage steps, possible checks, checks, initial checks, immediate checks, "
        "quick checks, quick diagnostics, health checks, initial assessment, investigation, investigation steps, "
        "verification, validation, confirm"
    ),
    "resolution": (
        "resolution, resolution steps, immediate actions, recovery steps, disaster recovery, mitigation, "
        "mitigation steps, remediation, remediation steps, solution, solutions, fix, possible fixes, next steps"
    ),
    "leads": "if this does not help",
    "evidence": "evidence",
    "escalation": "escalation, escalation path, escalate when, escalate if, when to escalate",
    "contacts": "contacts, contact information, emergency contacts, emergency contacts for security",
    "how fast": "how fast",
    "background": (
        "overview, summary, description, background, purpose, prerequisites, possible causes, common causes, "
        "likely causes, root cause, prevention, references, see also, related, notes"
    ),
}
LABELS: dict[str, Label] = {word: label for label, words in WORDS.items() for word in words.split(", ")}

# Chapters that tell people what to do; everywhere else a fence without a label is something to look at.
DOING = re.compile(r"\b(emergency|recovery|prevention|maintenance|optimi[sz]ation)\b", re.IGNORECASE)


# Words of a runbook or a system for severities.
Own = Mapping[str, Severity] | None

# What leads a remark, and ends no label: a warning is not to be lost.
REMARK = re.compile(r"(?:warning|caution|attention|danger|important|note|tip)\b", re.IGNORECASE)
# Lines of YAML between two rules; text between two rules is a runbook's own.
FRONT_MATTER = re.compile(r"\A---\n(?:(?:[\w-]+:|[ \t#-]).*\n|\n)*?---\n")
# A heading may end with its severity: `### Redis full (P2)`.
HEADING = re.compile(r"(?P<words>.+?)\s*\((?P<severity>P[1-3]|(?i:critical|warning|sev[ -]?[0-4]))\)")

# Before a label: what stands below it adds to what an earlier chapter says of the same section.
MORE = "more "


# What people put around a label: a number or a symbol before it, a remark in parentheses behind it.
AROUND = re.compile(r"^(?:step \d+\W+)?[\W\d_]*|\s*\([^()]*\)|[\s:.?!#]+$")
LONGEST_LABEL = 60


def label_of(words: str) -> Label | None:
    """Returns the label that a heading or a bold line stands for, or None when it is none.

    >>> label_of("2. Possible checks (first five minutes):")
    'diagnostics'
    """
    if len(words) > LONGEST_LABEL:
        return None
    return LABELS.get(AROUND.sub("", words.strip().lower()).removeprefix(MORE))


def heading_severity(heading: str, own: Own = None) -> tuple[str, Severity | None]:
    """Returns a heading's words, and the severity that stands behind them."""
    match = HEADING.fullmatch(heading)
    severity = severity_of(match["severity"], own) if match else None
    return (match["words"], severity) if match and severity else (heading, None)


def without_head(text: str) -> str:
    """Returns a document without the head that site generators read, which is no Markdown; its lines are left blank."""
    return FRONT_MATTER.sub(lambda head: "\n" * head[0].count("\n"), text)


def line_of(token: Token) -> int:
    """Returns the line, counted from 1, that a token starts on."""
    return (token.map or [0])[0] + 1


def plain(inline: Sequence[Token], code: str = "`") -> str:
    """Returns the words of inline tokens without markup; `code` is put around inline code."""
    words = []
    for token in inline:
        if token.type == "code_inline":
            words.append(f"{code}{token.content}{code}")
        elif token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type in ("text", "html_inline", "image", "text_special") and not token.content.startswith("<!--"):
            words.append(token.content)
    return " ".join("".join(words).split())


def lines_of(inline: Sequence[Token]) -> list[tuple[int, list[Token]]]:
    """Returns the tokens of each source line of a paragraph, with how many lines stand above it there.

    A bold sentence, a link or the like over several lines is one line.
    """
    lines: list[tuple[int, list[Token]]] = [(0, [])]
    breaks = depth = 0
    for token in inline:
        depth += token.nesting
        is_break = token.type in ("softbreak", "hardbreak")
        breaks += is_break
        if is_break and depth == 0:
            lines.append((breaks, []))
        else:
            lines[-1][1].append(token)
    return lines


def bold_start(line: Sequence[Token]) -> tuple[str, str] | None:
    """Returns the bold words that a line starts with and the words after them, or None when it starts otherwise."""
    tokens = [t for t in line if t.content or t.type != "text"]
    if not tokens or tokens[0].type != "strong_open":
        return None
    end = next((i for i, t in enumerate(tokens) if t.type == "strong_close"), len(tokens))
    return plain(tokens[1:end], code=""), plain(tokens[end + 1 :]).removeprefix(":").strip()


def ends_label(words: str, rest: str) -> bool:
    """Returns whether bold words with the rest of their line end the label before them; a remark does not."""
    return not rest and words.endswith(":") and not REMARK.match(words)


def label_start(line: Sequence[Token], own: Own = None) -> tuple[str, str] | None:
    """Returns the label that a line starts with and the words after it: `**Checks:** …`, `Checks:`, `Severity: P1`."""
    if bold := bold_start(line):
        return bold if label_of(bold[0]) else None
    words = plain(line)
    if words.endswith(":") and label_of(words):
        return words, ""
    head, _, rest = words.partition(": ")
    return (head, rest) if label_of(head) == "severity" and severity_of(rest, own) else None


def add_line(lines: list[str], words: str, first: bool) -> None:
    """Adds a line of prose; a further line of the same paragraph goes on where the last one ended."""
    if first or not lines:
        lines.append(words)
    else:
        lines[-1] = f"{lines[-1]} {words}"


class Anchors:
    """The anchors that GitHub gives to the headings of one document."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def add(self, words: str) -> str:
        """Returns the next heading's anchor; a repeated heading gets a number, as on GitHub."""
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        count = self._seen.get(slug, 0)
        self._seen[slug] = count + 1
        return f"{slug}-{count}" if count else slug
