"""Invoices: whether one is well-formed and adds up, and how it stands to the contract, the instalment and the others.

What can't be an invoice is refused; what only differs from the contract is a finding, for two people to judge. Pure.
Source: 发票管理办法 第21条 (an invoice that isn't filled in as the rules want must not be paid on).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.instalment.rule import compute_amount
from yunqi.contract.terms import number
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_daxie, render_yuan, round_fen
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _

SPECIAL, ORDINARY = "special", "ordinary"
KINDS = {SPECIAL: "增值税专用发票", ORDINARY: "普通发票"}
_DIGITAL = re.compile(r"\d{20}", re.ASCII)
_NUMBER = re.compile(r"\d{8}", re.ASCII)
_CODE = re.compile(r"\d{10}|\d{12}", re.ASCII)
_BLANKS = re.compile(r"[\s\u3000]")
_WIDE = str.maketrans("（）－", "()-")


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as recorded. `instalment` None: for no instalment of its own; `cancelled`: void, or offset in red."""

    id: str
    code: str
    number: str
    kind: str
    issued_on: date
    received_on: date
    net_fen: int
    tax_fen: int
    total_fen: int
    rate: str
    instalment: int | None = None
    statement: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """How an invoice differs from what was agreed; `fen` by how much, where it is an amount."""

    code: str
    words: str
    fen: int | None = None


def check_number(code: str, number_text: str, issued_on: date) -> tuple[str, str]:
    """Code and number without blanks: 20 digits and no code for a 数电票, 10 or 12 and 8 for an older one.

    Raises `Problem` invoice.number and invoice.year.

    >>> check_number("", "2611 2000 0000 1234 5678", date(2026, 3, 1))
    ('', '26112000000012345678')
    """
    code, digits = _BLANKS.sub("", code), _BLANKS.sub("", number_text)
    if not code and _DIGITAL.fullmatch(digits):
        if int(digits[:2]) != issued_on.year % 100:
            raise Problem(
                "invoice.year",
                "发票号码「{value}」的前两位应为开票年份 {year} 的后两位",
                field="number",
                value=digits,
                year=issued_on.year,
                way_out="请核对发票号码与开票日期",
            )
        return "", digits
    if _CODE.fullmatch(code) and _NUMBER.fullmatch(digits):
        return code, digits
    raise Problem(
        "invoice.number",
        "发票代码「{prefix}」、号码「{value}」的格式不对",
        field="number",
        prefix=code[:40] or "—",
        value=digits[:40],
        way_out="数电票只填20位号码；其他发票填10位或12位代码和8位号码",
    )


def check_red_number(text: str) -> str:
    """The number of a red invoice, without blanks: 20 digits, or 8 of an older one; raises `Problem` invoice.number."""
    digits = _BLANKS.sub("", text)
    if _DIGITAL.fullmatch(digits) or _NUMBER.fullmatch(digits):
        return digits
    raise Problem(
        "invoice.number",
        "红字发票号码「{value}」的格式不对",
        field="by_number",
        value=digits[:40],
        way_out="数电票为20位，其他发票为8位；作废的不填",
    )


def check_sums(net_fen: int, tax_fen: int, total_fen: int, daxie: str = "") -> None:
    """Raises `Problem` invoice.sum where amount and tax don't make the total, invoice.daxie where its words differ."""
    if min(net_fen, tax_fen) < 0 or total_fen <= 0 or net_fen + tax_fen != total_fen:
        raise Problem(
            "invoice.sum",
            "金额 {net} 与税额 {tax} 之和为 {sum}，价税合计写为 {total}",
            field="total",
            net=render_yuan(net_fen),
            tax=render_yuan(tax_fen),
            sum=render_yuan(net_fen + tax_fen),
            total=render_yuan(total_fen),
            way_out="请按发票核对三个数；数不相符的发票应退回重开",
        )
    if daxie and parse_daxie(daxie) != total_fen:
        raise Problem(
            "invoice.daxie",
            "价税合计的大写「{value}」为 {words} 元，小写为 {total} 元",
            field="daxie",
            value=daxie[:80],
            words=render_yuan(parse_daxie(daxie)),
            total=render_yuan(total_fen),
            way_out="大小写不一致的发票应退回重开",
        )


def check_name(field: str, given: str, known: Iterable[str | None]) -> None:
    """Raises `Problem` invoice.party where a name is none of those that the party bears."""
    names = [name for name in known if name]
    if _plain(given) not in {_plain(name) for name in names}:
        raise Problem(
            "invoice.buyer" if field == "buyer_name" else "invoice.seller",
            "发票上的购买方「{value}」不是合同的甲方「{names}」"
            if field == "buyer_name"
            else "发票上的销售方「{value}」不是合同的乙方「{names}」",
            field=field,
            value=given[:80],
            names="、".join(dict.fromkeys(names)),
            way_out="名称须与合同一致；名称已变更的，请先签订补充协议",
        )


def _plain(name: str) -> str:
    return _BLANKS.sub("", name).translate(_WIDE)


def find_differences(
    one: Invoice, others: Iterable[Invoice], contract: Mapping[str, Any], *, signed_on: date | None
) -> tuple[Difference, ...]:
    """How an invoice differs from the contract's tax, from its instalment with the others of it, and in time."""
    found = [*_tax_differences(one, contract)]
    live = [other for other in others if other.id != one.id and not other.cancelled]
    if one.instalment is not None:
        term = next((each for each in contract.get("instalments") or () if int(each["no"]) == one.instalment), None)
        due = None if term is None else compute_amount(term, contract.get("total_fen"))
        billed = one.total_fen + sum(other.total_fen for other in live if other.instalment == one.instalment)
        if due is not None and billed > due:
            words = _("第 {no} 期款的发票合计超出该期款 {over} 元", no=one.instalment, over=render_yuan(billed - due))
            found.append(Difference("over_instalment", words, billed - due))
    total = contract.get("total_fen")
    billed = one.total_fen + sum(other.total_fen for other in live)
    if total is not None and billed > total:
        words = _("发票合计超出合同总价 {over} 元", over=render_yuan(billed - total))
        found.append(Difference("over_contract", words, billed - total))
    if signed_on is not None and one.issued_on < signed_on:
        found.append(Difference("before_contract", _("开票日期早于合同生效之日 {day}", day=signed_on.isoformat())))
    if one.received_on < one.issued_on:
        found.append(Difference("received_before_issue", _("收到日期早于开票日期")))
    return tuple(found)


def _tax_differences(one: Invoice, contract: Mapping[str, Any]) -> Iterable[Difference]:
    rate = number(one.rate)
    if rate is not None:
        exact = round_fen(rate * one.net_fen)
        if exact != one.tax_fen:
            words = _(
                "税额与金额乘以税率之积相差 {by} 元（{exact} 元，分行计税可致数分之差）",
                by=render_yuan(one.tax_fen - exact),
                exact=render_yuan(exact),
            )
            yield Difference("tax_product", words, one.tax_fen - exact)
    agreed = number((contract.get("tax") or {}).get("rate"))
    if agreed is None:
        return
    if rate is not None and rate != agreed:
        words = _(
            "税率 {rate}% 与合同约定的 {agreed}% 不同",
            rate=render_decimal(rate * 100),
            agreed=render_decimal(agreed * 100),
        )
        yield Difference("rate", words)
    expected = one.total_fen - round_fen(Fraction(one.total_fen) / (1 + agreed))
    if expected != one.tax_fen:
        words = _(
            "按合同税率，税额应为 {expected} 元，发票为 {tax} 元",
            expected=render_yuan(expected),
            tax=render_yuan(one.tax_fen),
        )
        yield Difference("tax_split", words, one.tax_fen - expected)


@dataclass(frozen=True, slots=True)
class Split:
    """The contract's total and its tax against those of all live invoices; `None`: the contract doesn't say."""

    total_fen: int | None
    net_fen: int | None
    tax_fen: int | None
    billed_fen: int
    billed_net_fen: int
    billed_tax_fen: int


def compute_split(invoices: Iterable[Invoice], contract: Mapping[str, Any]) -> Split:
    """The contract's split of its price into net and tax, against what was invoiced; cancelled invoices don't count."""
    live = [one for one in invoices if not one.cancelled]
    tax = contract.get("tax") or {}
    return Split(
        contract.get("total_fen"),
        tax.get("net_fen"),
        tax.get("tax_fen"),
        sum(one.total_fen for one in live),
        sum(one.net_fen for one in live),
        sum(one.tax_fen for one in live),
    )


def find_covered_on(invoices: Iterable[Invoice], no: int, amount_fen: int | None) -> date | None:
    """The day on which the invoices received for an instalment came to its whole amount; None where they have not."""
    reached = 0
    if amount_fen is None:
        return None
    mine = [one for one in invoices if one.instalment == no and not one.cancelled]
    for one in sorted(mine, key=lambda each: (each.received_on, each.id)):
        reached += one.total_fen
        if reached >= amount_fen:
            return one.received_on
    return None
