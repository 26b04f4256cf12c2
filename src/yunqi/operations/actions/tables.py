"""Any list as a workbook: all its pages, with only what the caller may see."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from pydantic import BaseModel, ValidationError

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _, render_value
from yunqi.operations.actions.base import ACTIONS, Action, Desk, action
from yunqi.operations.actions.made import keep_made, safe_name
from yunqi.operations.table_words import code_word, head_word
from yunqi.reports.figures import parse_exact
from yunqi.reports.workbook import MEDIA_TYPE, Cell, Head, Kind, render_table
from yunqi.wire.base import PAGE_LIMIT, ListRequest, Request
from yunqi.wire.evidence import MadeFile
from yunqi.wire.tables import ExportTable

MOST_ROWS = 100_000
_TELL_EVERY = 1000
_SHARES = frozenset({"above_share", "share", "low", "high"})
_QUANTITIES = frozenset({"quantity", "contracted", "burst", "drawn", "left", "normal_price", "unit_price"})
_LONG = frozenset({"reason", "text", "note", "evidence", "payload", "detail", "request", "result", "spec", "source"})
_PAGING = frozenset({"limit", "cursor", "sort", "fields"})


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a list: the field of its rows, and what the cells hold."""

    name: str
    kind: Kind


def find_list(name: str) -> Action:
    """The list action of this name; raises `Problem` table.unknown for one that there is not, or that is no list."""
    found = ACTIONS.get(name)
    if found is None or not is_list(found):
        known = sorted(one.name for one in ACTIONS.values() if is_list(one))
        raise Problem(
            "table.list",
            "没有列表「{value}」",
            field="list",
            value=render_value(name),
            known="、".join(known),
            way_out="可导出的列表：{known}",
        )
    return found


def is_list(found: Action) -> bool:
    """Whether an action reads rows that a workbook can hold."""
    return found.method == "GET" and _row_model(found) is not None


def _row_model(found: Action) -> type[BaseModel] | None:
    """The model of a list's rows; None for what is no list."""
    fields = getattr(found.answer, "model_fields", {})
    if "items" not in fields:
        return None
    row = typing.get_args(fields["items"].annotation)[0]
    return row if isinstance(row, type) and issubclass(row, BaseModel) else None


def list_fields(found: Action) -> tuple[Field, ...]:
    """The columns of a list: names in place of the ids and codes that they are the names of; identifiers last."""
    model = _row_model(found)
    if model is None:
        raise LookupError(found.name)
    names = list(model.model_fields)
    shown = [name for name in names if f"{name}_name" not in names and not _is_named(name, names)]
    ordered = [name for name in shown if not _is_id(name)] + [name for name in shown if _is_id(name)]
    return tuple(Field(name, _kind(name, model.model_fields[name].annotation)) for name in ordered)


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith("_id")


def _is_named(name: str, names: list[str]) -> bool:
    noun = name.removesuffix("_id")
    return noun != name and bool({noun, f"{noun}_number", f"{noun}_name"} & set(names))


def _kind(name: str, annotation: Any) -> Kind:
    types = set(typing.get_args(annotation)) or {annotation}
    if datetime in types:
        return "instant"
    if date in types:
        return "date"
    if int in types:
        return "money" if name.endswith("_fen") else "int"
    if name in _SHARES:
        return "percent"
    if name in _QUANTITIES:
        return "number"
    return "long" if name in _LONG else "text"


def cell_of(field: Field, value: Any) -> Cell:
    """A value as the workbook takes it."""
    if value is None or isinstance(value, datetime | date):
        return value
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        if field.kind in ("percent", "number"):
            exact: Fraction | None = parse_exact(value)
            return value if exact is None else exact
        return code_word(field.name, value)
    if isinstance(value, tuple | list) and all(isinstance(one, str) for one in value):
        return "、".join(code_word(field.name, one) for one in value)
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    plain = [one.model_dump(mode="json") if isinstance(one, BaseModel) else one for one in value]
    return json.dumps(value if isinstance(value, dict) else plain, ensure_ascii=False) if value else ""


def _request_of(found: Action, request: ExportTable) -> Request:
    """The list's own request; raises `Problem` table.filter for fields that it can't take."""
    given = {name: value for name, value in request.filters.items() if name not in _PAGING}
    if issubclass(found.request, ListRequest):
        given |= {"limit": PAGE_LIMIT, "sort": request.sort}
    try:
        return found.request.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Problem(
            "table.filter",
            "列表「{list}」的筛选「{name}」不可用",
            field=f"filters.{name}",
            list=found.name,
            name=name,
            way_out="请核对筛选的名称与取值",
        ) from error


def _aim(desk: Desk, request: ExportTable) -> Target:
    """What the list itself is aimed at: who may not see it, or not sort it so, is told at once."""
    found = find_list(request.list)
    asked = _request_of(found, request)
    target = aim_list(desk, found, asked)
    few = asked.model_copy(update={"limit": 1}) if isinstance(asked, ListRequest) else None
    if few is not None:
        found.work(desk, few)
    return target


def aim_list(desk: Desk, found: Action, asked: Request) -> Target:
    """The target of a list that the caller may see."""
    from yunqi.operations.actions.perform import aim_and_allow

    return aim_and_allow(desk, found, asked)


@action(
    "table.export",
    "POST",
    "/table-exports",
    "导出列表",
    request=ExportTable,
    answer=MadeFile,
    aim=_aim,
    kind="run",
)
def export(desk: Desk, request: ExportTable) -> MadeFile:
    """A list as a workbook with typed columns, as at one instant; raises `Problem` table.too_many."""
    found = find_list(request.list)
    asked = _request_of(found, request)
    fields = list_fields(found)
    title = _(ACTIONS[found.name].summary).removeprefix("列出").removeprefix("查看")
    with desk.site.database.read() as connection:
        reading = Desk(desk.site, desk.caller, desk.now, connection)
        aim_list(reading, found, asked)
        content = render_table(
            title,
            [Head(head_word(field.name), field.kind) for field in fields],
            _rows(reading, found, asked, fields),
            made_at=desk.now,
            by=desk.caller.person_name,
            on_row=_teller(desk),
        )
    name = f"{safe_name(title)}-{date_of(desk.now).isoformat()}.xlsx"
    return keep_made(desk, name=name, media_type=MEDIA_TYPE, content=content, contract_id=None)


def _teller(desk: Desk) -> Callable[[int], None]:
    def tell(done: int) -> None:
        if desk.progress is not None and done % _TELL_EVERY == 0:
            desk.progress(_("已导出 {count} 行", count=done), done)

    return tell


def _rows(desk: Desk, found: Action, asked: Request, fields: tuple[Field, ...]) -> Iterator[Sequence[Cell]]:
    """Every row of every page."""
    count, cursor = 0, None
    while True:
        page = found.work(desk, asked.model_copy(update={"cursor": cursor}) if cursor else asked)
        for row in page.items:
            count += 1
            if count > MOST_ROWS:
                raise Problem(
                    "table.too_many",
                    "列表超过 {most} 行，不能一次导出",
                    field="filters",
                    most=MOST_ROWS,
                    way_out="请加上筛选，分次导出",
                )
            yield [cell_of(field, getattr(row, field.name)) for field in fields]
        cursor = getattr(page, "next_cursor", None)
        if cursor is None:
            return
