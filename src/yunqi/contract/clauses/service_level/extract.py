"""Finds limits on availability, durability and time in the articles and annexes, and tables of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, Uncertain, source_of
from yunqi.contract.clauses.service_level.register import read_levels
from yunqi.contract.clauses.service_level.schema import ServiceLevel
from yunqi.contract.clauses.service_level.shares import read_shares
from yunqi.contract.clauses.service_level.tables import read_tables
from yunqi.contract.clauses.service_level.times import read_times
from yunqi.contract.clauses.service_level.vocabulary import TIMES, WINDOWS, find_clock_start, first_of
from yunqi.contract.outline import Clause, Outline

AFTER = ("party",)

_ELSEWHERE = re.compile("支付|付款|价款|费用|违约|保密|保证金|争议|不可抗力|退出|知识产权|通知|免责|罚则|处罚|扣款")
_ANNEXES = re.compile(
    r"服务(?:级别|等级|水平|质量|标准|承诺|要求|保障|方案|内容|协议)|SLA|技术(?:要求|规范|标准)|运维|售后"
)
_KEY = ("metric", "operator", "threshold", "unit", "condition", "object", "window")

_COUNTED_OVER = re.compile(r"(?:统计|计算|考核|计量)周期(?:为|是|:|按)(?:每)?(?:一个)?(?:自然)?(月|季度?|年)")
_RUNS_FROM = re.compile(
    r"(?P<name>响应|恢复|修复|到场|到达|抵达|定位|处理|处置)(?:时间|时限|时长)?(?:均)?(?:自|从)(?P<start>[^,。;]{2,24}?)起(?:计)?算"
)


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Service levels, those of tables first, each once, and key figures."""
    stated = read_levels(document)
    levels, figures = read_tables(document)
    if stated:
        levels, figures = [], [figure for figure in figures if figure.source not in [one.source for one in stated]]
    found: list[ServiceLevel] = [*stated, *levels]
    known = {_loose(level) for level in found}
    seen: set[tuple[object, ...]] = set()
    for clause in _clauses(document):
        shares, times = read_shares(clause), read_times(clause)
        for level in sorted((*shares, *times), key=lambda one: clause.plain.raw.find(one.source.text)):
            key = tuple(getattr(level, name) for name in _KEY)
            if key not in seen and _loose(level) not in known:
                seen.add(key)
                found.append(level)
    _complete(found, document)
    result = Extraction(values={"service_levels": found, "kpis": figures})
    for at, figure in enumerate(figures):
        if figure.value is None and figure.operator is not None:  # a figure is due there, and none could be read
            result.uncertain.append(Uncertain(path=f"kpis[{at}].value", candidates=[], source=figure.source))
    return result


def _complete(levels: list[ServiceLevel], document: Outline) -> None:
    """What a sentence says of all limits of a kind: over what they are counted, and from when their clock runs."""
    for clause in document.clauses:
        window = _COUNTED_OVER.search(clause.text)
        over = None if window is None else first_of(WINDOWS, f"每{window[1]}")
        for level in levels if over is not None else ():
            if level.metric in {"availability", "data_availability"} and level.window is None:
                level.window, level.window_source = over, source_of(clause)
        for said in _RUNS_FROM.finditer(clause.text):
            metric = first_of(TIMES, said["name"])
            start = find_clock_start(f"{said['start']}起,", metric or "")
            for level in levels if start is not None else ():
                if level.metric == metric and level.clock_start is None:
                    level.clock_start, level.clock_source = start, source_of(clause)


def _loose(level: ServiceLevel) -> tuple[object, ...]:
    return level.metric, level.operator, level.threshold, level.unit, level.object


def _clauses(document: Outline) -> Iterator[Clause]:
    for clause in document.clauses:
        if clause.is_heading or _ELSEWHERE.search(clause.part_title):
            continue
        if clause.part and not _ANNEXES.search(clause.part_title):
            continue
        if not _ELSEWHERE.search(clause.heading) or (clause.part and clause.heading == clause.part_title):
            yield clause
