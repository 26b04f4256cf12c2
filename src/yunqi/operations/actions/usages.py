"""The use of a month by information system as an action: a document to hand over, a workbook to work with."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, Span
from yunqi.kernel.rights import PROVIDER
from yunqi.kernel.words import _
from yunqi.metering.idle import Limits
from yunqi.operations.actions import aims
from yunqi.operations.actions.allocations import read as read_allocation
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.made import safe_name
from yunqi.operations.documents import media_type_of
from yunqi.operations.usage import Usage, read_usage
from yunqi.store.parties import list_systems, require_organisation
from yunqi.wire.allocations import ReadAllocation
from yunqi.wire.usages import UsageFile


@action(
    "usage.file",
    "GET",
    "/contracts/{contract}/usage/file",
    "编制资源使用情况",
    request=UsageFile,
    answer=Content,
    aim=aims.contract,
)
def make_file(desk: Desk, request: UsageFile) -> Content:
    """What each system used of each price line, and its fee under the agreed allocation; what is not known is said so.

    What is idle is told to everybody but the provider. Raises `Problem` month.unreadable and usage.future.
    """
    from yunqi.reports.usage import render_usage_document, render_usage_table

    data = _read(desk, request)
    render = render_usage_document if request.format == "docx" else render_usage_table
    number = safe_name(data["contract_number"] or data["contract_id"])
    name = f"{_('资源使用情况')}-{number}-{request.month}.{request.format}"
    by = desk.caller.organisation_name or _("云契")
    return Content(name, media_type_of(name), render(data, made_at=desk.now, by=by))


def _read(desk: Desk, request: UsageFile) -> dict[str, Any]:
    found = aims.require_contract_of(desk, request.contract)
    month = Month.parse(request.month)
    if month.span.start_at >= desk.now:
        raise Problem(
            "usage.future", "{month} 尚未开始", field="month", month=request.month, way_out="请选择已经开始的月份"
        )
    span = Span(month.span.start_at, min(month.span.end_at, desk.now))
    told = desk.caller.organisation_role != PROVIDER
    limits = Limits(Fraction(request.cpu_share), Fraction(request.bytes_per_day), timedelta(hours=request.gap_hours))
    names = {one.id: one.name for one in list_systems(desk.connection, found.using_unit_id, at=desk.now)}
    rows = read_usage(desk.connection, desk.caller, found, span, limits if told else None, desk.now)
    return {
        "contract_id": found.id,
        "contract_number": found.number,
        "title": found.title,
        "using_unit": require_organisation(desk.connection, found.using_unit_id).name,
        "provider": require_organisation(desk.connection, found.provider_id).name,
        "month": request.month,
        "start_at": render_instant(span.start_at),
        "end_at": render_instant(span.end_at),
        "unfinished": span.end_at < month.span.end_at,
        "limits": {"cpu_share": request.cpu_share, "bytes_per_day": request.bytes_per_day} if told else None,
        "items": [_row(one, names) for one in rows],
        **_fees(desk, found.id, month),
    }


def _row(one: Usage, names: dict[str, str]) -> dict[str, Any]:
    use = one.use
    return {
        "system": names.get(one.system_id, one.system_id) if one.system_id else None,
        "line_no": one.line_no,
        "name": one.name,
        "unit": one.unit,
        "average": None if use is None else str(use.average),
        "peak": None if use is None else str(use.peak),
        "at_end": None if use is None else str(use.at_end),
        **{name: _text(getattr(one, name)) for name in ("contracted", "counted", "share", "idle", "unjudged")},
        "sample": one.sample,
    }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _fees(desk: Desk, contract_id: str, month: Month) -> dict[str, Any]:
    """The fee of each system for each service month that begins or ends in the month, whole as it was agreed."""
    view = read_allocation(desk, ReadAllocation(contract=contract_id, on=month.end_on))
    touched = [
        (at, one) for at, one in enumerate(view.months) if one.start_on <= month.end_on and one.end_on >= month.start_on
    ]
    fees = [
        {
            "system": each.system_name,
            "share": each.share,
            "start_on": one.start_on.isoformat(),
            "end_on": one.end_on.isoformat(),
            "fee_fen": each.months_fen[at],
        }
        for each in view.systems
        for at, one in touched
    ]
    return {"fees": fees, "agreement": view.agreement, "allocation_problem": view.problem}
