"""Which reports a contract expects and by when: of deliverables, and of obligations that a document shows. Pure.

A day that the text does not give is not there (`due_on` None): the report belongs to its period and may be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from yunqi.contract.deadlines import compute_due
from yunqi.contract.numbers import read_number
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import add_months

Basis = Literal["deadline", "day", "day_assumed", "open", "no_notice", "occasion", "no_term", "waits"]
"""Where the due day comes from: a length of time after the period; a day of the text (`day_assumed`: the text does not
say of which period, the one before is taken); none in the text; none yet, as the working days are not published; an
event that is waited for; a term without its dates; something else that is waited for."""
_WEEK = timedelta(days=7)
_SUNDAY = 6
_MOST = 4000
"""More than a daily report over ten years."""
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
RECURRING = frozenset({"daily", "weekly", *_MONTHS})
_PAPER = r"(?:报告|日报|周报|月报|季报|年报|简报|方案|预案|计划|记录|总结|清单|台账|评价表|自评表)"
_HANDS_IN = re.compile(rf"(?:提交|报送|上报|提供|反馈|出具|编制|形成|递交|交付|汇报)[^,，。;；]{{0,40}}{_PAPER}")
_IS_PAPER = re.compile(_PAPER)
_NUMERAL = r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})"
_NEXT_MONTH = re.compile(rf"(?:次|下|翌)个?月的?{_NUMERAL}[日号](?:之前|以前|前|内)")
_EACH_MONTH = re.compile(rf"每个?月的?{_NUMERAL}[日号](?:之前|以前|前|内)")
_EACH_WEEK = re.compile(r"每(?:周|星期|个星期)(?P<day>[一二三四五六日天])(?![\d一二三四五六七八九十])")
_NEXT_WEEK = re.compile(r"(?:次|下)(?:周|个?星期)(?P<day>[一二三四五六日天])")
_BEFORE = re.compile(r"上个?(?:月|周|星期)|前一(?:个月|周)")
_WITHIN = re.compile(r"(?:当|本)(?:月|周|星期)")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Expected:
    """One report that a contract expects. `kind` is its name in the contract; `period` its first and last day;
    `due_on` the last day on which it is in time, which `basis` explains; `deadline` is counted from an event where it
    waits for one. `key` names it within the contract.
    """

    key: str
    kind: str
    party: str
    frequency: str = ""
    period: tuple[date, date] | None = None
    due_on: date | None = None
    basis: Basis = "waits"
    trigger: str = ""
    deadline: Mapping[str, Any] | None = None
    text: str = ""
    source: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day of the month or (0 Monday … 6 Sunday) of the week; `following`: of the period after that of the report."""

    day: int
    following: bool
    assumed: bool = False


def plan_reports(
    contract: Mapping[str, Any],
    *,
    start_on: date | None,
    end_on: date | None,
    calendar: WorkCalendar,
    between: tuple[date, date] | None = None,
) -> tuple[Expected, ...]:
    """All reports of the term: those with a day or a period first, in the order of their days.

    `between`: only those whose day, or else the last day of whose period, is one of the two or lies between them.
    """
    found = [
        each
        for one in _join(list(_of_deliverables(contract)), list(_of_obligations(contract)))
        for each in _spread(one, start_on, end_on, calendar, between)
    ]
    return tuple(sorted(found, key=lambda one: (_when(one) or date.max, one.key)))


def _when(one: Expected) -> date | None:
    return one.due_on or (one.period[1] if one.period else None)


def kind_of(name: str) -> str:
    """A report's name as its series: without white space, quotation marks and book-title marks.

    >>> kind_of("《运维 月报》")
    '运维月报'
    """
    return re.sub(r"[\s《》“”\"「」]", "", name)[:120]


def _of_deliverables(contract: Mapping[str, Any]) -> Iterator[Expected]:
    for number, one in enumerate(contract.get("deliverables") or (), 1):
        name = str(one.get("name") or "")
        if kind_of(name):
            yield Expected(
                f"deliverable:{number}",
                kind_of(name),
                str(one.get("party") or "provider"),
                str(one.get("frequency") or ""),
                trigger=str(one.get("due_by") or one.get("trigger") or ""),
                deadline=one.get("deadline"),
                text=f"{name} {one.get('note') or ''}".strip(),
                source=one.get("source"),
            )


def _of_obligations(contract: Mapping[str, Any]) -> Iterator[Expected]:
    for number, one in enumerate(contract.get("obligations") or (), 1):
        text, evidence = str(one.get("text") or ""), str(one.get("evidence") or "")
        if one.get("forbidden") or not (one.get("frequency") or one.get("deadline")):
            continue
        if not _IS_PAPER.search(evidence) or not (_HANDS_IN.search(text) or evidence in text):
            continue  # shown by no document of its own: a duty, but no report
        yield Expected(
            f"obligation:{number}",
            kind_of(evidence),
            str(one.get("party") or ""),
            str(one.get("frequency") or ""),
            trigger=str(one.get("trigger") or ""),
            deadline=one.get("deadline"),
            text=text,
            source=one.get("source"),
        )


def _join(deliverables: Sequence[Expected], obligations: Sequence[Expected]) -> list[Expected]:
    """The deliverables, each with the deadline of the one obligation that speaks of it; and all other obligations."""
    found = list(deliverables)
    for one in obligations:
        same = [
            at
            for at, each in enumerate(found)
            if each.key.startswith("deliverable") and each.frequency == one.frequency and each.party == one.party
            if one.kind in each.kind or each.kind in one.kind
        ]
        if len(same) != 1:
            found.append(one)
            continue
        each = found[same[0]]
        if each.deadline is None and read_due_day(each.text, each.frequency) is None:
            found[same[0]] = replace(each, deadline=one.deadline, text=one.text, source=one.source)
    return found


def read_due_day(text: str, frequency: str) -> DueDay | None:
    """The day by which something recurring is due, as the text says it; None where it says none.

    >>> read_due_day("每月5日前提交上月运维月报", "monthly")
    DueDay(day=5, following=True, assumed=False)
    >>> read_due_day("每周五前提交本周周报", "weekly").following
    False
    """
    if frequency not in {"monthly", "weekly"}:
        return None
    later, each = (_NEXT_MONTH, _EACH_MONTH) if frequency == "monthly" else (_NEXT_WEEK, _EACH_WEEK)
    if match := later.search(text):
        day = _day_of(match["day"], frequency)
        return None if day is None else DueDay(day, following=True)
    match = each.search(text)
    day = _day_of(match["day"], frequency) if match else None
    if day is None:
        return None
    current, before = _WITHIN.search(text) is not None, _BEFORE.search(text) is not None
    return DueDay(day, following=before or not current, assumed=before == current)


def _day_of(words: str, frequency: str) -> int | None:
    if frequency == "weekly":
        return _WEEKDAYS.index(words.replace("天", "日"))
    try:
        day = int(read_number(words))
    except Problem:
        return None
    return day if 1 <= day <= date.max.day else None


def compute_periods(frequency: str, start_on: date, end_on: date) -> Iterator[tuple[date, date]]:
    """The days, weeks (from Monday), months, quarters or years of a term, cut to it: their first and last days.

    >>> [last.isoformat() for _first, last in compute_periods("monthly", date(2026, 1, 15), date(2026, 3, 10))]
    ['2026-01-31', '2026-02-28', '2026-03-10']
    """
    first, count = start_on, 0
    while first <= end_on and count < _MOST:
        if frequency == "daily":
            following = first + timedelta(days=1)
        elif frequency == "weekly":
            following = first - timedelta(days=first.weekday()) + _WEEK
        elif frequency in _MONTHS:
            # Quarters and years are counted from the first day of the term: adding them up would lose the 31st.
            base, steps = (first.replace(day=1), 1) if frequency == "monthly" else (start_on, count + 1)
            following = add_months(base, _MONTHS[frequency] * steps)
        else:
            return
        yield first, min(following - timedelta(days=1), end_on)
        first, count = following, count + 1


def _spread(
    one: Expected,
    start_on: date | None,
    end_on: date | None,
    calendar: WorkCalendar,
    between: tuple[date, date] | None,
) -> Iterator[Expected]:
    """A report for each of its periods; one that does not recur, or whose term is not known, as it is."""
    if between is not None and (one.frequency not in RECURRING or start_on is None or end_on is None):
        return  # has no day
    if one.frequency not in RECURRING:
        yield replace(one, basis="occasion" if one.deadline else "waits")
        return
    if start_on is None or end_on is None:
        yield replace(one, basis="no_term")
        return
    said = read_due_day(one.text, one.frequency)
    for period in compute_periods(one.frequency, start_on, end_on):
        due_on, basis = _due(one, said, period, calendar)
        if between is not None and not between[0] <= (due_on or period[1]) <= between[1]:
            continue
        yield replace(one, key=f"{one.key}:{period[0].isoformat()}", period=period, due_on=due_on, basis=basis)


def _due(
    one: Expected, said: DueDay | None, period: tuple[date, date], calendar: WorkCalendar
) -> tuple[date | None, Basis]:
    if said is not None:
        return _date_of(said, period, one.frequency), "day_assumed" if said.assumed else "day"
    if one.deadline is None or one.deadline.get("unit") in {"minute", "hour"}:
        return None, "open"
    try:
        return compute_due(period[1], one.deadline, calendar).on, "deadline"
    except Problem as problem:
        return None, "no_notice" if problem.code == "calendar.no_notice" else "open"


def _date_of(said: DueDay, period: tuple[date, date], frequency: str) -> date:
    if frequency == "weekly":
        monday = period[0] - timedelta(days=period[0].weekday())
        return monday + timedelta(days=said.day + (7 if said.following else 0))
    first = add_months(period[0].replace(day=1), 1 if said.following else 0)
    last = add_months(first, 1) - timedelta(days=1)
    return first.replace(day=min(said.day, last.day))
