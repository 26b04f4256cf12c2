"""The review of critical events: counts, windows, remedies, conditions, levels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from yunqi.contract.clauses.base import Alternative, Finding
from yunqi.contract.clauses.critical_breach.extract import body_counts, prose_of
from yunqi.contract.clauses.critical_breach.schema import CriticalBreach, EventCount
from yunqi.contract.documents import squeeze
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.contract.review.passages import list_passages
from yunqi.contract.review.titles import duration_words, in_minutes, share_words
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_LOSS = re.compile(r"丢失(?:超过|达到|满)?(?P<limit>\d{1,3}(?:个)?(?:月|年|周|日|天|小时))(?:及)?(?:以上)?的?数据")
_SYSTEMS = re.compile(r"(?P<over>超过)?(?P<count>\d{1,3})个(?:以上)?(?:的)?(?:信息|业务|应用)?系统")


def check_critical(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Counts in table and article, windows, remedies."""
    in_body = body_counts(outline)
    for level in ("A", "B"):
        rows = [row for row in contract.penalties.critical if row.level == level]
        if not rows or level not in in_body:
            continue
        count, source = in_body[level]
        table = rows[0].count
        differs = table is not None and (table.count != count.count or table.window != count.window)
        if differs and table is not None:
            yield find_by(
                "critical.count_differs",
                [source, rows[0].source],
                reading=f"count_window.{level}",
                level=level,
                body=_count_words(count),
                table=_count_words(table),
            )
        windows = {each.window for each in (count, table) if each is not None}
        if count.count > 1 and windows == {None}:
            yield find_by(
                "critical.window_missing",
                [source, rows[0].source],
                reading=f"count_window.{level}",
                alternatives=[
                    Alternative(choice="term", words=_("整个服务期累计")),
                    Alternative(choice="year", words=_("最近十二个月累计")),
                    Alternative(choice="contract_year", words=_("合同年度累计")),
                    Alternative(choice="calendar_year", words=_("自然年累计")),
                ],
                level=level,
                count=count.count,
            )
        defined = r"(?:一|1)年内?[^。;]{0,8}(?:指|自|按|即|为)|连续(?:十二|12)个月|自然年|合同年度"
        if "year" in windows and count.count > 1 and not _stands(outline, defined):
            yield find_by("critical.year_undefined", [source, rows[0].source], level=level)
        if "terminate" not in rows[0].remedy:
            yield find_by("critical.no_termination", [source], level=level, count=count.count)


def check_prose(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """What articles say of critical events and was not understood: nothing of it is lost in silence."""
    for one in prose_of(outline).unclear:
        if one.mixed:
            yield find_by("critical.mixed_and_or", [one.source], level=one.level)
        else:
            yield find_by("critical.not_read", [one.source], level=one.level, words=one.words)


def _count_words(count: EventCount) -> str:
    window = {"year": "一年内", "term": "服务期内"}.get(count.window or "", "")
    return f"{window}{count.count}次"


def _stands(outline: Outline, pattern: str) -> bool:
    return any(re.search(pattern, passage.text) for passage in list_passages(outline))


def check_conditions(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Shares of systems, numbers that leave a gap, loss that must be long, limits that two levels share."""
    rows = contract.penalties.critical
    count = len(contract.systems)
    shared = [
        row
        for row in rows
        if "systems_share" in row.conditions or re.search(r"\d%(?:以上)?(?:的)?(?:信息)?系统", squeeze(row.text))
    ]
    if shared and not _stands(
        outline, r"系统(?:的)?(?:比例|占比)[^。]{0,20}(?:以|按)|以[^。]{0,24}(?:系统总数|全部[^。]{0,8}系统)为基数"
    ):
        yield find_by(
            "critical.share_base",
            [row.source for row in shared],
            count=count or "—",
            one=share_words(str(Fraction(1, count))) if count else "—",
        )
    numbered = [(row, match) for row in rows for match in [_SYSTEMS.search(squeeze(row.text))] if match is not None]
    for row, match in numbered:
        needed = int(match["count"])
        if match["over"] and count and count <= needed:
            yield find_by("critical.share_impossible", [row.source], needed=needed, count=count)
    for low, one in numbered:
        for high, other in numbered:
            if low.type != high.type or not other["over"] or one["over"] or low is high:
                continue
            if int(one["count"]) < int(other["count"]) and not re.search("以上", one[0]):
                yield find_by(
                    "critical.count_gap", [low.source, high.source], low=int(one["count"]), high=int(other["count"])
                )
    long_loss = [(row, match) for row in rows for match in [_LOSS.search(squeeze(row.text))] if match is not None]
    if long_loss:
        yield find_by("critical.long_loss", [row.source for row, __ in long_loss], limit=long_loss[0][1]["limit"])
    yield from _check_handling(rows)


def _check_handling(rows: list[CriticalBreach]) -> Iterator[Finding]:
    limits: dict[str, tuple[CriticalBreach, dict[str, object]]] = {}
    for row in rows:
        limit = row.conditions.get("not_handled_within")
        if row.level is not None and isinstance(limit, dict) and row.level not in limits:
            limits[row.level] = (row, limit)
    if set(limits) >= {"A", "B"}:
        (one, short), (other, long) = limits["A"], limits["B"]
        below, above = (in_minutes(str(each["count"]), str(each["unit"])) for each in (short, long))
        words = [duration_words(each["count"], str(each["unit"])) for each in (short, long)]
        if below == above:
            yield find_by("critical.same_limit", [one.source, other.source], limit=words[0])
        elif below < above and one.conditions.get("guarantee_period"):
            yield find_by("critical.limits_leave_gap", [one.source, other.source], short=words[0], long=words[1])


def check_overlap(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """An outage of a system that is a coefficient row and an event that may end the contract at once."""
    for row in contract.penalties.coefficients:
        if row.measures != "outage_single" or not row.bands:
            continue
        band = row.bands[-1]
        for event in contract.penalties.critical:
            if event.type != "interruption" or event.duration is None or event.conditions.get("important_system"):
                continue
            text = squeeze(event.text)
            if in_minutes(str(event.duration.count), event.duration.unit) != in_minutes(band.min, band.unit):
                continue
            if event.conditions.get("systems_share") or not re.search(r"系统(?:服务)?中断或", text):
                continue
            yield find_by(
                "critical.overlaps_row",
                [row.source, event.source],
                words=duration_words(band.min, band.unit),
                coefficient=share_words(row.multiple),
                level=event.level or "—",
            )
            return


def check_levels_of_rows(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """A level that begins one row too early or late: its first row repeats no type while the row before is doubled."""
    rows = contract.penalties.critical
    for index, row in enumerate(rows):
        if not index or row.level == rows[index - 1].level or row.level is None:
            continue
        first = rows[0].type
        if row.type == first or first is None or index + 1 >= len(rows):
            continue
        if rows[index + 1].type == first and row.type not in {each.type for each in rows[:index]}:
            yield find_by(
                "critical.level_misplaced",
                [row.source, rows[index + 1].source],
                level=row.level,
                first=row.text[:24],
                expected=rows[index + 1].text[:24],
            )


def check_outages(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Counts and sums of outages without a period."""
    windowed = re.compile(r"月内|当月|每月|一个?月|自然月|季度|年内|一年|服务期|合同期|\d+(?:日|天)内")
    rows = [
        row
        for row in contract.penalties.coefficients
        if row.measures == "outage_count_or_total" and not windowed.search(squeeze(row.text))
    ]
    if rows and not _stands(outline, r"(?:累计|宕机次数)[^。;]{0,16}按[^。;]{0,12}(?:月|年|服务期|季度)"):
        yield find_by("outage.window_missing", [row.source for row in rows])


def check_systems_flagged(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Conditions on important systems where no system is marked."""
    depends = [
        level.source for level in contract.service_levels if level.condition in {"important_system", "internet_facing"}
    ]
    depends += [row.source for row in contract.penalties.critical if row.conditions.get("important_system")]
    if not depends:
        depends = [
            passage.source
            for passage in list_passages(outline)
            if re.search(r"重要(?:信息|业务)?系统|等保三级(?:或|的)|面向互联网[^。]{0,12}系统", passage.text)
            and re.search(r"\d+(?:分钟|小时)|中断|丢失|入侵|系数", passage.text)
        ]
    unmarked = all(system.important is None and system.grade is None for system in contract.systems)
    if depends and unmarked:
        yield find_by("system.flags_missing", depends[:6])


BREACH_CHECKS: tuple[Check, ...] = (
    check_critical,
    check_prose,
    check_conditions,
    check_overlap,
    check_levels_of_rows,
    check_outages,
    check_systems_flagged,
)
