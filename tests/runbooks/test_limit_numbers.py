"""Numbers that a limit has: the linter finds them where they are compared, and the filters say limits in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runbook.fill import fill
from engine.runbook.lint import lint
from engine.runbook.parser import parse
from engine.runbook.problem import Problem
from tests.ours import Limits

SECTION = """## A
**Symptoms:**
- {symptom}

**Diagnostics:**
```bash
# check: os.filesystem_inodes, app.worker_memory, backups.fresh
# check: http.cache_hit_rate, logs.errors, mongodb.slow_operations
{command}
```
"""


def found(symptom: str = "It is slow", command: str = "true") -> list[tuple[int, str]]:
    problems = [p for p in linted(symptom, command) if p.rule == "limit-number"]
    return [(p.line, p.instead.partition("limits.")[2].partition(" ")[0]) for p in problems]


def linted(symptom: str, command: str = "true") -> list[Problem]:
    return lint(parse(Path("r.md"), SECTION.format(symptom=symptom, command=command)))


@pytest.mark.parametrize(
    ("symptom", "limit"),
    [
        ("A worker above 512 MB", "worker_memory_bytes"),
        ("No dump younger than 26 hours", "backup_age_s"),
        ("Hit rate below 0.8", "cache_hit_rate"),
        ("The cache answers less than 80 % of the look-ups", "cache_hit_rate"),
        ("Operations that take longer than 100 ms", "mongodb_slow_ms"),
    ],
)
def test_in_a_symptom(symptom: str, limit: str) -> None:
    """Whatever the unit of the number is; the template of the limit is named."""
    assert found(symptom) == [(1, limit)]


@pytest.mark.parametrize(
    ("command", "limit"),
    [
        ("df -P -i | awk '$5 + 0 > 90'", "inodes_used_percent"),
        ('[ "$used" -ge 90 ]', "inodes_used_percent"),
        ("jq '. >= 90' figures.json", "inodes_used_percent"),
        ("find /srv -mmin +1560", "backup_age_s"),
    ],
)
def test_in_a_command(command: str, limit: str) -> None:
    """The comparisons of the shell's tools."""
    assert found(command=command) == [(9, limit)]


@pytest.mark.parametrize(
    "text",
    [
        "More than 11 errors an hour",
        "Above 512 requests",
        "26 hours",
        "Port 80",
        "More than a page",
        "Less than 27 hours",
    ],
)
def test_what_no_limit_has(text: str) -> None:
    """Another number, another unit, a number that nothing is compared with."""
    assert found(text, f"echo '{text}'") == []


def test_a_limit_of_another_component() -> None:
    """A section speaks of the limits of its own checks."""
    assert found("A certificate of less than 14 days") == []


@pytest.mark.parametrize(
    ("symptom", "number"),
    [
        ("More than 11 errors an hour", "11"),
        ("Above 512 requests", "512"),
        ("Port 80 is closed", "80"),
        ("The mode is 0640.", "0640."),
        ("A rate of 2.5 %", "2.5"),
    ],
)
def test_a_number_in_a_symptom_that_no_check_holds(symptom: str, number: str) -> None:
    """Nobody learns by it what the check holds against what: it may be another one by now."""
    assert [(p.rule, p.why) for p in linted(symptom)] == [("symptom-number", f"no check holds the number {number}")]


@pytest.mark.parametrize(
    "symptom",
    [
        "More than {{ limits.errors }} errors in an hour",
        "Workers above {{ limits.worker_memory_bytes | size }}",
        "The page answers 502 or 503; 5xx everywhere",
        'It says "exit code 12"; the mode is not `0640`',
        "Users of IPv4, and spaCy's E050; two at a time",
        "{{ redis.keyspaces.cache.number }} has no key",
    ],
)
def test_a_number_that_says_what_it_is(symptom: str) -> None:
    """A limit or a setting that is filled in, what a program says, a status, a part of a name."""
    assert linted(symptom) == []


def test_a_limit_that_no_check_of_the_section_holds() -> None:
    """The symptom is that of another section, or the check is missing."""
    (problem,) = linted("Valid for less than {{ limits.certificate_left_s | duration }}")
    assert (problem.rule, problem.why) == (
        "symptom-number",
        "no check of the section is about limits.certificate_left_s",
    )


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("worker_memory_bytes | size", "512 MiB"),
        ("backup_age_s | duration", "26 hours"),
        ("config_backup_age_s | duration", "7 days"),
        ("certificate_left_s | duration", "14 days"),
        ("mongodb_operation_s | duration", "5 seconds"),
        ("cache_hit_rate | percent", "80 %"),
        ("inodes_used_percent", "90"),
    ],
)
def test_a_limit_in_words(template: str, words: str) -> None:
    """A limit that was changed is said as well as a default."""
    assert fill(f"{{{{ limits.{template} }}}}", {"limits": Limits().model_dump()}, "r.md:1").removesuffix(".0") == words


@pytest.mark.parametrize(
    ("filter_", "value", "words"),
    [
        ("duration", 1, "1 second"),
        ("duration", 90, "90 seconds"),
        ("duration", 3600, "1 hour"),
        ("duration", 86400, "24 hours"),
        ("duration", 0.5, "0.5 seconds"),
        ("size", 1000, "1000 bytes"),
        ("size", 1024**3, "1 GiB"),
        ("percent", 0.125, "12.5 %"),
    ],
)
def test_other_values(filter_: str, value: float, words: str) -> None:
    assert fill(f"{{{{ value | {filter_} }}}}", {"value": value}, "r.md:1") == words
