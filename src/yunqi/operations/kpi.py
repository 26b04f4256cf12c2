"""The sheet of a contract's key figures (绩效): target, what was measured or recorded and on what ground, points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.kpi import Bounds, Measure, State, judge, measure_of, most_points, parse_value, points_of
from yunqi.kernel.period import Span
from yunqi.kernel.rights import Caller
from yunqi.kernel.units import microseconds, minutes_of
from yunqi.kernel.words import _
from yunqi.operations.availability import read_seen
from yunqi.store.cases import list_cases, list_events_of_cases
from yunqi.store.contracts import Contract
from yunqi.store.facts import Fact, list_facts
from yunqi.store.idle_use import list_meter_growth
from yunqi.store.resources import iterate_resources

RECORDED = "kpi.recorded"
SERVER, PLATFORM, CPU_METER = "server", "platform", "cpu_time_ns"
_MOMENT = timedelta(microseconds=1)
_NANOSECONDS = 1000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a person said of a figure, the last of its organisation: value and points as given, and the evidence."""

    fact: str
    value: str
    points: Fraction | None
    evidence: str
    by: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One key figure. `measured` with its `ground`; `recorded` by each organisation, the newest first; `value` that
    counts: measured, else what both parties (or who alone spoke) recorded.
    """

    figure: Mapping[str, Any]
    measure: Measure | None
    measured: Bounds | None
    ground: str
    recorded: tuple[Recorded, ...]
    state: State
    differs: bool
    most: Fraction | None
    points: Fraction | None


def read_sheet(
    connection: Connection, caller: Caller, found: Contract, data: Mapping[str, Any], span: Span
) -> list[Line]:
    """A line for each key figure of the contract's data over a span."""
    said = _read_recorded(connection, found, span)
    seen: dict[Measure, tuple[Bounds | None, str]] = {}
    lines = []
    for figure in data.get("kpis") or ():
        measure = measure_of(str(figure.get("name") or ""), figure.get("unit"))
        if measure is None:
            measured, ground = None, _("本系统不能测得")
        else:
            if measure not in seen:
                seen[measure] = _measure(connection, caller, found, measure, span)
            measured, ground = seen[measure]
        lines.append(_line(figure, measure, measured, ground, said.get(int(figure["no"]), ())))
    return lines


def _line(
    figure: Mapping[str, Any],
    measure: Measure | None,
    measured: Bounds | None,
    ground: str,
    recorded: Sequence[Recorded],
) -> Line:
    said = [value for one in recorded if (value := parse_value(one.value, figure.get("unit"))) is not None]
    counted = measured
    if counted is None and said:
        counted = Bounds(min(said), max(said))  # parties that disagree: what both ends say
    state = judge(figure, counted)
    differs = len(set(said)) > 1 or (
        measured is not None and any(not measured.low <= value <= measured.high for value in said)
    )
    most, points = most_points(figure), [one.points for one in recorded if one.points is not None]
    agreed = points[0] if points and len(set(points)) == 1 else None
    return Line(
        figure,
        measure,
        measured,
        ground,
        tuple(recorded),
        state,
        differs,
        most,
        points_of(most, state, agreed) if not points or agreed is not None else None,
    )


def _read_recorded(connection: Connection, found: Contract, span: Span) -> dict[int, tuple[Recorded, ...]]:
    """By number of the figure what each organisation said last within the span, the newest first."""
    last: dict[tuple[int, str], Fact] = {}
    for fact in list_facts(connection, found.id, kind=RECORDED, start_at=span.start_at, end_at=span.end_at + _MOMENT):
        last[int(fact.payload["no"]), str(fact.payload["by"])] = fact
    by_number: dict[int, list[Recorded]] = {}
    for (no, by), fact in last.items():
        points = fact.payload.get("points")
        one = Recorded(
            fact.id,
            str(fact.payload["value"]),
            None if points is None else Fraction(str(points)),
            str(fact.payload["evidence"]),
            by,
            str(fact.payload["role"]),
            fact.at,
        )
        by_number.setdefault(no, []).append(one)
    return {no: tuple(sorted(some, key=lambda one: one.at, reverse=True)) for no, some in by_number.items()}


def _measure(
    connection: Connection, caller: Caller, found: Contract, measure: Measure, span: Span
) -> tuple[Bounds | None, str]:
    if measure == "response":
        return _measure_response(connection, found, span)
    if measure == "platform_availability":
        return _measure_availability(connection, found, span, {PLATFORM})
    servers = [one for one in iterate_resources(connection, contract_id=found.id, gone=True) if one.kind == SERVER]
    if not servers:
        return None, _("本系统没有该合同的云主机")
    if measure == "server_count":
        at = span.end_at
        standing = [
            one
            for one in servers
            if one.ready_at is not None and one.ready_at < at and (one.gone_at is None or one.gone_at >= at)
        ]
        exact = Fraction(len(standing))
        return Bounds(exact, exact), _("期末在用云主机 {count} 台", count=len(standing))
    if measure == "server_availability":
        return _measure_availability(connection, found, span, {one.id for one in servers})
    return _measure_use(
        connection, caller, found, span, {one.id: one.spec.get("vcpus") for one in servers if not one.gone_at}
    )


def _measure_response(connection: Connection, found: Contract, span: Span) -> tuple[Bounds | None, str]:
    """The slowest response: from when it happened (the most it may be) and from when it was reported (the least)."""
    rows = [
        one
        for one in list_cases(connection, found.id, kind="incident")
        if span.contains(one.opened_at) and one.state != "withdrawn"
    ]
    if not rows:
        return None, _("期内没有事件，无可测")
    events = list_events_of_cases(connection, tuple(one.id for one in rows))
    most, least, unanswered = Fraction(0), Fraction(0), 0
    for one in rows:
        times = {event.event: event.at for event in events.get(one.id, ())}
        if "responded" not in times:
            unanswered += 1
            continue
        most = max(most, minutes_of(times["responded"] - one.opened_at))
        started = max(times.get("reported", one.opened_at), one.opened_at)
        least = max(least, minutes_of(max(times["responded"] - started, timedelta())))
    if unanswered:
        return None, _("{all} 个事件中 {count} 个没有响应记录", all=len(rows), count=unanswered)
    return Bounds(least, most), _("{count} 个事件中最慢的一个；自接报与自发生起算各为两端", count=len(rows))


def _measure_availability(
    connection: Connection, found: Contract, span: Span, objects: set[str]
) -> tuple[Bounds | None, str]:
    """The mean over all objects, by time; what nobody saw counts as down at one end and as up at the other."""
    seen = [one for one in read_seen(connection, found.id, span) if one.object in objects]
    if not seen:
        return None, _("期内没有探测证据")
    up = sum(microseconds(one.availability.up) for one in seen)
    unknown = sum(microseconds(one.availability.unknown) for one in seen)
    whole = up + unknown + sum(microseconds(one.availability.down) for one in seen)
    if not whole or unknown == whole:
        return None, _("期内没有探测证据")
    bounds = Bounds(Fraction(up, whole), Fraction(up + unknown, whole))
    return bounds, _("{count} 个对象的平均；没有证据的时间在两端分别计为中断和可用", count=len(seen))


def _measure_use(
    connection: Connection, caller: Caller, found: Contract, span: Span, vcpus: Mapping[str, Any]
) -> tuple[Bounds | None, str]:
    """The processors' mean use over the time that was metered; unknown unless every server is."""
    spent = capacity = 0
    metered = set()
    for one in list_meter_growth(connection, caller, span, contract_id=found.id):
        if one.meter == CPU_METER and vcpus.get(one.resource_id) and one.last_at > one.first_at:
            metered.add(one.resource_id)
            spent += one.total
            capacity += microseconds(one.last_at - one.first_at) * _NANOSECONDS * int(vcpus[one.resource_id])
    if not capacity or metered != set(vcpus):
        words = _("{all} 台云主机中 {count} 台有用量计量", all=len(vcpus), count=len(metered))
        return None, words
    exact = Fraction(spent, capacity)
    return Bounds(exact, exact), _("{count} 台云主机处理器按计量时间的平均", count=len(metered))


def total_points(lines: Sequence[Line]) -> tuple[Fraction, Fraction, int]:
    """Points reached by what is known, points there are, and of how many figures with points they are not known."""
    worth = [one for one in lines if one.most is not None]
    reached = sum((one.points for one in worth if one.points is not None), Fraction(0))
    most = sum((one.most for one in worth if one.most is not None), Fraction(0))
    return reached, most, sum(one.points is None for one in worth)
