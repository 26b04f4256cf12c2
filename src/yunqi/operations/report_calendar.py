"""The calendar of reports of contracts: what each expects, what the register holds of it, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from yunqi.contract.report_plan import Expected, plan_reports
from yunqi.contract.report_state import Filed, Line, compute_lines
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.words import _
from yunqi.operations.versions import data_at
from yunqi.store.contracts import Contract
from yunqi.store.reports import ReportEntry

BASES = {
    "day": "合同写明的日期",
    "day_assumed": "合同写明的日期；未写明是哪一期，按上一期计",
    "open": "合同未写明期限；可随时要求提交，但应给予必要的准备时间",
    "no_notice": "该年度的放假安排尚未公布，工作日无法推算",
    "no_term": "服务期尚未确定",
}
FREQUENCIES = {"daily": "每日", "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "yearly": "每年"}
LENGTHS = {
    "minute": "分钟",
    "hour": "小时",
    "day": "日",
    "working_day": "个工作日",
    "month": "个月",
    "year": "年",
}
EVENTS = {
    "acceptance": "验收",
    "as_needed": "实际发生",
    "calendar": "到期",
    "effective": "合同生效",
    "operation": "运行期间的情形",
    "signature": "合同签订",
}


def number_words(entry: ReportEntry) -> str:
    """The number as it is printed: year, number, and the version from the second on."""
    words = _("{year}年第{number}期", year=entry.year, number=entry.number)
    return words if entry.version == 1 else words + _("（第{version}版）", version=entry.version)


def expected_of(connection: Connection, found: Contract, calendar: WorkCalendar, now: datetime) -> tuple[Expected, ...]:
    """What a contract, as it is in force now, expects over its term."""
    data = data_at(connection, found, now)
    return plan_reports(data, start_on=found.start_on, end_on=found.end_on, calendar=calendar)


def lines_of(
    expected: Iterable[Expected], entries: Iterable[ReportEntry], *, now: datetime, calendar: WorkCalendar
) -> tuple[Line, ...]:
    """How each expected report of a contract stands."""
    return compute_lines(expected, [filed_of(one) for one in entries], now=now, calendar=calendar)


def filed_of(entry: ReportEntry) -> Filed:
    """An entry of the register, as far as its time matters."""
    return Filed(
        entry.id,
        entry.kind,
        number_words(entry),
        entry.state,
        entry.period,
        entry.occasion_at,
        entry.delivered_at,
        entry.received_at,
    )


def basis_words(one: Expected) -> str:
    """Why the day is that day, or why there is none."""
    if one.basis in BASES:
        return _(BASES[one.basis])
    within = one.deadline or {}
    unit = str(within.get("unit") or "")
    length = f"{within.get('count')} {_(LENGTHS[unit]) if unit in LENGTHS else unit}" if within else ""
    if one.basis == "deadline":
        return _("每期届满后 {length} 内", length=length)
    what = (_(EVENTS[one.trigger]) if one.trigger in EVENTS else one.trigger) or _("合同约定的情形")
    if one.basis == "occasion":
        return _("{what}起 {length} 内", what=what, length=length)
    return _("待{what}", what=what)


def frequency_words(code: str) -> str:
    """How often, in words; "" for what does not recur."""
    return _(FREQUENCIES[code]) if code in FREQUENCIES else code


_ORDER = {"late": 0, "lacking": 1, "due": 2, "sent": 3, "later": 4, "waits": 5, "done": 6}


def urgency(one: Line) -> tuple[int, int, str, str]:
    """Sorts late ones first, the latest of them before the others; then what lacks, is due, waits and is done."""
    day = one.due_on or (one.expected.period[1] if one.expected.period else None)
    return _ORDER[one.state], -(one.late_days or 0), "9999" if day is None else day.isoformat(), one.expected.key
