"""A supplementary agreement (补充协议) as data: what it changes in a contract, and the contract after it. Pure."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field

from yunqi.contract.changes.paths import find_place, insert_at, is_item, parse_path, read_at, remove_at, write_at
from yunqi.contract.changes.values import check_value
from yunqi.contract.clauses.base import Source, Term, Uncertain
from yunqi.contract.clauses.price_line.rule import compute_line_amount
from yunqi.contract.model import File, Unread
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import round_fen
from yunqi.kernel.words import render_value

Deed = Literal["set", "add", "end", "text", "reading"]
"""A value changed, an item added, an item ended, the words of an article replaced, an open point agreed."""
_BY_NO = re.compile(r"\[no=(\d{1,6})\]")
_NUMBERED = re.compile(r"^(price_lines|instalments|kpis)\[(\d+)\]")


class Change(Term):
    """One change. `path` is into the contract's data, an item with a number as `price_lines[no=3]`; for `text` it is
    the article, for `reading` the code of the open point. `derived`: it follows from another change, the text does not
    state it. `by`: who entered it, null where it was read.
    """

    no: int
    deed: Deed
    path: str
    value: Any = None
    derived: bool = False
    source: Source | None = None
    by: str | None = None
    by_id: str | None = None
    at: str | None = None
    why: str | None = None


class Amendment(Term):
    """What a supplementary agreement says. `effective_on` is null where the text states no day."""

    file: File
    number: str | None = None
    title: str | None = None
    amends: str | None = None
    signed_on: date | None = None
    effective_on: date | None = None
    effective_source: Source | None = None
    changes: list[Change] = Field(default_factory=list)
    uncertain: list[Uncertain] = Field(default_factory=list)
    unread: list[Unread] = Field(default_factory=list)


def name_items(path: str, data: Mapping[str, Any]) -> str:
    """A path whose numbered item is named by its number in the text: it stays true when lines come and go.

    >>> name_items("price_lines[0].quantity", {"price_lines": [{"no": 7}]})
    'price_lines[no=7].quantity'
    """
    match = _NUMBERED.match(path)
    if match is None:
        return path
    no = read_at(data, f"{match[0]}.no")
    return path if no is None else f"{match[1]}[no={no}]{path[match.end() :]}"


def resolve_items(path: str, data: Mapping[str, Any]) -> str:
    """The path with positions in place of numbers; raises `Problem` contract.path_absent for an item not there."""
    match = _BY_NO.search(path)
    if match is None:
        return path
    head = path[: match.start()]
    items = read_at(data, head) or []
    at = next((index for index, one in enumerate(items) if str(one.get("no")) == match[1]), None)
    if at is None:
        raise Problem(
            "contract.path_absent",
            "这份合同的数据中没有「{path}」",
            field="path",
            path=render_value(path),
            way_out="请先填写它所在的上一项，或核对序号（从 0 起）",
        )
    return f"{head}[{at}]{path[match.end() :]}"


def check_change(change: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The change as it is kept, checked against the form and the contract's data.

    Raises `Problem` contract.value, contract.path, contract.path_absent, amendment.item.
    """
    made = dict(change)
    if made["deed"] in ("text", "reading"):
        return made
    path = resolve_items(made["path"], data)
    place = find_place(path)
    if made["deed"] == "set":
        made["value"] = check_value(place, made["value"])
    elif made["deed"] == "add":
        if not is_item(path):
            path = f"{path}[{len(read_at(data, path) or [])}]"
        made["value"] = check_value(find_place(path), made["value"])
        made["path"] = path[: path.rindex("[")]
        return made
    elif not is_item(path) or read_at(data, path) is None:
        raise Problem(
            "amendment.item",
            "「{path}」不是合同中的一项，不能终止",
            field="path",
            path=render_value(made["path"]),
            way_out="请指明列表中的一项，例如 price_lines[no=3]",
        )
    made["path"] = name_items(path, data)
    return made


def apply_changes(
    data: Mapping[str, Any], changes: Iterable[Mapping[str, Any]], *, by: Mapping[str, Any]
) -> dict[str, Any]:
    """The contract's data after the changes, in order; `by` (number, effective_on, sm3) is kept in `amended_by`.

    Raises `Problem` contract.path_absent when a change finds nothing to change.
    """
    made = copy.deepcopy(dict(data))
    for one in changes:
        deed = one["deed"]
        if deed == "text":
            made.setdefault("replaced_texts", []).append(
                {"article": one["path"], "text": one["value"], "source": one.get("source"), "by": by.get("number")}
            )
        elif deed == "add":
            items = read_at(made, one["path"])
            insert_at(made, f"{one['path']}[{len(items or [])}]", _sourced(one["value"], one))
        elif deed == "end":
            remove_at(made, resolve_items(one["path"], made))
        elif deed == "set":
            path = resolve_items(one["path"], made)
            write_at(made, path, copy.deepcopy(one["value"]))
            _mark(made, path, one)
    made.setdefault("amended_by", []).append(dict(by))
    return made


def _sourced(value: Any, change: Mapping[str, Any]) -> Any:
    made = copy.deepcopy(value)
    if isinstance(made, dict) and change.get("source"):
        made["source"] = change["source"]
    return made


_TOP_SOURCES = {"total_fen": "total_source", "table_total_fen": "table_total_source", "number": "number_source"}


def _mark(data: dict[str, Any], path: str, change: Mapping[str, Any]) -> None:
    """What was changed has the agreement's words as its source; a form keeps its own beside it."""
    source = change.get("source")
    if not source:
        return
    steps = parse_path(path)
    if len(steps) == 1:
        if path in _TOP_SOURCES:
            data[_TOP_SOURCES[path]] = source
        return
    holder = read_at(data, path.rpartition(".")[0])
    if isinstance(holder, dict) and isinstance(holder.get("source"), dict):
        holder.setdefault("sources_before", []).append(holder["source"])
        holder["source"] = source


def derive_totals(changes: list[dict[str, Any]], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The line totals that follow from changed prices and quantities, where the contract's own total followed so.

    A line whose total the agreement states itself is left alone.
    """
    stated = {one["path"] for one in changes}
    lines = {match[0] for one in changes if (match := re.match(r"price_lines\[no=\d+\](?=\.)", one["path"]))}
    after = apply_changes(data, [one for one in changes if one["deed"] == "set"], by={})
    found = []
    for line in sorted(lines):
        if f"{line}.total_fen" in stated:
            continue
        before, new = read_at(data, resolve_items(line, data)), read_at(after, resolve_items(line, after))
        old_amount, amount = compute_line_amount(before), compute_line_amount(new)
        if before.get("total_fen") is None or old_amount is None or amount is None or amount == old_amount:
            continue
        if round_fen(old_amount) == before["total_fen"]:
            source = next(one.get("source") for one in changes if one["path"].startswith(f"{line}."))
            found.append(
                {
                    "deed": "set",
                    "path": f"{line}.total_fen",
                    "value": round_fen(amount),
                    "derived": True,
                    "source": source,
                }
            )
    return found
