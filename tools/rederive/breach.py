"""One breach of a month and what those of one event share; where the clock of a metric may start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from .answers import Answers
from .month_case import MonthCase


@dataclass(frozen=True)
class Ceiling:
    """The most of one clause: in fen, or as a part of the monthly fee; over a month, quarter, year or the term."""

    clause: str
    over: str
    fen: Fraction | None
    part: Fraction | None


@dataclass(frozen=True)
class Breach:
    """One event under one row (or other clause). `holds` answers whether it applies, and asks what it hangs on.

    `limit` is the most that it comes to, `ceiling` what all breaches under its clause come to together.
    """

    id: str
    event: str
    roots: frozenset[str]
    order: tuple[int, int]
    holds: Callable[[Answers], bool]
    table: str = ""
    coefficient: Fraction | None = None
    fixed: Fraction | None = None
    critical: bool = False
    system: str | None = None
    lines: tuple[int, ...] = ()
    limit: Fraction | None = None
    ceiling: Ceiling | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class About:
    """What the breaches of one event share."""

    event: str
    subject: str
    roots: frozenset[str]
    system: str | None
    lines: tuple[int, ...] = ()


def starts_of(case: MonthCase, metric: str) -> tuple[str, ...]:
    """Where the clock of a metric may start: where its clauses say, else every start that they might mean."""
    stated = {
        str(one["clock_start"]) for one in case.clauses.levels if one.get("metric") == metric and one.get("clock_start")
    }
    if len(stated) == 1:
        return tuple(stated)
    return ("occurrence", "notice") if metric == "response" else ("occurrence", "notice", "response")
