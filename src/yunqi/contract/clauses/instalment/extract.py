"""Finds the total, the tax and the instalments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.base import Duration, Extraction, Uncertain, sentence_source, source_of
from yunqi.contract.clauses.instalment.register import read_schedule
from yunqi.contract.clauses.instalment.schema import Instalment, Tax
from yunqi.contract.clauses.words import WITHIN
from yunqi.contract.numbers import DATE, PERCENT, Amount, find_amounts, read_date, read_duration, read_share
from yunqi.contract.outline import Clause, Outline
from yunqi.kernel.money import decimal_text, round_fen

AFTER = ("price_line",)

_TOTAL = re.compile(
    r"合同(?:总)?(?:金额|价款|价格|价|额|费用)|总(?:金额|价款|价|费用)|费用(?:总额)?(?:共计|合计|总计|为)|服务费(?:用)?(?:共计|合计|总计|总额|为)"
)
_TRIGGERS = (
    ("effective", r"合同(?:签订)?(?:并)?生效|合同签订|签订(?:后|之日|生效)|签署(?:后|之日)|协议(?:签订|生效)"),
    ("acceptance", r"验收"),
    ("invoice", r"发票"),
    ("funds", r"(?:财政)?资金(?:拨付)?(?:到位|到账|下达)|拨付到位"),
    ("expiry", r"(?:合同|服务期?|租赁服务期|协议)(?:期限)?(?:到期|届满|期满|结束|终止)|期满|到期"),
)
_INVOICE_FIRST = re.compile(r"(?:付款前|支付前|每次付款)[^。]{0,16}(?:开具|提供|提交)[^。]{0,20}发票")
_PAYS = re.compile(r"支付|付款|付清|拨付")
_NET = re.compile(r"(?:不含税|除税|未税)[^。;¥\d]{0,12}$")
_RATE = re.compile(rf"税率(?:为|:)?({PERCENT})")
_PAY_SHARE = re.compile(rf"(?:支付|付|计)[^,。;]{{0,24}}?(?P<share>{PERCENT})")
_NOT_PAYMENT = re.compile(r"违约金|滞纳金|赔偿|罚")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Total, tax, instalments; every amount of the document is checked against its 大写 on the way."""
    result = Extraction(values={"total_fen": None, "total_source": None, "tax": None, "instalments": []})
    scope = document.under("费用", "支付", "价款", "付款", "金额", "价格", "结算") or list(document.body())
    amounts = {id(clause): list(find_amounts(clause.text, clause.article)) for clause in document.everything()}
    for placed in document.tables:
        for row in placed.table.rows:
            for cell in row.cells:
                if len(cell) > 2 and re.search("[壹贰叁肆伍陆柒捌玖]", cell):
                    list(find_amounts(_squeezed(cell), placed.article))
    total_at = _find_total(scope, amounts, result)
    _find_tax(scope, amounts, result)
    total: int | None = result.values["total_fen"]
    if total is None and so_far.get("table_total_fen") is not None:
        result.values["total_fen"] = total = so_far["table_total_fen"]
        result.values["total_source"] = so_far["table_total_source"]
    needs_invoice = any(_INVOICE_FIRST.search(clause.text) for clause in scope)
    found: list[Instalment] = []
    scheduled = read_schedule(document)
    for instalment in scheduled:
        _complete(instalment, total)
    for clause in scope if not scheduled else ():
        found.extend(_read_instalments(clause, amounts[id(clause)], total_at, total))
    for number, instalment in enumerate(found, start=1):
        instalment.no = number
        if needs_invoice and "invoice" not in instalment.triggers:
            instalment.requires = ["invoice"]
    result.values["instalments"] = scheduled or found
    return result


def _complete(instalment: Instalment, total: int | None) -> None:
    """Amount from share and share from amount, where the schedule names one of the two."""
    if instalment.share is None and instalment.amount_fen is not None and total:
        instalment.share = _share_of(instalment.amount_fen, total)


def _squeezed(cell: str) -> str:
    from yunqi.contract.documents import squeeze

    return squeeze(cell)


def _find_total(scope: list[Clause], amounts: Mapping[int, list[Amount]], result: Extraction) -> Amount | None:
    candidates: list[tuple[Amount, Clause]] = []
    for clause in scope:
        for amount in amounts[id(clause)]:
            before = clause.text[: amount.start]
            start = max(before.rfind("。"), before.rfind(";"), 0)
            if _TOTAL.search(before[start:]) and not _NET.search(before) and not re.search("支付", before[start:]):
                candidates.append((amount, clause))
                break
    if not candidates:
        return None
    if len({amount.fen for amount, __ in candidates}) > 1:
        result.uncertain.append(
            Uncertain(
                path="total_fen",
                candidates=[amount.fen for amount, __ in candidates],
                source=sentence_source(candidates[0][1], candidates[0][0].start),
            )
        )
        return candidates[0][0]
    amount, clause = candidates[0]
    result.values["total_fen"] = amount.fen
    result.values["total_source"] = sentence_source(clause, amount.start)
    return amount


def _find_tax(scope: list[Clause], amounts: Mapping[int, list[Amount]], result: Extraction) -> None:
    total = result.values["total_fen"]
    for clause in scope:
        rate = _RATE.search(clause.text)
        net = next((a for a in amounts[id(clause)] if _NET.search(clause.text[: a.start])), None)
        if rate is None and net is None:
            continue
        at = rate.start() if rate is not None else net.start if net is not None else 0
        result.values["tax"] = Tax(
            rate=read_share(rate[1]) if rate is not None else None,
            net_fen=net.fen if net is not None else None,
            tax_fen=total - net.fen if net is not None and total is not None else None,
            source=sentence_source(clause, at),
        )
        return


def _read_instalments(
    clause: Clause, amounts: list[Amount], total_at: Amount | None, total: int | None
) -> list[Instalment]:
    text = clause.text
    found: list[Instalment] = []
    position = 0
    for amount in amounts:
        context = text[position : amount.start]
        if amount is total_at or _NET.search(text[: amount.start]):
            position = amount.end
            continue
        if not _PAYS.search(context) or _NOT_PAYMENT.search(context) or _TOTAL.search(context[-16:]):
            continue
        found.append(_instalment(clause, position, amount.start, amount.end, amount.fen, total))
        position = amount.end
    if not found:
        for sentence_start, sentence_end in clause.plain.sentences():
            for match in _PAY_SHARE.finditer(text, sentence_start, sentence_end):
                if "甲方" not in text[sentence_start:sentence_end] or _NOT_PAYMENT.search(
                    text[sentence_start:sentence_end]
                ):
                    continue
                start = max(position, sentence_start)
                found.append(_instalment(clause, start, match.end("share"), match.end(), None, total))
                position = match.end()
    return found


def _instalment(clause: Clause, start: int, stop: int, end: int, fen: int | None, total: int | None) -> Instalment:
    context = clause.text[start:stop]
    shares = [
        m
        for m in re.finditer(PERCENT, context)
        if not re.match(r"的?[^,。]{0,16}发票", context[m.end() :])
        and not re.search(r"税率", context[: m.start()][-6:])
    ]
    stated = read_share(shares[-1][0]) if shares else None
    share = stated
    if stated is None and fen is not None and total:
        share = _share_of(fen, total)
    if fen is None and stated is not None and total is not None:
        exact = Fraction(stated) * total
        fen = int(exact) if exact.denominator == 1 else None
    triggers = sorted(
        (match.start(), name)
        for name, pattern in _TRIGGERS
        for match in [re.search(pattern, context)]
        if match is not None
    )
    names = [name for __, name in triggers]
    by_on = None
    for match in re.finditer(DATE, context):
        if re.match(r"(?:之)?前|以前|前", context[match.end() :]):
            by_on = read_date(match[0])
            names.append("date")
    return Instalment(
        no=0,
        amount_fen=fen,
        share=share,
        share_stated=stated is not None,
        triggers=names,
        within=_last_within(context),
        by_on=by_on,
        source=source_of(
            clause, start + len(context) - len(context.lstrip(",.;:、)。")), min(end + 1, len(clause.text))
        ),
    )


def _last_within(context: str) -> Duration | None:
    last: Duration | None = None
    for match in WITHIN.finditer(context):
        duration = read_duration(match["count"], match["unit"])
        if duration is not None:
            last = Duration(count=duration[0], unit=duration[1])
    return last


def _share_of(fen: int, total: int) -> str | None:
    """The share in whole hundredths of a percent that gives the amount to the fen, if there is one."""
    share = Fraction(round(Fraction(fen, total) * 10000), 10000)
    return decimal_text(share) if round_fen(share * total) == fen else None
