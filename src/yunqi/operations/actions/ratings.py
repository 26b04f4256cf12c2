"""The monthly comparison (月报月评) as actions: contracts beside each other, summed up by party, as files."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from fractions import Fraction
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, date_of
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.documents import media_type_of
from yunqi.operations.month_ratings import read_ratings
from yunqi.operations.rating import Group, Rating, Total, group_ratings, sort_ratings
from yunqi.wire.ratings import (
    KnownTotal,
    RatingFile,
    RatingGroup,
    RatingGroupList,
    RatingGroupsOf,
    RatingList,
    RatingRow,
    RatingsOf,
)


def _read(desk: Desk, request: RatingsOf) -> tuple[Month, list[Rating]]:
    today = date_of(desk.now)
    before = today.replace(day=1) - timedelta(days=1)
    month = Month.parse(request.month) if request.month else Month(before.year, before.month)
    if month.start_on > today:
        raise Problem(
            "rating.month",
            "月份 {value} 尚未开始，没有可比较的数据",
            field="month",
            value=month,
            way_out="请选择已经开始的月份",
        )
    rows = [
        row
        for row in read_ratings(desk.connection, desk.caller, month, desk.site.calendar, now=desk.now)
        if request.provider in (None, "", row.provider_id, row.provider)
        and request.using_unit in (None, "", row.using_unit_id, row.using_unit)
    ]
    return month, sort_ratings(rows, request.sort)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Fraction) else value


def _row_view(row: Rating) -> RatingRow:
    return RatingRow(**{name: _text(value) for name, value in asdict(row).items()})


def _group_view(group: Group) -> RatingGroup:
    fields: dict[str, Any] = {}
    for name in RatingGroup.model_fields:
        value = getattr(group, name)
        if isinstance(value, Total):
            value = KnownTotal(known=_text(value.known), unknown=value.unknown)
        fields[name] = _text(value)
    return RatingGroup(**fields)


@action("rating.list", "GET", "/ratings", "查看月报月评", request=RatingsOf, answer=RatingList)
def list_ratings(desk: Desk, request: RatingsOf) -> RatingList:
    """What the month's statements say of each contract that the caller may see; raises `Problem` list.sort."""
    month, rows = _read(desk, request)
    return RatingList(month=str(month), items=tuple(_row_view(row) for row in rows))


@action("rating.groups", "GET", "/ratings/groups", "按单位汇总月报月评", request=RatingGroupsOf, answer=RatingGroupList)
def list_groups(desk: Desk, request: RatingGroupsOf) -> RatingGroupList:
    """The same summed up by provider or agency; what is unknown is counted beside each sum."""
    month, rows = _read(desk, request)
    groups = group_ratings(rows, request.by)
    return RatingGroupList(month=str(month), by=request.by, items=tuple(_group_view(one) for one in groups))


@action("rating.file", "GET", "/ratings/file", "编制月报月评文件", request=RatingFile, answer=Content)
def make_file(desk: Desk, request: RatingFile) -> Content:
    """The comparison as a workbook, or as a document with contracts, providers and agencies."""
    from yunqi.reports.ratings import render_rating_document, render_rating_table

    month, rows = _read(desk, request)
    data = {
        "month": str(month),
        "rows": [_row_view(row).model_dump() for row in rows],
        "providers": [_group_view(one).model_dump() for one in group_ratings(rows, "provider")],
        "using_units": [_group_view(one).model_dump() for one in group_ratings(rows, "using_unit")],
    }
    render = render_rating_document if request.format == "docx" else render_rating_table
    by = desk.caller.organisation_name or _("云契")
    name = f"月报月评-{month}.{request.format}"
    return Content(name, media_type_of(name), render(data, made_at=desk.now, by=by))
