"""What a penalty outside the tables comes to: what its share is of and how often it counts, under each way to read it.

Where the clause names a base that no data hold (the sum that is late, the fee of what was affected), the parties find
it for the event; until then it lies between nothing and the whole price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.other_penalty.rule import (
    CASE,
    LASTING,
    TOTAL,
    base_name,
    cap_over,
    cap_window,
    compute_cap,
    compute_other_penalty,
    count_in_band,
    count_lengths,
    count_multiples,
    is_capped_by_own_base,
    length_of_clause,
)
from yunqi.contract.conditions import ALWAYS, Condition, all_of, any_of, needs
from yunqi.contract.terms import Band, number
from yunqi.kernel.period import Month as CalendarMonth
from yunqi.kernel.period import date_of
from yunqi.kernel.units import is_exact_unit, to_minutes
from yunqi.settlement.case import Month
from yunqi.settlement.drafts import Draft, Pool

FEE_CODE = "penalty_fee."
"""The reading of what fee a clause's share is of, where the contract does not say of which period."""
DAY_FEE = "day_fee."
"""The reading of what one day's fee is."""
BASE_FOUND = "base_fen"
"""The finding of the sum, in fen, that a share is of for one event."""
BEGUN, COUNTED_FROM = "begun.", "counted_from."
"""The readings of whether a begun length counts whole, and of whether a count begins at a band's edge."""
COUNTS, LEFT_OUT = "counts", "left_out"
START, EDGE = "start", "edge"
MONTHLY, DAILY_TERM, LINES, WHOLE, NOTHING = "month", "term", "lines", "whole", "none"
LATENESS, DAILY = "lateness", "daily"
Counts = list[tuple[Condition, int]]
"""How often something counts, with the condition under which it does."""
FEE_CHOICES = (TOTAL, MONTHLY)
_FEES = frozenset({"service_fee", "affected_fee"})
_OF_EVENT = frozenset({"affected_fee", "overdue"})
_MONTHS: Mapping[str, int] = {MONTHLY: 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class About:
    """What a sum is asked for: the event, the clause under its `name`, when it happened, the price lines affected."""

    event: str
    name: str
    clause: Mapping[str, Any]
    at: datetime
    line_nos: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One meaning of what the clause asks: a multiple of the monthly fee or a sum, the most, and when it is meant.

    `pool` is what all that the clause asks for comes to together at the most.
    """

    suffix: str
    condition: Condition
    coefficient: Fraction | None = None
    fixed: Fraction | None = None
    limit: Fraction | None = None
    pool: Pool | None = None

    def price(self, draft: Draft) -> Draft:
        """The draft of an event with what this meaning of the clause asks for."""
        return replace(draft, coefficient=self.coefficient, fixed=self.fixed, limit=self.limit, pool=self.pool)


@dataclass(frozen=True, slots=True)
class _Base:
    # What a share is of: so many monthly fees, or so many fen.
    suffix: str
    condition: Condition
    months: Fraction | None = None
    fen: Fraction | None = None


def find_ways(month: Month, about: About, count: int) -> list[Way]:
    """The ways to read what `count` days, cases or lengths cost; asks what is open."""
    clause, total = about.clause, month.law.total_fen
    rate, times = number(clause.get("rate")), count_multiples(clause, count)
    if rate is None:
        return [
            Way(
                cap.suffix,
                cap.condition,
                fixed=compute_other_penalty(clause, None, count, (bases := _fen_of(month, clause, cap))),
                pool=_pool(about, compute_cap(clause, bases)),
            )
            for cap in _cap_bases(month, about, None)
        ]
    found: list[Way] = []
    for base in _bases(month, about, clause.get("of"), clause.get("window")):
        for cap in _cap_bases(month, about, base):
            held = all_of(base.condition, cap.condition)
            if not held:
                continue
            bases = {TOTAL: total, **_fen_of(month, clause, cap)}
            limit = compute_cap(clause, bases)
            suffix = f"{base.suffix}{cap.suffix}"
            if base.months is None:
                own_base = {base_name(clause.get("of")): base.fen} if is_capped_by_own_base(clause) else {}
                exact = compute_other_penalty(clause, base.fen, count, bases)
                pool = _pool(about, compute_cap(clause, {**bases, **own_base}))
                found.append(Way(suffix, held, fixed=exact, pool=pool))
                continue
            share = number(clause.get("cap_share"))
            own = share if is_capped_by_own_base(clause) else None
            multiple = rate * times if own is None else min(rate * times, own)
            pool = _pool(about, limit, None if own is None else own * base.months)
            found.append(Way(suffix, held, coefficient=multiple * base.months, limit=limit, pool=pool))
    return found


def _pool(about: About, limit: Fraction | None, share: Fraction | None = None) -> Pool | None:
    """What all cases of the clause come to together at the most; None where its cap is of each case by itself."""
    clause, over = about.clause, cap_over(about.clause)
    if base_name(clause.get("cap_of")) in _OF_EVENT:
        limit = number(clause.get("cap_fen", clause.get("cap")))  # the share is of what one event is about
    if over == CASE or (limit is None and share is None):
        return None
    return Pool(about.name, over, limit, share)


def find_counts(month: Month, about: About, measured: Fraction, *, begun: bool | None = None) -> Counts:
    """How often a clause counts a measure (`count_in_band` says in what), with when; once where it counts no time.

    `begun`: what the law says of a begun length, where the clause is silent.
    """
    clause = about.clause
    if clause.get("kind") not in LASTING:
        return [(ALWAYS, 1)]
    said = begun if clause.get("begun") is None else clause.get("begun")
    cells = [
        (how, where, count_in_band(clause, measured, begun=how == COUNTS, beyond=where == EDGE))
        for how in ((COUNTS, LEFT_OUT) if said is None else (COUNTS,) if said else (LEFT_OUT,))
        for where in (START, EDGE)
    ]
    return _merge_counts(month, about, cells)


def find_said_counts(month: Month, about: About, value: Fraction | None) -> Counts:
    """How often a clause counts what people said: a lateness in the clause's own unit, or a number of cases.

    Nothing said is one; a lateness outside of the clause's band is none. A begun day counts as one.
    """
    clause = about.clause
    lasts, said = clause.get("kind") in LASTING, clause.get("band") or {}
    band = Band.of(said) if said.get("metric") == LATENESS else None
    if value is None:
        return [(ALWAYS, 1)]
    if not lasts and band is None:
        return [(ALWAYS, count_lengths(value, Fraction(1), begun=True))]
    unit, band_unit = str(length_of_clause(clause)["unit"] if lasts else said.get("unit")), str(said.get("unit"))
    exact = is_exact_unit(unit)
    measured = to_minutes(value, unit) if exact else value
    comparable = is_exact_unit(band_unit) if exact else unit == band_unit
    if value <= 0 or (band is not None and comparable and not band.contains(measured)):
        return [(ALWAYS, 0)]
    return find_counts(month, about, measured, begun=True if clause.get("kind") == DAILY else None)


def _merge_counts(month: Month, about: About, cells: Sequence[tuple[str, str, int]]) -> list[tuple[Condition, int]]:
    # Only what changes the count is asked.
    codes = (f"{BEGUN}{about.name}", f"{COUNTED_FROM}{about.name}")
    asked = []
    for place, code in enumerate(codes):
        by_rest: dict[str, set[int]] = {}
        for cell in cells:
            by_rest.setdefault(str(cell[1 - place]), set()).add(cell[2])
        if any(len(counts) > 1 for counts in by_rest.values()):
            asked.append(place)
            choices = tuple(dict.fromkeys(str(cell[place]) for cell in cells))
            month.book.ask(code, choices, about.event, about.clause.get("source"))
    found: dict[int, list[Condition]] = {}
    for cell in cells:
        held = all_of(*(needs(codes[place], str(cell[place])) for place in asked))
        found.setdefault(cell[2], []).append(held)
    return [(any_of(*conditions), count) for count, conditions in found.items()]


def _bases(month: Month, about: About, of: object, window: object) -> list[_Base]:
    name, total = base_name(of) if of is not None else "", month.law.total_fen
    whole = None if total is None else Fraction(total)
    if name == TOTAL or (name in _FEES and window == "term"):
        return [_Base("", ALWAYS, fen=whole)]
    if name in _FEES and window in _MONTHS:
        return [_Base("", ALWAYS, months=Fraction(_MONTHS[str(window)]))]
    if name in _FEES and window == "day":
        return _day_fees(month, about)
    if name == "paid_fee":
        on = date_of(about.at)
        return [_Base("", ALWAYS, fen=Fraction(sum(one.amount_fen for one in month.inputs.payments if one.on <= on)))]
    if name in {"overdue", "affected_fee"}:
        said = number(month.known.get(f"{BASE_FOUND}@{about.event}"))
        if said is not None:
            return [_Base("", ALWAYS, fen=said)]
    if name == "overdue":
        code = f"{BASE_FOUND}@{about.event}"
        month.book.ask(code, (NOTHING, WHOLE), about.event, about.clause.get("source"))
        return [
            _Base(f".{NOTHING}", needs(code, NOTHING), fen=Fraction(0)),
            _Base(f".{WHOLE}", needs(code, WHOLE), fen=whole),
        ]
    return _open_fee(month, about, whole, affected=name == "affected_fee")


def _open_fee(month: Month, about: About, whole: Fraction | None, *, affected: bool) -> list[_Base]:
    code, source = f"{FEE_CODE}{about.name}", about.clause.get("source")
    month.book.ask(code, FEE_CHOICES, about.event, source)
    found = [
        _Base(f".{TOTAL}", needs(code, TOTAL), fen=whole),
        _Base(f".{MONTHLY}", needs(code, MONTHLY), months=Fraction(1)),
    ]
    lines = month.law.lines_fee(about.line_nos) if affected else None
    if lines is not None:
        month.book.ask(code, (LINES,), about.event, source)
        found.append(_Base(f".{LINES}", needs(code, LINES), fen=lines))
    return found


def _day_fees(month: Month, about: About) -> list[_Base]:
    law, code = month.law, f"{DAY_FEE}{about.name}"
    on = date_of(about.at)
    month.book.ask(code, (MONTHLY, DAILY_TERM), about.event, about.clause.get("source"))
    term = None
    if law.start_on is not None and law.end_on is not None and law.total_fen is not None:
        term = Fraction(law.total_fen, (law.end_on - law.start_on).days + 1)
    return [
        _Base(f".{MONTHLY}", needs(code, MONTHLY), months=Fraction(1, CalendarMonth(on.year, on.month).days)),
        _Base(f".{DAILY_TERM}", needs(code, DAILY_TERM), fen=term),
    ]


def _cap_bases(month: Month, about: About, base: _Base | None) -> list[_Base]:
    """What the cap is a share of, where that is neither the price nor what the rate is of."""
    clause = about.clause
    name = base_name(clause.get("cap_of"))
    own = base is not None and is_capped_by_own_base(clause)
    if clause.get("cap_share") is None or name == TOTAL or own:
        return [_Base("", ALWAYS)]
    return [
        _Base(f".cap{one.suffix}", one.condition, one.months, one.fen)
        for one in _bases(month, about, name, cap_window(clause))
    ]


def _fen_of(month: Month, clause: Mapping[str, Any], cap: _Base) -> dict[str, Fraction | int | None]:
    """The base of the cap in fen, by its name."""
    found: dict[str, Fraction | int | None] = {TOTAL: month.law.total_fen}
    total = month.law.total_fen
    if cap.fen is not None:
        found[base_name(clause.get("cap_of"))] = cap.fen
    elif cap.months is not None and total is not None:
        monthly = month.law.monthly_fee(Fraction(total))
        found[base_name(clause.get("cap_of"))] = None if monthly is None else monthly * cap.months
    return found
