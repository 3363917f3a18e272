"""Asking one host: the commands of its targets' facts, sent together, and what each answered."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from engine.gather.batch import TIMED_OUT, BatchCommand, outputs, scripts
from engine.gather.catalogue import Catalogue
from engine.gather.fact import CANNOT, LATE, Command, Fact, FactError, Output, Target
from engine.gather.hello import lack, lacking
from engine.gather.transport import Connection
from engine.text import one_line, size

# What sudo says when it would need a password, or would refuse with one.
REFUSED = re.compile(r"^sudo: .*(?:password is required|not allowed|not in the sudoers)", re.MULTILINE)
# The exit status of a command whose output was cut at its limit: it ended of SIGPIPE.
PIPE = 141
# Marks the first of a sample's two answers.
BEFORE = ":before"


class Asking:
    """The commands of one host, and their answers as they come."""

    def __init__(
        self,
        chains: Mapping[str, tuple[Target, list[str]]],
        catalogue: Catalogue,
        ends: float,
        broken: Callable[[str, Fact, BaseException], None],
    ) -> None:
        """`ends` is when the host's time is up, by the monotonic clock.

        `broken` is told of each fact whose `asks` raised, with the target's id: it is not asked.
        """
        self.refused: dict[str, list[str]] = defaultdict(list)
        self.lacks: dict[str, list[str]] = defaultdict(list)
        self._chains = chains
        self._catalogue = catalogue
        self._ends = ends
        self._broken_ask = broken
        self._outputs: dict[str, Output] = {}
        self._broken: Exception | None = None

    def batch(self, connection: Connection) -> None:
        """Asks what travels in the batch."""
        self._run(connection, dict(self._commands("batch")))

    def window(self, connection: Connection) -> None:
        """Asks every sample's command, sleeps, and asks every command again: one window for all, however many they are.

        What keeps the host busy runs before the window or behind it: the suite must not measure itself.
        """
        after, heavy = dict(self._commands("sample")), dict(self._commands("heavy"))
        before: dict[str, BatchCommand] = {}
        if after:
            seconds = max(target.limits.sample_s for target, _ in self._chains.values())
            before = {f"{key}{BEFORE}": command for key, command in after.items()}
            before["window"] = BatchCommand(f"sleep {seconds:g}", seconds + 5)
        self._run(connection, before | after | heavy)

    def _run(self, connection: Connection, commands: Mapping[str, BatchCommand]) -> None:
        for nonce, script in scripts(commands, self._ends - time.monotonic()):
            try:
                stdout, stderr = connection.run(script)
            # A FactError says that the connection broke; any other is a mistake of ours, told by each fact it costs.
            except Exception as error:
                # What had answered before stays.
                stdout, stderr, self._broken = getattr(error, "stdout", b""), getattr(error, "stderr", b""), error
            self._outputs.update(outputs(nonce, stdout, stderr, commands))
            if self._broken:
                return

    def _commands(self, lane: str) -> Iterable[tuple[str, BatchCommand]]:
        for target_id, (target, chain) in self._chains.items():
            for name in chain:
                fact = self._catalogue[name]
                if not isinstance(fact, Command) or fact.lane != lane:
                    continue
                try:
                    asked = fact.asked(target)
                # It is code of the fact's, and reads settings that a user wrote.
                except Exception as error:
                    self._broken_ask(target_id, fact, error)
                    continue
                yield self._key(target_id, fact), BatchCommand(asked, fact.timeout, fact.limit)

    def _key(self, target_id: str, fact: Fact) -> str:
        return f"{fact.name}:{list(self._chains).index(target_id)}"

    def output(self, target_id: str, fact: Command, which: str = "") -> Output:
        """Returns what the fact's command answered; raises FactError, in words, when that is no answer."""
        output = self._outputs.get(f"{self._key(target_id, fact)}{which}")
        if output is None:
            if self._broken and not isinstance(self._broken, FactError):
                raise self._broken
            raise SlowError(str(self._broken) if self._broken else f"'{fact.name}' was cut off before it ended")
        if output.rc == LATE:
            raise SlowError(f"'{fact.name}' was not asked: what came before it took the host's whole time")
        if lacks := lack(output.stderr):
            self.lacks[target_id].append(lacks)
            raise FactError(lacking([lacks]), "shell")
        if output.rc in TIMED_OUT:
            raise SlowError(f"'{fact.name}' did not end within {fact.timeout:g} s")
        if fact.sudo and REFUSED.search(output.stderr):
            self._refuse(target_id, fact)
        if output.truncated and not fact.cut:
            raise FactError(f"'{fact.name}' answered more than {size(fact.limit)}")
        if output.rc == CANNOT and output.stderr:
            raise FactError(one_line(output.stderr))
        if output.rc not in fact.codes and not (output.truncated and output.rc == PIPE):
            raise FactError(f"exit status {output.rc}: {one_line(output.stderr) or 'no message'}")
        return output

    def _refuse(self, target_id: str, fact: Fact) -> None:
        target, _ = self._chains[target_id]
        commands = [words.strip() for words in re.findall(r"\$SUDO ([^|;&<>]+)", fact.asked(target))]
        self.refused[target_id] += commands
        raise FactError(refusal(commands), "sudo")


class SlowError(FactError):
    """A command gave no answer in its time, or in the host's."""


def refusal(commands: list[str]) -> str:
    """Returns in words what sudo refused."""
    listed = "; ".join(dict.fromkeys(commands))
    return f"sudo does not let the suite's user run: {listed}; expected a NOPASSWD line for it (docs/access.md)"
