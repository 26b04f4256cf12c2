"""Finds the contract's total and its tax, in an article, the head or a table of labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from yunqi.contract.clauses.base import Extraction, Source, Uncertain, sentence_source
from yunqi.contract.clauses.instalment.schema import Tax
from yunqi.contract.clauses.pairs import find_pairs
from yunqi.contract.numbers import PERCENT, Amount, find_amounts, read_share
from yunqi.contract.outline import Clause, Outline

TOTAL = re.compile(
    r"合同(?:含税|固定|签约|暂定)?(?:总)?(?:金额|价款|价格|价|额|费用|款)|总(?:金额|价款|价|费用|额|服务费)|费用(?:总额)?(?:共计|合计|总计|总额|为)"
    r"|服务费(?:用)?(?:共计|合计|总计|总额|为)|(?:金额|价款|费用)(?:共计|合计|总计)|签约合同价|中标(?:金额|价)|成交(?:金额|价)|(?:本项目|项目)(?:总)?(?:金额|费用|价款)"
)
_NOT_TOTAL = re.compile(
    r"支付|付款|预算|限价|控制价|上限|不超过|保证金|违约|赔偿|罚|保险|其中|每月|每年|每季|单价|不足|超过|低于"
)
NET = re.compile(r"(?:不含(?:增值)?税|除税|未税|税前)[^。;¥\d%]{0,14}$")
TAX = re.compile(
    r"(?:税额|税金|税款|增值税)(?:总额)?(?:金额)?(?:\d{1,2}%)?(?:为|是|计|:|共计|合计|人民币|\(|小写|大写)*$"
)
_RATE = re.compile(
    rf"税率(?:为|是|:|按|约|执行|\()*({PERCENT})|({PERCENT})的?(?:增值税(?!专用发票|普通发票|发票)|税率)|增值税(?:税率)?(?:为|按|\()*({PERCENT})"
)
_BARE = re.compile(
    rf"(?:{TOTAL.pattern})(?:\(?(?P<unit>万元|元)\)?)?(?:人民币|小写|含税|\(|\)|:|为|是|计|¥)*(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,6}})?|\d{{1,15}}(?:\.\d{{1,6}})?)(?![\d.,%年月日个万元])"
)


def find_total(
    scope: list[Clause], amounts: Mapping[int, list[Amount]], document: Outline, result: Extraction
) -> Amount | None:
    """Sets total and source. Two different totals, or one whose 大写 differs, are uncertain with what each says."""
    candidates: list[tuple[Amount, Source]] = []
    for clause in scope:
        for amount in amounts[id(clause)]:
            before = clause.text[: amount.start]
            start = max(before.rfind("。"), before.rfind(";"), -1) + 1
            words = before[start:]
            if (
                TOTAL.search(words)
                and not NET.search(before)
                and not TAX.search(before)
                and not _NOT_TOTAL.search(words)
            ):
                candidates.append((amount, sentence_source(clause, amount.start)))
                break
    if not candidates:
        candidates = [*_find_bare(scope), *_find_in_pairs(document)]
    if not candidates:
        return None
    values: list[int] = []
    for amount, __ in candidates:
        values.extend([amount.fen] if amount.fen is not None else amount.candidates)
    first, source = candidates[0]
    if len(set(values)) > 1 or first.fen is None:
        result.uncertain.append(Uncertain(path="total_fen", candidates=list(dict.fromkeys(values)), source=source))
        return first
    result.values["total_fen"] = first.fen
    result.values["total_source"] = source
    return first


def _find_bare(scope: list[Clause]) -> list[tuple[Amount, Source]]:
    """A total in digits without 元 or ¥, right behind its label."""
    found = []
    for clause in scope:
        match = _BARE.search(clause.text)
        if match is None or _NOT_TOTAL.search(clause.text[: match.start()][-12:]):
            continue
        value = Decimal(match["number"].replace(",", "")) * (10**6 if match["unit"] == "万元" else 100)
        if value == value.to_integral_value():
            amount = Amount(int(value), match.start("number"), match.end("number"), match["number"], "")
            found.append((amount, sentence_source(clause, match.start("number"))))
    return found[:1]


def _find_in_pairs(document: Outline) -> list[tuple[Amount, Source]]:
    for pair in find_pairs(document):
        label = re.sub(r"\((?:万?元|人民币|小写|大写|含税)+\)|人民币", "", pair.label)
        if not TOTAL.fullmatch(label):
            continue
        scaled = "万元" in pair.label and not pair.value.endswith("元")
        text = (
            pair.value
            if re.search("[元¥壹贰叁肆伍陆柒捌玖]", pair.value)
            else f"{pair.value}{'万元' if scaled else '元'}"
        )
        amount = next(find_amounts(text), None)
        if amount is not None:
            return [(amount, pair.source)]
    return []


def find_tax(scope: list[Clause], amounts: Mapping[int, list[Amount]], result: Extraction) -> None:
    """Sets the tax: its rate, the net amount, and the tax itself, stated or else the rest of the total."""
    total = result.values["total_fen"]
    for clause in scope:
        text = clause.text
        rate = next((m for m in _RATE.finditer(text) if not re.search(r"违约|滞纳", text[: m.start()][-12:])), None)
        net = next((a for a in amounts[id(clause)] if NET.search(text[: a.start])), None)
        tax = next(
            (a for a in amounts[id(clause)] if TAX.search(text[: a.start]) and not NET.search(text[: a.start])), None
        )
        if rate is None and net is None and tax is None:
            continue
        at = rate.start() if rate is not None else next(a.start for a in (net, tax) if a is not None)
        share = next((group for group in rate.groups() if group), None) if rate is not None else None
        found = Tax(
            rate=read_share(share) if share is not None else None,
            net_fen=net.fen if net is not None else None,
            tax_fen=tax.fen if tax is not None else None,
            source=sentence_source(clause, at),
        )
        for name, amount in (("net_fen", net), ("tax_fen", tax)):
            if amount is not None and amount.fen is None:
                result.uncertain.append(
                    Uncertain(path=f"tax.{name}", candidates=list(amount.candidates), source=found.source)
                )
        if tax is None and found.net_fen is not None and total is not None:
            found.tax_fen = total - found.net_fen
        result.values["tax"] = found
        return
