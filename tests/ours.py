"""What was found in `fixtures/`, for tests: the catalogue of facts, and the model of all limits."""

from __future__ import annotations

from typing import Any

from engine.config import found
from engine.gather.catalogue import catalogue

CATALOGUE = catalogue()
Limits: Any = found.limits()
