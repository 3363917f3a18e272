"""Whether the shell would run some lines now, or read on: quotes, substitutions, heredocs, loops and open pipes."""

from __future__ import annotations

import re

HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
TOKEN = re.compile(r"[;\n|&()]|[^\s;|&()]+")
OPENING = frozenset({"if", "for", "while", "until", "case", "select", "{"})
CLOSING = frozenset({"fi", "done", "esac", "}"})
LEADING = frozenset({";", "\n", "|", "&", "(", ")", "then", "do", "else", "!", "{"})


def shell_complete(text: str) -> bool:
    """Returns whether the shell would run these lines now, instead of reading on."""
    scan = _Scan(text)
    while scan.at < len(text):
        scan.step()
    bare = "".join(scan.bare).rstrip(" \t")
    return not (scan.unfinished or scan.open or scan.waiting or bare.endswith(("|", "&&")) or _depth(bare) > 0)


class _Scan:
    """A walk over the text. `open` holds the quotes and parentheses that stand open, `bare` the text outside quotes.

    A double quote inside `$(…)` inside double quotes begins a quote of its own: hence the stack.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.open: list[str] = []
        self.bare: list[str] = []
        self.waiting: list[str] = []
        self.unfinished = False

    def step(self) -> None:
        """Takes the next character, or all of a quoted string, comment or heredoc."""
        char = self.text[self.at]
        quoted = self.open[-1:] == ['"']
        if char == "\\":
            self.unfinished = self.at + 2 > len(self.text)
            self.at += 2
        elif char == '"':
            self._quote(quoted)
        elif quoted:
            self._substitution()
        elif char == "'":
            self._to("'", after=1)
        elif char == "#" and self.text[self.at - 1 : self.at].strip() == "":
            self._comment()
        elif char == "<" and self.text[self.at - 1 : self.at] != "<" and (found := HEREDOC.match(self.text, self.at)):
            self.waiting.append(found[2])
            self.at = found.end()
        elif char == "\n" and self.waiting:
            self._heredocs()
        else:
            self._plain(char)

    def _quote(self, quoted: bool) -> None:
        if quoted:
            self.open.pop()
        else:
            self.open.append('"')
            self.bare.append("Q" if '"' not in self.open[:-1] else "")
        self.at += 1

    def _substitution(self) -> None:
        """Inside double quotes only `$(` means something."""
        if self.text.startswith("$(", self.at):
            self.open.append("(")
            self.at += 1
        self.at += 1

    def _to(self, end: str, after: int) -> None:
        close = self.text.find(end, self.at + after)
        self.unfinished = close < 0
        self.at = len(self.text) if close < 0 else close + 1
        self.bare.append("Q")

    def _comment(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def _heredocs(self) -> None:
        """Goes past the bodies of the heredocs that the line before asked for."""
        for line in self.text[self.at + 1 :].split("\n"):
            self.at += len(line) + 1
            if line.strip() == self.waiting[0]:
                self.waiting.pop(0)
            if not self.waiting:
                break
        self.bare.append("\n")
        self.at = min(self.at, len(self.text)) if not self.waiting else len(self.text)

    def _plain(self, char: str) -> None:
        if char == "(":
            self.open.append("(")
        elif char == ")" and self.open[-1:] == ["("]:
            # In a `case` a parenthesis closes without one that opened.
            self.open.pop()
        if '"' not in self.open:
            self.bare.append(char)
        self.at += 1


def _depth(bare: str) -> int:
    """Returns how many `if`, loops, `case` and braces are still open."""
    depth, leading = 0, True
    for token in TOKEN.findall(bare):
        if leading and token in OPENING:
            depth += 1
        elif leading and token in CLOSING:
            depth -= 1
        leading = token in LEADING
    return depth
