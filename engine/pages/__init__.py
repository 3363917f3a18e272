"""Pages of docs/ that are made from the code: one module a page, each found by being here."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

ROOT = Path(__file__).parents[2]


def written(root: Path = ROOT) -> dict[str, str]:
    """Returns what each file must hold for the suite in `root`, by its path from there.

    A module has the `FILE` of its page and a function `page` of the root; what else it writes is in `schemas`, by file.
    """
    found: dict[str, str] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "__main__"):
        module = importlib.import_module(f"{__name__}.{name}")
        found[module.FILE] = module.page(root)
        found |= module.schemas() if hasattr(module, "schemas") else {}
    return found
