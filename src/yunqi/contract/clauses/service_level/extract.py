"""Finds limits on availability, durability and time in the articles, and reads the table of key figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, row_source, sentence_source
from yunqi.contract.clauses.service_level.register import read_levels
from yunqi.contract.clauses.service_level.schema import KeyFigure, ServiceLevel
from yunqi.contract.clauses.table import Columns
from yunqi.contract.clauses.words import NOT_OVER, read_operator
from yunqi.contract.numbers import DURATION, PERCENT, read_duration, read_share
from yunqi.contract.outline import Clause, Outline
from yunqi.kernel.money import decimal_text

AFTER = ("party",)

_SHARES = {
    "availability": r"(?:数据)?可用(?:性|率)",
    "durability": r"(?:数据)?(?:可靠性|持久性|可靠率)",
}
_OBJECTS = (
    ("data", r"数据"),
    ("platform", r"云平台|平台"),
    ("instance", r"云主机|虚拟机"),
    ("network", r"网络|链路"),
    ("service", r"云服务|服务"),
    ("system", r"信息系统|业务系统|系统"),
)
_WINDOWS = (
    ("month", r"每月|月度|当月|按月|自然月"),
    ("year", r"全年|每年|年度|按年|年均"),
    ("term", r"服务期内|合同期内|服务期间"),
)
_SHARE_LIMIT = r"(?P<words>[^,;。%]{0,24}?)(?P<limit>" + PERCENT + r")(?P<after>以上)?"
_TIMES = (
    ("location", r"(?:故障)?(?:定位排除|定位|排查)"),
    ("arrival", r"到达|到场|抵达|现场(?:支持|响应)"),
    ("recovery", r"恢复|修复|排除故障|故障排除"),
    ("scale_out", r"扩容"),
    ("creation", r"(?:资源)?(?:创建|开通|交付)"),
    ("replacement", r"更换"),
    ("rework", r"返工|进行调整|调整,并重新"),
    ("response", r"响应"),
    ("handling", r"处理(?:故障|完毕|完成)|故障处理"),
)
_SUBJECT_OF_TIME = re.compile(
    r"云平台|资源|乙方|云服务商|故障|系统|响应|供应商|服务商|中标人|热线|工程师|人员|机房|验收不合格"
)
_NOTICE = re.compile(r"(?:接到|收到|接)[^,。;]{0,20}?(?:故障报告|报告|通知|报修|申告|请求|报障|要求)")
_OCCURRENCE = re.compile(
    r"(?:故障|宕机|事件|问题|中断)(?:发生|出现)?(?:之时起|时起|之时|后|时|起)|(?:发生|出现)[^,。;]{0,12}?(?:故障|宕机|问题|中断)[^,。;]{0,4}?(?:时|后|起|,)"
)
_RESPONSE_START = re.compile(r"(?:故障)?响应(?:后|之后|起)")
_CLAUSE_BREAK = re.compile(r"[,;。]")
_INCIDENT_METRICS = frozenset({"response", "location", "arrival", "recovery", "handling"})


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Service levels in the order of the text, each once, and key figures."""
    result = Extraction()
    found: dict[tuple[object, ...], ServiceLevel] = {}
    stated = read_levels(document)
    for clause in document.body():
        if re.search("支付|付款|价款|费用|违约|保密|保证金|争议|不可抗力|退出|知识产权|通知|免责", clause.heading):
            continue
        for level in (*_read_shares(clause), *_read_times(clause)):
            key = (
                level.metric,
                level.operator,
                level.threshold,
                level.unit,
                level.condition,
                level.object,
                level.window,
            )
            found.setdefault(key, level)
    known = {(level.metric, level.operator, level.threshold, level.unit, level.object) for level in stated}
    result.values["service_levels"] = stated + [
        level
        for level in found.values()
        if (level.metric, level.operator, level.threshold, level.unit, level.object) not in known
    ]
    result.values["kpis"] = _read_key_figures(document)
    return result


def _read_shares(clause: Clause) -> list[ServiceLevel]:
    levels: list[ServiceLevel] = []
    text = clause.text
    for metric, pattern in _SHARES.items():
        for match in re.finditer(rf"(?P<name>{pattern}){_SHARE_LIMIT}", text):
            segment_start = max((m.end() for m in _CLAUSE_BREAK.finditer(text, 0, match.start())), default=0)
            before = text[segment_start : match.start()] + match["name"]
            kind = "data_availability" if metric == "availability" and "数据" in before[-8:] else metric
            words = match["words"] + (match["after"] or "")
            levels.append(
                ServiceLevel(
                    metric=kind,
                    operator=read_operator(words),
                    threshold=read_share(match["limit"]),
                    unit="share",
                    statistic="average" if "平均" in before + words else None,
                    object="data"
                    if metric == "durability" or kind == "data_availability"
                    else _first(_OBJECTS, before),
                    window=_first(_WINDOWS, before + words),
                    source=sentence_source(clause, match.start()),
                )
            )
    return sorted(levels, key=lambda level: text.find(level.source.text))


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for name, pattern in table if re.search(pattern, text)), None)


def _read_times(clause: Clause) -> list[ServiceLevel]:
    levels: list[ServiceLevel] = []
    text = clause.text
    for start, end in clause.plain.sentences():
        sentence = text[start:end]
        for match in re.finditer(DURATION, sentence):
            if re.match(r"[*x×]?24|/", sentence[match.end() - 1 :]) or match["count"].endswith("7*24"):
                continue
            level = _read_time(clause, sentence, match, start)
            if level is not None:
                levels.append(level)
    return levels


def _read_time(clause: Clause, sentence: str, match: re.Match[str], offset: int) -> ServiceLevel | None:
    duration = read_duration(match["count"], match["unit"])
    if duration is None or re.search(r"[*x]$", sentence[: match.start()], re.IGNORECASE):
        return None
    left = max((m.end() for m in _CLAUSE_BREAK.finditer(sentence, 0, match.start())), default=0)
    stop = _CLAUSE_BREAK.search(sentence, match.end())
    right = stop.start() if stop is not None else len(sentence)
    before, after = sentence[left : match.start()], sentence[match.end() : right]
    limited = re.match(r"(?:以|之)?内|完成", after) or re.search(
        rf"{NOT_OVER}|≤|<=|小于等于|最长|可按需|为$|时限|达到$", before
    )
    if (
        limited is None
        or re.search(r"以上$|至少|每$|工作日前|前$", before)
        or re.match(r"(?:以上|前|之前|一次)", after)
    ):
        return None
    metric = _metric(before, after)
    if metric is None or not _SUBJECT_OF_TIME.search(sentence):
        return None
    if metric == "rework" and "乙方" not in sentence and "云服务商" not in sentence:
        return None
    before_all = sentence[: match.start()]
    condition = None
    if re.search(r"重要(?:信息)?系统", before):
        condition = "important_system"
    elif re.search(r"面向互联网|大厅办事|互联网应用", before_all):
        condition = "internet_facing"
    elif re.search(r"除宕机", before_all):
        condition = "not_down"
    elif "宕机" in before_all:
        condition = "down"
    statistic = "average" if "平均" in before else None
    system = re.search(r"系统", before) is not None and condition is not None
    return ServiceLevel(
        metric=metric,
        operator="<=",
        threshold=decimal_text(duration[0]),
        unit=duration[1],
        statistic=statistic,
        object="system"
        if system
        else "fault"
        if metric in _INCIDENT_METRICS
        else (_first(_OBJECTS, before) or _first(_OBJECTS, after))
        if metric in {"scale_out", "creation"}
        else None,
        condition=condition,
        clock_start=_clock_start(before_all, metric),
        source=sentence_source(clause, offset + match.start()),
    )


def _metric(before: str, after: str) -> str | None:
    stem = re.sub(r"^.*(?:故障响应后|响应后)", "", before)
    named = re.search(rf"([^,]*?)(?:时限|时间|期限)(?:应|须|均)*(?:{NOT_OVER}|≤|<=|小于等于|最长|为|达到)?$", stem)
    words = named[1] if named is not None else ""
    for text in (words, after, stem):
        hits = [(m.start(), name) for name, pattern in _TIMES for m in [re.search(pattern, text)] if m is not None]
        if hits:
            if text is words:
                order = [name for name, __ in _TIMES]
                return min((name for __, name in hits), key=order.index)
            return min(hits)[1]
    return None


def _clock_start(before: str, metric: str) -> str | None:
    starts = [
        (match.start(), name)
        for name, pattern in (("notice", _NOTICE), ("occurrence", _OCCURRENCE), ("response", _RESPONSE_START))
        for match in pattern.finditer(before)
        if not (name == "response" and metric == "response")
    ]
    return max(starts)[1] if starts else None


_KPI_COLUMNS = {
    "no": r"序号|编号",
    "name": r"指标名称|绩效指标|考核指标|指标",
    "nature": r"指标性质|性质|比较",
    "value": r"(?:本年)?指标值|目标值",
    "unit": r"度量单位|计量单位|单位",
}
_KPI_OPERATORS = {"≥": ">=", ">=": ">=", "≤": "<=", "<=": "<=", "=": "=", ">": ">", "<": "<"}


def _read_key_figures(document: Outline) -> list[KeyFigure]:
    figures: list[KeyFigure] = []
    for placed in document.tables:
        columns = Columns.find(placed.table, _KPI_COLUMNS)
        if columns is None or not {"name", "value"} <= set(columns.known):
            continue
        for index, row in columns.body(placed.table):
            name, number = row["name"], row.get("no", "")
            if not name:
                continue
            value = "" if re.fullmatch(r"-+|—+|/", row["value"]) else row["value"]
            unit = "" if re.fullmatch(r"-+|—+|/", row.get("unit", "")) else row.get("unit", "")
            figures.append(
                KeyFigure(
                    no=int(number) if re.fullmatch(r"\d{1,6}", number) else len(figures) + 1,
                    name=name,
                    operator=_KPI_OPERATORS.get(row.get("nature", "").strip()),
                    value=value or None,
                    unit=unit or None,
                    source=row_source(placed, index, number),
                )
            )
    return figures
