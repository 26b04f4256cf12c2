"""Idle resources as actions: judged by their meters, told with what giving them back saves, as a reclaim proposal."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from yunqi.kernel.period import Span
from yunqi.kernel.rights import Target
from yunqi.kernel.units import minutes_of
from yunqi.kernel.words import _
from yunqi.metering.idle import Limits
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.documents import media_type_of
from yunqi.operations.idle import IdleResource, Part, UndrawnLine, read_idle, read_undrawn, sum_savings
from yunqi.store.document_lists import list_visible_contracts
from yunqi.wire.idle_resources import DrawnPart, IdleFile, IdleList, IdleOf, IdleRow, UndrawnRow

WHYS = {
    "below": "用量低于所定界限",
    "cpu": "处理器用量高于界限",
    "traffic": "读写或流量高于界限",
    "unmeasured": "应有的用量没有计量",
    "gaps": "计量缺口超过所许",
    "unpriced_use": "这类资源没有用量计量",
    "young": "占用未满所查时段",
}
_ORDER = ("idle", "unknown", "new", "used")
_MINUTES = 60


def _aim(desk: Desk, request: IdleOf) -> Target:
    return aims.contract_if_named(desk, request)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _read(desk: Desk, request: IdleOf) -> IdleList:
    window = Span(desk.now - timedelta(days=request.days), desk.now)
    limits = Limits(Fraction(request.cpu_share), Fraction(request.bytes_per_day), timedelta(hours=request.gap_hours))
    chosen = aims.require_contract_of(desk, request.contract) if request.contract else None
    rows = read_idle(desk.connection, desk.caller, window, limits, contract=chosen)
    contracts = (chosen,) if chosen else list_visible_contracts(desk.connection, desk.caller)
    undrawn = [row for one in contracts for row in read_undrawn(desk.connection, one, window, desk.now)]
    saved, unknown = sum_savings(rows)
    shown = sorted(
        (row for row in rows if request.state in (None, row.judgement.state)),
        key=lambda row: (_ORDER.index(row.judgement.state), -(row.saves_yuan or Fraction(0))),
    )
    return IdleList(
        start_at=window.start_at,
        end_at=window.end_at,
        items=tuple(_row_view(row) for row in shown),
        undrawn=tuple(_undrawn_view(row) for row in undrawn),
        counts={state: sum(row.judgement.state == state for row in rows) for state in _ORDER},
        saves_yuan=str(saved),
        saves_unknown=unknown,
    )


def _row_view(found: IdleResource) -> IdleRow:
    row, judged = found.row, found.judgement
    return IdleRow(
        resource_id=row.id,
        **{name: getattr(row, name) for name in ("kind", "name", "system", "contract_id", "contract_number")},
        using_unit=row.using_unit,
        provider=row.provider,
        state=judged.state,
        why=judged.why,
        why_words=_(WHYS[judged.why]),
        drawn_since=found.drawn_since,
        used_share=_text(judged.cpu_share),
        used_bytes_per_day=_text(judged.bytes_per_day),
        open_hours=None if judged.open is None else str(minutes_of(judged.open) / _MINUTES),
        parts=tuple(_part_view(one) for one in found.parts),
        saves_yuan=_text(found.saves_yuan),
    )


def _part_view(part: Part) -> DrawnPart:
    fields: dict[str, Any] = {name: getattr(part, name) for name in ("line_no", "name", "item", "unit")}
    return DrawnPart(**fields, quantity=str(part.quantity), monthly_yuan=_text(part.monthly_yuan))


def _undrawn_view(row: UndrawnLine) -> UndrawnRow:
    return UndrawnRow(
        contract_id=row.contract.id,
        contract_number=row.contract.number,
        line_no=row.no,
        name=row.name,
        unit=row.unit,
        contracted=str(row.contracted),
        peak=_text(row.peak),
        undrawn=_text(row.undrawn),
    )


@action(
    "idle_resource.list",
    "GET",
    "/idle-resources",
    "查看闲置资源",
    request=IdleOf,
    answer=IdleList,
    aim=_aim,
)
def list_idle(desk: Desk, request: IdleOf) -> IdleList:
    """What is drawn under the contracts that the caller may see and was not used, with what is unknown named so."""
    return _read(desk, request)


@action(
    "idle_resource.file",
    "GET",
    "/idle-resources/file",
    "编制闲置资源回收建议",
    request=IdleFile,
    answer=Content,
    aim=_aim,
)
def make_file(desk: Desk, request: IdleFile) -> Content:
    """The reclaim proposal as a workbook or as a document, with the limits that it rests on."""
    from yunqi.reports.idle import render_idle_document, render_idle_table

    found = _read(desk, request)
    data = found.model_dump(mode="json") | {"asked": request.model_dump(mode="json")}
    render = render_idle_document if request.format == "docx" else render_idle_table
    by = desk.caller.organisation_name or _("云契")
    name = f"{_('闲置资源回收建议')}-{desk.now:%Y%m%d}.{request.format}"
    return Content(name, media_type_of(name), render(data, made_at=desk.now, by=by))
