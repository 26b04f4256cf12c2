"""Finds the total, the tax and the instalments, and every amount whose 大写 and digits differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, Source, Uncertain, row_source, sentence_source
from yunqi.contract.clauses.instalment.payments import Told, complete, read_payments, spread
from yunqi.contract.clauses.instalment.register import read_schedule
from yunqi.contract.clauses.instalment.schema import AmountConflict, Instalment
from yunqi.contract.clauses.instalment.total import find_tax, find_total
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import Amount, find_amounts, read_digits
from yunqi.contract.outline import Clause, Outline
from yunqi.kernel.errors import Problem

AFTER = ("price_line", "term")

_INVOICE_FIRST = re.compile(
    r"(?:付款前|支付前|每次付款|每次支付|付款之前)[^。]{0,16}(?:开具|提供|提交|出具)[^。]{0,20}发票"
)


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Total, tax, instalments; an amount that contradicts its 大写 is null, uncertain and listed as a conflict."""
    result = Extraction(values={"total_fen": None, "total_source": None, "tax": None, "instalments": []})
    values = result.values
    scope = document.under("费用", "支付", "价款", "付款", "金额", "价格", "结算", "合同价", "报酬")
    scope = scope or list(document.body())
    amounts = {id(clause): list(find_amounts(clause.text)) for clause in document.everything()}
    values["amount_conflicts"] = list(_find_conflicts(document, amounts))
    total_at = find_total(scope, amounts, document, result)
    if total_at is None and len(scope) < sum(1 for __ in document.body()):
        total_at = find_total([*document.front, *document.body()], amounts, document, result)
    find_tax(scope, amounts, result)
    if total_at is None and so_far.get("table_total_fen") is not None:
        values["total_fen"], values["total_source"] = so_far["table_total_fen"], so_far["table_total_source"]
    total: int | None = values["total_fen"]
    scheduled = read_schedule(document, result)
    if scheduled:
        complete(scheduled, set(), total)
        values["instalments"] = scheduled
        return result
    months = getattr(so_far.get("term"), "months", None)
    told = [one for clause in scope for one in read_payments(clause, amounts[id(clause)], total_at)]
    values["instalments"] = _settle(told, total, months, result)
    if any(_INVOICE_FIRST.search(clause.text) for clause in scope):
        for instalment in values["instalments"]:
            if "invoice" not in instalment.triggers:
                instalment.requires = ["invoice"]
    return result


def _settle(told: list[Told], total: int | None, months: int | None, result: Extraction) -> list[Instalment]:
    found: list[Instalment] = []
    rest: set[int] = set()
    known = any(one.instalment.share is not None or one.instalment.amount_fen is not None for one in told)
    for one in told:
        if one.rest and not known:
            continue  # a form not filled in
        if one.rest:
            rest.add(len(found))
        for instalment in spread(one, total, months):
            if one.conflict:
                result.uncertain.append(
                    Uncertain(
                        path=f"instalments[{len(found)}].amount_fen",
                        candidates=list(one.conflict),
                        source=instalment.source,
                    )
                )
            instalment.no = len(found) + 1
            found.append(instalment)
    conflicts = [
        at for at, one in enumerate(found) if any(e.path == f"instalments[{at}].amount_fen" for e in result.uncertain)
    ]
    complete([one for at, one in enumerate(found) if at not in conflicts], rest if not conflicts else set(), total)
    return found


def _find_conflicts(document: Outline, amounts: Mapping[int, list[Amount]]) -> Iterator[AmountConflict]:
    for clause in document.everything():
        for amount in amounts[id(clause)]:
            if _differs(amount):
                yield _conflict(amount, _source(clause, amount))
    for placed in document.tables:
        for index, row in enumerate(placed.table.rows):
            text = squeeze(" ".join(row.cells))
            if re.search("[壹贰叁肆伍陆柒捌玖]", text):
                for amount in find_amounts(text):
                    if _differs(amount):
                        yield _conflict(amount, row_source(placed, index))


def _source(clause: Clause, amount: Amount) -> Source:
    return sentence_source(clause, amount.start)


def _differs(amount: Amount) -> bool:
    """Whether digits that can be read stand beside a 大写 amount that says otherwise, or that can't be read."""
    try:
        return (
            amount.fen is None
            and bool(amount.digits and amount.daxie)
            and read_digits(amount.digits) in amount.candidates
        )
    except Problem:
        return False


def _conflict(amount: Amount, source: Source) -> AmountConflict:
    return AmountConflict(
        digits=amount.digits,
        daxie=amount.daxie,
        digits_fen=read_digits(amount.digits),
        daxie_fen=amount.candidates[1] if len(amount.candidates) > 1 else None,
        source=source,
    )
