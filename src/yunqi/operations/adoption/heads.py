"""What the columns of a list are: the row of heads found, each head given its role and unit. Words are data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from yunqi.operations.adoption.cells import plain
from yunqi.operations.adoption.sheets import Grid

_SEARCHED_ROWS = 40
_BRACKETS = re.compile(r"[(\[【](.*?)[)\]】]")
_UNIT = re.compile(r"(?:单位[:：]?)?([kmgtp])(?:i?b)?(?:/?s|ps)?|(?:单位[:：]?)?兆", re.IGNORECASE)
_TAIL = re.compile(r"[-_/:]?([mgt])(?:i?b)?$", re.IGNORECASE)
_ENOUGH = 2
IGNORED = "ignored"
SUMMED = frozenset({"vcpu", "memory", "system_disk", "data_disk", "size"})
"""Roles whose columns a row of totals adds up."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its role, None where the words over it are not known; `unit` "" where they name none."""

    column: int
    text: str
    role: str | None
    unit: str = ""
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """The heads of a sheet, and the row that they end in."""

    row: int
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of `heads.yaml`, compiled."""

    roles: Mapping[str, re.Pattern[str]]
    ignored: re.Pattern[str]
    totals: re.Pattern[str]
    ended: re.Pattern[str]
    kinds: Mapping[str, re.Pattern[str]]


@cache
def load_words() -> Words:
    """The words of the field."""
    data: dict[str, Any] = yaml.safe_load(files("yunqi.operations.adoption").joinpath("heads.yaml").read_text("utf-8"))

    def compile_all(terms: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{one})" for one in terms), re.IGNORECASE)

    return Words(
        roles={role: compile_all(terms) for role, terms in data["roles"].items()},
        ignored=compile_all(data["ignored"]),
        totals=compile_all(data["totals"]),
        ended=compile_all(data["ended"]),
        kinds={kind: compile_all(terms) for kind, terms in data["kinds"].items()},
    )


def recognise_head(text: str) -> tuple[str | None, str]:
    """The role of a head and the unit that it names.

    >>> [recognise_head(one) for one in ("内存（GB）", "CPU核数", "虚拟机名称", "存储类型", "IP 地址", "心情")]
    [('memory', 'g'), ('vcpu', ''), ('name', ''), ('grade', ''), ('ip', ''), (None, '')]
    """
    bare = plain(text).lower()
    unit = ""
    for inside in _BRACKETS.findall(bare):
        if match := _UNIT.fullmatch(inside):
            unit = match[1] or "m"
    bare = _BRACKETS.sub("", bare).rstrip(":*")
    role = _role_of(bare)
    if role is None and (match := _TAIL.search(bare)):
        role, unit = _role_of(bare[: match.start()]), match[1]
    return role, unit.lower()


def _role_of(bare: str) -> str | None:
    words = load_words()
    if not bare:
        return None
    for role, pattern in words.roles.items():
        if pattern.fullmatch(bare):
            return role
    return IGNORED if words.ignored.fullmatch(bare) else None


def find_heading(grid: Grid) -> Heading | None:
    """The row of heads: the one with the most columns known, of two such rows the lower; None without one."""
    best: tuple[int, Heading] | None = None
    for row in range(min(len(grid.rows), _SEARCHED_ROWS)):
        heads = _heads_of(grid, row)
        known = {one.role for one in heads if one.role not in (None, IGNORED)}
        counted = len(known)
        if counted < _ENOUGH or not known & {"name", "ip", "public_ip", "account", "service", "server"}:
            continue
        # A second row of heads repeats what is merged over it; a row of data knows fewer columns.
        if best is None or counted > best[0] or (counted == best[0] and _continues(grid, best[1].row, row)):
            best = (counted, Heading(row, heads))
    return None if best is None else best[1]


def _continues(grid: Grid, above: int, row: int) -> bool:
    return row == above + 1 and any(
        grid.anchors.get((row, column), (row, 0))[0] == above for column in range(_width(grid))
    )


def _width(grid: Grid) -> int:
    return max((len(row) for row in grid.rows), default=0)


def _heads_of(grid: Grid, row: int) -> tuple[Head, ...]:
    from yunqi.operations.adoption.cells import find_grade

    heads = []
    for column in range(_width(grid)):
        own = grid.spread(row, column)
        if not own:
            continue
        over = grid.spread(row - 1, column) if row else ""
        role, unit = recognise_head(own)
        if over and over != own:
            both, both_unit = recognise_head(over + own)
            if role in (None, IGNORED) and both is not None:
                role = both
            unit = unit or both_unit
            if not unit:
                unit = recognise_head(over)[1]
        grade = find_grade(own) if role in ("data_disk", "system_disk", "size") else None
        if role is None and (found := find_grade(own)) is not None:
            role, grade = "data_disk", found
        heads.append(Head(column, own, role, unit, grade))
    return tuple(heads)


def repeats_heading(grid: Grid, row: int, heading: Heading) -> bool:
    """Whether a row says the heads again, as printed pages do."""
    same = sum(1 for one in heading.heads if grid.text(row, one.column) == one.text)
    return same >= _ENOUGH
