"""Every parser shows a sample of what it parses, as a doctest in its docstring, and every sample is run."""

from __future__ import annotations

import doctest
import importlib
from types import FunctionType, ModuleType
from typing import Any

import pytest

from engine.gather.answer import reads
from tests.conftest import ROOT

MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted(ROOT.glob("fixtures/*/*.py"))]
# All functions that `@reads` makes share the code of this one.
READ: Any = reads("")(str)


def doctests(module: ModuleType) -> dict[str, doctest.DocTest]:
    """Returns the docstrings of a module that have examples, by the name of what they describe."""
    return {test.name: test for test in doctest.DocTestFinder().find(module) if test.examples}


def parsers(module: ModuleType) -> list[str]:
    """Returns the full names of the parsers that a module defines: by the mark of `@reads`, or by their name."""
    return [
        f"{module.__name__}.{name}"
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
        if value.__code__ is READ.__code__ or name.startswith("parse_")
    ]


@pytest.mark.parametrize("name", MODULES)
def test_samples_are_parsed(name: str) -> None:
    """Every sample of the module gives the result that stands beneath it."""
    runner = doctest.DocTestRunner(verbose=False)
    told: list[str] = []
    for test in doctests(importlib.import_module(name)).values():
        runner.run(test, out=told.append)
    assert not runner.failures, "".join(told)


def test_every_parser_shows_a_sample() -> None:
    """A parser without a sample is named here."""
    modules = [importlib.import_module(name) for name in MODULES]
    found = {module: parsers(module) for module in modules}
    assert sum(map(len, found.values())) >= 40, "the parsers were not found"
    missing = [name for module in modules for name in found[module] if name not in doctests(module)]
    assert not missing, f"no sample in the docstring of {', '.join(missing)}; expected '>>> parse_…(\"…\")'"
