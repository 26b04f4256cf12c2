"""The review of penalties: caps, late duties, jumps, the formula's base, months and rounding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import ceil

from yunqi.contract.clauses.base import Alternative, Finding, Worth
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.contract.review.money import percent_words
from yunqi.contract.review.passages import Passage, list_passages
from yunqi.contract.review.terms import is_whole_months
from yunqi.kernel.money import render_yuan, round_fen, share_of
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_DAILY_INSTEAD = Fraction(1, 1000)
_CAP_OF_DAILY = Fraction(1, 10)
_CAP_OF_ALL = Fraction(3, 10)
_ANY_DUTY = re.compile(
    r"(?:逾期|迟延|延迟|未按期|未按时)(?:履行|完成)(?:本)?(?:合同|协议)?(?:约定|规定|项下)?(?:的)?(?:任何|各项|全部|其他|相关)?(?:的)?(?:合同)?义务"
)
_ALL_CAPPED = (
    r"违约金[^。;]{0,24}(?:累计|总额|合计|最高)[^。;]{0,16}(?:不超过|不得超过|不高于|为限|上限)"
    r"|(?:累计|总额|合计)[^。;]{0,12}违约金[^。;]{0,16}(?:不超过|不得超过|不高于|为限)"
    r"|违约金[^。;]{0,12}(?:不超过|上限为?)(?:本)?(?:合同|协议)"
)
_CAPPED = re.compile(
    r"(?:累计|总额|合计|最高|总计)[^。;]{0,12}(?:不超过|不得超过|不高于|以)|上限|不超过[^。;]{0,16}(?:违约金|%|元)"
)


def check_daily(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Daily penalties: a cap of one day's amount, no cap at all, no duty named, a jump after some hours."""
    total = contract.total_fen
    if not total:
        return
    for penalty in contract.penalties.other:
        if penalty.kind != "daily" or penalty.rate is None or not Fraction(penalty.rate):
            continue
        daily = share_of(total, Fraction(penalty.rate))
        words = _plain(penalty.source.text)
        if penalty.cap is not None and round_fen(daily) >= penalty.cap:
            yield find_by(
                "penalty.cap_is_one_day",
                [penalty.source],
                worth=Worth(fen_low=penalty.cap, fen_high=penalty.cap, words=_("逾期一日与逾期任何日数的违约金")),
                cap=render_yuan(penalty.cap),
                daily=render_yuan(round_fen(share_of(total, _DAILY_INSTEAD))),
            )
        whole_price = penalty.of == "contract_total"
        if whole_price and penalty.party != "using_unit" and _ANY_DUTY.search(words):
            yield find_by(
                "penalty.any_late_duty",
                [penalty.source, *(row.source for row in contract.penalties.coefficients[:1])],
                worth=Worth(fen_low=round_fen(daily), words=_("每逾期一日")),
                daily=render_yuan(round_fen(daily)),
            )
        if whole_price and penalty.cap is None and not _CAPPED.search(words):
            yield find_by(
                "penalty.uncapped",
                [penalty.source],
                worth=Worth(fen_low=round_fen(daily), words=_("每日，没有上限")),
                daily=render_yuan(round_fen(daily)),
                days=ceil(total / daily),
                cap=render_yuan(round_fen(share_of(total, _CAP_OF_DAILY))),
            )
        if penalty.duty == "interruption":
            yield from _check_jump(contract, penalty.rate, penalty.source.article, daily)


def _plain(text: str) -> str:
    from yunqi.contract.documents import squeeze

    return squeeze(text)


def _check_jump(contract: Contract, rate: str, article: str, daily: Fraction) -> Iterator[Finding]:
    for other in contract.penalties.other:
        if other.kind == "percentage" and other.rate and other.duty == "interruption":
            times = Fraction(other.rate) / Fraction(rate)
            if times > _JUMP:
                high = round_fen(share_of(contract.total_fen or 0, Fraction(other.rate)))
                yield find_by(
                    "penalty.jump",
                    [each.source for each in contract.penalties.other if each.duty == "interruption"],
                    worth=Worth(fen_low=round_fen(daily), fen_high=high, words=_("差一分钟的两个数")),
                    rate=percent_words(rate),
                    share=percent_words(other.rate),
                    times=round(times),
                    low=render_yuan(round_fen(daily)),
                    high=render_yuan(high),
                )
                return


_JUMP = 100


def check_formula(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Base, divisor, rounding and cap of the formula that turns a coefficient into money."""
    formula, total = contract.penalties.formula, contract.total_fen
    rows = contract.penalties.coefficients
    if formula is None:
        return
    passages = list_passages(outline)
    months = contract.term.months or _months_of(contract)
    if formula.base == "system_fee" and not _stands(passages, r"系统(?:云)?服务费[^。;]{0,8}(?:指|按|为|等于|以|是)"):
        yield from _base_finding(contract, months)
    term = contract.term
    whole = term.start_on is not None and term.end_on is not None and is_whole_months(term.start_on, term.end_on)
    months_open = formula.divisor == "service_months" and term.months is None and not whole
    if months_open and not _stands(passages, r"服务月数[^。;]{0,8}(?:指|按|为|等于|以|是|\d)"):
        yield find_by("formula.months_undefined", [formula.source, contract.term.source])
    if formula.divisor is None or not rows:
        return
    highest = max(rows, key=lambda row: Fraction(row.multiple))
    if (
        total
        and months
        and not _stands(passages, r"四舍五入|舍入|精确到(?:分|元)|保留(?:到|至)?(?:小数|两位|分|整数)|不足一(?:分|元)")
    ):
        difference = _rounding_difference(total, months, [Fraction(row.multiple) for row in rows])
        if difference:
            yield find_by(
                "penalty.rounding",
                [formula.source],
                worth=Worth(fen_low=0, fen_high=difference, words=_("两种算法之差")),
                difference=render_yuan(difference),
            )
    if (
        total
        and months
        and not any(re.search(_ALL_CAPPED, one.text) and not re.search("每", one.text) for one in passages)
    ):
        fee = Fraction(total, months) * Fraction(highest.multiple)
        yield find_by(
            "penalty.no_cap",
            [formula.source, highest.source],
            worth=Worth(fen_high=round_fen(fee), words=_("一次最高，次数不限")),
            highest=render_yuan(round_fen(fee)),
            cap=render_yuan(round_fen(share_of(total, _CAP_OF_ALL))),
        )


def _months_of(contract: Contract) -> int | None:
    term = contract.term
    if term.start_on is None or term.end_on is None:
        return None
    return max(1, round(Fraction((term.end_on - term.start_on).days + 1, 30)))


def _base_finding(contract: Contract, months: int | None) -> Iterator[Finding]:
    formula, total, count = contract.penalties.formula, contract.total_fen, len(contract.systems)
    alternatives: list[Alternative] = []
    if total and months:
        monthly = Fraction(total, months)
        alternatives.append(
            Alternative(choice="contract", words=_("系数为 100% 时，以合同总价为基数"), fen=round_fen(monthly))
        )
        if count:
            alternatives.append(
                Alternative(
                    choice="system_share",
                    words=_("系数为 100% 时，以 {count} 个系统平均分摊为基数", count=count),
                    fen=round_fen(monthly / count),
                )
            )
    figures = [each.fen for each in alternatives if each.fen is not None]
    yield find_by(
        "formula.base_undefined",
        [formula.source if formula is not None else None, *(line.source for line in contract.price_lines[:1])],
        worth=Worth(fen_low=min(figures), fen_high=max(figures), words=_("系数为 100% 的一次违约"))
        if figures
        else None,
        alternatives=alternatives,
        total="—" if total is None else render_yuan(total),
        count=count or "—",
        each=render_yuan(round_fen(Fraction(total, count))) if total and count else "—",
    )


def _rounding_difference(total: int, months: int, coefficients: list[Fraction]) -> int:
    exact = Fraction(total, months)
    return max(abs(round_fen(round_fen(exact) * one) - round_fen(exact * one)) for one in coefficients)


def _stands(passages: Sequence[Passage], pattern: str) -> bool:
    return any(re.search(pattern, passage.text) for passage in passages)


PENALTY_CHECKS: tuple[Check, ...] = (check_daily, check_formula)
