"""Reads the tables of deductions from a score, of the fee that a score earns, and of credits for a missed measure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from yunqi.contract.clauses.base import Extraction, Uncertain, place_behind, row_source, source_of
from yunqi.contract.clauses.coefficient.schema import Band
from yunqi.contract.clauses.other_penalty.bands import read_band
from yunqi.contract.clauses.other_penalty.costs import find_costs
from yunqi.contract.clauses.score.limits import Limits, read_limits
from yunqi.contract.clauses.score.schema import Credit, Deduction, ScoreBand
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import PERCENT, read_share
from yunqi.contract.outline import Outline, PlacedTable
from yunqi.kernel.money import decimal_text

AFTER: tuple[str, ...] = ()

_DEDUCTIONS = {
    "no": r"序号|编号",
    "points": r"扣分标准|扣分|扣分规则|扣分值|扣分细则|分值扣减",
    "text": r"(?:考核|评分|评价)(?:内容|项目|指标|事项|要点)|扣分(?:情形|项|项目|事项)|违约(?:情形|行为)|情形",
}
_BANDS = {
    "score": r"(?:考核|评价|综合|季度|年度|月度|最终)*(?:得分|分数|评分)(?:区间|范围|等级)?",
    "share": r"(?:服务费|费用|款项)?(?:支付|付款|拨付|结算|扣减|扣款|扣除)(?:服务费)?比例",
}
_CREDITS = {
    "no": r"序号|编号",
    "band": r"(?:月度?|当月|年度|云平台|平台|服务|系统|实际)*可用(?:性|率)(?:区间|范围|水平)?",
    "share": r"(?:违约金|扣减|扣款|赔付|赔偿|补偿|服务费扣减|减免)(?:比例|费率)",
}
_MEASURES = {
    "no": r"序号|编号",
    "name": r"(?:服务|考核|质量)?(?:级别|水平)?(?:指标|项目)(?:名称)?",
    "target": r"(?:指标|目标|承诺|服务)(?:目标)?(?:值|要求|标准)",
    "costs": r"(?:未达标|违约|不达标)?(?:扣减|扣款|扣罚|赔付|补偿|处罚)(?:比例|标准|方式|规则)?",
}
_POINTS = re.compile(r"扣(?:减|除)?(\d{1,3}(?:\.\d{1,2})?)分|^-?(\d{1,3}(?:\.\d{1,2})?)分?(?=$|/)")
_PER = re.compile(
    r"每(?:发生|出现|发现)?(?:一|1)?(?:个)?(次|起|件|例|人次|项|条|日|天)|/(次|起|件|例|人次|项|条|日|天)"
)
_IN_PROSE = re.compile(
    r"(?P<text>[^,。;:]{2,60}?)的?,每(?:发生|出现|发现)?(?:一|1)?(?P<per>次|起|件|例|人次|项|日|天),?"
    r"(?:从考核得分中)?扣(?:减|除)?(?P<points>\d{1,3}(?:\.\d{1,2})?)分"
)
_BY_STEPS = re.compile("每(?:低于?|降低|下降|减少|少|下跌|差)")
_PAID = re.compile(
    rf"(?P<all>全额(?:支付|付款|拨付)|(?:支付|拨付)全(?:额|部|款))|(?P<none>不予(?:支付|付款|拨付)|不(?:再)?(?:支付|付款))"
    rf"|(?:支付|拨付|结算)[^,。;扣减]{{0,12}}?(?P<share>{PERCENT})"
)
_BEFORE_PAID = re.compile(
    r"\d{1,3}(?:\.\d{1,2})?分(?:\((?:不)?含\))?(?:(?:以上|以下|及以上|及以下)(?:\((?:不)?含\))?"
    r"|(?:至|到|-|~)\d{1,3}(?:\.\d{1,2})?分(?:\((?:不)?含\))?)"
)
_SCORE = r"\d{1,3}(?:\.\d{1,2})?分?"


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Deductions, bands of the score and credits, in the order of the text."""
    result = Extraction(values={"penalties.deductions": [], "penalties.score_bands": [], "penalties.credits": []})
    for placed in document.tables:
        for columns, read in ((_DEDUCTIONS, _read_deductions), (_BANDS, _read_bands), (_CREDITS, _read_credits)):
            found = Columns.find(placed.table, columns)
            if found is not None and set(columns) - {"no"} <= set(found.known):
                read(placed, found, result)
                break
        else:
            _leave_open(placed, result)
    _read_prose(document, result)
    for name in ("penalties.score_bands", "penalties.credits"):
        place_behind(result, name, len(result.values[name]))
    return result


def _read_deductions(placed: PlacedTable, columns: Columns, result: Extraction) -> None:
    found: list[Deduction] = result.values["penalties.deductions"]
    for index, row in columns.body(placed.table):
        words = squeeze(row["points"])
        points = {first or second for first, second in _POINTS.findall(words)}
        number = row.get("no", "")
        source = row_source(placed, index, number)
        if not row["text"] or not words:
            continue
        if len(points) != 1:
            path = f"penalties.deductions[{len(found)}].points"
            result.uncertain.append(Uncertain(path=path, candidates=sorted(points), source=source))
        per = _PER.search(words) or _PER.search(squeeze(row["text"]))
        found.append(
            Deduction(
                no=int(number) if re.fullmatch(r"\d{1,6}", number) else len(found) + 1,
                text=row["text"],
                points=decimal_text(Decimal(points.pop())) if len(points) == 1 else None,
                per=None if per is None else _per(per[1] or per[2]),
                source=source,
            )
        )


def _leave_open(placed: PlacedTable, result: Extraction) -> None:
    """What missing a measure costs, in a table of measures: its words are for people, and none is taken for settled."""
    columns = Columns.find(placed.table, _MEASURES)
    if columns is None or not {"name", "target", "costs"} <= set(columns.known):
        return
    for index, row in columns.body(placed.table):
        words = squeeze(row["costs"])
        if row["name"] and re.search(r"\d", words):
            source = row_source(placed, index, row.get("no", ""))
            result.uncertain.append(Uncertain(path="penalties.credits[0]", candidates=[words], source=source))


def _per(counter: str) -> str:
    return "day" if counter in {"日", "天"} else "case"


def _read_bands(placed: PlacedTable, columns: Columns, result: Extraction) -> None:
    found: list[ScoreBand] = result.values["penalties.score_bands"]
    taken_away = "扣" in columns.title("share")
    for index, row in columns.body(placed.table):
        words, share = squeeze(row["score"]), squeeze(row["share"])
        if not words:
            continue
        source = row_source(placed, index, str(len(found) + 1))
        limits = read_limits(words, _SCORE)
        paid = _share(share)
        if limits is None or paid is None:
            path = f"penalties.score_bands[{len(found)}]"
            result.uncertain.append(Uncertain(path=path, candidates=[words, share], source=source))
            continue
        found.append(
            ScoreBand(
                **_ends(limits, lambda value: decimal_text(Decimal(value.rstrip("分")))),
                share=decimal_text(1 - Decimal(paid)) if taken_away else paid,
                source=source,
            )
        )


def _read_credits(placed: PlacedTable, columns: Columns, result: Extraction) -> None:
    found: list[Credit] = result.values["penalties.credits"]
    for index, row in columns.body(placed.table):
        words, share = squeeze(row["band"]), _share(squeeze(row["share"]))
        if not words:
            continue
        number = row.get("no", "")
        source = row_source(placed, index, number)
        limits = read_limits(words, PERCENT)
        if limits is None or share is None:
            path = f"penalties.credits[{len(found)}]"
            result.uncertain.append(Uncertain(path=path, candidates=[words, row["share"]], source=source))
            continue
        found.append(
            Credit(
                no=int(number) if re.fullmatch(r"\d{1,6}", number) else len(found) + 1,
                coefficient=share,
                measures="availability",
                band=Band(metric="availability", unit="share", **_ends(limits, read_share)),
                source=source,
            )
        )


def _share(words: str) -> str | None:
    return read_share(words) if re.fullmatch(PERCENT, words) else None


def _ends(limits: Limits, read: Any) -> dict[str, str | None]:
    return {
        "min": None if limits.low is None else read(limits.low),
        "min_operator": limits.low_operator,
        "max": None if limits.high is None else read(limits.high),
        "max_operator": limits.high_operator,
    }


def _read_prose(document: Outline, result: Extraction) -> None:
    _read_credit_sentences(document, result)
    _read_band_sentences(document, result)
    found: list[Deduction] = result.values["penalties.deductions"]
    for clause in document.clauses:
        for start, end in clause.plain.sentences():
            for match in _IN_PROSE.finditer(clause.text[start:end]):
                found.append(
                    Deduction(
                        no=len(found) + 1,
                        text=match["text"],
                        points=decimal_text(Decimal(match["points"])),
                        per=_per(match["per"]),
                        source=source_of(clause, start, end),
                    )
                )


def _read_band_sentences(document: Outline, result: Extraction) -> None:
    """What a score earns, in sentences: two or more bands in one clause, each with the share that is paid."""
    if result.values["penalties.score_bands"]:
        return
    for clause in document.clauses:
        found: list[ScoreBand] = []
        for start, end in clause.plain.sentences():
            paid = _PAID.search(clause.text[start:end])
            scores = _BEFORE_PAID.search(clause.text[start : start + paid.start()]) if paid is not None else None
            limits = read_limits(scores[0], _SCORE) if scores is not None else None
            if paid is None or limits is None:
                continue
            share = "1" if paid["all"] else "0" if paid["none"] else read_share(paid["share"])
            ends = _ends(limits, lambda value: decimal_text(Decimal(value.rstrip("分"))))
            found.append(ScoreBand(**ends, share=share, source=source_of(clause, start, end)))
        if len(found) > 1:
            result.values["penalties.score_bands"] = found
            return


def _read_credit_sentences(document: Outline, result: Extraction) -> None:
    """A band of availability and what part of the fee it costs, in one sentence."""
    found: list[Credit] = result.values["penalties.credits"]
    for clause in document.clauses:
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            for cost in find_costs(sentence):
                words = sentence[cost.before : cost.start]
                band = read_band(words)
                if cost.cap or cost.rate is None or band is None:
                    continue
                if band.metric != "availability" or cost.of != "service_fee":
                    continue
                if band.max is None or _BY_STEPS.search(words):  # what is promised, or so much for each step below it
                    path = f"penalties.credits[{len(found)}]"
                    result.uncertain.append(Uncertain(path=path, candidates=[], source=source_of(clause, start, end)))
                else:
                    found.append(
                        Credit(
                            no=len(found) + 1,
                            coefficient=cost.rate,
                            measures="availability",
                            band=band,
                            source=source_of(clause, start, end),
                        )
                    )
