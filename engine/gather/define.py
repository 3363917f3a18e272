"""How facts are defined: each is a pytest fixture, and says by keyword how it is had."""

from __future__ import annotations

import inspect
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType
from typing import Any, Protocol, cast

import pytest

from engine.gather.fact import CANNOT, Ask, Client, Command, Fact, FactError, Heavy, Name, Output, Sample, Target
from engine.gather.facts import KNOWN, Facts
from engine.text import one_line


class FactFixture(Protocol):
    """The fixture by which a check asks for a fact; `fact` says how the fact is had."""

    fact: Fact


def fixture(made: Fact) -> FactFixture:
    """Returns the pytest fixture of a fact; it has the name of the variable that holds it, and is shown there."""

    def value(request: pytest.FixtureRequest, target: Target) -> Any:
        # `--setup-only` makes fixtures of facts that nobody gathered.
        return request.config.stash[KNOWN].get(target.id, Facts()).get(str(request.fixturename))

    file, line = _stands(made)
    code = value.__code__.replace(co_filename=file, co_firstlineno=line)
    shown = FunctionType(code, value.__globals__, made.name or "fact", None, value.__closure__)
    shown.__doc__ = made.doc
    defined = cast(FactFixture, pytest.fixture(shown))
    defined.fact = replace(made, place=f"{file}:{line}")
    return defined


def _stands(made: Fact) -> tuple[str, int]:
    """Where a fact is defined: its function, or else the line at the top of a module that makes it."""
    if made.name:
        code = made.make.__code__
        return code.co_filename, code.co_firstlineno
    frame = inspect.currentframe()
    while frame and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return (frame.f_code.co_filename, frame.f_lineno) if frame else (sys.executable, 1)


def fact(
    asks: Ask = "", *, client: bool = False, closes: bool = False, thread: str = ""
) -> Callable[[Callable[..., Any]], FactFixture]:
    """Makes a fact of a function whose parameters name the facts that it needs (and `target`).

    `asks` says what the function asks through a client, for the plan; without it the fact is computed from others,
    unless it is a `client`, or one that `closes`. Facts of one `thread` are asked one after the other.
    """

    def decorate(make: Callable[..., Any]) -> FactFixture:
        said: dict[str, Any] = {
            "name": make.__name__,
            "make": make,
            "needs": tuple(inspect.signature(make).parameters),
            "doc": inspect.getdoc(make) or "",
            "asks": asks,
        }
        if asks or client or closes:
            return fixture(Client(**said, closes=closes, thread=thread))
        return fixture(Fact(**said))

    return decorate


def lacking(doc: str) -> FactFixture:
    """A name for what a fact may find missing, as FactError's `fact`, where no fact is about exactly that."""

    def never() -> None:
        raise FactError("nobody asks for this")

    return fixture(Name(make=never, doc=doc))


def command(
    text: Ask,
    *,
    parse: Callable[..., Any] | None = None,
    doc: str = "",
    sudo: bool = False,
    secret: bool = False,
    hides: bool = False,
    codes: tuple[int, ...] = (0,),
    timeout: float = 5.0,
    limit: int = 256 * 1024,
    needs: tuple[str, ...] = (),
    heavy: bool = False,
    cut: bool = False,
    hangs: Callable[[Any], str] | None = None,
) -> FactFixture:
    """A fact that one shell command answers; its name is the variable that holds it.

    `parse` makes the value of its stdout (default: the text itself); `codes` are the exit statuses that are an answer;
    `timeout` is in seconds, `limit` in bytes; without the facts `needs` its answer would mean nothing.
    A `heavy` one keeps a processor busy: it runs when the sampling window has closed, so that it is not measured there.
    A `sudo` command needs root: it writes `$SUDO` before what does, which never asks for a password. The answer to a
    `secret` one is never shown; of one that `hides`, only the value that `parse` made of it.
    An answer beyond its limit is none, because what matters may stand in the part that was cut off, unless `cut` says
    that the newest comes first: `parse` is then given the whole lines of what came, and whether something is missing.
    `hangs` says, of the value, what hangs on the host and keeps other commands from ending; "" for nothing.
    """

    def make(**given: Any) -> Any:
        output: Output = given["output"]
        text = output.stdout
        if cut:
            text = text[: text.rfind("\n") + 1] if output.truncated else text
            return parse(text, output.truncated) if parse else text
        return parse(text) if parse else text

    kind = Heavy if heavy else Command
    return fixture(
        kind(
            make=make,
            needs=("sudo" if sudo else "host", *needs),
            doc=doc,
            asks=text,
            timeout=timeout,
            limit=limit,
            codes=codes,
            sudo=sudo,
            secret=secret,
            hides=hides,
            cut=cut,
            hangs=hangs,
        )
    )


def require(test: str, reason: str) -> str:
    """Returns shell text that ends a fact's command when `test` fails; `reason` is why the fact cannot be had."""
    return f"{test} || {{ echo {shlex.quote(reason)} >&2; exit {CANNOT}; }}; "


def sample(
    text: Ask, *, parse: Callable[[str, str, float], Any], doc: str = "", timeout: float = 5.0, limit: int = 256 * 1024
) -> FactFixture:
    """A fact that one shell command answers twice: at the start and at the end of the host's one sampling window.

    All samples of a host share the window, which is `limits.sample_s` long. `parse` makes the value of both answers
    and of the seconds between them, which are the host's own.
    """

    def make(**given: Any) -> Any:
        (began, before), (ended, after) = (_stamped(given[key]) for key in ("before", "after"))
        return parse(before, after, ended - began)

    def asked(target: Target) -> str:
        return f"cat /proc/uptime; {text(target) if callable(text) else text}"

    return fixture(Sample(make=make, needs=("host",), doc=doc, asks=asked, timeout=timeout, limit=limit))


def _stamped(output: Output) -> tuple[float, str]:
    uptime, _, answer = output.stdout.partition("\n")
    # Python reads `1_0`, `nan` and `inf` as numbers, too: the kernel writes none of them.
    told = re.match(r"(\d+\.\d+) \d", uptime)
    if not told:
        raise FactError(f"the host's /proc/uptime was not understood: '{one_line(uptime, 60)}'")
    return float(told[1]), answer
