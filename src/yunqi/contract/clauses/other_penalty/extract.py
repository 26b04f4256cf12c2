"""Finds daily, proportional and fixed penalties in the articles, and what a penalty is taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, Source, row_source, source_of
from yunqi.contract.clauses.other_penalty.register import read_penalties
from yunqi.contract.clauses.other_penalty.schema import OtherPenalty
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import PERCENT, find_amounts, read_share
from yunqi.contract.outline import Clause, Outline, PlacedTable

AFTER = ("party",)

_DAILY = re.compile(r"每(?:延期|逾期|延迟|迟延|延误|中断|拖延|推迟|超期)?(?:一|1)?个?(?:自然|日历|工作)?(?:日|天)")
_OF = re.compile(
    rf"(?P<of>(?:本)?(?:合同|协议|项目)(?:总)?(?:价款|价格|金额|总额|总价款|总价|总金额|款|费用|额|价)|(?:逾期|应付|未付)[^,。]{{0,8}}(?:款项|金额|款)|(?:当月|月|年)?服务费(?:用)?)的?(?P<rate>{PERCENT})"
)
_EACH = re.compile(r"每(?:发生|出现|发现)?(?:一|1)?(?:人次|次|例|起|件|项|台|处)")
_COSTS = re.compile(r"违约金(?:为|计|标准为|:)?(?:人民币)?$")
_TABLE = {
    "no": r"序号|编号",
    "duty": r"违约(?:情形|行为|事项|事由|内容)|情形",
    "costs": r"违约金(?:计算|计收|支付|收取)?(?:标准|方式|金额)?|违约责任|处罚标准|扣款标准|违约处理",
}
_CAP = re.compile(r"(?:不超过|最高|上限)[^,。;]{0,12}$")
_OFFSETS = (
    ("last_instalment", r"尾款[^,。;]{0,8}(?:中)?(?:抵扣|扣除|扣减)|(?:抵扣|扣除|扣减)[^,。;]{0,8}尾款"),
    ("unpaid", r"(?:未付|待支付|应付|后续|剩余)[^,。;]{0,10}(?:款|费用)[^,。;]{0,8}(?:中)?(?:抵扣|扣除|扣减)"),
    ("provider_payment", r"另行支付|单独支付"),
)

_PAYER = re.compile(
    r"(乙方|甲方|云服务商|使用单位|违约方)(?:(?!乙方|甲方|云服务商|使用单位|违约方)[^,。;]){0,16}?"
    r"(?<!不予)(?<!拒绝)(?<!暂停)(?<!停止)(?<!暂缓)(?:支付|承担|赔偿)"
)
"""Who stands nearest before the paying; not who may withhold."""

_FROM_BOND = re.compile(r"从?履约保证金[^,。;]{0,8}(?:抵扣|扣除|扣减)")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Other penalties, and the order of what a penalty is taken from."""
    found = read_penalties(document)
    for placed in document.tables:
        found.extend(_read_table(placed))
    for clause in document.clauses:
        if clause.is_heading or re.match(r"(?:罚款金额)?\(?(?:违约金)?\)?=", clause.text):
            continue
        for start, end in clause.plain.sentences():
            penalty = _read_sentence(clause, start, end)
            if penalty is not None:
                found.append(penalty)
    order, sources = _find_offset(document)
    cumulation = _find_cumulation(document)
    return Extraction(
        values={
            "penalties.other": found,
            "penalties.offset": order,
            "penalties.offset_sources": sources,
            "penalties.cumulation": cumulation,
        }
    )


def _read_table(placed: PlacedTable) -> Iterator[OtherPenalty]:
    """The rows of a table that names breaches and what each costs; the text before it says who pays."""
    columns = Columns.find(placed.table, _TABLE)
    if columns is None or not {"duty", "costs"} <= set(columns.known):
        return
    for index, row in columns.body(placed.table):
        words = squeeze(row["costs"])
        number = row.get("no", "")
        penalty = _read_words(words, row_source(placed, index, number))
        if penalty is not None:
            breach = squeeze(row["duty"])
            penalty.duty = _name_duty(breach, "")
            penalty.party = _party(words) or _party(breach) or _party(placed.lead)
            yield penalty


def _read_sentence(clause: Clause, start: int, end: int) -> OtherPenalty | None:
    sentence = clause.text[start:end]
    if not re.search("违约金|滞纳金|违约责任", sentence):
        return None
    penalty = _read_words(sentence, source_of(clause, start, end))
    if penalty is not None:
        rate, _caps = _find_shares(sentence)
        daily = _DAILY.search(sentence)
        penalty.duty = _duty(
            clause, sentence, daily.start() if daily is not None else (rate.start() if rate is not None else 0)
        )
    return penalty


def _read_words(sentence: str, source: Source) -> OtherPenalty | None:
    rate, caps = _find_shares(sentence)
    daily = _DAILY.search(sentence)
    cap: int | None = None
    fixed: int | None = None
    for amount in find_amounts(sentence):
        if _CAP.search(sentence[: amount.start]):
            cap = amount.fen
        elif re.match(r"的?违约金", sentence[amount.end :]) or _COSTS.search(sentence[: amount.start]):
            fixed = amount.fen
    if rate is None and fixed is None:
        return None
    return OtherPenalty(
        kind="daily"
        if daily is not None
        else "per_case"
        if _EACH.search(sentence)
        else "percentage"
        if rate is not None
        else "fixed",
        rate=read_share(rate["rate"]) if rate is not None else None,
        amount_fen=fixed,
        of="contract_total"
        if rate is not None and re.search("合同|协议|项目", rate["of"])
        else "service_fee"
        if rate is not None and "服务费" in rate["of"]
        else "overdue"
        if rate is not None
        else None,
        cap=cap,
        cap_share=read_share(caps[0]["rate"]) if caps else None,
        duty="breach",
        party=_party(sentence),
        source=source,
    )


def _find_shares(sentence: str) -> tuple[re.Match[str] | None, list[re.Match[str]]]:
    """The share that the penalty is of something, and those that it does not go beyond."""
    shares = list(_OF.finditer(sentence))
    caps = [share for share in shares if _CAP.search(sentence[: share.start()])]
    return next((share for share in shares if share not in caps), None), caps


def _duty(clause: Clause, sentence: str, at: int) -> str:
    before = sentence[:at]
    return _name_duty(re.split(r"[;。]", before)[-1], clause.heading)


def _name_duty(segment: str, heading: str) -> str:
    for name, pattern in (
        ("bond_renewal", r"履约保函|履约保证金|担保"),
        ("confidentiality", r"保密|泄密|泄露"),
        ("interruption", r"中断"),
        ("late_payment", r"甲方[^,。;]{0,12}(?:逾期|迟延|未按)[^,。;]{0,8}(?:付款|支付)"),
        ("rectification", r"(?:未能|未)[^。;]{0,24}(?:改正|整改|补救)"),
        ("subcontracting", r"转委托|分包|转包"),
        ("tampering", r"篡改"),
        ("late_performance", r"逾期|迟延|延迟|延期"),
    ):
        if re.search(pattern, segment) or re.search(pattern, heading):
            return name
    return "breach"


def _party(sentence: str) -> str | None:
    if re.search(r"(?:向|给)甲方[^,。;]{0,6}(?:支付|偿付|赔偿)|支付甲方|赔偿甲方", sentence):
        return "provider"
    if re.search(r"(?:向|给)乙方[^,。;]{0,6}(?:支付|偿付|赔偿)|支付乙方|赔偿乙方", sentence):
        return "using_unit"
    payer = _PAYER.search(sentence)
    if payer is None:  # who breaches, pays
        payer = re.search(r"(?:^|:)(?:如|若|因|经)?(乙方|甲方|云服务商|使用单位)", sentence)
    if payer is None:
        return None
    return {"乙方": "provider", "云服务商": "provider", "甲方": "using_unit", "使用单位": "using_unit"}.get(payer[1])


def _find_offset(document: Outline) -> tuple[list[str], list[Source]]:
    order: list[str] = []
    sources: list[Source] = []
    for clause in document.body():
        if "违约金" not in clause.text and "违约责任" not in clause.text:
            continue
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            hits = sorted(
                (hit.start(), name)
                for name, pattern in _OFFSETS
                for hit in [re.search(pattern, sentence)]
                if hit is not None
            )
            bond = _FROM_BOND.search(sentence)
            if bond is not None and hits:  # one sentence ranks them
                hits = sorted([*hits, (bond.start(), "bond")])
            for __, name in hits:
                if name not in order:
                    order.append(name)
                    sources.append(source_of(clause, start, end))
    for clause in document.body():
        match = re.search(r"扣除[^。;]{0,8}履约保证金|履约保证金[^。;]{0,16}扣除", clause.text)
        if match is not None and "bond" not in order:
            order.append("bond")
            sources.append(source_of(clause))
    return order, sources


def _find_cumulation(document: Outline) -> dict[str, Any] | None:
    for clause in document.body():
        match = re.search(r"同一(?:事件|原因)[^。]*?择其重者", clause.text) or re.search(r"择其重者", clause.text)
        if match is None:
            continue
        for start, end in clause.plain.sentences():
            if start <= match.end() - 1 < end:
                words = clause.text[start:end]
                return {
                    "rule": "gravest",
                    "same": [name for name, word in (("event", "事件"), ("cause", "原因")) if word in words],
                    "agreement": "协商" in words,
                    "source": source_of(clause, start, end),
                }
    return None
