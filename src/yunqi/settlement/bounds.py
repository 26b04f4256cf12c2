"""Bounds of a month's penalty with some of its answers open at once: never too narrow, and worked out in one go.

Where every way to answer would have to be worked out for itself, the ways are as many as the answers multiplied. Here
the answers stay open among what they can be, as any other open point does, so the work grows with what is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod

from yunqi.contract.clauses.coefficient.rule import APART
from yunqi.contract.clauses.other_penalty.rule import TERM
from yunqi.contract.conditions import assignments, restrict
from yunqi.settlement.breaches import find_breaches
from yunqi.settlement.capped import CAP_OVER, Caps
from yunqi.settlement.case import UNMEASURED, Month
from yunqi.settlement.complaints import asks_availability
from yunqi.settlement.excused import excuse
from yunqi.settlement.gravest import Bounds
from yunqi.settlement.inputs import Inputs, Reading, Suspension
from yunqi.settlement.law import Law
from yunqi.settlement.opened import drop_what_is_not_owed, open_month
from yunqi.settlement.penalties import FEE_BASE, FEE_SHARED, Prices, Verdicts, decide
from yunqi.settlement.possible import find_possible_breaches
from yunqi.settlement.unpriced import DAMAGES

Opened = Mapping[str, tuple[str, ...]]
"""What each code that is open can still be answered."""
_OF_LAW = frozenset({"service_months", "penalty.rounding", *(f"{UNMEASURED}{metric}" for metric in APART)})
"""Readings of which the law or a figure takes one or none: these few are always worked out for themselves."""
_OF_CAUSES = ("average.", "clock_start.")
_OF_COMPLAINTS = ("availability.", "complaint.")
"""Readings on which it hangs which incidents have a share in a breach: worked out for themselves while they are few."""
_WAYS = 16
_UNPRICED, _LOSS = "unpriced.", "loss_fen@"


def bound_penalty(inputs: Inputs, opened: Opened, undecided: Sequence[Suspension] = ()) -> Bounds:
    """The least and the greatest that a month comes to by one text, in fen, whatever is answered of what is `opened`
    and whichever of the suspensions that are `undecided` excuse.
    """
    others = tuple(one for one in inputs.readings if one.code not in opened)
    apart = {code for code in opened if code in _OF_LAW}
    causes = {code for code in opened if code.startswith(_prefixes(inputs))}
    unread = causes if _count_ways(opened, apart | causes) > _WAYS else set()
    apart |= causes - unread
    rest = {code: values for code, values in opened.items() if code not in apart}
    ends = []
    for answers in assignments(sorted(apart), opened):
        readings = (*others, *(Reading(code, value, "") for code, value in answers.items()))
        ends.append(_bound(replace(inputs, readings=readings), rest, undecided, frozenset(unread)))
    return min(low for low, _high in ends), max(high for _low, high in ends)


def _prefixes(inputs: Inputs) -> tuple[str, ...]:
    return (*_OF_CAUSES, *_OF_COMPLAINTS) if asks_availability(Law(inputs.contract, {})) else _OF_CAUSES


def _count_ways(opened: Opened, codes: Iterable[str]) -> int:
    return prod(len(opened[code]) for code in codes)


def _bound(inputs: Inputs, opened: Opened, undecided: Sequence[Suspension], unread: frozenset[str]) -> Bounds:
    month, loose = open_month(inputs), False
    if undecided or unread:
        least = open_month(excuse(inputs, undecided)).evidence
        loose = find_possible_breaches(month, least, undecided, unread)
    else:
        find_breaches(month)
    drop_what_is_not_owed(month)
    _narrow(month, opened)
    caps = Caps(inputs.month, inputs.charged_fen, month.known)
    low, high = _uncapped(month, caps) if loose else _bounds_of(_decide(month, caps))
    return low, high + _damages(month, opened)


def _decide(month: Month, caps: Caps) -> Verdicts:
    return decide(month.book, month.law, month.inputs.systems, month.known, caps, month.held_at)


def _bounds_of(found: Verdicts) -> Bounds:
    return found.low, found.high


def _uncapped(month: Month, caps: Caps) -> Bounds:
    """The bounds where some breaches stand under a cause of their own: which ones count is then not known, so what caps
    cut is between nothing and the most that they can.
    """
    pooled = {one.id: one for one in month.book.drafts if one.pool is not None}
    month.book.drafts = [replace(one, pool=None) for one in month.book.drafts]
    found = _decide(month, caps)
    groups = [[replace(one, draft=pooled.get(one.draft.id, one.draft)) for one in each] for each in found.groups]
    said = caps.read({f"{CAP_OVER}{name}": TERM for name in caps.asked(pooled.values())})
    prices = Prices(month.law, month.inputs.systems, month.known.get(FEE_SHARED), month.held_at)
    cuts = [prices.limits(pooled.values(), base, said).cut(groups, (), (), base)[1] for base in found.bases]
    return max(0, found.low - max(cuts)), found.high


def _narrow(month: Month, opened: Opened) -> None:
    """Leaves of each open code what it can be. An answer that is none of its choices settles nothing: then all stay."""
    book = month.book
    narrowed = {
        code: tuple(choice for choice in choices if choice in opened[code])
        for code, choices in book.choices.items()
        if code in opened and set(opened[code]) <= set(choices)
    }
    if FEE_BASE in opened:
        narrowed[FEE_BASE] = opened[FEE_BASE]
    book.choices |= narrowed
    book.drafts = [replace(one, condition=restrict(one.condition, narrowed)) for one in book.drafts]


def _damages(month: Month, opened: Opened) -> int:
    """The most that agreed damages can add: the loss of every event that was found."""
    answers = [value for code, value in month.known.items() if code.startswith(_UNPRICED)]
    answers += [value for code, values in opened.items() if code.startswith(_UNPRICED) for value in values]
    if DAMAGES not in answers:
        return 0
    return sum(int(loss) for code, loss in month.known.items() if code.startswith(_LOSS))
