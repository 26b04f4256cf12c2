"""Finds daily, proportional and fixed penalties in the articles, and what a penalty is taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, Source, Uncertain, place_behind, row_source, source_of
from yunqi.contract.clauses.coefficient.schema import Band
from yunqi.contract.clauses.other_penalty.bands import (
    find_measure,
    goes_further,
    is_unclear,
    read_band,
    read_further_band,
)
from yunqi.contract.clauses.other_penalty.costs import Cost, find_costs, read_counting
from yunqi.contract.clauses.other_penalty.register import read_penalties
from yunqi.contract.clauses.other_penalty.schema import OtherPenalty
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Clause, Outline, PlacedTable

AFTER = ("party",)

_POSSIBLE_BASES = ("contract_total", "service_fee", "affected_fee")

_TABLE = {
    "no": r"序号|编号",
    "duty": r"违约(?:情形|行为|事项|事由|内容)|情形",
    "costs": r"违约金(?:计算|计收|支付|收取)?(?:标准|方式|金额)?|违约责任|处罚标准|扣款标准|违约处理",
}
_BEGUN = re.compile(
    r"(?:不足|不满|未满|未超过)(?:一|1|半|\d{1,3})?个?(?:自然|工作)?(?:日|天|周|月|小时|分钟)的?,?"
    r"(?P<how>按照?[^,。;)]{0,8}计|不计|忽略不计)"
)
_BY_STEPS = re.compile(r"每(?:低于?|降低?|下降|减少|少|差|扣)[\d一二两三四五六七八九十.]*个?(?:分|百分点|%)")
"""So much for each point or part of a percent below a limit: no form here says that."""
_BY_TIME = frozenset({"daily", "per_period"})
_ENDS_IT = re.compile(r"(?:有权|可以?)(?:单方|单方面|随时|立即|书面|通知)*(?:解除|终止)(?:本|该)?(?:合同|协议)")
_COUNTED_DUTIES = (("interruption", r"每中断"), ("late_performance", r"每(?:逾期|迟延|延迟|延误|延期|超期)"))
_OFFSETS = (
    ("last_instalment", r"尾款[^,。;]{0,8}(?:中)?(?:抵扣|扣除|扣减)|(?:抵扣|扣除|扣减)[^,。;]{0,8}尾款"),
    ("unpaid", r"(?:未付|待支付|应付|后续|剩余)[^,。;]{0,10}(?:款|费用?)[^,。;]{0,8}(?:中)?(?:抵扣|扣除|扣减)"),
    ("provider_payment", r"另行支付|单独支付"),
)

_PAYER = re.compile(
    r"(乙方|甲方|云服务商|使用单位|违约方)(?:(?!乙方|甲方|云服务商|使用单位|违约方)[^,。;]){0,16}?"
    r"(?<!不予)(?<!拒绝)(?<!暂停)(?<!停止)(?<!暂缓)(?:支付|承担|赔偿)"
)
"""Who stands nearest before the paying; not who may withhold."""

_IN_ALL = r"累计|合计|总计|总额|共计"
_OVER = (
    ("case", r"单次|单项|单起|每次[^,。;]{0,4}(?:不超过|最高|不高于)"),
    (
        "month",
        r"(?:每|当|单|同一?|一个)(?:个)?(?:自然)?月(?:度)?(?:内)?[^,。;]{0,6}(?:累计|合计|最高|不超过|上限)|月度?累计",
    ),
    ("quarter", r"(?:每|当|本)季度?(?:内)?[^,。;]{0,6}(?:累计|合计|最高|不超过)|季度累计"),
    ("year", r"(?:每|当|本|全)(?:一)?年度?(?:内)?[^,。;]{0,6}(?:累计|合计|最高|不超过)|年度累计"),
    ("term", r"(?:合同|服务|履行)(?:期限?|期间|有效期)(?:内)?[^,。;]{0,6}(?:累计|合计|最高|不超过)"),
)
"""Over what the words before a cap say that it limits the sum."""

_FROM_BOND = re.compile(r"从?履约保证金[^,。;]{0,8}(?:抵扣|扣除|扣减)")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Other penalties, and the order of what a penalty is taken from."""
    result = Extraction()
    found = read_penalties(document)
    for placed in document.tables:
        _read_table(placed, found, result)
    for clause in document.clauses:
        if clause.is_heading or re.match(r"(?:罚款金额)?\(?(?:违约金)?\)?=", clause.text):
            continue
        payer: str | None = None
        measure, duty = None, "breach"
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            goes_on = clause.text[:start].endswith(";")  # subject and measure stand before the semicolon
            measure = find_measure(sentence) or (measure if goes_on else None)
            for cost, penalty in _read_words(sentence, source_of(clause, start, end), measure):
                if penalty is None:
                    _leave_open(result, source_of(clause, start, end))
                    continue
                further = goes_on and goes_further(sentence[cost.before : cost.start])
                named = _duty(clause, sentence, _counted_at(sentence, cost))
                duty = penalty.duty = duty if further and named == "breach" else named
                penalty.party = penalty.party or (payer if goes_on else None)
                payer = penalty.party
                _add(penalty, sentence[cost.before : cost.start], found, result)
            if goes_on and found and payer is not None:
                _end_after(found[-1], sentence, source_of(clause, start, end))
    place_behind(result, "penalties.other", len(found))
    order, sources = _find_offset(document)
    cumulation = _find_cumulation(document)
    result.values |= {
        "penalties.other": found,
        "penalties.offset": order,
        "penalties.offset_sources": sources,
        "penalties.cumulation": cumulation,
    }
    return result


def _add(penalty: OtherPenalty, before: str, found: list[OtherPenalty], result: Extraction) -> None:
    """Keeps a penalty; a rate of something not said is open, as is an interval that `before` leaves unclear."""
    if penalty.rate is not None and penalty.of is None:
        path = f"penalties.other[{len(found)}].of"
        bases = ("overdue", "contract_total") if penalty.duty == "late_payment" else _POSSIBLE_BASES
        result.uncertain.append(Uncertain(path=path, candidates=list(bases), source=penalty.source))
    if penalty.band is None and (is_unclear(before) or goes_further(before)):
        path = f"penalties.other[{len(found)}].band"
        result.uncertain.append(Uncertain(path=path, candidates=[], source=penalty.source))
    found.append(penalty)


def _read_table(placed: PlacedTable, found: list[OtherPenalty], result: Extraction) -> None:
    """The rows of a table that names breaches and what each costs; the text before it says who pays."""
    columns = Columns.find(placed.table, _TABLE)
    if columns is None or not {"duty", "costs"} <= set(columns.known):
        return
    for index, row in columns.body(placed.table):
        words = squeeze(row["costs"])
        number = row.get("no", "")
        for cost, penalty in _read_words(words, row_source(placed, index, number)):
            if penalty is None:
                _leave_open(result, row_source(placed, index, number))
                continue
            breach = squeeze(row["duty"])
            penalty.duty = _name_duty(breach, "")
            penalty.party = _party(words) or _party(breach) or _party(placed.lead)
            _add(penalty, words[cost.before : cost.start], found, result)


def _leave_open(result: Extraction, source: Source) -> None:
    result.uncertain.append(Uncertain(path="penalties.other[0]", candidates=[], source=source))


def _end_after(penalty: OtherPenalty, sentence: str, source: Source) -> None:
    """Joins the lateness from which the contract may be ended to the penalty before the semicolon."""
    ends = _read_end(sentence) if penalty.terminates is None and not find_costs(sentence) else None
    if ends is not None:
        penalty.terminates, penalty.terminates_source = ends, source


def _counted_at(sentence: str, cost: Cost) -> int:
    """Where the counting of a cost begins: what stands before it is the breach."""
    counted = re.search(r"每|按日", sentence[cost.before : cost.start])
    return cost.before + counted.start() if counted is not None else cost.start


def _read_words(
    sentence: str, source: Source, measure: str | None = None
) -> Iterator[tuple[Cost, OtherPenalty | None]]:
    """`measure` is what was named before: a limit that names nothing is of it. None: so much for each step below."""
    costs = find_costs(sentence)
    for at, cost in enumerate(costs):
        if cost.cap:
            continue
        caps: list[Cost] = []
        for following in costs[at + 1 :]:
            if not following.cap:
                break
            caps.append(following)
        tail = re.split("[,。;]", sentence[cost.end : cost.after])[0]
        words = f"{sentence[cost.before : cost.end]}{tail}"
        before = sentence[cost.before : cost.start]
        if _BY_STEPS.search(before):
            if find_measure(before) != "availability" or cost.of != "service_fee":  # else a credit that is left open
                yield cost, None
            continue
        band = read_band(before)
        if band is None and measure is not None and goes_further(before):
            band = read_further_band(before, measure)
        if band is not None and band.metric == "availability" and cost.of == "service_fee":
            continue  # a credit
        counting = read_counting(words, rated=cost.rate is not None)
        begun = _BEGUN.search(sentence)
        share = next((cap for cap in caps if cap.rate is not None), None)
        yield (
            cost,
            OtherPenalty(
                kind=counting.kind,
                rate=cost.rate,
                amount_fen=cost.amount_fen,
                of=cost.of,
                window=cost.window,
                per=counting.per,
                counted=counting.counted,
                begun=None if begun is None or counting.kind not in _BY_TIME else begun["how"].startswith("按"),
                cap=next((cap.amount_fen for cap in caps if cap.amount_fen is not None), None),
                cap_share=share.rate if share is not None else None,
                cap_of=share.of if share is not None and share.of != "contract_total" else None,
                cap_window=share.window if share is not None and share.window != cost.window else None,
                cap_over=next((over for cap in caps if (over := _read_over(sentence, cap, counting.kind))), None),
                band=band,
                terminates=_read_end(sentence),
                duty="breach",
                party=_party(sentence),
                source=source,
            ),
        )


def _read_over(sentence: str, cap: Cost, kind: str) -> str | None:
    """Over what a cap limits the sum of what is counted by cases: the words before it, else the period of its fee."""
    words = sentence[cap.before : cap.start]
    if kind != "per_case":
        return None
    said = next((over for over, pattern in _OVER if re.search(pattern, words)), None)
    return said or cap.window or ("term" if cap.of == "contract_total" and re.search(_IN_ALL, words) else None)


def _read_end(sentence: str) -> Band | None:
    """The lateness from which the sentence lets the other party end the contract."""
    parts = re.split("[,;。]", sentence)
    for at, part in enumerate(parts):
        right = _ENDS_IT.search(part)
        if right is not None:
            band = read_band(part[: right.start()]) or (read_band(parts[at - 1]) if at else None)
            return band if band is not None and band.metric == "lateness" else None
    return None


def _duty(clause: Clause, sentence: str, at: int) -> str:
    before = sentence[:at]
    named = _name_duty(re.split(r"[;。]", before)[-1], clause.heading)
    counted = re.split("[,;。]", sentence[at:])[0]
    return next((duty for duty, words in _COUNTED_DUTIES if named == "breach" and re.match(words, counted)), named)


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
    if re.search(r"(?:向|给)甲方[^,。;]{0,6}(?:支付|偿付|赔偿)|支付甲方|赔偿甲方|[返退]还甲方", sentence):
        return "provider"
    if re.search(r"(?:向|给)乙方[^,。;]{0,6}(?:支付|偿付|赔偿)|支付乙方|赔偿乙方", sentence):
        return "using_unit"
    payer = _PAYER.search(sentence)
    if payer is None:  # who breaches, pays
        payer = re.search(r"(?:^[\d.]{0,6}[^\w(]?|:)(?:如|若|因|经)?(乙方|甲方|云服务商|使用单位)", sentence)
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
