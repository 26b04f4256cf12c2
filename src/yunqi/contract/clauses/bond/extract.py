"""Finds the performance bond, and the amount in its form of guarantee."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from yunqi.contract.clauses.base import Duration, Extraction, Source, Uncertain, sentence_source, source_of
from yunqi.contract.clauses.bond.schema import Bond, Due
from yunqi.contract.clauses.words import find_within
from yunqi.contract.numbers import DATE, DURATION, PERCENT, find_amounts, read_date, read_duration, read_share
from yunqi.contract.outline import Clause, Outline

AFTER = ("instalment",)

_FORMS = ("银行保函", "担保保函", "电子保函", "保险保函", "现金", "汇票", "支票", "本票", "转账", "电汇", "银行转账")
_SHARE = re.compile(rf"(?:合同(?:总)?(?:价格|价款|金额|总价|额|价))(?:的)?({PERCENT})的?(?:履约)?(?:保证金|保函)?")
_NAMED = re.compile("履约(?:保证金|保函|担保)")
_HANDED_IN = re.compile(r"(?<!重新)(?:提交|缴纳|交纳)[^,。;]{0,12}履约(?:保证金|保函)")
_UNTIL = re.compile(rf"(?:至|到|截至)({DATE})(?:止|前|为止)?")
_REFUND = re.compile(rf"{DURATION}(?:以|之)?内[^。;]{{0,16}}?(?:退还|退回|返还|解除)")
_RENEW = re.compile(rf"{DURATION}(?:之)?前[^。;]{{0,10}}?重新(?:提供|提交|开立|出具)")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """The bond, or null where the contract has none."""
    result = Extraction(values={"bond": None})
    clauses = document.under("保证金", "履约担保")
    if not clauses:
        given = re.compile("提交|缴纳|交纳|提供|出具")
        clauses = [c for c in document.body() if _NAMED.search(c.text) and given.search(c.text)]
    if not clauses:
        return result
    bond = Bond(source=source_of(clauses[0]))
    for clause in clauses:
        _read_clause(clause, bond)
    amounts = _guarantee_amounts(document, clauses)
    if len({fen for fen, __ in amounts}) == 1:
        bond.amount_fen, bond.amount_source = amounts[0]
    elif amounts:
        result.uncertain.append(
            Uncertain(path="bond.amount_fen", candidates=sorted({fen for fen, __ in amounts}), source=amounts[0][1])
        )
    result.values["bond"] = bond
    return result


def _read_clause(clause: Clause, bond: Bond) -> None:
    text = clause.text
    for start, end in clause.plain.sentences():
        sentence = text[start:end]
        if bond.share is None and re.search(r"提交|缴纳|交纳|支付", sentence) and "违约金" not in sentence:
            share = _SHARE.search(sentence)
            if share is not None:
                bond.share = read_share(share[1])
            if share is not None or (bond.due is None and not bond.forms and _HANDED_IN.search(sentence)):
                bond.source = source_of(clause, start, end)
                bond.due = _read_due(sentence)
                bond.forms = _find_forms(sentence)
        if bond.until_on is None and "有效期" in sentence:
            until = _UNTIL.search(sentence)
            if until is not None:
                bond.until_on = _date(until[1])
        refund = _REFUND.search(sentence)
        if bond.refund_within is None and refund is not None:
            bond.refund_within = _duration(refund)
        renewal = _RENEW.search(sentence)
        if bond.renewal is None and renewal is not None:
            bond.renewal = _duration(renewal)
        if refund is not None or renewal is not None or "有效期" in sentence:
            bond.sources.append(source_of(clause, start, end))
        if re.search(r"扣除|兑现|提取", sentence):
            bond.deductions.append(source_of(clause, start, end))


def _read_due(sentence: str) -> Due | None:
    within = find_within(sentence)
    if within is None:
        return None
    event = "signature" if re.search(r"签订|签署", sentence[: within[1]]) else None
    event = event or ("effective" if "生效" in sentence[: within[1]] else None)
    inclusive = True if re.match(r"\(含本数\)|\(含\)", sentence[within[2] :]) else None
    return Due(**within[0].model_dump(), **{"from": event}, inclusive=inclusive)


def _find_forms(sentence: str) -> list[str]:
    found = sorted((sentence.find(form), form) for form in _FORMS if form in sentence)
    forms = [form for __, form in found]
    return [form for form in forms if not any(form != other and form in other for other in forms)]


def _date(text: str) -> date | None:
    return read_date(text)


def _duration(match: re.Match[str]) -> Duration | None:
    found = read_duration(match["count"], match["unit"])
    return Duration(count=found[0], unit=found[1]) if found is not None else None


def _guarantee_amounts(document: Outline, clauses: list[Clause]) -> list[tuple[int, Source]]:
    found: list[tuple[int, Source]] = []
    for clause in document.everything():
        in_guarantee = "保函" in clause.part_title or clause in clauses
        if not in_guarantee or not re.search("保证金|保函", clause.text):
            continue
        for amount in find_amounts(clause.text):
            before = clause.text[: amount.start]
            if re.search(r"不超过|上限|违约金", before[-12:]):
                continue
            found.extend(
                (fen, sentence_source(clause, amount.start))
                for fen in (amount.candidates if amount.fen is None else (amount.fen,))
            )
    return found
