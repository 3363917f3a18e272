"""YAML parsed from PyYAML's events: bounded in depth and size, with the line of every value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from engine.config.problems import ConfigError, refuse

Where = tuple[str | int, ...]

# PyYAML's C parser where it is built in; it is ten times faster with the same results.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Real files are six levels deep and have a thousand values; nested aliases turn a few lines into billions of values.
DEEPEST = 32
MOST_VALUES = 50_000
# The limits of scalars other than text, in characters and as a number: the longest date has 35 characters.
LONGEST_NUMBER, LARGEST_NUMBER = 100, 2**63
MAP, SEQ, MERGE, STR = (f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "merge", "str"))
NUMBERS = {f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float")}
SCALARS = {STR, *(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "timestamp"))}


@dataclass
class Node:
    """A node of the document: a scalar with its value and text, a list with its items, or a mapping with entries.

    `quoted` is a scalar in quotes that would be a number or a truth value without them.
    """

    line: int
    kind: str = "scalar"
    value: Any = None
    written: str = ""
    merge: bool = False
    quoted: bool = False
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[Node, Node]] = field(default_factory=list)


class _Reader:
    """Converts events to nodes. Mistakes are collected in `mistakes`; a fatal one is also raised."""

    def __init__(self, name: str) -> None:
        self.mistakes: list[str] = []
        self._name = name
        self._scalars = SafeConstructor()
        self._resolver: Any = Resolver()
        self._anchors: dict[str, Node] = {}

    def wrong(self, line: int, problem: str) -> str:
        """Records a mistake, and returns its message."""
        self.mistakes.append(f"{self._name}:{line}: {problem}")
        return self.mistakes[-1]

    def root(self, text: str) -> Node | None:
        """Returns the document's root node, or None when there is none or it cannot be parsed."""
        events = self._events(text)
        try:
            first = next(events, None)
            root = self._node(first, events, 0) if first else None
            # Parses the rest too, to find a second document or invalid YAML at the end.
            list(events)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            star = error.context == "while scanning an alias"
            hint = "; a pattern that begins with * needs quotes: '*'" if star else ""
            self.wrong(line, f"not valid YAML: {error.problem}{hint}")
        except yaml.YAMLError as error:
            self.wrong(1, f"not valid YAML: {str(error).splitlines()[0]}")
        else:
            return root
        return None

    def _events(self, text: str) -> Iterator[Any]:
        documents = 0
        event: Any
        for event in yaml.parse(text, Loader=Loader):
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                self.wrong(event.start_mark.line + 1, "a second document begins; expected one in a file")
                return
            if isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)):
                yield event

    def _node(self, event: Any, events: Iterator[Any], depth: int, *, key: bool = False) -> Node:
        line = event.start_mark.line + 1
        if depth > DEEPEST:
            raise ConfigError(self.wrong(line, f"is nested more than {DEEPEST} deep; no setting is"))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor, line)
        node = Node(line)
        if isinstance(event, yaml.MappingStartEvent):
            node.kind = "mapping"
            self._usual(event.tag, MAP, line)
            while not isinstance(entry := next(events), yaml.MappingEndEvent):
                name = self._node(entry, events, depth + 1, key=True)
                node.entries.append((name, self._node(next(events), events, depth + 1)))
        elif isinstance(event, yaml.SequenceStartEvent):
            node.kind = "list"
            self._usual(event.tag, SEQ, line)
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                node.items.append(self._node(item, events, depth + 1))
        else:
            self._scalar(node, event, key=key)
        if event.anchor:
            # An anchor is known only after its node, so an alias inside its own anchor is refused.
            self._anchors[event.anchor] = node
        return node

    def _alias(self, anchor: Any, line: int) -> Node:
        if anchor not in self._anchors:
            self.wrong(
                line,
                f"the alias '*{anchor}' stands for nothing; expected '&{anchor}' on a whole value above it, "
                f"or quotes around a pattern: '*{anchor}'",
            )
        return self._anchors.get(anchor, Node(line))

    def _usual(self, tag: str | None, usual: str, line: int) -> bool:
        if known := tag in {None, "!", usual} or (usual == STR and tag in SCALARS):
            return known
        self.wrong(line, f"the tag '{tag}' is not known; expected plain YAML without it")
        return False

    def _scalar(self, node: Node, event: Any, *, key: bool) -> None:
        node.written = node.value = event.value
        tag = event.tag
        if tag in {None, "!"}:
            tag = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
            node.merge = tag == MERGE
            written = event.style in {"'", '"'} and self._resolver.resolve(yaml.ScalarNode, event.value, (True, False))
            node.quoted = written in NUMBERS
        # A key is always text: `on`, `1` and `2026-01-01` are names.
        if key or node.merge or not self._usual(tag, STR, node.line):
            return
        try:
            if tag != STR and len(event.value) > LONGEST_NUMBER:
                raise ValueError(f"it has {len(event.value)} characters")
            node.value = self._scalars.construct_object(yaml.ScalarNode(tag, event.value))
            if isinstance(node.value, int) and abs(node.value) >= LARGEST_NUMBER:
                raise ValueError("it is larger than 64 bits")
        # Each type raises its own exceptions: a date of month 13 (ValueError), `!!bool x` (KeyError), `!!int ""` …
        except Exception as error:
            node.value = None
            kind = tag.rpartition(":")[2]
            why = f" ({error})" if isinstance(error, ValueError) else ""
            self.wrong(node.line, f"{event.value[:60]!r} is not a valid {kind}{why}; text needs quotes")


class Tree:
    """A parsed document: `data` in plain types, and `lines`, the line on which each value starts.

    `quoted` has the places of texts that would be numbers or truth values without their quotes.

    Anchors, aliases and merge keys (`<<: *defaults`) follow YAML 1.1. Raises ConfigError with a line for each mistake.
    """

    def __init__(self, text: str, name: str) -> None:
        self.data: Any = None
        self.lines: dict[Where, int] = {}
        self.quoted: set[Where] = set()
        self._reader = _Reader(name)
        self._values = 0
        try:
            root = self._reader.root(text)
            if root is not None:
                self.data = self._plain(root, ())
        except ConfigError:
            # The reader has recorded it together with earlier mistakes.
            pass
        refuse(self._reader.mistakes)

    def _count(self, line: int, depth: int) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            problem = f"its aliases make more than {MOST_VALUES} values in the file; expected far fewer"
        elif depth > DEEPEST:
            problem = f"is nested more than {DEEPEST} deep; no setting is"
        else:
            return
        raise ConfigError(self._reader.wrong(line, problem))

    def _plain(self, node: Node, where: Where) -> Any:
        self._count(node.line, len(where))
        self.lines.setdefault(where, node.line)
        if node.kind == "mapping":
            plain: dict[str, Any] = {}
            self._fill(plain, node, where, 0)
            return plain
        if node.kind == "list":
            return [self._plain(item, (*where, index)) for index, item in enumerate(node.items)]
        if node.quoted:
            self.quoted.add(where)
        return node.value

    def _fill(self, plain: dict[str, Any], node: Node, where: Where, merged: int) -> None:
        """Adds a mapping's entries that are still missing; merged ones come last [yaml.org/type/merge.html]."""
        self._count(node.line, merged)
        own: dict[str, int] = {}
        for name, value in node.entries:
            if name.merge:
                continue
            if name.kind != "scalar":
                self._reader.wrong(name.line, f"a {name.kind} is used as a key; text needs quotes")
            elif name.written in own:
                first = own[name.written]
                self._reader.wrong(name.line, f"'{name.written}' is a duplicate of the key on line {first}")
            else:
                own[name.written] = name.line
                if name.written not in plain:
                    self.lines[(*where, name.written)] = name.line
                    plain[name.written] = self._plain(value, (*where, name.written))
        for name, value in node.entries:
            for source in (value.items if value.kind == "list" else [value]) if name.merge else []:
                if source.kind == "mapping":
                    self._fill(plain, source, where, merged + 1)
                else:
                    self._reader.wrong(
                        source.line,
                        "'<<' merges a value that is not a mapping; expected an alias, as in '<<: *defaults'",
                    )
