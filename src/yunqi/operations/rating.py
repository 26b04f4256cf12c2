"""The monthly comparison (月报月评): what a month's statements say of each contract, beside each other. Pure.

What no statement says is None and stays None in sums: a sum of known parts always stands with how many are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.terms import number
from yunqi.kernel.errors import Problem

By = Literal["provider", "using_unit"]
AVAILABILITY = "availability"
_GRAVEST = ("breached", "open", "unknown", "not_due", "met")
_BREACHED, _DECIDED = "breached", frozenset({"met", "breached", "not_started"})


@dataclass(frozen=True, slots=True)
class Rating:
    """One contract in one month. Shares are exact; minutes exact; money in fen.

    `availability_low` and `availability_high`: what was measured under the choices that are still open, equal once
    none is. `breach_minutes`: how long clocks ran beyond their limits, those that are decided; `clocks_open`: those
    that are not. `delivered_share`: what was delivered of what was contracted, weighted by the lines' amounts, over the
    lines that are known. `penalty_agreed_fen` None: not all that it rests on is agreed.
    """

    contract_id: str
    contract_number: str | None
    title: str
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    statement_id: str | None = None
    provisional: bool | None = None
    sample: bool = False
    availability_promised: Fraction | None = None
    availability_low: Fraction | None = None
    availability_high: Fraction | None = None
    availability_state: str | None = None
    incidents: int | None = None
    outage_minutes: Fraction | None = None
    breach_minutes: Fraction | None = None
    clocks_open: int | None = None
    penalty_low_fen: int | None = None
    penalty_high_fen: int | None = None
    penalty_agreed_fen: int | None = None
    fee_fen: int | None = None
    delivered_share: Fraction | None = None
    lines_full: int | None = None
    lines_known: int | None = None
    lines_unknown: int | None = None
    reports_due: int | None = None
    reports_late: int | None = None
    notices_open: int = 0
    notices_overdue: int = 0
    open_points: int | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over contracts: of the known parts, None where none is known, and how many are unknown."""

    known: Fraction | None
    unknown: int

    @classmethod
    def of(cls, parts: Iterable[Fraction | int | None]) -> Total:
        """The sum of parts.

        >>> Total.of([1, None, 2]), Total.of([None])
        (Total(known=Fraction(3, 1), unknown=1), Total(known=None, unknown=1))
        """
        found = list(parts)
        known = [Fraction(one) for one in found if one is not None]
        return cls(sum(known, Fraction(0)) if known else None, len(found) - len(known))


@dataclass(frozen=True, slots=True)
class Group:
    """The contracts of one party in one month. `met`, `breached`, `undecided`: their availability, counted."""

    id: str
    name: str
    contracts: int
    settled: int
    provisional: int
    missing: int
    met: int
    breached: int
    undecided: int
    worst_gap: Fraction | None
    incidents: Total
    outage_minutes: Total
    breach_minutes: Total
    penalty_low_fen: Total
    penalty_high_fen: Total
    penalty_agreed_fen: Total
    fee_fen: Total
    delivered_share: Fraction | None
    delivered_unknown: int
    reports_due: Total
    reports_late: Total
    notices_open: int
    notices_overdue: int
    open_points: Total


def rate_availability(levels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The gravest of a month's levels of availability: promised, measured (lowest and highest), state."""
    found = [one for one in levels if one["metric"] == AVAILABILITY and one.get("unit") == "share"]
    if not found:
        return {}
    measured = {id(one): _measured(one) for one in found}

    def grave(one: Mapping[str, Any]) -> tuple[int, Fraction]:
        figures = measured[id(one)]
        promised = number(_stated(one.get("threshold"))) or Fraction(0)
        return _GRAVEST.index(one["state"]), (min(figures) - promised if figures else Fraction(0))

    chosen = min(found, key=grave)
    figures = measured[id(chosen)]
    return {
        "availability_promised": number(_stated(chosen.get("threshold"))),
        "availability_low": min(figures, default=None),
        "availability_high": max(figures, default=None),
        "availability_state": chosen["state"],
    }


def _stated(text: Any) -> Any:
    return None if text in (None, "", "None") else text


def _measured(level: Mapping[str, Any]) -> list[Fraction]:
    texts = [level.get("measured"), *(one.get("measured") for one in level.get("alternatives") or ())]
    return [Fraction(text) for text in texts if text]


def rate_incidents(incidents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Incidents of a month, minutes of outage, minutes beyond the limits of their clocks, clocks that are undecided."""
    beyond, undecided = Fraction(0), 0
    for one in incidents:
        for clock in one["clocks"]:
            if clock["state"] == _BREACHED and clock["minutes"] is not None:
                beyond += max(Fraction(0), Fraction(clock["minutes"]) - Fraction(clock["limit"]["count"]))
            elif clock["state"] not in _DECIDED or (clock["state"] == _BREACHED and clock["minutes"] is None):
                undecided += 1
    outages = [Fraction(one["outage_minutes"]) for one in incidents if one["outage_minutes"] is not None]
    return {
        "incidents": len(incidents),
        "outage_minutes": sum(outages, Fraction(0)),
        "breach_minutes": beyond,
        "clocks_open": undecided,
    }


def rate_delivery(
    lines: Sequence[Mapping[str, Any]], lasting: frozenset[int], recorded: Callable[[str | None], bool]
) -> dict[str, Any]:
    """Delivered of contracted over the lines that are drawn over time (`lasting`) and have a quantity.

    A line of which nothing was drawn is unknown where this installation records no use of its item (`recorded`).
    """
    weight = gained = Fraction(0)
    full = known = unknown = 0
    for one in lines:
        contracted = number(one["contracted"])
        if one["no"] not in lasting or not contracted or one["bundle_no"] is not None:
            continue
        average = None if one["average"] is None else Fraction(one["average"])
        if average is None or (not average and not Fraction(one["peak"] or 0) and not recorded(one["item"])):
            unknown += 1
            continue
        share = min(Fraction(1), average / contracted)
        known, full = known + 1, full + (share == 1)
        if one["total_fen"]:
            weight += one["total_fen"]
            gained += share * one["total_fen"]
    return {
        "delivered_share": gained / weight if weight else None,
        "lines_full": full,
        "lines_known": known,
        "lines_unknown": unknown,
    }


def gap_of(row: Rating) -> Fraction | None:
    """Measured less promised availability, the least that it may be; None where either is unknown."""
    if row.availability_promised is None or row.availability_low is None:
        return None
    return row.availability_low - row.availability_promised


SORTS: Mapping[str, Callable[[Rating], Any]] = {
    "contract_number": lambda row: row.contract_number,
    "using_unit": lambda row: row.using_unit,
    "provider": lambda row: row.provider,
    "availability": lambda row: row.availability_low,
    "gap": gap_of,
    "incidents": lambda row: row.incidents,
    "outage_minutes": lambda row: row.outage_minutes,
    "breach_minutes": lambda row: row.breach_minutes,
    "penalty_high_fen": lambda row: row.penalty_high_fen,
    "penalty_agreed_fen": lambda row: row.penalty_agreed_fen,
    "fee_fen": lambda row: row.fee_fen,
    "delivered_share": lambda row: row.delivered_share,
    "reports_late": lambda row: row.reports_late,
    "open_points": lambda row: row.open_points,
}


def sort_ratings(rows: Iterable[Rating], sort: str | None) -> list[Rating]:
    """By a figure, with a minus the other way round; unknown comes last either way. Raises `Problem` list.sort."""
    given, name = list(rows), (sort or "contract_number").removeprefix("-")
    if name not in SORTS:
        raise Problem(
            "list.sort",
            "不能按「{value}」排序",
            field="sort",
            value=name,
            known="、".join(SORTS),
            way_out="可以按：{known}",
        )
    key = SORTS[name]
    known = [row for row in given if key(row) is not None]
    known.sort(key=key, reverse=bool(sort) and str(sort).startswith("-"))
    return known + [row for row in given if key(row) is None]


def group_ratings(rows: Iterable[Rating], by: By) -> list[Group]:
    """The contracts of each provider, or of each agency, summed up; the least good availability first."""
    parties: dict[str, list[Rating]] = {}
    for row in rows:
        parties.setdefault(row.provider_id if by == "provider" else row.using_unit_id, []).append(row)
    groups = [_group(identifier, some, by) for identifier, some in parties.items()]
    return sorted(groups, key=lambda one: (one.worst_gap is None, one.worst_gap or Fraction(0), one.name))


def _group(identifier: str, rows: Sequence[Rating], by: By) -> Group:
    def total(key: str) -> Total:
        return Total.of(getattr(row, key) for row in rows)

    states = [row.availability_state for row in rows]
    weighed = [(row.delivered_share, row.fee_fen) for row in rows]
    known = [(share, fee) for share, fee in weighed if share is not None and fee]
    fees = sum(fee for _share, fee in known)
    return Group(
        id=identifier,
        name=rows[0].provider if by == "provider" else rows[0].using_unit,
        contracts=len(rows),
        settled=sum(row.provisional is False for row in rows),
        provisional=sum(row.provisional is True for row in rows),
        missing=sum(row.statement_id is None for row in rows),
        met=sum(state in {"met", "not_due"} for state in states),
        breached=states.count(_BREACHED),
        undecided=sum(state in {None, "open", "unknown"} for state in states),
        worst_gap=min((gap for row in rows if (gap := gap_of(row)) is not None), default=None),
        delivered_share=sum((share * fee for share, fee in known), Fraction(0)) / fees if fees else None,
        delivered_unknown=len(rows) - len(known),
        notices_open=sum(row.notices_open for row in rows),
        notices_overdue=sum(row.notices_overdue for row in rows),
        **{
            key: total(key)
            for key in (
                "incidents",
                "outage_minutes",
                "breach_minutes",
                "penalty_low_fen",
                "penalty_high_fen",
                "penalty_agreed_fen",
                "fee_fen",
                "reports_due",
                "reports_late",
                "open_points",
            )
        },
    )
