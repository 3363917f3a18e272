"""What the text below each field of a model says: read from the source, and only when pages are made of it.

pydantic can keep these texts itself (`use_attribute_docstrings`); every start would pay for that.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def described(model: type[BaseModel]) -> dict[str, str]:
    """Returns the description of each field of a model, of those that it inherits too, in one line."""
    told = {name: field.description for name, field in model.model_fields.items() if field.description}
    below = {name: text for base in _own(model) for name, text in _below(base)}
    return {name: " ".join(text.split()) for name, text in {**below, **told}.items()}


def _own(model: type[BaseModel]) -> list[type]:
    """A model and what it inherits from, the root first."""
    return [base for base in reversed(model.__mro__) if issubclass(base, BaseModel) and base is not BaseModel]


def _below(model: type) -> Iterator[tuple[str, str]]:
    """The fields of one class, and the texts that stand below them."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    # A class that was made of what was found has no source.
    except (OSError, TypeError):
        return
    for field, text in pairwise(getattr(tree, "body", ())):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, words
