"""The review of service levels and penalty bands: windows, objects, gaps, overlaps, words."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

from yunqi.contract.clauses.base import Finding
from yunqi.contract.clauses.coefficient.schema import Coefficient
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_MEASURED_BY = {"response": "response_average", "recovery": "recovery_average"}
_TITLES = {
    "response_average": "平均响应时间",
    "recovery_average": "平均恢复时间",
    "unattended": "无人值守时间",
    "availability": "可用性",
    "response": "响应",
    "arrival": "到达现场",
    "location": "故障定位",
    "recovery": "恢复",
}
_UNITS = {"minute": "分钟", "hour": "小时", "day": "天"}


def check_levels(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Window, object and clock of the levels; levels that no penalty row follows; words that differ from the annex."""
    for level in contract.service_levels:
        if level.metric in {"availability", "data_availability"} and level.window is None:
            yield Finding(
                code="level.window_missing",
                severity="warning",
                message=_("可用性没有写明按月、按年还是按服务期计算"),
                sources=[level.source],
                matters=_("一次 30 分钟的中断，按月计算即违约，按年计算则不违约"),
                proposal=_("以约定解释选定计算周期"),
            )
        if level.metric in {"availability", "data_availability"} and level.object is None:
            yield Finding(
                code="level.object_missing",
                severity="warning",
                message=_("可用性没有写明对象"),
                sources=[level.source],
                matters=_("按平台、按系统或按单台计算，结果不同"),
                proposal=_("以约定解释选定对象"),
            )
        if level.metric in {"response", "location", "recovery", "arrival"} and level.clock_start is None:
            yield Finding(
                code="level.clock_start_missing",
                severity="warning",
                message=_("「{metric}」的时限没有写明从何时起算", metric=_TITLES[level.metric]),
                sources=[level.source],
                matters=_("从故障发生还是从接到报告起算，结论可能相反"),
                proposal=_("以约定解释写明起算点"),
            )
    yield from _check_level_against_annex(contract)
    rows = contract.penalties.coefficients
    measured = {row.measures for row in rows}
    alone = [
        level
        for level in contract.service_levels
        if rows and level.metric in {"arrival", "location"} and _MEASURED_BY.get(level.metric) not in measured
    ]
    if alone:
        yield Finding(
            code="level.no_penalty",
            severity="note",
            message=_(
                "有时限而没有对应违约金的条款：{titles}",
                titles="、".join(dict.fromkeys(_TITLES[level.metric] for level in alone)),
            ),
            sources=[level.source for level in alone],
            matters=_("违反时没有可计算的违约金"),
            proposal=_("在违约行为表中增加相应的行"),
        )


def _check_level_against_annex(contract: Contract) -> Iterator[Finding]:
    levels = {level.metric: level for level in contract.service_levels}
    bands = [(row, band) for row in contract.penalties.coefficients for band in row.bands]
    available = [(row, band) for row, band in bands if band.metric == "availability"]
    level = levels.get("availability")
    if level is not None and available and level.object == "platform":
        yield Finding(
            code="level.object_differs",
            severity="warning",
            message=_("正文约定云平台整体的可用性，违约行为表写的是所提供的云服务的可用性"),
            sources=[level.source, available[0][0].source],
            matters=_("单台云主机中断是否计入，两处含义不同"),
            proposal=_("以约定解释统一对象"),
        )
    durability = levels.get("durability")
    data = [(row, band) for row, band in bands if band.metric == "data_availability"]
    if durability is not None and data and "data_availability" not in levels:
        yield Finding(
            code="level.metric_differs",
            severity="warning",
            message=_("正文约定数据可靠性，违约行为表写的是数据可用性"),
            sources=[durability.source, data[0][0].source],
            matters=_("数据没有丢失但暂时无法访问时，两者结论不同"),
            proposal=_("以约定解释统一指标"),
        )
    for found, pairs in ((level, available), (durability, data)):
        different = [
            row for row, band in pairs if found is not None and band.max is not None and band.max != found.threshold
        ]
        if found is not None and different:
            yield Finding(
                code="level.threshold_differs",
                severity="warning",
                message=_("正文的限值 {level} 与违约行为表的限值不同", level=found.threshold),
                sources=[found.source, *(row.source for row in different)],
                matters=_("介于两个限值之间时，违约而没有违约金"),
                proposal=_("统一限值"),
            )


def check_bands(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Values that fall in no row or in two, and rows where the worse costs no more."""
    for table in ("severe", "minor", None):
        for measures in ("response_average", "recovery_average", "unattended", "availability"):
            rows = [
                row
                for row in contract.penalties.coefficients
                if row.table == table and row.measures == measures and row.band is not None and row.band.min is not None
            ]
            rows.sort(key=lambda row: _minutes(row.band.min if row.band else None, row))
            yield from _check_chain(rows, measures)


def _minutes(value: str | None, row: Coefficient) -> Fraction:
    scale = {"hour": 60, "day": 1440}.get(row.band.unit if row.band else "", 1)
    return Fraction(value or 0) * scale


def _check_chain(rows: list[Coefficient], measures: str) -> Iterator[Finding]:
    title = _TITLES[measures]
    for below, above in itertools.pairwise(rows):
        low, high = below.band, above.band
        if low is None or high is None or low.max is None:
            continue
        end, start = _minutes(low.max, below), _minutes(high.min, above)
        words = _("{value} {unit}", value=high.min, unit=_UNITS.get(high.unit, high.unit))
        if end < start or (end == start and low.max_operator == "<" and high.min_operator == ">"):
            yield Finding(
                code="band.gap",
                severity="warning",
                message=_("「{title}」恰为 {words} 时，不属于任何一行", title=title, words=words)
                if end == start
                else _("「{title}」在 {low} 与 {high} 之间不属于任何一行", title=title, low=low.max, high=words),
                sources=[below.source, above.source],
                matters=_("恰为界限值的违约没有违约金"),
                proposal=_("以约定解释写明界限值归入哪一行"),
            )
        elif end > start or (low.max_operator == "<=" and high.min_operator == ">="):
            yield Finding(
                code="band.overlap",
                severity="warning",
                message=_("「{title}」在 {words} 处同时属于两行", title=title, words=words),
                sources=[below.source, above.source],
                matters=_("同一数值对应两个系数"),
                proposal=_("以约定解释写明适用哪一行"),
            )
        if Fraction(above.coefficient) <= Fraction(below.coefficient):
            yield Finding(
                code="band.no_rise",
                severity="note",
                message=_("「{title}」更严重的一行系数没有更高", title=title),
                sources=[below.source, above.source],
                matters=_("后果更重而违约金相同或更少"),
                proposal=_("核对系数"),
            )
    if rows and rows[-1].band is not None and rows[-1].band.max is not None:
        band = rows[-1].band
        yield Finding(
            code="band.open_top",
            severity="warning",
            message=_(
                "「{title}」达到或超过 {value} {unit} 时，没有对应的行",
                title=title,
                value=band.max,
                unit=_UNITS.get(band.unit, band.unit),
            ),
            sources=[rows[-1].source],
            matters=_("最严重的违约反而没有系数"),
            proposal=_("增加没有上限的一行"),
        )


def check_severity_words(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Severity words that the two tables do not share, so that an event is in neither."""
    by_measure: dict[str, dict[str, set[str]]] = {}
    for row in contract.penalties.coefficients:
        if row.measures is not None and row.requires is not None and row.table is not None:
            by_measure.setdefault(row.measures, {}).setdefault(row.table, set()).add(row.requires.word)
    for measures, tables in by_measure.items():
        severe, minor = tables.get("severe"), tables.get("minor")
        if severe and minor and severe != minor:
            yield Finding(
                code="severity.words_differ",
                severity="warning",
                message=_(
                    "「{title}」在严重表要求{severe}，在一般表要求未造成{minor}",
                    title=_TITLES.get(measures, measures),
                    severe="、".join(sorted(severe)),
                    minor="、".join(sorted(minor)),
                ),
                sources=[row.source for row in contract.penalties.coefficients if row.measures == measures],
                matters=_("造成后者而没有造成前者的事件不属于任何一表"),
                proposal=_("以约定解释统一严重程度的用词"),
            )


LEVEL_CHECKS: tuple[Check, ...] = (check_levels, check_bands, check_severity_words)
