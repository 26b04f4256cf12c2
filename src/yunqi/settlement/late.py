"""Late payments: how many days each part of an instalment was late, and what the contract asks for it. Pure.

The last day to pay counts whole (it ends at 24:00); the first day late is the one after it, and the day of payment is
the last. What the contract leaves open is told with each way's figure, never costed at nothing.
Source: 民法典 第200–204条 (periods), 第585条 (damages for delay).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.other_penalty.rule import TOTAL, compute_cap
from yunqi.contract.terms import number
from yunqi.kernel.money import render_yuan, round_fen
from yunqi.kernel.words import _
from yunqi.settlement.inputs import Payment

LATE_PAYMENT, LATE_PERFORMANCE = "late_payment", "late_performance"
USING_UNIT, PROVIDER = "using_unit", "provider"
OVERDUE = "overdue"
_BASES = (OVERDUE, TOTAL)
DAILY, ONCE = "daily", "once"


@dataclass(frozen=True, slots=True)
class LatePart:
    """A part of an instalment that was not paid in time; `paid_on` None: not paid yet, its days go on."""

    amount_fen: int
    paid_on: date | None
    days: int
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read the clause, and what it comes to."""

    words: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class LateInstalment:
    """An instalment's lateness. `amount_fen` None where the contract sets no sum or several can be meant: `open_words`
    says what is open and `ways` what each comes to. `formula` shows the calculation. `source` is the clause's.
    """

    no: int
    due_on: date | None
    parts: tuple[LatePart, ...]
    amount_fen: int | None
    formula: str = ""
    open_words: str = ""
    ways: tuple[Way, ...] = ()
    source: Mapping[str, Any] | None = None

    @property
    def days(self) -> int:
        """The most days that any part was late."""
        return max((one.days for one in self.parts), default=0)


def find_late_parts(amount_fen: int, due_on: date, payments: Iterable[Payment], *, as_of: date) -> tuple[LatePart, ...]:
    """The parts of an amount that were not there on the last day, as of a day; what is paid beyond it doesn't count.

    >>> day, later = date(2026, 3, 31), date(2026, 4, 10)
    >>> parts = find_late_parts(100, day, [Payment(1, day, 60), Payment(1, later, 30)], as_of=date(2026, 5, 1))
    >>> [(one.amount_fen, one.days, one.paid_on == later) for one in parts]
    [(30, 10, True), (10, 31, False)]
    """
    left = amount_fen
    parts: list[LatePart] = []
    for one in sorted((one for one in payments if one.on <= as_of), key=lambda each: (each.on, each.fact)):
        part = min(left, one.amount_fen)
        left -= part
        if part > 0 and one.on > due_on:
            parts.append(LatePart(part, one.on, (one.on - due_on).days, one.fact))
    if left > 0 and as_of > due_on:
        parts.append(LatePart(left, None, (as_of - due_on).days))
    return tuple(parts)


def find_late_clauses(contract: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The clauses on late payment: those that say so, else those that make the payer pay for any lateness."""
    others = [one for one in (contract.get("penalties") or {}).get("other") or () if one.get("party") != "provider"]
    said = tuple(one for one in others if one.get("duty") == LATE_PAYMENT)
    return said or tuple(
        one for one in others if one.get("duty") == LATE_PERFORMANCE and one.get("party") == USING_UNIT
    )


def compute_late(
    no: int, amount_fen: int, due_on: date, payments: Iterable[Payment], contract: Mapping[str, Any], *, as_of: date
) -> LateInstalment:
    """An instalment's lateness as of a day, and what the contract asks for it."""
    parts = find_late_parts(amount_fen, due_on, payments, as_of=as_of)
    if not parts:
        return LateInstalment(no, due_on, (), 0)
    clauses = find_late_clauses(contract)
    if not clauses:
        words = _(
            "合同没有约定逾期付款违约金：实际损失须由主张的一方证明；"
            "乙方为中小企业的，可依《保障中小企业款项支付条例》主张逾期利息"
        )
        return LateInstalment(no, due_on, parts, None, open_words=words)
    if len(clauses) > 1:
        ways = tuple(way for clause in clauses for way in _ways(clause, parts, contract))
        words = _("合同有 {count} 条可适用于逾期付款的约定，须约定适用哪一条", count=len(clauses))
        return LateInstalment(no, due_on, parts, None, open_words=words, ways=ways, source=clauses[0].get("source"))
    return _apply(clauses[0], no, due_on, parts, contract)


def _apply(
    clause: Mapping[str, Any], no: int, due_on: date, parts: tuple[LatePart, ...], contract: Mapping[str, Any]
) -> LateInstalment:
    source = clause.get("source")
    ways = _ways(clause, parts, contract)
    if clause.get("band"):
        words = _("逾期付款的违约金只对一定的逾期时间约定，须人工核定")
        return LateInstalment(no, due_on, parts, None, open_words=words, ways=ways, source=source)
    if clause.get("kind") == DAILY and clause.get("of") in _BASES and ways:
        return LateInstalment(no, due_on, parts, ways[0].amount_fen, ways[0].words, source=source)
    if clause.get("kind") == DAILY and clause.get("amount_fen") is not None and ways:
        return LateInstalment(no, due_on, parts, ways[0].amount_fen, ways[0].words, source=source)
    words = _("合同没有写明按日计算还是一次性计算、以合同总价还是以逾期金额为基数，须先约定")
    return LateInstalment(no, due_on, parts, None, open_words=words, ways=ways, source=source)


def _ways(clause: Mapping[str, Any], parts: tuple[LatePart, ...], contract: Mapping[str, Any]) -> tuple[Way, ...]:
    """Each base and counting that the clause leaves possible, the first the nearest to its words."""
    bases = [base for base in _BASES if clause.get("of") in (None, base)] or list(_BASES)
    countings = [DAILY] if clause.get("kind") == DAILY else [ONCE, DAILY]
    found: list[Way] = []
    fixed = number(clause.get("amount_fen"))
    for counting in countings:
        if fixed is not None:
            days = max(one.days for one in parts) if counting == DAILY else 1
            exact = _cap(clause, fixed * days, parts, contract)
            words = _("{amount} 元 × {count}", amount=render_yuan(int(fixed)), count=days)
            found.append(Way(words, round_fen(exact)))
            continue
        rated = (_rated(clause, base, counting, parts, contract) for base in bases if _is_known(base, contract))
        found.extend(one for one in rated if one is not None)
    return tuple(found)


def _is_known(base: str, contract: Mapping[str, Any]) -> bool:
    return base == OVERDUE or contract.get("total_fen") is not None


def _rated(
    clause: Mapping[str, Any], base: str, counting: str, parts: tuple[LatePart, ...], contract: Mapping[str, Any]
) -> Way | None:
    rate = number(clause.get("rate"))
    if rate is None:
        return None
    if base == OVERDUE:
        terms = [(one.amount_fen, one.days if counting == DAILY else 1) for one in parts]
    else:
        days = max(one.days for one in parts)
        terms = [(int(contract["total_fen"]), days if counting == DAILY else 1)]
    exact = _cap(clause, sum((rate * fen * days for fen, days in terms), Fraction(0)), parts, contract)
    sums = " + ".join(
        _("{amount} 元 × {days} 日", amount=render_yuan(fen), days=days)
        if counting == DAILY
        else _("{amount} 元，一次性", amount=render_yuan(fen))
        for fen, days in terms
    )
    capped = _("，以约定的上限为限") if _limit(clause, parts, contract) == exact else ""
    return Way(f"{clause['rate']} × ({sums}){capped}", round_fen(exact))


def _limit(clause: Mapping[str, Any], parts: tuple[LatePart, ...], contract: Mapping[str, Any]) -> Fraction | None:
    overdue, total = sum(one.amount_fen for one in parts), contract.get("total_fen")
    return compute_cap(clause, {OVERDUE: overdue, TOTAL: total})


def _cap(
    clause: Mapping[str, Any], exact: Fraction, parts: tuple[LatePart, ...], contract: Mapping[str, Any]
) -> Fraction:
    limit = _limit(clause, parts, contract)
    return exact if limit is None else min(exact, limit)
