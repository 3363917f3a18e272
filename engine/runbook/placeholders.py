"""What somebody has to fill in before a command can be pasted: `<pod>`, `NODE_NAME`, `$NODE`, `TODO`."""

from __future__ import annotations

import re

ANGLE = re.compile(r"(?<![<\w])<[A-Za-z][\w.:/-]*(?: [\w.:/'-]+)*>")
# Names in capitals that stand for something; a variable of the shell has a `$` before it or a `=` behind it.
CAPITALS = re.compile(
    r"(?<![\w$\{%<-])(?:(?:YOUR|MY)_[A-Z0-9_]+|(?:[A-Z][A-Z0-9]*_)+(?:NAME|ID|IP|HOST|PORT|PATH|FILE|URL|USER|SERVICE|DOMAIN"
    r"|POD|NODE|NAMESPACE|DATABASE|TABLE|ADDRESS)|(?:PID|PORT|HOSTNAME|NAMESPACE|PODNAME))(?![\w=(\"'}]|\\b)"
)
YOURS = re.compile(r"\b(?:your|my)[-_][a-z][\w.-]*\b")
OPEN = re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b|(?:(?<=\s)|^)(?:\.\.\.|…)(?=\s|$)")
VARIABLE = re.compile(r"\$\{?(?P<name>[A-Z][A-Z0-9_]*)\b(?![:\-+=?])")
# It is set in the command, or the command says itself what to do where it is not: `${LIMIT:?set LIMIT first}`.
SET = r"\b{name}=|\$\{{{name}:?[-=?+]|\b(?:for|read(?:\s+-\w+)*)\s+(?:\w+\s+)*{name}\b"
# Words that are only shown.
SHOWN = re.compile(r"\b(?:echo|printf)\s+(?:-\w+\s+)?(?:\"[^\"]*\"|'[^']*')")
SHELL_HAS = frozenset((
    "HOME", "USER", "PATH", "HOSTNAME", "PWD", "RANDOM", "SHELL", "LANG", "UID", "EUID", "PPID", "SECONDS", "IFS",
    "LOGNAME", "TMPDIR",
))  # fmt: skip


def placeholders(command: str) -> tuple[str, ...]:
    """Returns what stands in a command for something that is to be filled in, in order, each once.

    >>> placeholders("kubectl drain <node> -n $NAMESPACE  # TODO"), placeholders("N=1; echo '<b>' $N <in >out")
    (('<node>', '$NAMESPACE', 'TODO'), ())
    """
    command = SHOWN.sub(lambda shown: " " * len(shown[0]), command)
    found = [
        (match.start(), match[0]) for pattern in (ANGLE, CAPITALS, YOURS, OPEN) for match in pattern.finditer(command)
    ]
    # What stands between single quotes is awk's, or another program's.
    for match in VARIABLE.finditer(re.sub(r"'[^']*'", lambda quoted: " " * len(quoted[0]), command)):
        name = match["name"]
        if name not in SHELL_HAS and not re.search(SET.format(name=name), command):
            found.append((match.start(), f"${name}"))
    return tuple(dict.fromkeys(text for _, text in sorted(found)))
