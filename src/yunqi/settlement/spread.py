"""How far a figure may go while some of what it is made of is undecided: outer bounds, and the values that tell rows
apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from yunqi.contract.terms import Band
from yunqi.kernel.units import microseconds
from yunqi.metering import Availability
from yunqi.settlement.law import Law

Reach = tuple[Fraction, Fraction]
"""The least and the greatest that a figure may come to."""
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Share:
    """What one incident may add to a figure: from `least` to `most`; `sure`: it is counted however it is decided."""

    least: Fraction
    most: Fraction
    sure: bool


def find_edges(law: Law) -> tuple[Fraction, ...]:
    """The edges of all bands that the contract prices, in order."""
    clauses: list[Mapping[str, object]] = [*law.rows, *law.others, *law.credits]
    found: set[Fraction] = set()
    for one in clauses:
        bands = one.get("bands")
        for data in (*(bands if isinstance(bands, list) else ()), one.get("band")):
            band = Band.of(data if isinstance(data, Mapping) else None)
            found |= {edge for edge in (band.low, band.high) if edge is not None} if band else set()
    return tuple(sorted(found))


def list_values(reach: Reach, edges: Iterable[Fraction]) -> list[Fraction]:
    """Values of a reach such that every other one lies in the same bands as one of them.

    >>> [str(one) for one in list_values((Fraction(1), Fraction(4)), [Fraction(0), Fraction(2), Fraction(4)])]
    ['1', '3/2', '2', '3', '4']
    """
    least, most = reach
    points = sorted({least, most, *(edge for edge in edges if least < edge < most)})
    between = [(one + other) * _HALF for one, other in pairwise(points)]
    return sorted([*points, *between])


def reach_of_mean(shares: Sequence[Share]) -> Reach | None:
    """The least and the greatest mean of those that are sure and any of the others; None of nothing.

    Of those that may be left out, the greatest raise the mean first, until the next is no greater than it.
    """
    if not shares:
        return None
    low = -_greatest_mean([(-one.least, one.sure) for one in shares])
    return low, _greatest_mean([(one.most, one.sure) for one in shares])


def _greatest_mean(values: Sequence[tuple[Fraction, bool]]) -> Fraction:
    kept = [value for value, sure in values if sure]
    for value in sorted((value for value, sure in values if not sure), reverse=True):
        if kept and value * len(kept) <= sum(kept):
            break
        kept.append(value)
    return sum(kept, Fraction(0)) / len(kept)


def reach_of_availability(most: Availability, least: Availability, unknown: str) -> Reach | None:
    """The availability between the most time that counts and the least; None where none is measured.

    Time that is excused counts neither as up nor as down, so each of both lies between its two amounts.
    """
    good = (_up(least, unknown), _up(most, unknown))
    bad = (_down(least, unknown), _down(most, unknown))
    ends = [_share(good[0], bad[1]), _share(good[1], bad[0])]
    known = [one for one in ends if one is not None]
    return (min(known), max(known)) if known else None


def _up(one: Availability, unknown: str) -> timedelta:
    return one.up + one.unknown if unknown == "up" else one.up


def _down(one: Availability, unknown: str) -> timedelta:
    return one.down + one.unknown if unknown == "down" else one.down


def _share(good: timedelta, bad: timedelta) -> Fraction | None:
    whole = microseconds(good + bad)
    return Fraction(microseconds(good), whole) if whole else None
