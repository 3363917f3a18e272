"""Queries of one host: the commands of its targets' facts, sent together, and the output of each."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from engine.gather.batch import PIPE, TIMED_OUT, BatchCommand, outputs, scripts
from engine.gather.catalogue import Catalogue
from engine.gather.fact import CANNOT, LATE, Command, Fact, FactError, Output, Target
from engine.gather.hello import lack, lacking
from engine.gather.transport import Connection
from engine.text import one_line, size

# The messages of sudo, of sudo-rs (Ubuntu's since 25.10) and of doas under sudo's name, when they need a password or do
# not allow the command at all [sudo, plugins/sudoers/logging.c; sudo-rs, src/common/error.rs; OpenDoas, doas.c].
REFUSED = re.compile(
    r"^(?:sudo: .*(?:(?:password|authentication) is required|not allowed|not in the sudoers|must have a tty"
    r"|I can't do that|may not run)|Sorry, user .* (?:is not allowed to|may not run) |.* is not in the sudoers file"
    r"|doas: (?:Operation not permitted|Authentication required))",
    re.MULTILINE,
)
# The fact that is missing when a host's time is over before all was asked; `os.in_time` owns it.
IN_TIME = "in_time"
# The suffix of the key of a sample's first answer.
BEFORE = ":before"


class Asking:
    """The commands of one host, and their outputs so far."""

    def __init__(
        self,
        chains: Mapping[str, tuple[Target, list[str]]],
        catalogue: Catalogue,
        ends: float,
        broken: Callable[[str, Fact, BaseException], None],
    ) -> None:
        """`ends` is the host's deadline by the monotonic clock, in seconds.

        `broken` is called with the target's id, the fact and the exception for each fact whose `asks` raises.
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
        """Runs the commands of the batch."""
        self._run(connection, dict(self._commands("batch")))

    def window(self, connection: Connection) -> None:
        """Runs every sample's command, sleeps, and runs them again: all samples share one window.

        Commands that keep the host busy run outside the window, so that the suite does not measure itself.
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
            # A FactError means a broken connection. Any other exception is an error of the suite, which every fact
            # without an output reports.
            except Exception as error:
                # Outputs that arrived before are kept.
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
                # `asks` is code of the fact and reads a user's settings: it may raise anything.
                except Exception as error:
                    self._broken_ask(target_id, fact, error)
                    continue
                yield self._key(target_id, fact), BatchCommand(asked, fact.timeout, fact.limit)

    def _key(self, target_id: str, fact: Fact) -> str:
        return f"{fact.name}:{list(self._chains).index(target_id)}"

    def output(self, target_id: str, fact: Command, which: str = "") -> Output:
        """Returns the output of the fact's command; raises FactError with the reason when it is not an answer."""
        output = self._outputs.get(f"{self._key(target_id, fact)}{which}")
        if output is None:
            if self._broken and not isinstance(self._broken, FactError):
                raise self._broken
            raise SlowError(str(self._broken) if self._broken else f"'{fact.name}' was cut off before it ended")
        if output.rc == LATE:
            raise SlowError(self._slowest(), IN_TIME)
        if tool := lack(output.stderr):
            self.lacks[target_id].append(tool)
            raise FactError(lacking([tool]), "shell")
        if output.rc in TIMED_OUT:
            took = f"{fact.timeout:g} s"
            if 0 < output.seconds < fact.timeout - 1:
                took = f"the {output.seconds:.0f} s that the host's deadline (deadline_s) left it"
            raise SlowError(f"'{fact.name}' did not end within {took}", IN_TIME if self.behind else "")
        # A command that sends its complaints to its output begins with sudo's.
        if fact.sudo and (REFUSED.search(output.stderr) or REFUSED.match(output.stdout)):
            self._refuse(target_id, fact)
        if output.truncated and not fact.cut:
            raise FactError(f"'{fact.name}' answered more than {size(fact.limit)}")
        if output.rc == CANNOT and output.stderr:
            raise FactError(one_line(output.stderr))
        if output.rc not in fact.codes and not (output.truncated and output.rc == PIPE):
            raise FactError(f"exit status {output.rc}: {one_line(output.stderr) or 'no message'}")
        return output

    @property
    def behind(self) -> bool:
        """Whether the host's time was over before its commands were."""
        return any(output.rc == LATE for output in self._outputs.values())

    def _slowest(self) -> str:
        """Returns how much was not asked, and what took longest."""
        late = sum(output.rc == LATE for output in self._outputs.values())
        names = ((key.partition(":")[0], output.seconds) for key, output in self._outputs.items())
        took = sorted(((seconds, name) for name, seconds in names if name in self._catalogue), reverse=True)
        longest = (f"'{name}' {seconds:.1f} s{' with sudo' * self._catalogue[name].sudo}" for seconds, name in took[:3])
        return (
            f"{late} of {len(self._outputs)} commands were not asked, because those before them took the host's whole "
            f"time (deadline_s), the longest {', '.join(longest)}"
        )

    def _refuse(self, target_id: str, fact: Fact) -> None:
        target, _ = self._chains[target_id]
        commands = [words.strip() for words in re.findall(r"\bsudo -n ([^|;&<>]+)", fact.typed(target))]
        self.refused[target_id] += commands
        raise FactError(refusal(commands), "sudo")


class SlowError(FactError):
    """A command did not answer within its timeout or the host's deadline."""


def refusal(commands: list[str]) -> str:
    """Returns the message about commands that sudo refused."""
    listed = "; ".join(dict.fromkeys(commands))
    return f"sudo does not let the suite's user run: {listed}; expected a NOPASSWD line for it (docs/access.md)"
