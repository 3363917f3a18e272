"""Whether the shell would run some lines now, or read on: quotes, substitutions, heredocs, loops and open pipes."""

from __future__ import annotations

import re

HEREDOC = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1")
TOKEN = re.compile(r"[;\n|&()]|[^\s;|&()]+")
OPENING = frozenset({"if", "for", "while", "until", "case", "select", "{"})
CLOSING = frozenset({"fi", "done", "esac", "}"})
LEADING = frozenset({";", "\n", "|", "&", "(", ")", "then", "do", "else", "!", "{"})


class ShellReader:
    """Reads a command line by line, each once: however long a quote stays open, the time stays proportional.

    `_open` holds the quotes and parentheses that stand open. A double quote inside `$(…)` inside double quotes begins a
    quote of its own: hence the stack. `_bare` is the text outside quotes of the lines that make one for the shell.
    """

    def __init__(self) -> None:
        self._started = False
        self._line = ""
        self._at = 0
        self._open: list[str] = []
        self._quotes = 0
        self._bare: list[str] = []
        self._waiting: list[str] = []
        self._inside_heredoc = False
        self._continued = False
        self._blocks = _Blocks()

    def feed(self, line: str) -> bool:
        """Takes the next line; returns whether the shell would run now what it was given so far."""
        if self._started and not self._continued:
            self._newline()
        self._started, self._continued = True, False
        if self._inside_heredoc:
            self._heredoc(line)
        else:
            self._line, self._at = line, 0
            while self._at < len(line):
                self._step()
        if self._continued or self._open or self._waiting:
            return False
        bare = "".join(self._bare).rstrip(" \t")
        return not (bare.endswith(("|", "&&")) or self._blocks.with_more(bare) > 0)

    def _newline(self) -> None:
        if self._open[-1:] in (["'"], ['"']):
            return
        if self._waiting:
            self._inside_heredoc = True
        if not self._quotes:
            self._blocks.add("".join([*self._bare, "\n"]))
            self._bare = []

    def _heredoc(self, line: str) -> None:
        """Goes past the bodies of the heredocs that the line before asked for."""
        if line.strip() == self._waiting[0]:
            self._waiting.pop(0)
            self._inside_heredoc = bool(self._waiting)

    def _step(self) -> None:
        """Takes the next character, or all of a quoted string, comment or heredoc's name."""
        char = self._line[self._at]
        top = self._open[-1] if self._open else ""
        before = self._line[self._at - 1 : self._at]
        if top == "'":
            self._single()
        elif char == "\\":
            self._continued = self._at + 1 == len(self._line)
            self._at += 2
        elif char == '"':
            self._double(top == '"')
        elif top == '"':
            self._substitution()
        elif char == "'":
            self._open.append("'")
            self._at += 1
        elif char == "#" and before.strip() == "":
            self._at = len(self._line)
        elif char == "<" and before != "<" and (found := HEREDOC.match(self._line, self._at)):
            self._waiting.append(found[2])
            self._at = found.end()
        else:
            self._plain(char)

    def _single(self) -> None:
        close = self._line.find("'", self._at)
        self._at = len(self._line) if close < 0 else close + 1
        if close >= 0:
            self._open.pop()
            self._bare.append("" if self._quotes else "Q")

    def _double(self, closes: bool) -> None:
        if closes:
            self._open.pop()
        else:
            self._open.append('"')
            self._bare.append("" if self._quotes else "Q")
        self._quotes += -1 if closes else 1
        self._at += 1

    def _substitution(self) -> None:
        """Inside double quotes only `$(` means something."""
        if self._line.startswith("$(", self._at):
            self._open.append("(")
            self._at += 1
        self._at += 1

    def _plain(self, char: str) -> None:
        if char == "(":
            self._open.append("(")
        elif char == ")" and self._open[-1:] == ["("]:
            # In a `case` a parenthesis closes without one that opened.
            self._open.pop()
        if not self._quotes:
            self._bare.append(char)
        self._at += 1


class _Blocks:
    """How many `if`, loops, `case` and braces stand open after some whole lines."""

    def __init__(self) -> None:
        self._depth, self._leading = 0, True

    def add(self, bare: str) -> None:
        """Takes further text outside quotes."""
        self._depth, self._leading = self._after(bare)

    def with_more(self, bare: str) -> int:
        """Returns the depth as it would be after some text that may still go on."""
        return self._after(bare)[0]

    def _after(self, bare: str) -> tuple[int, bool]:
        depth, leading = self._depth, self._leading
        for token in TOKEN.findall(bare):
            if leading and token in OPENING:
                depth += 1
            elif leading and token in CLOSING:
                depth -= 1
            leading = token in LEADING
        return depth, leading
