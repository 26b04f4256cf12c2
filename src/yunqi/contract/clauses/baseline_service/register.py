"""Reads the list of services without a price of their own."""

from __future__ import annotations

from yunqi.contract.catalogue import code_of_title
from yunqi.contract.clauses.baseline_service.schema import UnpricedService
from yunqi.contract.clauses.code_words import read_text
from yunqi.contract.clauses.register import register_rows
from yunqi.contract.outline import Outline

_TITLES = {"no": r"序号|编号", "name": r"不另计价服务", "item": r"目录项"}
_NEEDED = frozenset({"name", "item"})


def read_unpriced(document: Outline) -> list[UnpricedService]:
    """The services in the order of the tables."""
    found: list[UnpricedService] = []
    for _no, row, source in register_rows(document, _TITLES, _NEEDED):
        name, item = read_text(row["name"]), read_text(row["item"])
        if name is not None:
            found.append(UnpricedService(name=name, item=code_of_title(item) if item else None, source=source))
    return found
