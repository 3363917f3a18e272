"""What goes wrong in the suite's own code costs its fact, and says where: never the run, never another fact."""

from __future__ import annotations

import pickle
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from engine.config.host import Host
from engine.gather import host as host_module
from engine.gather.answer import reads
from engine.gather.catalogue import Catalogue
from engine.gather.define import command, fact
from engine.gather.fact import Client, Command, Fact, FactError, Sample, Unavailable
from engine.gather.facts import Facts
from engine.gather.gather import Wanted, gather
from engine.mask.secrets import Secrets
from engine.run.system import System
from engine.run.target import Target
from tests.gather.test_gather import gathered
from tests.ours import Limits


def raising(error: BaseException) -> Callable[..., Any]:
    """A function that raises the error, whatever it is given."""

    def make(*_: Any, **__: Any) -> Any:
        raise error

    return make


def derived(name: str, make: Callable[..., Any]) -> Fact:
    """A fact that is computed of nothing."""
    return Fact(name=name, make=make)


def endless(number: int = 0) -> int:
    """Never comes to an end."""
    return endless(number + 1) + 1


class UnshowableError(Exception):
    """An error whose own text breaks."""

    def __str__(self) -> str:
        raise ValueError("no text")


@fact()
def fine() -> str:
    """A fact that can be had."""
    return "fine"


ERRORS = [
    KeyError("x"), ZeroDivisionError("x"), MemoryError(), SystemExit(3), KeyboardInterrupt(), UnicodeError("x"),
    StopIteration(), AssertionError("x"), ImportError("No module named 'redis'"), UnshowableError(), GeneratorExit(),
]  # fmt: skip


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("kind", [Fact, Client, Command, Sample])
def test_any_error_costs_its_fact(tmp_path: Path, error: BaseException, kind: type[Fact]) -> None:
    """Whatever a fact's code raises, in whatever lane: it is told with its place, and the others are had."""
    make = raising(error)
    broken = kind(name="broken", make=make, needs=("host",), asks="true")
    facts = gathered(tmp_path, broken=broken, fine=fine, other=command("echo here"))
    found = facts.get("broken")
    assert found.fact == "broken"
    assert type(error).__name__ in found.reason
    assert found.where.startswith("tests/gather/test_mistakes.py:")
    assert "Traceback" in found.trace
    assert (facts.get("fine"), facts.get("other")) == ("fine", "here\n")


def test_a_fact_that_recurses(tmp_path: Path) -> None:
    """A function without an end is told with its place, and its traceback is bounded."""
    found = gathered(tmp_path, broken=derived("broken", endless), fine=fine).get("broken")
    assert "RecursionError" in found.reason
    assert found.where.startswith("tests/gather/test_mistakes.py:")
    assert len(found.trace) < 10_000


def test_what_a_host_says_is_no_mistake_of_ours(tmp_path: Path) -> None:
    """A FactError has no place; nor has an answer that a parser did not expect and says so."""
    parse = reads("a number")(int)
    facts = gathered(
        tmp_path, odd=command("echo none", parse=parse), told=derived("told", raising(FactError("not there")))
    )
    assert facts.get("told") == Unavailable("told", "not there")
    assert facts.get("odd").where == facts.get("odd").trace == ""
    assert facts.get("odd").reason.startswith("the answer was not understood; expected a number (ValueError: ")


def test_a_parser_that_breaks_is_ours(tmp_path: Path) -> None:
    """What odd text cannot bring about (a missing attribute) is not blamed on the host."""
    parse = reads("a number")(lambda text: text.no_such_method())
    assert "AttributeError" in gathered(tmp_path, broken=command("echo 1", parse=parse)).get("broken").reason


def test_asks_that_break(tmp_path: Path) -> None:
    """A fact whose question cannot be made of its settings costs itself; the batch goes on without it."""
    facts = gathered(tmp_path, broken=command(raising(KeyError("path"))), other=command("echo here"))
    assert facts.get("broken").where.startswith("tests/gather/test_mistakes.py:")
    assert facts.get("other") == "here\n"


def test_facts_that_rest_on_themselves(tmp_path: Path) -> None:
    """A circle is told, and what is beside it is had."""
    one = Fact(name="one", make=lambda two: two, needs=("two",))
    two = Client(name="two", make=lambda one: one, needs=("one",), asks="PING")
    facts = gathered(tmp_path, one=one, two=two, fine=fine)
    assert "needs itself" in facts.get("one").reason
    assert facts.get("fine") == "fine"


def test_a_fact_that_needs_what_is_not_there(tmp_path: Path) -> None:
    """The name of a need that no catalogue knows is our mistake."""
    facts = gathered(tmp_path, broken=Fact(name="broken", make=lambda nothing: nothing, needs=("nothing",)), fine=fine)
    assert "nothing" in facts.get("broken").reason
    assert facts.get("broken").where


def test_a_client_that_cannot_be_closed(tmp_path: Path) -> None:
    """What breaks while a client is closed is nobody's matter any more."""
    client = SimpleNamespace(close=raising(RuntimeError("gone")))
    facts = gathered(tmp_path, client=Client(name="client", make=lambda: client, asks="log in", closes=True), fine=fine)
    assert facts.get("fine") == "fine"


def test_a_transport_that_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of our own on the way to a host costs the host, and is told as ours."""
    monkeypatch.setattr(host_module, "connect", raising(TypeError("a mistake")))
    found = gathered(tmp_path, fine=fine, other=command("echo here")).get("other")
    assert (found.fact, "TypeError: a mistake" in found.reason) == ("host", True)
    assert found.where.startswith("tests/gather/test_mistakes.py:")


def test_a_transport_that_breaks_while_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked by then is told as our mistake by each of its facts; the rest is had."""
    connection = SimpleNamespace(open=lambda: None, close=lambda: None, run=raising(TypeError("a mistake")))
    monkeypatch.setattr(host_module, "connect", lambda *_: connection)
    facts = gathered(tmp_path, fine=fine, other=command("echo here"))
    assert "TypeError: a mistake" in facts.get("other").reason
    assert facts.get("fine") == "fine"


def test_a_client_library_that_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing ahead may fail as it likes: the facts that need the library say so."""
    (tmp_path / "psycopg").mkdir()
    (tmp_path / "psycopg" / "__init__.py").write_text("raise SystemExit('half installed')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    host = Host("here", "local://", {})
    system = SimpleNamespace(components={"postgres": SimpleNamespace(CLIENT="psycopg", absent=None)})
    target = Target("here", host, cast(System, system), ("postgres",), Limits())
    catalogue = Catalogue([SimpleNamespace(fine=fine)])
    assert gather([Wanted(target, ("fine",))], catalogue, Secrets(), tmp_path)["here"].get("fine") == "fine"
    assert told == []


def test_a_value_that_cannot_travel(tmp_path: Path) -> None:
    """To xdist's workers facts go packed: one that cannot be packed, or unpacked, costs itself."""
    values = {"lock": threading.Lock(), "lambda": lambda: 1, "unpacks": Unpackable(), "fine": [1]}
    facts: Facts = pickle.loads(pickle.dumps(Facts(values)))  # noqa: S301 - packed here
    assert facts.get("fine") == [1]
    for name in ("lock", "lambda", "unpacks"):
        assert facts.get(name).fact == name
        assert "cannot be handed to another process" in facts.get(name).reason
        assert facts.get(name).where


class Unpackable:
    """Can be packed, and not unpacked."""

    def __reduce__(self) -> tuple[Any, ...]:
        return raising_value, ()


def raising_value() -> Any:
    """What an unpickled value runs."""
    raise RuntimeError("broken")


def test_secrets_in_an_error_are_masked(tmp_path: Path) -> None:
    """An exception's text and its traceback may quote what is secret."""
    secrets = Secrets()
    secrets.add_environment({"SECRET_KEY": "planted-and-not-to-be-seen"})
    target = Target("here", Host("here", "local://", {}), cast(System, None), (), Limits())
    catalogue = Catalogue([SimpleNamespace(broken=derived("broken", raising(KeyError("planted-and-not-to-be-seen"))))])
    facts = gather([Wanted(target, tuple(catalogue))], catalogue, secrets, tmp_path)["here"]
    (found,) = facts.values.values()
    assert "planted" not in found.reason + found.trace
