"""Pages of docs/ that are generated from the code, one module each. Every module in this package is used."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

ROOT = Path(__file__).parents[2]


def written(root: Path = ROOT) -> dict[str, str]:
    """Returns the text of each generated file for the suite in `root`, by its path relative to there.

    A module has the `FILE` of its page and a function `page(root)`; `schemas()` returns further files and their texts.
    """
    texts: dict[str, str] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "__main__"):
        module = importlib.import_module(f"{__name__}.{name}")
        texts[module.FILE] = module.page(root)
        texts |= module.schemas() if hasattr(module, "schemas") else {}
    return texts
