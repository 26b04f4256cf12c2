"""What was used over the past, line by line -> what to ask for next: exact, each figure by a stated rule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.terms import number
from yunqi.kernel.money import parse_yuan, round_fen
from yunqi.kernel.period import Span
from yunqi.kernel.units import microseconds
from yunqi.metering.entitlement import DrawSpan, compute_entitlement_use, count_draws

Basis = Literal["peak", "percentile", "average"]
"""Which figure of the past the proposal starts from."""
Rule = Literal["measured", "once", "once_short", "unused", "unrecorded", "covered"]
"""measured: the basis with the reserve, rounded up · once: what was drawn once, with the reserve · once_short: that,
and no less than was contracted, for the period is shorter than what is to be bought · unused: nothing was used of what
this installation records, removal is proposed · unrecorded: nobody records its use, the contracted quantity stays for a
person to judge · covered: another line's price covers it.
"""
PERCENTILE = Fraction(95, 100)


@dataclass(frozen=True, slots=True)
class Use:
    """Draws of one line: over the whole period, and month by month (`months`: label, average, peak)."""

    average: Fraction
    peak: Fraction
    percentile: Fraction
    once: Fraction
    months: tuple[tuple[str, Fraction, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A proposed line. `idle`: the share of the contracted quantity that was idle on average; None where neither is
    known. `yuan`: the last price of a unit, a month or (`months` None) once; `budget_fen` None: no price of its own.
    """

    no: int
    rule: Rule
    contracted: Fraction | None
    use: Use
    idle: Fraction | None
    proposed: Fraction | None
    yuan: Fraction | None
    months: int | None
    budget_fen: int | None


def compute_percentile(draws: Iterable[DrawSpan], window: Span, share: Fraction = PERCENTILE) -> Fraction:
    """The least level that the use did not exceed for `share` of the window's time.

    >>> from datetime import UTC
    >>> days = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC))
    >>> one = DrawSpan(Fraction(8), datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC))
    >>> compute_percentile([one], days), compute_percentile([one], days, Fraction(9, 10))
    (Fraction(8, 1), Fraction(0, 1))
    """
    edges: dict[datetime, Fraction] = {window.start_at: Fraction(0), window.end_at: Fraction(0)}
    for draw in draws:
        start = max(draw.start_at, window.start_at)
        end = window.end_at if draw.end_at is None else min(draw.end_at, window.end_at)
        if start < end:
            edges[start] = edges.get(start, Fraction(0)) + draw.quantity
            edges[end] = edges.get(end, Fraction(0)) - draw.quantity
    times = sorted(edges)
    level, spans = Fraction(0), list[tuple[Fraction, int]]()
    for start, end in itertools.pairwise(times):
        level += edges[start]
        spans.append((level, microseconds(end - start)))
    wanted = share * microseconds(window.length)
    covered = 0
    for level, length in sorted(spans):
        covered += length
        if covered >= wanted:
            return level
    return Fraction(0)


def compute_use(
    spans: Sequence[DrawSpan], once: Sequence[DrawSpan], window: Span, months: Sequence[tuple[str, Span]]
) -> Use:
    """The use of one line's draws: those that last (`spans`), and those that happen once."""
    whole = compute_entitlement_use(spans, window)
    by_month = []
    for label, span in months:
        use = compute_entitlement_use(spans, span)
        by_month.append((label, use.average, use.peak))
    return Use(whole.average, whole.peak, compute_percentile(spans, window), count_draws(once, window), tuple(by_month))


def plan_requirement(
    line: Mapping[str, Any],
    use: Use,
    *,
    recorded: bool,
    basis: Basis,
    reserve: Fraction,
    yuan: Fraction | None,
    months: int | None,
    is_short: bool = False,
) -> Requirement:
    """The proposal for one line: `recorded` says whether the use of its item is recorded at all, `is_short` whether the
    period is shorter than what is to be bought.

    Proposed: the basis times one plus the reserve, rounded up to whole units. Budget: proposed times the last price
    of a unit times the months asked for (None: a price paid once), rounded once.
    """
    contracted = number(line.get("quantity"))
    figure = {"peak": use.peak, "percentile": use.percentile, "average": use.average}[basis]
    rule: Rule
    proposed: Fraction | None
    if line.get("bundle") is not None:
        rule, proposed = "covered", contracted
    elif use.peak:
        rule, proposed = "measured", Fraction(math.ceil(figure * (1 + reserve)))
    elif use.once:
        rule, proposed = "once", Fraction(math.ceil(use.once * (1 + reserve)))
        if is_short:
            rule, proposed = "once_short", max(proposed, contracted or Fraction(0))
    elif recorded:
        rule, proposed = "unused", Fraction(0)
    else:
        rule, proposed = "unrecorded", contracted
    idle = None
    if contracted and rule in {"measured", "unused"}:
        idle = max(Fraction(0), 1 - use.average / contracted)
    budget = None
    if yuan is not None and proposed is not None and rule != "covered":
        budget = round_fen(proposed * yuan * (1 if months is None else months) * parse_yuan("1"))
    return Requirement(int(line["no"]), rule, contracted, use, idle, proposed, yuan, months, budget)
