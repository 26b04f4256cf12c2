"""The review of amounts: sums, tax, instalments, bond."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from yunqi.contract.clauses.base import Finding, Worth
from yunqi.contract.model import Contract
from yunqi.contract.numbers import PERCENT, Amount, find_amounts, read_digits, read_share
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.contract.review.passages import Passage, list_passages
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_daxie, render_percent, render_yuan, round_fen, share_of
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_HIGHEST_BOND = Fraction(1, 10)
_CALENDAR_DAYS = Fraction(7, 5)
_INVOICE_DUE = re.compile(
    r"(?:应|须|需)[^。;]{0,24}\d(?:个工作)?日内[^。;付]{0,16}(?:开具|提供|交付|提交)[^。;]{0,16}发票"
    r"|(?:应|须|需)[^。;]{0,20}(?:开具|提供|交付|提交)[^。;]{0,12}发票[^。;后]{0,12}\d(?:个工作)?日内"
    r"|(?:迟|逾期|未按时|未及时)[^。;]{0,12}发票[^。;]{0,24}顺延"
)
_SHARE_AND_AMOUNT = re.compile(
    rf"(?:合同|协议|项目|总)(?:总)?(?:金额|价款|价格|价|款|费用)的?(?P<share>{PERCENT})[,(]?(?:即|计|共计|为)(?P<amount>[^。;]*)"
)
_NUMERALS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿"
_CAPITALS = re.compile(
    rf"(?:¥?(?P<before>\d[\d,]{{0,18}}(?:\.\d{{1,2}})?)元?[,(]{{0,2}}(?:人民币|大写|:|,)+)?(?P<words>[{_NUMERALS}]{{1,30}}[元圆][{_NUMERALS}角分整正]{{0,8}})"
    r"(?:[,:;()小写人民币即¥计为]{1,12}(?P<digits>\d[\d,]{0,18}(?:\.\d{1,2})?)(?![\d%]))?"
)
_DEDUCTED = re.compile(r"扣(?:除|减|划)[^。;]{0,12}保证金|保证金[^。;]{0,20}扣(?:除|减|划)")


def check_sum(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Lines, total of the table and total of the article agree."""
    stated_totals = (
        line.stated_total_fen if line.total_fen is None else line.total_fen for line in contract.price_lines
    )
    priced = [fen for fen in stated_totals if fen is not None]
    stated = contract.table_total_fen
    if priced and stated is not None and sum(priced) != stated:
        yield find_by(
            "price.sum",
            [contract.table_total_source, contract.price_lines[0].source],
            worth=_difference(sum(priced), stated),
            sum=render_yuan(sum(priced)),
            total=render_yuan(stated),
        )
    against = stated if stated is not None else sum(priced) if priced else None
    if against is not None and contract.total_fen is not None and against != contract.total_fen:
        yield find_by(
            "price.total",
            [contract.total_source, contract.table_total_source],
            worth=_difference(against, contract.total_fen),
            table=render_yuan(against),
            total=render_yuan(contract.total_fen),
        )
    if contract.price_lines and not priced and any(line.quantity for line in contract.price_lines):
        yield find_by(
            "price.no_unit_price",
            [contract.price_lines[0].source, contract.total_source],
            worth=None
            if contract.total_fen is None
            else Worth(fen_high=contract.total_fen, words=_("没有单价可以核对的金额")),
            count=len(contract.price_lines),
            total="—" if contract.total_fen is None else render_yuan(contract.total_fen),
        )


def _difference(one: int, other: int) -> Worth:
    return Worth(fen_low=abs(one - other), fen_high=abs(one - other), words=_("两个数之差"))


def check_instalments(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Instalments make up the total; stated shares give the stated amounts; the clock does not hang on an invoice."""
    amounts = [entry.amount_fen for entry in contract.instalments if entry.amount_fen is not None]
    total = contract.total_fen
    complete = bool(amounts) and len(amounts) == len(contract.instalments) and total is not None
    if complete and total is not None and sum(amounts) != total:
        yield find_by(
            "instalment.sum",
            [*(entry.source for entry in contract.instalments), contract.total_source],
            worth=_difference(sum(amounts), total),
            sum=render_yuan(sum(amounts)),
            total=render_yuan(total),
            last=render_yuan(max(0, total - sum(amounts[:-1]))),
        )
    if total is not None:
        yield from _check_shares(contract, outline, total)
    unstated = contract.instalments and not any(entry.share_stated for entry in contract.instalments)
    if unstated and complete and total and len(amounts) > 1 and sum(amounts) == total:
        yield find_by(
            "instalment.share_unstated",
            [entry.source for entry in contract.instalments],
            shares="、".join(percent_words(str(Fraction(amount, total))) for amount in amounts),
        )
    invoiced = [
        entry
        for entry in contract.instalments
        if entry.within is not None and re.search(r"收到[^。;]{0,50}发票[^。;]{0,10}后", _plain(entry.source.text))
    ]
    whole = "".join(clause.text for clause in outline.body())
    if invoiced and not _INVOICE_DUE.search(whole):
        yield find_by("instalment.no_clock", [entry.source for entry in invoiced])


def _check_shares(contract: Contract, outline: Outline, total: int) -> Iterator[Finding]:
    """Shares that stand beside another amount; read from the sentences, since the data keeps one of the two."""
    stated: list[tuple[int, Passage]] = []
    shares: list[Fraction] = []
    for passage in list_passages(outline):
        match = _SHARE_AND_AMOUNT.search(passage.text)
        amounts = _amounts(match["amount"]) if match is not None else []
        if match is None or not amounts or re.search("保证金|违约金|罚", passage.text):
            continue
        share, amount = Fraction(read_share(match["share"])), amounts[-1].fen
        if amount is None:
            continue
        stated.append((amount, passage))
        shares.append(share)
    whole = sum(amount for amount, __ in stated) == total  # the last part then takes what rounding left
    for number, ((amount, passage), share) in enumerate(zip(stated, shares, strict=True), 1):
        exact = round_fen(share_of(total, share))
        if abs(exact - amount) > (len(stated) if whole else 0):
            yield find_by(
                "instalment.share",
                [passage.source, contract.total_source],
                worth=_difference(exact, amount),
                number=number,
                share=percent_words(str(share)),
                exact=render_yuan(exact),
                amount=render_yuan(amount),
            )
    known = [entry.amount_fen for entry in contract.instalments if entry.amount_fen is not None]
    amounts_stated = [amount for amount, __ in stated]
    if len(stated) > 1 and len(stated) == len(contract.instalments) and sum(known) == total != sum(amounts_stated):
        yield find_by(
            "instalment.sum",
            [*(passage.source for __, passage in stated), contract.total_source],
            worth=_difference(sum(amounts_stated), total),
            sum=render_yuan(sum(amounts_stated)),
            total=render_yuan(total),
            last=render_yuan(max(0, total - sum(amounts_stated[:-1]))),
        )


def _amounts(text: str) -> list[Amount]:
    try:
        return list(find_amounts(text))
    except Problem:  # words and digits differ: a finding of its own
        return []


def check_capitals(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Amounts in capital numerals against the digits beside them; unreadable numerals differ from any."""
    for one in contract.amount_conflicts:
        if one.daxie_fen is None:
            digits_fen = render_yuan(one.digits_fen)
            yield find_by("money.daxie", [one.source], words=one.daxie, digits=digits_fen, daxie=one.daxie)
    for passage in list_passages(outline):
        for match in _CAPITALS.finditer(passage.text):
            digits = match["digits"] or match["before"]
            if digits is None:
                continue
            try:
                words, fen = parse_daxie(match["words"]), read_digits(digits)
            except (Problem, ValueError):
                continue
            if words != fen:
                yield find_by(
                    "money.daxie",
                    [passage.source],
                    worth=_difference(words, fen),
                    words=render_yuan(words),
                    digits=render_yuan(fen),
                    daxie=match["words"],
                )


def _plain(text: str) -> str:
    from yunqi.contract.documents import squeeze

    return squeeze(text)


def percent_words(share: str) -> str:
    """A share as a percentage without idle zeros.

    >>> percent_words("0.7"), percent_words("0.0005")
    ('70%', '0.05%')
    """
    words = render_percent(Fraction(share), 2)
    number = words.rstrip("%")
    return (number.rstrip("0").rstrip(".") if "." in number else number) + "%"


def check_tax(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Net amount and rate give the total."""
    tax, total = contract.tax, contract.total_fen
    if tax is None or tax.rate is None or tax.net_fen is None or total is None:
        return
    exact = round_fen(tax.net_fen * (1 + Fraction(tax.rate)))
    net = round_fen(total / (1 + Fraction(tax.rate)))
    if exact != total and net != tax.net_fen:  # one fen may be lost by rounding the net amount
        yield find_by(
            "tax.total",
            [tax.source, contract.total_source],
            worth=_difference(exact, total),
            exact=render_yuan(exact),
            total=render_yuan(total),
            rate=percent_words(tax.rate),
            net=render_yuan(net),
            tax=render_yuan(total - net),
        )


def check_bond(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Share, amount, form and validity of the bond."""
    bond, total = contract.bond, contract.total_fen
    if bond is None:
        return
    if bond.share is not None and total is not None:
        yield from _check_bond_amount(contract)
    if "现金" in bond.forms:
        yield find_by("bond.cash", [bond.source])
    last = contract.instalments[-1] if contract.instalments else None
    end = contract.term.end_on
    if (
        bond.until_on is not None
        and end is not None
        and last is not None
        and last.within is not None
        and last.within.unit in {"working_day", "day"}
    ):
        left = (bond.until_on - end).days
        needed = last.within.count
        days = needed if last.within.unit == "day" else int(needed * _CALENDAR_DAYS) + 1
        if left < days:
            yield find_by(
                "bond.ends_early",
                [bond.source, last.source],
                worth=Worth(fen_high=last.amount_fen, words=_("尾款中可能没有担保的部分")),
                days=left,
                count=needed,
                open=_("，验收没有期限") if contract.acceptance.deadline is None else "",
                needed=days,
            )
    whole = "".join(passage.text for passage in list_passages(outline))
    if (bond.deductions or _DEDUCTED.search(whole)) and not re.search(r"补足|补齐|补缴|恢复(?:至|到)", whole):
        yield find_by("bond.no_top_up", [*bond.deductions[:1], bond.source])
    for passage in list_passages(outline):
        match = re.search(
            r"保函[^。]{0,24}(?P<word>(?:质量)?(?:保证|质保|缺陷责任|保修)期)(?:届满|满|结束|期满)", passage.text
        )
        if match is not None and not re.search(rf"{match['word']}(?:为|自|是|指|:)", whole):
            yield find_by("bond.period_undefined", [passage.source, bond.source], word=match["word"])
            return


def _check_bond_amount(contract: Contract) -> Iterator[Finding]:
    bond, total = contract.bond, contract.total_fen
    if bond is None or bond.share is None or total is None:
        return
    exact = share_of(total, Fraction(bond.share))
    if bond.amount_fen is not None and round_fen(exact) != bond.amount_fen:
        yield find_by(
            "bond.amount",
            [bond.source, bond.amount_source],
            worth=_difference(round_fen(exact), bond.amount_fen),
            share=percent_words(bond.share),
            exact=render_yuan(round_fen(exact)),
            amount=render_yuan(bond.amount_fen),
        )
    elif bond.amount_fen is not None and bond.amount_fen > exact:
        yield find_by(
            "bond.rounded_up",
            [bond.source, bond.amount_source],
            worth=Worth(fen_low=0, fen_high=1, words=_("不足一分")),
            share=percent_words(bond.share),
            exact=f"{round_fen(exact * 1000) // 100000}.{round_fen(exact * 1000) % 100000:05d}",
            amount=render_yuan(bond.amount_fen),
            floor=render_yuan(exact.numerator // exact.denominator),
        )
    if Fraction(bond.share) > _HIGHEST_BOND:
        highest = round_fen(share_of(total, _HIGHEST_BOND))
        yield find_by(
            "bond.too_high",
            [bond.source],
            worth=Worth(fen_low=round_fen(exact) - highest, fen_high=round_fen(exact) - highest, words=_("多收的部分")),
            share=percent_words(bond.share),
            highest=render_yuan(highest),
        )


MONEY_CHECKS: tuple[Check, ...] = (check_sum, check_capitals, check_instalments, check_tax, check_bond)
