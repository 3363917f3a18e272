"""Functions that define facts. Each returns a pytest fixture; its keywords say how the fact is gathered."""

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
    """The fixture by which a check requests a fact; `fact` describes how it is gathered."""

    fact: Fact


def fixture(made: Fact) -> FactFixture:
    """Returns the pytest fixture of a fact. Its name is that of its variable, and pytest shows where it is defined."""

    def value(request: pytest.FixtureRequest, target: Target) -> Any:
        # `--setup-only` requests fixtures of facts that were not gathered.
        return request.config.stash[KNOWN].get(target.id, Facts()).get(str(request.fixturename))

    file, line = _stands(made)
    code = value.__code__.replace(co_filename=file, co_firstlineno=line)
    shown = FunctionType(code, value.__globals__, made.name or "fact", None, value.__closure__)
    shown.__doc__ = made.doc
    defined = cast(FactFixture, pytest.fixture(shown))
    defined.fact = replace(made, place=f"{file}:{line}")
    return defined


def _stands(made: Fact) -> tuple[str, int]:
    """Returns the file and line that define a fact: those of its function, or of the statement of its module."""
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
    """Returns a decorator that makes a fact of a function; its parameters name the facts that it needs, and `target`.

    A parameter with a default, `= None`, is None where that fact cannot be had.
    `asks` describes the function's query through a client, for the plan. Without it the fact is computed from others,
    unless it is a `client`, or a live client that `closes`. Facts of one `thread` are gathered one after the other.
    """

    def decorate(make: Callable[..., Any]) -> FactFixture:
        parameters = inspect.signature(make).parameters
        keywords: dict[str, Any] = {
            "name": make.__name__,
            "make": make,
            "needs": tuple(parameters),
            "optional": tuple(name for name, each in parameters.items() if each.default is None),
            "doc": inspect.getdoc(make) or "",
            "asks": asks,
        }
        if asks or client or closes:
            return fixture(Client(**keywords, closes=closes, thread=thread))
        return fixture(Fact(**keywords))

    return decorate


def lacking(doc: str) -> FactFixture:
    """Returns a fact that is only a name, for FactError's `fact`: something that is missing and no other fact is about.

    It is never gathered.
    """

    def never() -> None:
        raise FactError("this fact is only a name and is never gathered")

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
    """Returns a fact from the output of one shell command; its name is that of its variable.

    `parse` converts stdout to the value (default: the text itself). `codes` are the accepted exit statuses. `timeout`
    is in seconds, `limit` in bytes. The command counts only when the facts `needs` can be had.
    A `heavy` command keeps a processor busy and runs after the sampling window, so that it is not measured. A `sudo`
    command needs root; its text has `$SUDO` before each privileged command, or `$AS USER --` before what another
    user runs, and sudo never asks for a password.
    The answer of a `secret` fact is never shown; of one that `hides`, only the value that `parse` returned is shown.
    An output beyond `limit` is an error unless `cut` says that the newest lines come first: `parse` is then called
    with the complete lines and with whether the output was truncated.
    `hangs` is called with the value and returns what on the host keeps other commands from ending, or "".
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
    """Returns shell text that ends a fact's command with `reason` when the shell command `test` fails."""
    return f"{test} || {{ echo {shlex.quote(reason)} >&2; exit {CANNOT}; }}; "


def sample(
    text: Ask, *, parse: Callable[[str, str, float], Any], doc: str = "", timeout: float = 5.0, limit: int = 256 * 1024
) -> FactFixture:
    """Returns a fact from a shell command that runs twice, at the start and at the end of the host's sampling window.

    All samples of a host share the window, which is `limits.sample_s` seconds long. `parse` is called with both outputs
    and with the seconds between them by the host's clock.
    """

    def make(**given: Any) -> Any:
        (began, before), (ended, after) = (_stamped(given[key]) for key in ("before", "after"))
        return parse(before, after, ended - began)

    def asked(target: Target) -> str:
        return f"cat /proc/uptime; {text(target) if callable(text) else text}"

    return fixture(Sample(make=make, needs=("host",), doc=doc, asks=asked, timeout=timeout, limit=limit))


def _stamped(output: Output) -> tuple[float, str]:
    uptime, _, answer = output.stdout.partition("\n")
    # float() also accepts `1_0`, `nan` and `inf`, which the kernel never writes.
    match = re.match(r"(\d+\.\d+) \d", uptime)
    if not match:
        raise FactError(f"the host's /proc/uptime was not understood: '{one_line(uptime, 60)}'")
    return float(match[1]), answer
