"""What a command asks, in words that two commands can be compared by: its program, its words, what it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.drafting.same import same
from engine.runbook.model import Step
from engine.runbook.programs import PROGRAMS, QUERY, bare, program_of

TOKEN = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|[|;&\n()]+|[^\s|;&()'\"]+")
# A line that only sets a variable for the lines below it.
SETS = re.compile(r"\s*(?:export\s+)?(?P<name>\w+)=(?:'[^']*'|\"[^\"]*\"|\$\([^\n]*\)|[^\s;|&$(]*)\s*")
# Statements and commands that ask nothing either: they only say how, or where, the next ones are run.
PREPARES = re.compile(
    r"\s*(?:set\s+(?:local\s+|session\s+)?\w+\s*(?:=|to\b)[^;]*|begin(?:\s+\w+)*|commit|rollback|end|cd\s+[\w./~$-]+|\\\w+(?:\s+\w+)*)\s*;?\s*",
    re.IGNORECASE,
)
WORD = re.compile(r"[a-z_][a-z0-9_]*(?:-[a-z0-9_]+)*")
PORT = re.compile(r"(?:(?<=:)|(?<=-p )|(?<=-p))\d{2,5}\b|(?<=/)\d{4,5}$")
# Words behind a command, and what is quoted, in which the same sign begins none.
COMMENT = re.compile(r"(?P<quoted>'[^']*'|\"(?:[^\"\\]|\\.)*\")|(?<=\s)#[^\n]*")
PAGE = re.compile(r"https?://[^/\s'\"]+(?P<path>/[^\s'\"?#|;&)]*)?|(?<!\S)[\w.-]+:\d{2,5}(?P<short>/[^\s'\"?#|;&)]*)?")
# What passes text on, or shows a file: the file counts, not the program.
READS = frozenset(("cat", "tail", "head", "less", "grep", "egrep", "zgrep", "awk", "sed"))
PASSES = READS | frozenset(("sort", "uniq", "wc", "cut", "tr", "xargs", "echo", "jq", "tee", "column", "more", "paste"))
# Programs of which the file tells what is asked.
FILES = frozenset(("read", "ls", "stat", "find", "df", "du", "test"))
# Options that ask something else; others only change how the answer looks.
MEANT = ("-i", "-k")
# Words of SQL and of paths that tell nothing.
NOTHING = """
select from where and as order by desc asc limit on not is group join or in like ilike inner left pg_catalog public
dev null localhost no-pager quiet true var etc usr bin https http
"""
NOISE = frozenset(NOTHING.split())
# Different words of systemctl for one question.
STATES = {"status": {"status", "is-active", "activestate"}, "is-enabled": {"is-enabled", "unitfilestate"}}


@dataclass(frozen=True)
class Asked:
    """A command: its program (`read` for what shows a file), its words, what units, ports, paths and page it names."""

    program: str
    words: frozenset[str]
    units: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    page: str = ""


def only_prepares(command: str) -> bool:
    """Whether a command asks nothing: it sets variables, or the session, for what follows.

    >>> only_prepares("PORT=9000"), only_prepares("SET statement_timeout TO 0;"), only_prepares("cat /x")
    (True, True, False)
    """
    return all(SETS.fullmatch(line) or PREPARES.fullmatch(line) for line in command.split("\n"))


def without_comments(command: str) -> str:
    """Returns a command without the words behind it.

    >>> without_comments("nginx -t  # the configuration"), without_comments("grep '# x' /a")
    ('nginx -t', "grep '# x' /a")
    """
    return COMMENT.sub(lambda found: found["quoted"] or "", command).rstrip()


def asked(command: str, functions: Mapping[str, Step] | None = None) -> Asked:
    """Returns what a command asks; it may call the shell functions of its runbook.

    >>> asked("sudo systemctl status redis-server --no-pager").units
    ('redis-server',)
    """
    text = "\n".join(line for line in command.splitlines() if not SETS.fullmatch(line)) or command
    text = bare(without_comments(text.strip()))
    if QUERY.match(text):
        text = f"psql -c '{' '.join(text.split()).replace(chr(39), ' ')}'"
    simple = [_called(part, functions or {}) for part in _simple(same(text))]
    programs = [program_of(part) for part in simple]
    own = next((index for index, name in enumerate(programs) if name not in PASSES and name in PROGRAMS), 0)
    program = "read" if programs and programs[own] in READS else (programs[own] if programs else "")
    units = _units(program, simple[own]) if simple else ()
    whole = " ".join(re.sub(r"^/\S+/", "", part) for part in simple)
    paths = tuple(dict.fromkeys(re.findall(r"(?<![\w:./])/[\w.@+/-]{3,}", whole)))
    told = whole if program in FILES else " ".join(word for word in whole.split() if word not in paths)
    words = {word for word in WORD.findall(told.lower()) if word not in NOISE and len(word) > 1}
    if program in FILES:
        words |= {word for path in paths for word in re.findall(r"[a-z]{3,}", path.lower()) if word not in NOISE}
    words |= {option for option in MEANT if f" {option} " in f"{whole} "}
    if program == "systemctl":
        states = {meant: words & said for meant, said in STATES.items()}
        words = words.difference(*states.values()) | {meant for meant, said in states.items() if said}
    ports = () if program == "psql" else tuple(PORT.findall(whole))
    page = PAGE.search(text) if program in ("curl", "wget") else None
    path = (page["path"] or page["short"] or "").rstrip("/") or "/" if page else ""
    return Asked(program, frozenset(words - set(programs) - {*units}), units, ports, paths, path)


def _simple(text: str) -> list[str]:
    """The simple commands of a text, in order."""
    found: list[list[str]] = [[]]
    for token in TOKEN.findall(text):
        if token[0] in "|;&\n()":
            found.append([])
        else:
            found[-1].append(token)
    return [" ".join(part) for part in found if part]


def _called(part: str, functions: Mapping[str, Step]) -> str:
    """A simple command, with a function's own program in the place of its name."""
    part = bare(part)
    name, _, rest = part.partition(" ")
    if name not in functions or not re.search(r"\$[@*1-9]", functions[name].command):
        return part
    return f"{_program_in(name, functions, 3) or name} {rest}"


def _program_in(name: str, functions: Mapping[str, Step], depth: int) -> str:
    """The program that a function runs, or one that it calls does; "" for none."""
    words = re.findall(r"[\w-]+", functions[name].command)
    if named := [word for word in words if word in PROGRAMS - PASSES - {"timeout", "sudo"}]:
        return str(named[-1])
    called = (word for word in words if word in functions and word != name)
    return next(filter(None, (_program_in(word, functions, depth - 1) for word in called if depth)), "")


def _units(program: str, text: str) -> tuple[str, ...]:
    if program == "systemctl":
        rest = [word for word in text.split()[1:] if not word.startswith("-")]
        named = rest[1:] if rest and rest[0] != "show" else rest[1:2]
    elif program == "journalctl":
        named = re.findall(r"(?:-\w*u|--unit)[ =]?([\w@.-]+)", text)
    else:
        return ()
    return tuple(name.removesuffix(".service") for name in named if re.fullmatch(r"[\w@.:-]+", name))
