"""The signed contract as the month needs it: numbers, limits, penalty rows, formulas, the term.

Source: 民法典 第1259条 (以上、以下、以内、届满 include the number; 不满、超过、以外 do not), 第200–202条 (terms).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from .calendar_time import UNIT_MINUTES, last_of_months

Row = Mapping[str, Any]
COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
TABLES = ("severe", "minor")


def as_number(value: object) -> Fraction | None:
    """A number of the contract data, exact; None stays None."""
    return None if value is None else Fraction(str(value).strip())


def round_half_up(exact: Fraction) -> int:
    """Whole fen, half away from zero (四舍五入).

    >>> round_half_up(Fraction(5, 2)), round_half_up(Fraction(-5, 2)), round_half_up(Fraction(249, 100))
    (3, -3, 2)
    """
    whole, rest = divmod(abs(exact), 1)
    whole += rest >= Fraction(1, 2)
    return int(whole) if exact >= 0 else -int(whole)


@dataclass(frozen=True)
class Range:
    """The values between two edges; None: no edge there. Times in minutes."""

    low: Fraction | None
    low_sign: str
    high: Fraction | None
    high_sign: str

    def holds(self, value: Fraction) -> bool:
        """Whether the value lies in it."""
        over = self.low is None or COMPARE[self.low_sign](value, self.low)
        return over and (self.high is None or COMPARE[self.high_sign](value, self.high))

    def ends_before(self, value: Fraction) -> bool:
        """Whether the value lies beyond its upper edge."""
        return self.high is not None and value >= self.high and not self.holds(value)

    def begins_after(self, value: Fraction) -> bool:
        """Whether the value lies before its lower edge."""
        return self.low is not None and value <= self.low and not self.holds(value)


def range_of(band: Row | None) -> Range | None:
    """The range of a band of the contract data; None where it has no edge."""
    if not band or (band.get("min") is None and band.get("max") is None):
        return None
    unit = UNIT_MINUTES.get(str(band.get("unit")), Fraction(1))
    low, high = as_number(band.get("min")), as_number(band.get("max"))
    return Range(
        None if low is None else low * unit,
        band.get("min_operator") or ">=",
        None if high is None else high * unit,
        band.get("max_operator") or "<=",
    )


def bands_of(row: Row) -> list[Row]:
    """The bands of a penalty row."""
    return list(row.get("bands") or ([row["band"]] if row.get("band") else []))


def single_range(row: Row) -> Range | None:
    """The range of a row with just one band."""
    bands = bands_of(row)
    return range_of(bands[0]) if len(bands) == 1 else None


def row_name(row: Row) -> str:
    """`severe#7`."""
    return f"{row['table']}#{row['no']}"


def span_minutes(duration: Row | None) -> Fraction | None:
    """`{count | value, unit}` in minutes; None for none, or for a unit of no fixed length."""
    count = as_number((duration or {}).get("count", (duration or {}).get("value")))
    unit = UNIT_MINUTES.get(str((duration or {}).get("unit")))
    return None if count is None or unit is None else count * unit


HANDED_IN = ("data_availability", "durability")
"""Figures that nothing measures by itself."""


class Clauses:
    """One version of the signed contract. `known` holds what the parties agreed and what was found, by code."""

    def __init__(self, data: Row, known: Mapping[str, str]) -> None:
        penalties = data.get("penalties") or {}
        self.data = data
        self.total_fen: int | None = data.get("total_fen")
        self.levels: list[Row] = list(data.get("service_levels") or ())
        self.rows: list[Row] = [
            part
            for row in penalties.get("coefficients") or ()
            if row.get("table") and row.get("coefficient")
            for part in _apart(row)
        ]
        self.critical: list[Row] = list(penalties.get("critical") or ())
        self.others: list[Row] = list(penalties.get("other") or ())
        self.credits: list[Row] = list(penalties.get("credits") or ())
        self.score_bands: list[Row] = list(penalties.get("score_bands") or ())
        self.offset = [str(step) for step in penalties.get("offset") or ()]
        self.lines: list[Row] = list(data.get("price_lines") or ())
        self.instalments: list[Row] = list(data.get("instalments") or ())
        same = (penalties.get("cumulation") or {}).get("same")
        self.by_cause = same is None or "cause" in same
        self._formulas = _by_table(penalties.get("formulas") or penalties.get("formula"))
        self.signed_on = date.fromisoformat(data["signed_on"]) if data.get("signed_on") else None
        self.start_on, self.end_on = self._term()
        agreed = as_number(known.get("service_months"))
        self.months = agreed if agreed is not None else self._whole_months()
        self.rounds_month = known.get("penalty.rounding") == "monthly_fee_first"

    def _term(self) -> tuple[date | None, date | None]:
        term = self.data.get("term") or {}
        start = date.fromisoformat(term["start_on"]) if term.get("start_on") else None
        if start is None and term.get("from") == "signature":
            start = self.signed_on
        if term.get("end_on"):
            return start, date.fromisoformat(term["end_on"])
        months = as_number(term.get("months"))
        if start is None or months is None or months.denominator != 1:
            return start, None
        return start, last_of_months(start, int(months))

    def _whole_months(self) -> Fraction | None:
        stated = as_number((self.data.get("term") or {}).get("months"))
        if stated is not None or self.start_on is None or self.end_on is None:
            return stated
        count = (self.end_on.year - self.start_on.year) * 12 + self.end_on.month - self.start_on.month
        near = (one for one in (count, count + 1) if one > 0 and last_of_months(self.start_on, one) == self.end_on)
        return next((Fraction(one) for one in near), None)

    def measured(self) -> set[str]:
        """What the rows of the tables measure."""
        return {str(row["measures"]) for row in self.rows if row.get("measures")}

    def fee_is_total(self, table: str) -> bool:
        """Whether the formula of a table itself says that the fee is the contract's total."""
        formula = self._formulas.get(table) or self._formulas.get("") or {}
        return formula.get("base") in {"contract", "contract_total", "total"}

    def critical_fen(self) -> Fraction:
        """What a critical breach costs; 0 where the contract sets no sum for it."""
        share = as_number((self._formulas.get("critical") or {}).get("coefficient"))
        return Fraction(0) if share is None or self.total_fen is None else share * self.total_fen

    def monthly(self, fee_fen: Fraction) -> Fraction | None:
        """A fee by the number of service months; rounded before it is multiplied only where that is agreed."""
        if not self.months:
            return None
        exact = fee_fen / self.months
        return Fraction(round_half_up(exact)) if self.rounds_month else exact

    def general_level(self, metric: str) -> Row | None:
        """The level of a metric that has no condition."""
        return next((one for one in self.levels if one.get("metric") == metric and not one.get("condition")), None)


def _apart(row: Row) -> list[Row]:
    """A row that names a figure handed in besides another one ("or"), as a row for each."""
    bands = bands_of(row)
    if len(bands) > 1 and row.get("joined") != "or":
        return [row]
    by_metric: dict[str, list[Row]] = {}
    for band in bands:
        metric = str(band.get("metric"))
        by_metric.setdefault(metric if metric in HANDED_IN else str(row.get("measures")), []).append(band)
    if not set(by_metric) - {str(row.get("measures"))}:
        return [row]
    joined = row.get("joined")
    return [{**row, "measures": name, "bands": some, "joined": joined} for name, some in by_metric.items()]


def _by_table(found: Any) -> dict[str, Row]:
    if isinstance(found, Mapping) and "text" in found:
        found = [found]
    elif isinstance(found, Mapping):
        return {str(table): one for table, one in found.items() if isinstance(one, Mapping)}
    return {str(one.get("table") or ""): one for one in found or () if isinstance(one, Mapping)}


def limit_minutes(level: Row) -> Fraction | None:
    """A level's threshold; times in minutes, shares as they are."""
    threshold = as_number(level.get("threshold"))
    return None if threshold is None else threshold * UNIT_MINUTES.get(str(level.get("unit")), Fraction(1))


def same_base(clause: Row) -> bool:
    """Whether the cap is a share of what the rate is of, over the same period."""
    total = {None, "contract", "total", "contract_total"}
    of, capped = ("contract_total" if clause.get(name) in total else clause[name] for name in ("of", "cap_of"))
    return of == capped and cap_period(clause) == clause.get("window")


def cap_period(clause: Row) -> str | None:
    """The period of the fee that the cap is a share of."""
    found: str | None = clause.get("window") if clause.get("cap_window") is None else clause["cap_window"]
    return found


def other_penalty(
    clause: Row, base_fen: Fraction | int | None, count: int, bases: Mapping[str, Fraction | int | None]
) -> Fraction | None:
    """What a penalty outside the tables comes to for so many days or cases, no more than its cap.

    `bases`: what a cap may be a share of, besides what the rate is of.
    """
    rate, fixed = as_number(clause.get("rate")), as_number(clause.get("amount_fen"))
    times = count if clause.get("kind") in {"daily", "per_case", "per_period"} else int(count > 0)
    if rate is not None and base_fen is not None:
        exact = rate * base_fen * times
    elif fixed is not None:
        exact = fixed * times
    else:
        return None
    total = {None, "contract", "total", "contract_total"}
    capped = "contract_total" if clause.get("cap_of") in total else clause["cap_of"]
    base = base_fen if base_fen is not None and same_base(clause) else bases.get(capped)
    share = as_number(clause.get("cap_share"))
    caps = [
        as_number(clause.get("cap_fen", clause.get("cap"))),
        None if share is None or base is None else share * base,
    ]
    return min([exact, *(one for one in caps if one is not None)])
