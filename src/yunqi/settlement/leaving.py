"""Early termination: what of the price stands for the rest of the term, and what is given back. Exact; rounded once.

Where the contract does not say how the rest is counted, each way stands beside the others and the parties agree one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.clauses.term.rule import compute_service_months, compute_term
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import round_fen
from yunqi.kernel.period import months_end
from yunqi.settlement.readings import choice_label

REFUND = "exit.refund"
DAYS, MONTHS, BEGUN_MONTHS, TEXTS = "days", "months", "begun_months", "texts"
EVERYTHING = "everything"
"""No way of counting: all that was paid is given back, as a contract's remedy or an agreement says."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Text:
    """What an agreed text makes of price and term from a day on; `from_on` None: as it was signed."""

    from_on: date | None
    contract: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest of the term by one way of counting: its part of the term and of the price, both exact.

    `refund_fen` is what was paid beyond what was served, rounded once; below zero: so much is still to be paid.
    """

    way: str
    words: str
    part: Fraction
    rest_fen: Fraction
    refund_fen: int


@dataclass(frozen=True, slots=True)
class Refund:
    """What leaving after a day costs. `chosen` is the way that the contract or the parties say; None while that is
    open, and `amount_fen` with it. `lacks` says what is not known: total, term. `paid_fen` is all that was paid;
    `offset_fen` of it was paid by setting it off against penalties.
    """

    left_on: date
    start_on: date | None
    end_on: date | None
    total_fen: int | None
    paid_fen: int
    ways: tuple[Rest, ...]
    chosen: str | None
    amount_fen: int | None
    state: Literal["open", "settled", "unknown"]
    lacks: tuple[str, ...] = ()
    source: Mapping[str, Any] | None = None
    offset_fen: int = 0


def compute_refund(
    contract: Mapping[str, Any],
    left_on: date,
    *,
    paid_fen: int,
    reading: str | None,
    signed_on: date | None,
    ground: str | None = None,
    offset_fen: int = 0,
    earlier: Sequence[Text] = (),
) -> Refund:
    """The refund where `left_on` is the last day of service. `ground`: the level of the critical breach (A, B) that
    ends the contract; where its remedy gives back what was paid, that is all of it. What was set off against an
    instalment (`offset_fen`) is paid as money is. `earlier` are the texts before `contract` with the days from which
    they were in force: where one had another price or term, each may count for its own days.

    Raises `Problem` exit.left_on for a day outside the term and exit.ground for a level that the contract lacks.
    """
    term = contract.get("term") or {}
    start_on, end_on = compute_term(term, signed_on)
    total = contract.get("total_fen")
    paid_fen += offset_fen
    row = None if ground is None else _ground(contract, ground)
    if reading == EVERYTHING or (row is not None and "refund" in (row.get("remedy") or ())):
        everything = Rest(EVERYTHING, choice_label(REFUND, EVERYTHING), Fraction(1), Fraction(paid_fen), paid_fen)
        source = None if row is None else row.get("remedy_source") or row.get("source")
        return Refund(
            left_on,
            start_on,
            end_on,
            total,
            paid_fen,
            (everything,),
            EVERYTHING,
            paid_fen,
            "settled",
            source=source,
            offset_fen=offset_fen,
        )
    lacks = tuple(
        name for name, lacking in (("total", total is None), ("term", start_on is None or end_on is None)) if lacking
    )
    if total is None or start_on is None or end_on is None:
        return Refund(
            left_on, start_on, end_on, total, paid_fen, (), None, None, "unknown", lacks, offset_fen=offset_fen
        )
    if not start_on - _DAY <= left_on <= end_on:
        raise Problem(
            "exit.left_on",
            "最后服务日 {on} 不在服务期 {start} 至 {end} 之内",
            field="left_on",
            on=left_on.isoformat(),
            start=start_on.isoformat(),
            end=end_on.isoformat(),
            way_out="请核对提前终止的日期",
        )
    parts = _parts(start_on, end_on, left_on, compute_service_months(term, signed_on))
    by_texts = _rest_by_texts(contract, earlier, left_on, signed_on)
    if by_texts is not None:
        parts[TEXTS] = Fraction(0) if not total else by_texts / int(total)
    ways = tuple(
        _rest(way, part, by_texts if way == TEXTS and by_texts is not None else part * int(total), int(total), paid_fen)
        for way, part in parts.items()
    )
    amounts = {one.refund_fen for one in ways}
    asked = DAYS if reading == TEXTS and by_texts is None else reading  # of one text both are the same
    chosen = next((one for one in ways if one.way == asked), None)
    if chosen is None and len(amounts) == 1 and MONTHS in parts:
        chosen = ways[0]  # however it is counted, it comes to the same
    return Refund(
        left_on,
        start_on,
        end_on,
        int(total),
        paid_fen,
        ways,
        None if chosen is None else chosen.way,
        None if chosen is None else chosen.refund_fen,
        "open" if chosen is None else "settled",
        offset_fen=offset_fen,
    )


def _rest_by_texts(
    contract: Mapping[str, Any], earlier: Sequence[Text], left_on: date, signed_on: date | None
) -> Fraction | None:
    """The price less what each text's price by the day comes to for the days that it was in force and served.

    None where all texts have one price and term, or one of them lacks either.
    """
    last = Text(earlier[-1].from_on, contract) if earlier else Text(None, contract)
    texts = [*earlier[:-1], last]
    priced = []
    for one in texts:
        start_on, end_on = compute_term(one.contract.get("term") or {}, signed_on)
        total = one.contract.get("total_fen")
        if start_on is None or end_on is None or total is None or end_on < start_on:
            return None
        priced.append((one.from_on, int(total), start_on, end_on))
    if len({(total, start_on, end_on) for _from, total, start_on, end_on in priced}) == 1:
        return None
    earned = Fraction(0)
    for place, (from_on, total, start_on, end_on) in enumerate(priced):
        following = priced[place + 1][0] if place + 1 < len(priced) else None
        first = start_on if from_on is None else max(start_on, from_on)
        until = left_on if following is None else min(left_on, following - _DAY)
        served = max(0, (until - first).days + 1)
        earned += Fraction(total * served, (end_on - start_on).days + 1)
    return priced[-1][1] - earned


def _ground(contract: Mapping[str, Any], level: str) -> Mapping[str, Any]:
    rows = (contract.get("penalties") or {}).get("critical") or ()
    of_level = [row for row in rows if row.get("level") == level]
    if of_level:
        return next((row for row in of_level if row.get("remedy")), of_level[0])
    raise Problem(
        "exit.ground",
        "合同没有「{level}」级重大违约",
        field="ground",
        level=level,
        levels="、".join(sorted({str(row.get("level")) for row in rows if row.get("level")})) or "—",
        way_out="合同约定的级别为：{levels}；其他原因请不填",
    )


def _rest(way: str, part: Fraction, rest: Fraction, total_fen: int, paid_fen: int) -> Rest:
    return Rest(way, choice_label(REFUND, way), part, rest, round_fen(paid_fen - (total_fen - rest)))


def _parts(start_on: date, end_on: date, left_on: date, months: Fraction | None) -> dict[str, Fraction]:
    """The rest's part of the term, by each way; months only where the term is a whole number of them."""
    parts = {DAYS: Fraction((end_on - left_on).days, (end_on - start_on).days + 1)}
    if months is None or months.denominator != 1 or months <= 0 or months_end(start_on, int(months)) != end_on:
        return parts
    exact = whole = Fraction(0)
    for number in range(int(months)):
        first = months_end(start_on, number) + _DAY if number else start_on
        following = months_end(start_on, number + 1) + _DAY
        if left_on < first:
            exact, whole = exact + 1, whole + 1
        elif left_on < following - _DAY:
            exact += Fraction((following - left_on).days - 1, (following - first).days)
    return parts | {MONTHS: exact / months, BEGUN_MONTHS: whole / months}
