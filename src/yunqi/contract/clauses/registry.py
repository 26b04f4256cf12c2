"""The clause kinds: every folder here that has an `extract.py`, in the order in which they need each other."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from graphlib import TopologicalSorter
from typing import cast

from yunqi.contract import clauses
from yunqi.contract.clauses.base import Extractor


@cache
def load_extractors() -> tuple[tuple[str, Extractor], ...]:
    """Kind and extractor of every clause kind, each after those that it names in `AFTER`."""
    found: dict[str, Extractor] = {}
    for info in pkgutil.iter_modules(clauses.__path__):
        if not info.ispkg:
            continue
        package = importlib.import_module(f"{clauses.__name__}.{info.name}")
        if any(part.name == "extract" for part in pkgutil.iter_modules(package.__path__)):
            found[info.name] = cast("Extractor", importlib.import_module(f"{clauses.__name__}.{info.name}.extract"))
    order = TopologicalSorter({kind: module.AFTER for kind, module in sorted(found.items())}).static_order()
    return tuple((kind, found[kind]) for kind in order)
