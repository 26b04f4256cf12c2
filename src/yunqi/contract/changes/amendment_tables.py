"""Tables of a supplementary agreement: lines of the price table added, changed or ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yunqi.contract.changes.amendment import Deed
from yunqi.contract.clauses.base import Source, row_source
from yunqi.contract.clauses.price_line import extract as price_line
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline, PlacedTable
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, parse_decimal

_COLUMNS = {
    "no": r"(?:原)?序号|编号|项号",
    "kind": r"变更(?:类型|方式|内容|情况)|调整(?:类型|方式)|类型|方式",
    "new_quantity": r"(?:变更|调整)后(?:的)?数量|现数量|新数量",
    "new_price": r"(?:变更|调整)后(?:的)?(?:单价|价格)|现单价|新单价",
    "old_quantity": r"(?:变更|调整)前(?:的)?数量|原数量",
    "old_price": r"(?:变更|调整)前(?:的)?(?:单价|价格)|原单价",
    "name": r"(?:服务|项目|产品)?(?:名称|内容|项目)|服务项",
    "quantity": r"数量",
    "unit_price": r"(?:综合)?单价",
}
_ADDED, _ENDED, _CHANGED = (
    re.compile("新增|增加|追加"),
    re.compile("取消|终止|删除|删去|停用|核减"),
    re.compile("调整|变更|修改"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A change that was read; with `candidates` it is not sure."""

    deed: Deed
    path: str
    value: Any
    source: Source
    candidates: tuple[Any, ...] = ()
    derived: bool = False


def is_change_table(text: str) -> bool:
    """Whether a sentence only announces a table.

    >>> is_change_table("调整内容如下表所示:"), is_change_table("乙方应派驻两人")
    (True, False)
    """
    return bool(re.search(r"(?:如下|见下表|详见|如下表|下表|附表|附件)[^。;]{0,12}[:。]?$", text))


def read_tables(outline: Outline, base: Mapping[str, Any]) -> Iterator[Found]:
    """The changes that tables state, row by row; a row whose kind of change can't be told is left out."""
    for placed in outline.tables:
        columns = Columns.find(placed.table, _COLUMNS)
        if columns is None or not ({"name", "no"} & set(columns.known)):
            continue
        if not {"quantity", "new_quantity", "unit_price", "new_price", "kind"} & set(columns.known):
            continue
        added = _added_lines(outline, placed, base)
        for index, row in columns.body(placed.table):
            yield from _read_row(placed, index, row, base, added)


def _read_row(
    placed: PlacedTable,
    index: int,
    row: Mapping[str, str],
    base: Mapping[str, Any],
    added: Mapping[str, dict[str, Any]],
) -> Iterator[Found]:
    source = row_source(placed, index, row.get("no", ""))
    told = row.get("kind") or f"{placed.lead} {placed.heading}"
    kinds = [name for name, pattern in (("add", _ADDED), ("end", _ENDED), ("set", _CHANGED)) if pattern.search(told)]
    line = _line_of(row, base)
    if "new_quantity" in row or "new_price" in row:
        kinds = ["set"] if line is not None else ["add"]
    kind = kinds[0] if len(kinds) == 1 else None
    if kind == "add" or (kind is None and line is None and kinds[:1] == ["add"]):
        found = added.get(squeeze(row.get("name", "")))
        if found is not None:
            yield Found("add", "price_lines", found | {"source": source.model_dump(mode="json")}, source)
    elif kind == "end" and line is not None:
        yield Found("end", f"price_lines[no={line['no']}]", None, source)
    elif kind == "set" and line is not None:
        yield from _read_set(row, line, source)


def _read_set(row: Mapping[str, str], line: Mapping[str, Any], source: Source) -> Iterator[Found]:
    for field, names, old_name in (
        ("quantity", ("new_quantity", "quantity"), "old_quantity"),
        ("unit_price", ("new_price", "unit_price"), "old_price"),
    ):
        new = next((number for name in names if (number := _number(row.get(name, ""))) is not None), None)
        old = _number(row.get(old_name, ""))
        if new is None or new == line.get(field):
            continue
        path = f"price_lines[no={line['no']}].{field}"
        if old is not None and old != line.get(field):
            yield Found("set", path, None, source, (new,))  # the text before is not the contract's
        else:
            yield Found("set", path, new, source)


def _line_of(row: Mapping[str, str], base: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The contract's line that a row speaks of: of this name, else of this number where the row has no name."""
    lines = list(base.get("price_lines") or ())
    name = squeeze(row.get("name", ""))
    if name:
        same = [one for one in lines if squeeze(str(one.get("name") or "")) == name]
        same = same or [one for one in lines if squeeze(str(one.get("name") or "")).endswith(name)]
        numbered = [one for one in same if str(one.get("no")) == row.get("no", "").strip()]
        return (numbered or same)[0] if len(numbered or same) == 1 else None
    return next((one for one in lines if str(one.get("no")) == row.get("no", "").strip()), None)


def _added_lines(outline: Outline, placed: PlacedTable, base: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The table's rows as price lines, by name; numbers follow the contract's where they would clash."""
    alone = Outline(outline.document, tables=[placed])
    try:
        lines = price_line.extract(alone, {}).values["price_lines"]
    except Problem:
        return {}
    taken = {one.get("no") for one in base.get("price_lines") or ()}
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        data = line.model_dump(mode="json")
        if data["no"] in taken:
            data["no"] = max((int(no) for no in taken if no is not None), default=0) + 1
        taken.add(data["no"])
        found[squeeze(data["name"])] = data
    return found


def _number(text: str) -> str | None:
    try:
        return decimal_text(parse_decimal(text.replace(",", "").replace("，", "").strip()))
    except ValueError:
        return None
