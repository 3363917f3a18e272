"""Numbers in a runbook that a limit has: where another limit is in force, the section speaks of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.config import found
from engine.runbook.model import Section
from engine.runbook.spoken import filter_of

LIMIT_NUMBER = "limit-number"
WHY = "a limit has this number, and another one may be in force"
# What makes a number a threshold: words of a comparison, or its sign in the shell, awk, find, SQL and MongoDB.
COMPARED = re.compile(
    r"(?:\b(?:(?:more|less|fewer|older|younger|longer|shorter) than|over|above|beyond|below|under|at least|at most)"
    r"|[<>]=?|(?<![\w-])-(?:ge|gt|le|lt)|[\"']\$[gl]te?[\"']:|-mmin \+|-mtime \+)"
    r"(?:\s*interval ')?\s*(?P<number>\d+(?:\.\d+)?|half|a|an)\b\s*(?P<unit>%|percent|[A-Za-z]+)?",
    re.IGNORECASE,
)
# What the tests of `find` count.
TESTS = {"-mmin": "minutes", "-mtime": "days"}
SYMPTOM_NUMBER = "symptom-number"
LIMIT = re.compile(r"\{\{\s*limits\.(\w+)")
# What is filled in, and what a program says.
SAID = re.compile(r"\{\{.*?\}\}|`[^`]*`|\"[^\"]*\"|“[^”]*”")
# A number that is no part of a word, and no status of HTTP or SMTP unless something is compared with it.
NUMBER = re.compile(r"(?<![\w.-])(?![1-5]\d\d(?![\d%]))\d[\d.]*%?(?![\w-])")
# A smaller whole number without a unit may be anything.
LEAST = 10
WORDS = {"half": 0.5, "a": 1, "an": 1}
SECONDS = {"ms": 0.001, "s": 1, "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
# People write MB and mean either.
BYTES = {f"{letter}{end}": 1024**power for power, letter in enumerate("kmgt", 1) for end in ("ib", "b")}
DECIMAL = {f"{letter}b": 1000**power for power, letter in enumerate("kmgt", 1)}


@dataclass(frozen=True)
class Known:
    """A limit by its name, with its default and unit."""

    name: str
    value: float
    unit: str

    @property
    def instead(self) -> str:
        """The template that has the limit in force."""
        spoken = filter_of(self.unit)
        plain = f"{{{{ limits.{self.name} }}}}"
        return f"{plain}, in prose {{{{ limits.{self.name} | {spoken} }}}}" if spoken else plain


def numbers(section: Section, text: str) -> Iterator[tuple[int, str]]:
    """Yields for each number that a limit of the section's components has: where it stands, and the template for it."""
    components = {check.partition(".")[0] for check in section.checks}
    for match in COMPARED.finditer(text):
        unit = match["unit"] or next((unit for test, unit in TESTS.items() if match[0].startswith(test)), "")
        known = [each for each in _limits(components) if _same(match["number"], unit, each)]
        if known:
            # Of several limits with one number, the one of the same things.
            yield match.start(), min(known, key=lambda each: unit.lower() not in each.unit).instead


def stray(section: Section, text: str) -> Iterator[tuple[str, str]]:
    """Yields why a number in a symptom says nothing, and what to write instead: no check of the section holds it.

    What a program says (in quotes or as code), a status of HTTP, and what is no number (IPv4, 5xx) may stand there.
    """
    models = [
        model for name, model in found.limits_of().items() if any(c.startswith(f"{name}.") for c in section.checks)
    ]
    known = {name for model in models for name in model.model_fields}
    for name in LIMIT.findall(text):
        if name not in known:
            yield (
                f"no check of the section is about limits.{name}",
                "a limit of its checks, or the check in its diagnostics",
            )
    plain = SAID.sub("", text)
    for number in NUMBER.findall(COMPARED.sub(lambda match: f"{match['number']}%", plain)):
        yield (
            f"no check holds the number {number.rstrip('%')}",
            "{{ limits.NAME }}, a setting, or quotes around what is said",
        )


def _limits(components: set[str]) -> list[Known]:
    """The limits that these components add to the run's own."""
    models = found.limits_of()
    return [
        Known(name, float(model.model_fields[name].default), str(extra["unit"]))
        for component in sorted(components & models.keys())
        for model in (models[component],)
        for name in model.__annotations__
        if isinstance(extra := model.model_fields[name].json_schema_extra, dict)
    ]


def _same(number: str, unit: str, known: Known) -> bool:
    """Whether a number with its unit, or a bare one, is a limit's."""
    amount, word = float(WORDS.get(number.lower(), 0) or number), unit.lower()
    second = SECONDS.get(word) or SECONDS.get(word.removesuffix("s"))
    if known.unit in ("s", "ms") and second:
        return amount * second == known.value * SECONDS[known.unit]
    if known.unit.startswith("bytes") and word in BYTES:
        return known.value in (amount * BYTES[word], amount * DECIMAL.get(word, 0))
    if word in ("%", "percent"):
        share = known.unit.startswith("of ") and amount == known.value * 100
        return share or (known.unit, known.value) == ("%", amount)
    # `a page` is no number.
    bare = not (second or word in BYTES or number.lower() in WORDS)
    return bare and amount == known.value and (amount >= LEAST or not amount.is_integer())
