"""The sheet of key figures (绩效) as actions: shown, handed out, and recorded where nothing can be measured."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from yunqi.contract.kpi import Bounds, most_points, parse_value
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Span, date_of, day_start
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.made import safe_name
from yunqi.operations.documents import media_type_of
from yunqi.operations.kpi import RECORDED, Line, read_sheet, total_points
from yunqi.operations.versions import data_at
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.parties import require_organisation
from yunqi.wire.base import Done
from yunqi.wire.kpis import KpiFile, KpiLine, KpiOf, KpiRecorded, KpiSheet, RecordKpi

_HUNDRED = 100
_MINUTE_UNITS = {"小时": Fraction(1, 60), "秒": Fraction(60)}


def _read(desk: Desk, request: KpiOf) -> KpiSheet:
    found = aims.require_contract_of(desk, request.contract)
    today = date_of(desk.now)
    start_on = request.start_on or found.start_on or date_of(desk.now)
    end_on = request.end_on or min(found.end_on or today, today)
    if start_on > end_on or start_on > today:
        raise Problem(
            "kpi.period",
            "期间自 {start} 至 {end}，没有可评的日子",
            field="start_on",
            start=start_on,
            end=end_on,
            way_out="请填写已经开始的期间，且截止日不早于起始日",
        )
    span = Span(day_start(start_on), min(day_start(end_on + timedelta(days=1)), desk.now))
    lines = read_sheet(desk.connection, desk.caller, found, data_at(desk.connection, found, span.end_at), span)
    reached, most, unknown = total_points(lines)
    return KpiSheet(
        contract_id=found.id,
        contract_number=found.number,
        title=found.title,
        using_unit=require_organisation(desk.connection, found.using_unit_id).name,
        provider=require_organisation(desk.connection, found.provider_id).name,
        start_on=start_on,
        end_on=end_on,
        items=tuple(_line_view(one) for one in lines),
        points=str(reached),
        most=str(most),
        points_unknown=unknown,
    )


def _line_view(one: Line) -> KpiLine:
    figure = one.figure
    return KpiLine(
        no=figure["no"],
        name=figure["name"],
        operator=figure.get("operator"),
        target=figure.get("value"),
        unit=figure.get("unit"),
        source=figure.get("source"),
        low=None if one.measured is None else str(one.measured.low),
        high=None if one.measured is None else str(one.measured.high),
        shown=_show(one.measured, str(figure.get("unit") or "")),
        ground=one.ground,
        recorded=tuple(
            KpiRecorded(
                value=said.value,
                points=None if said.points is None else str(said.points),
                evidence=said.evidence,
                by=said.by,
                role=said.role,
                at=said.at,
            )
            for said in one.recorded
        ),
        state=one.state,
        differs=one.differs,
        most=None if one.most is None else str(one.most),
        points=None if one.points is None else str(one.points),
    )


def _show(bounds: Bounds | None, unit: str) -> str:
    """A measured value in the figure's own unit, or both ends of it; "" for unknown."""
    if bounds is None:
        return ""
    factor = Fraction(_HUNDRED) if unit in {"%", "％"} else _MINUTE_UNITS.get(unit, Fraction(1))
    ends = dict.fromkeys(render_decimal(end * factor) for end in (bounds.low, bounds.high))
    return " ～ ".join(f"{end}{unit}" for end in ends)


@action(
    "kpi.sheet",
    "GET",
    "/contracts/{contract}/kpis",
    "查看绩效表",
    request=KpiOf,
    answer=KpiSheet,
    aim=aims.contract,
)
def show_sheet(desk: Desk, request: KpiOf) -> KpiSheet:
    """Each key figure: target, measured value and ground, what was recorded, points; raises `Problem` kpi.period."""
    return _read(desk, request)


@action(
    "kpi.file",
    "GET",
    "/contracts/{contract}/kpis/file",
    "编制绩效表",
    request=KpiFile,
    answer=Content,
    aim=aims.contract,
)
def make_file(desk: Desk, request: KpiFile) -> Content:
    """The sheet as a workbook or as a document."""
    from yunqi.reports.kpi import render_kpi_document, render_kpi_table

    found = _read(desk, request)
    render = render_kpi_document if request.format == "docx" else render_kpi_table
    by = desk.caller.organisation_name or _("云契")
    name = f"{_('绩效表')}-{safe_name(found.contract_number or found.contract_id)}-{found.end_on}.{request.format}"
    return Content(name, media_type_of(name), render(found.model_dump(mode="json"), made_at=desk.now, by=by))


@action(
    "kpi.record",
    "POST",
    "/contracts/{contract}/kpis",
    "填报绩效",
    request=RecordKpi,
    answer=Done,
    aim=aims.contract,
)
def record(desk: Desk, request: RecordKpi) -> Done:
    """Keeps what a person says of a key figure as a fact of the contract.

    Raises `Problem` kpi.unknown, kpi.value and kpi.points.
    """
    found = aims.require_contract_of(desk, request.contract)
    figures = data_at(desk.connection, found, desk.now).get("kpis") or ()
    figure: Any = next((one for one in figures if int(one["no"]) == request.no), None)
    if figure is None:
        raise Problem(
            "kpi.unknown",
            "合同没有第 {value} 项绩效指标",
            field="no",
            value=request.no,
            way_out="请在绩效表中核对序号",
        )
    if figure.get("operator") is not None and parse_value(request.value, figure.get("unit")) is None:
        raise Problem(
            "kpi.value",
            "指标值「{value}」不是数字",
            field="value",
            value=request.value,
            unit=figure.get("unit") or "",
            way_out="请按指标的单位（{unit}）填写数字",
        )
    most = most_points(figure)
    if request.points is not None and (most is None or Fraction(request.points) > most):
        raise Problem(
            "kpi.points",
            "得分 {value} 不可用：该项分值为 {most}",
            field="points",
            value=request.points,
            most=_("合同未约定") if most is None else render_decimal(most),
            way_out="没有约定分值的指标不计分，有约定的不超过分值",
        )
    payload = {
        "no": request.no,
        "name": str(figure["name"]),
        "value": request.value.strip(),
        "points": request.points,
        "evidence": request.evidence.strip(),
        "by": desk.caller.organisation_name,
        "role": desk.caller.organisation_role,
        "person": desk.person_id,
    }
    new = NewFact(found.id, RECORDED, f"kpi:{request.no}", desk.now, payload, REPORTED)
    return Done(id=record_fact(desk.connection, new, now=desk.now))
