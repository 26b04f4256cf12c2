"""The review of service levels: windows, objects, clocks, exclusions, key figures, and the annex against the body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.base import Alternative, Duration, Finding, Source, Worth
from yunqi.contract.clauses.service_level.schema import ServiceLevel
from yunqi.contract.documents import squeeze
from yunqi.contract.model import Contract
from yunqi.contract.numbers import PERCENT, read_share
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.contract.review.passages import list_passages
from yunqi.contract.review.titles import METRICS, duration_words, in_minutes, share_words
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_MEASURED_BY = {"response": "response_average", "recovery": "recovery_average", "location": "recovery_average"}
_CLOCKED = ("response", "location", "recovery", "arrival", "handling")
_MONTH, _YEAR = 30 * 24 * 60, 365 * 24 * 60
_SHARE_LIMIT = re.compile(rf"(?P<data>数据)?可用(?:性|率)[^,;。\d]{{0,6}}(?:低于|达不到|未达到)(?P<limit>{PERCENT})")
_EXCLUDED = re.compile(
    r"(?:计划(?:内|性)?(?:维护|停机|检修|中断)|例行维护|预先通知|提前[^。;]{0,12}通知[^。;]{0,8}维护|割接|甲方(?:自身)?原因|使用单位原因)[^。;]{0,60}(?:不计|不计入|除外|剔除|扣除|不视为|不属于)"
    r"|(?:不计|不计入|除外|剔除|扣除)[^。;]{0,60}(?:计划(?:内|性)?(?:维护|停机|检修)|例行维护|割接|甲方(?:自身)?原因|使用单位原因)"
)


def check_levels(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Window, object, clock and exclusions of the levels."""
    available = [level for level in contract.service_levels if level.metric == "availability"]
    for level in available:
        month, year = _allowed(level, _MONTH), _allowed(level, _YEAR)
        if level.window is None:
            yield find_by(
                "level.window_missing",
                [level.source],
                worth=Worth(duration=_minutes(month), duration_high=_minutes(year), words=_("允许的中断：按月与按年")),
                alternatives=[
                    Alternative(choice="month", words=_("按自然月，每月允许"), duration=_minutes(month)),
                    Alternative(choice="year", words=_("按合同年度，每年允许"), duration=_minutes(year)),
                ],
                threshold=share_words(level.limit),
                month=_decimal(month),
            )
        if level.object is None:
            yield find_by("level.object_missing", [level.source], threshold=share_words(level.limit))
    text = "".join(passage.text for passage in list_passages(outline))
    if available and not _EXCLUDED.search(text):
        strictest = max(available, key=lambda level: Fraction(level.limit))
        allowed = _allowed(strictest, _MONTH)
        yield find_by(
            "level.exclusions_missing",
            [strictest.source],
            worth=Worth(duration=_minutes(allowed), words=_("按月允许的全部中断")),
            hours=_decimal(allowed / 60),
            threshold=share_words(strictest.limit),
        )
    yield from _check_clocks(contract)


def _allowed(level: ServiceLevel, minutes: int) -> Fraction:
    return (1 - Fraction(level.limit)) * minutes


def _minutes(minutes: Fraction) -> Duration:
    return Duration(count=max(0, minutes.numerator // minutes.denominator), unit="minute", exact=_decimal(minutes))


def _decimal(value: Fraction) -> str:
    hundredths = (value * 100).numerator // (value * 100).denominator
    words = f"{hundredths // 100}.{hundredths % 100:02d}"
    return words.rstrip("0").rstrip(".")


def _check_clocks(contract: Contract) -> Iterator[Finding]:
    for metric in _CLOCKED:
        levels = [level for level in contract.service_levels if level.metric == metric]
        open_ones = [level for level in levels if level.clock_start is None]
        if open_ones:
            yield find_by(
                "level.clock_start_missing",
                [level.source for level in open_ones],
                reading=f"clock_start.{metric}",
                alternatives=[
                    Alternative(choice="occurrence", words=_("自故障发生")),
                    Alternative(choice="notice", words=_("自收到甲方报告")),
                ],
                metric=METRICS[metric],
                limit=duration_words(open_ones[0].limit, open_ones[0].unit),
            )
        noticed = [level for level in levels if level.clock_start == "notice"]
        if noticed and len(noticed) == len(levels) and not any(_watched(level.source) for level in noticed):
            yield find_by(
                "level.clock_by_report_only",
                [level.source for level in noticed],
                reading=f"clock_start.{metric}",
                metric=METRICS[metric],
                limit=duration_words(noticed[0].limit, noticed[0].unit),
            )


def _watched(source: Source) -> bool:
    return re.search(r"监控|监测|自行发现|主动发现|告警|发现故障|故障发生", squeeze(source.text)) is not None


def check_annex(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The penalty table's object, metric and limits against the body's; levels that no row follows."""
    levels = {level.metric: level for level in reversed(contract.service_levels)}
    bands = [(row, band) for row in contract.penalties.coefficients for band in row.bands]
    available = [(row, band) for row, band in bands if band.metric == "availability"]
    level = levels.get("availability")
    whole_platform = [row for row, __ in available if "平台" not in squeeze(row.text) and "服务" in squeeze(row.text)]
    if level is not None and whole_platform and level.object == "platform":
        yield find_by("level.object_differs", [level.source, whole_platform[0].source])
    durability = levels.get("durability")
    data = [(row, band) for row, band in bands if band.metric == "data_availability"]
    if durability is not None and data and "data_availability" not in levels:
        yield find_by(
            "level.metric_differs", [durability.source, data[0][0].source], threshold=share_words(durability.limit)
        )
    limits = [(row.source, band.metric, band.max) for row, band in bands] or list(_limits_in_words(outline))
    for found, metric in (
        (level, "availability"),
        (durability, "data_availability"),
        (levels.get("data_availability"), "data_availability"),
    ):
        different = [
            (source, limit)
            for source, measured, limit in limits
            if found is not None
            and measured == metric
            and limit is not None
            and Fraction(limit) != Fraction(found.limit)
        ]
        if found is not None and different:
            yield find_by(
                "level.threshold_differs",
                [found.source, *(source for source, __ in different)],
                level=share_words(found.limit),
                other=share_words(different[0][1]),
            )
    yield from _check_unpunished(contract)


def _limits_in_words(outline: Outline) -> Iterator[tuple[Source, str, str | None]]:
    """Limits in the sentences of annexes whose tables were lost."""
    for passage in list_passages(outline):
        for match in _SHARE_LIMIT.finditer(passage.text) if passage.part else ():
            yield passage.source, "data_availability" if match["data"] else "availability", read_share(match["limit"])


def _check_unpunished(contract: Contract) -> Iterator[Finding]:
    rows = contract.penalties.coefficients
    if not rows:
        return
    measured = {row.measures for row in rows}
    texts = "".join(squeeze(row.text) for row in rows)
    alone = [
        level
        for level in contract.service_levels
        if level.metric == "arrival" and not re.search("到达|到场|抵达", texts)
    ]
    if alone:
        yield find_by(
            "level.no_penalty",
            [level.source for level in alone],
            reading="unpriced.arrival",
            titles="、".join(dict.fromkeys(METRICS[level.metric] for level in alone)),
            lowest=share_words(min(rows, key=lambda row: Fraction(row.multiple)).multiple),
        )
    for level in contract.service_levels:
        measure = _MEASURED_BY.get(level.metric)
        if measure is None or measure not in measured or level.unit not in {"minute", "hour"}:
            continue
        limit = in_minutes(level.limit, level.unit)
        starts = [
            (in_minutes(row.band.min, row.band.unit), row)
            for row in rows
            if row.measures == measure and row.band is not None and row.band.min is not None
        ]
        if not starts:
            continue
        start, row = min(starts, key=lambda pair: pair[0])
        words: dict[str, Any] = {"metric": METRICS[level.metric], "limit": duration_words(level.limit, level.unit)}
        if limit < start and level.condition is None:
            yield find_by(
                "level.punished_later",
                [level.source, row.source],
                worth=Worth(duration=_minutes(limit), duration_high=_minutes(start), words=_("违约而没有违约金的一段")),
                reading=f"unpriced.{level.metric}",
                start=duration_words(row.band.min if row.band else "0", row.band.unit if row.band else "minute"),
                **words,
            )
        elif limit < start and level.condition == "important_system" and "重要" not in texts:
            yield find_by(
                "level.important_unpunished",
                [level.source, row.source],
                reading=f"unpriced.{level.metric}",
                worth=Worth(duration=_minutes(limit), duration_high=_minutes(start), words=_("违约而没有违约金的一段")),
                **words,
            )


def check_two_limits(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The same metric under the same condition with different limits in different sentences."""
    seen: dict[tuple[str, str | None], list[ServiceLevel]] = {}
    for level in contract.service_levels:
        if level.metric in _CLOCKED:
            seen.setdefault((level.metric, level.condition), []).append(level)
    for (metric, __), levels in seen.items():
        limits = {in_minutes(level.limit, level.unit): level for level in levels}
        if len(limits) > 1 and len({level.source.text for level in levels}) > 1:
            ordered = [limits[key] for key in sorted(limits)]
            yield find_by(
                "level.two_limits",
                [level.source for level in ordered],
                worth=Worth(duration=_minutes(min(limits)), duration_high=_minutes(max(limits)), words=_("两个时限")),
                metric=METRICS[metric],
                limits="、".join(duration_words(level.limit, level.unit) for level in ordered),
                shortest=duration_words(ordered[0].limit, ordered[0].unit),
            )


def check_key_figures(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Key figures that ask for less than the body promises or the price list holds, or are due on the last day."""
    level = next((one for one in contract.service_levels if one.metric == "availability"), None)
    for figure in contract.kpis:
        name, value = squeeze(figure.name), squeeze(figure.value or "")
        number = re.match(r"(?:不低于|不少于|≥)?(\d+(?:\.\d+)?)", value)
        sources = [figure.source]
        if level is not None and number is not None and re.search("可用(?:性|率)", name):
            share = Fraction(number[1]) / (100 if "%" in (figure.unit or "") + value else 1)
            if share < Fraction(level.limit):
                year = _minutes((1 - Fraction(level.limit)) * _YEAR)
                loose = _minutes((1 - share) * _YEAR)
                yield find_by(
                    "level.kpi_differs",
                    [level.source, figure.source],
                    worth=Worth(duration=year, duration_high=loose, words=_("全年允许的中断")),
                    metric=METRICS["availability"],
                    level=share_words(level.limit),
                    number=figure.no,
                    name=figure.name,
                    value=f"{number[1]}%",
                    strict=year.count,
                    loose=loose.count,
                )
        end = contract.term.end_on
        dated = re.search(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})", value)
        if dated is not None and end is not None and tuple(map(int, dated.groups())) == (end.year, end.month, end.day):
            yield find_by(
                "kpi.due_on_last_day", [*sources, contract.term.source],
                number=figure.no, name=figure.name, value=figure.value,
            )  # fmt: skip
        if number is None:
            continue
        for line in contract.price_lines:
            bought, unit = squeeze(line.name), squeeze(line.unit or "").removeprefix("元/")
            if line.quantity is None or not unit or not figure.unit:
                continue
            if len(name) >= 4 and name in bought and figure.unit == "次" and unit in {"台", "套", "个"}:
                yield find_by(
                    "kpi.unit_differs", [figure.source, line.source],
                    number=figure.no, name=figure.name, unit=figure.unit, other=unit,
                    quantity=line.quantity, value=number[1],
                )  # fmt: skip
                break
            counted = re.sub(r"数量$|数$", "", name)
            if name != counted and len(counted) >= 3 and counted in bought and figure.unit == unit:
                short = Fraction(line.quantity) - Fraction(number[1])
                if short > 0:
                    yield find_by(
                        "kpi.below_bought", [figure.source, line.source],
                        number=figure.no, name=figure.name, value=number[1], quantity=line.quantity, short=short,
                    )  # fmt: skip
                    break


LEVEL_CHECKS: tuple[Check, ...] = (check_levels, check_annex, check_two_limits, check_key_figures)
