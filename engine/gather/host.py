"""Gathering of one host's facts. An error loses only its own fact; a fact that is late is reported by name."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.config.host import Host
from engine.gather.asking import BEFORE, IN_TIME, Asking, SlowError, refusal
from engine.gather.catalogue import Catalogue
from engine.gather.early import Opening
from engine.gather.fact import Client, Command, Fact, FactError, Sample, Unavailable, Wanted
from engine.gather.facts import Facts
from engine.gather.hello import lacking
from engine.gather.transport import Connection, connect
from engine.gather.ways import tell_owners
from engine.mask.secrets import Secrets
from engine.mistake import place, told, traced
from engine.text import bounded, one_line

# The most threads of client facts at the same time.
CLIENTS_AT_ONCE = 8
# The seconds after the deadline in which threads can notice that the connection was closed.
GRACE_S = 2.0
REASON, TRACE = 500, 8000


class HostGathering:
    """Gathers the facts of all targets of one host."""

    def __init__(
        self,
        wanted: list[Wanted],
        catalogue: Catalogue,
        secrets: Secrets,
        folder: Path,
        importing: threading.Thread,
        *,
        opening: Opening | None = None,
    ) -> None:
        self.host: Host = wanted[0].target.host
        self.seconds = 0.0
        self.finished = threading.Event()
        self.facts = {w.target.id: Facts() for w in wanted}
        self._catalogue = catalogue
        self._secrets = secrets
        self._folder = folder
        self._importing = importing
        self._opening = opening
        self._chains = {w.target.id: (w.target, catalogue.chain(w.facts)) for w in wanted}
        self._locks = {(id_, name): threading.RLock() for id_, (_, chain) in self._chains.items() for name in chain}
        self._slots = threading.Semaphore(CLIENTS_AT_ONCE)
        self._asking: Asking | None = None
        self._connection: Connection | None = None
        self._late = threading.Event()
        self._ends: float | None = None
        self._closing: list[Any] = []

    def run(self) -> None:
        """Gathers the facts; never raises."""
        started = time.monotonic()
        self._ends = started + self.host.deadline_s
        timer = threading.Timer(self.host.deadline_s, self.stop)
        timer.daemon = True
        timer.start()
        try:
            self._gather()
        except FactError as error:
            words = self._late_reason() if self._late.is_set() else str(error)
            self._lose(Unavailable("host" if self._late.is_set() else error.fact or "host", self._redacted(words)))
        # BaseException too: a library that calls sys.exit must not end the host's gathering silently.
        except BaseException as error:
            self._lose(self._ours("host", error))
        finally:
            timer.cancel()
            self._close()
            self.seconds = time.monotonic() - started
            self.finished.set()

    @property
    def overdue(self) -> bool:
        """Whether the grace period after the deadline is over: a thread that cannot be ended is left behind then."""
        return self._ends is not None and time.monotonic() > self._ends + 3 * GRACE_S

    def stop(self) -> None:
        """Closes the connection. Facts that were answered stay; the others become Unavailable."""
        self._late.set()
        if self._connection:
            with suppress(Exception):
                self._connection.close()

    def known(self) -> dict[str, Facts]:
        """Returns the facts by target id, without live clients."""
        found = {}
        for target_id, (_, chain) in self._chains.items():
            facts = self.facts[target_id]
            values = dict(facts.values)
            values |= {name: self._unanswered(name) for name in chain if name not in values}
            live = {name for name, value in values.items() if self._is_live(name, value)}
            values = {name: value for name, value in values.items() if name not in live}
            found[target_id] = Facts(values, dict(facts.answers), dict(facts.seconds))
        return found

    def _gather(self) -> None:
        if self._opening:
            connection = self._connection = self._opening.connection
            self._opening.wait(self._left() + GRACE_S)
        else:
            connection = self._connection = connect(self.host, self._folder)
            connection.open()
        asking = self._asking = Asking(self._chains, self._catalogue, self._ends or 0.0, self._broken_ask)
        batch = self._spawn(asking.batch, connection)
        # Two threads that import the same library may deadlock.
        self._importing.join(self._left())
        # Clients that need no command do not wait for the batch; some of them sample as long as the window.
        early = self._resolve("client", early=True)
        self._join([batch])
        window = self._spawn(asking.window, connection)
        self._join(self._resolve("batch"))
        self._join([*early, *self._resolve("client"), window])
        for target_id, (_, chain) in self._chains.items():
            for name in chain:
                self.value(target_id, name)
        for target_id, commands in list(asking.refused.items()):
            # sudo answered but refused a command that the run needs, so the fact `sudo` is missing.
            self.facts[target_id].values["sudo"] = Unavailable("sudo", self._redacted(refusal(commands)))
        for target_id, lacks in list(asking.lacks.items()):
            self.facts[target_id].values["shell"] = Unavailable("shell", self._redacted(lacking(sorted(lacks))))
        for facts in self.facts.values():
            tell_owners(facts)

    def _left(self) -> float:
        """Returns the seconds until the deadline, at least 0."""
        assert self._ends is not None
        return max(0.0, self._ends - time.monotonic())

    def _spawn(self, do: Callable[..., None], *given: Any) -> threading.Thread:
        # A daemon thread: one that hangs in a library must not keep the process from ending.
        thread = threading.Thread(target=do, args=given, daemon=True)
        thread.start()
        return thread

    def _join(self, threads: Iterable[threading.Thread]) -> None:
        for thread in threads:
            thread.join(self._left() + GRACE_S)

    def _resolve(self, lane: str, *, early: bool = False) -> list[threading.Thread]:
        """Starts threads that resolve a lane's facts, clients in parallel by their thread names; returns the threads.

        Facts that need a sample are skipped, because the window is still open. With `early`, facts that need any
        command are skipped too.
        """
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        waits_for = ("batch", "sample", "heavy") if early else ("sample", "heavy")
        for target_id, (_, chain) in self._chains.items():
            for name in chain:
                if self._catalogue[name].lane == lane and not self._rests_on(name, waits_for):
                    thread = self._catalogue.thread(name) if lane == "client" else ""
                    groups[(target_id, thread)].append(name)

        def resolve(target_id: str, names: list[str]) -> None:
            with self._slots:
                for name in names:
                    self.value(target_id, name)

        return [self._spawn(resolve, target_id, names) for (target_id, _), names in groups.items()]

    def _rests_on(self, name: str, lanes: Iterable[str]) -> bool:
        return any(self._catalogue[needed].lane in lanes for needed in self._catalogue.chain([name]))

    def value(self, target_id: str, name: str) -> Any:
        """Returns the fact's value for the target or an Unavailable, and makes it and its needs where missing."""
        if name == "target":
            return self._chains[target_id][0]
        if name == "host":
            return self._connection
        values = self.facts[target_id].values
        lock = self._locks[(target_id, name)]
        # The thread that holds the lock may never return.
        if not lock.acquire(timeout=self._left() + GRACE_S):
            return self._unanswered(name)
        try:
            if name not in values:
                values[name] = self._make(target_id, self._catalogue[name])
            return values[name]
        finally:
            lock.release()

    def _make(self, target_id: str, fact: Fact) -> Any:
        """Returns the fact's value, or an Unavailable for any exception, so that an error loses only this fact."""
        try:
            return self._made(target_id, fact)
        except FactError as error:
            return self._why(target_id, fact, error)
        # Any other exception is an error of the suite, SystemExit in a library included.
        except BaseException as error:
            return self._ours(fact.name, error)

    def _made(self, target_id: str, fact: Fact) -> Any:
        if self._catalogue.circular(fact.name):
            raise RuntimeError(f"the fact '{fact.name}' needs itself: {' → '.join(self._catalogue.chain(fact.needs))}")
        needed = {need: self.value(target_id, need) for need in fact.needs if need != "secrets"}
        for name, need in needed.items():
            if isinstance(need, Unavailable):
                if name not in fact.optional:
                    return need
                needed[name] = None
        if isinstance(fact, Client) and self._late.is_set():
            return self._unanswered(fact.name)
        if isinstance(fact, Command):
            return self._answered(target_id, fact)
        if "secrets" in fact.needs:
            needed["secrets"] = self._secrets
        started = time.monotonic()
        made = fact.make(**needed)
        if isinstance(fact, Client):
            self.facts[target_id].seconds[fact.name] = time.monotonic() - started
        if isinstance(fact, Client) and fact.closes:
            self._closing.append(made)
        return made

    def _why(self, target_id: str, fact: Fact, error: FactError) -> Unavailable:
        if isinstance(error, SlowError) and (hanging := self._hanging(target_id, fact)):
            return Unavailable(hanging.fact, self._redacted(f"{error}: {hanging.reason}"))
        # The deadline closed its connection, so the text of its error is not the reason.
        slow = isinstance(fact, Client) or isinstance(error, SlowError)
        if self._late.is_set() and slow and error.fact != IN_TIME:
            return self._unanswered(fact.name)
        return Unavailable(error.fact or fact.name, self._redacted(str(error)))

    def _answered(self, target_id: str, fact: Command) -> Any:
        assert self._asking
        output = self._asking.output(target_id, fact)
        self.facts[target_id].answers[fact.name] = output
        self.facts[target_id].seconds[fact.name] = output.seconds
        if isinstance(fact, Sample):
            return fact.make(before=self._asking.output(target_id, fact, BEFORE), after=output)
        return fact.make(output=output)

    def _hanging(self, target_id: str, fact: Fact) -> Unavailable | None:
        """Returns what is known to hang on the host and kept a command from ending; None when nothing is known."""
        _, chain = self._chains[target_id]
        for name in chain:
            other = self._catalogue[name]
            if not isinstance(other, Command) or not other.hangs or name == fact.name:
                continue
            value = self.value(target_id, name)
            if not isinstance(value, Unavailable) and (words := other.hangs(value)):
                return Unavailable(name, words)
        return None

    def _redacted(self, words: str) -> str:
        return one_line(self._secrets.redact(words), REASON)

    def _ours(self, fact: str, error: BaseException) -> Unavailable:
        """Returns the Unavailable of a fact whose code raised an exception."""
        words = self._redacted(f"the suite's own code broke: {told(error)}")
        trace = bounded(self._secrets.redact(traced(error)), TRACE)
        return Unavailable(fact, words, place(error), trace)

    def _broken_ask(self, target_id: str, fact: Fact, error: BaseException) -> None:
        self.facts[target_id].values[fact.name] = self._ours(fact.name, error)

    def _unanswered(self, name: str) -> Unavailable:
        words = f"'{name}' was not answered within the {self.host.deadline_s} s that its host has"
        # A client that had its time waited for its own service.
        slow = isinstance(self._catalogue[name], Command) or (self._asking and self._asking.behind)
        return Unavailable(IN_TIME if slow else name, words)

    def _late_reason(self) -> str:
        return f"{self.host.connection} gave no complete answer within {self.host.deadline_s} s"

    def _lose(self, away: Unavailable) -> None:
        """Replaces all facts of the host by `away`."""
        for target_id, (_, chain) in self._chains.items():
            self.facts[target_id].values = dict.fromkeys(chain, away) | {"host": away}

    def _close(self) -> None:
        for client in self._closing:
            # A client whose connection broke may raise here; it is closed either way.
            with suppress(Exception):
                client.close()
        if self._connection:
            with suppress(Exception):
                self._connection.close()
        if self._opening:
            self._opening.end()

    def _is_live(self, name: str, value: Any) -> bool:
        fact = self._catalogue.facts.get(name)
        return isinstance(fact, Client) and fact.closes and not isinstance(value, Unavailable)
