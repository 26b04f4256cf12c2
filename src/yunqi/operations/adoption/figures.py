"""Figures of price lines and machines beside each other. Pure and exact."""

from __future__ import annotations

import re
from fractions import Fraction

from yunqi.operations.adoption.cells import plain
from yunqi.operations.adoption.plan import Line

_SPEC = re.compile(r"(\d+)(?:v?cpu|核心?|c)[^\d]{0,6}?(\d+)g", re.IGNORECASE)
_TERABYTE, _GIGABIT = re.compile(r"t(?:i?b)?", re.IGNORECASE), re.compile(r"g(?:b(?:it)?)?(?:/s|ps)?", re.IGNORECASE)


def number_of(text: str | None) -> int | str | None:
    """A whole number as such: specs of services count in whole cores and GB."""
    return text if text is None or not text.isdigit() else int(text)


def figures_of(line: Line) -> tuple[Fraction, Fraction] | None:
    """Cores and GB of memory of the machine that a line sells whole, None where it names none."""
    stated = (line.parameters.get("cpu"), line.parameters.get("memory_gb"))
    if all(re.fullmatch(r"\d+(?:\.\d+)?", str(one)) for one in stated):
        return Fraction(str(stated[0])), Fraction(str(stated[1]))
    found = _SPEC.search(plain(line.name))
    return None if found is None else (Fraction(found[1]), Fraction(found[2]))


def factor_of(item: str, unit: str) -> Fraction:
    """How many of the line's units one of the item's is: GB on a line in TB, Mb on a line in Gb."""
    bare = plain(unit)
    if item.startswith(("storage.", "compute.memory")) and item != "storage.object" and _TERABYTE.fullmatch(bare):
        return Fraction(1, 2**10)
    return Fraction(1, 1000) if item == "network.bandwidth" and _GIGABIT.fullmatch(bare) else Fraction(1)
