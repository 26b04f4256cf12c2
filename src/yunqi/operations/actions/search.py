"""Search as an action: one box over everything that the caller may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target, decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.cases import MACHINES
from yunqi.operations.order_needs import kind_name
from yunqi.store import search as store
from yunqi.wire.search import Hit, HitGroup, Search, SearchAnswer

SHOWN = 8
GROUPS = {
    "contract": "合同",
    "line": "价目行",
    "system": "信息系统",
    "resource": "资源",
    "work_order": "统一工单",
    "incident": "事件",
    "organisation": "单位",
    "person": "人员",
    "document": "文件",
    "statement": "结算单",
}
_RIGHT = {
    "contract": "contract.list",
    "line": "entitlement.list",
    "system": "system.list",
    "resource": "resource.list",
    "work_order": "work_order.list",
    "incident": "incident.list",
    "organisation": "organisation.list",
    "person": "person.list",
    "document": "document.list",
    "statement": "statement.list",
}
"""Whoever may not list a kind of thing does not find it either."""


@action("search.read", "GET", "/search", "搜索", request=Search, answer=SearchAnswer)
def search(desk: Desk, request: Search) -> SearchAnswer:
    """What holds the words, grouped by kind, the best first; at most eight of a kind."""
    text = request.text.strip()
    if not text or "\0" in text:
        raise Problem("search.empty", "没有填写要搜索的内容", field="text", way_out="请填写名称、编号或地址的一部分")
    found: list[tuple[int, HitGroup]] = []
    for group, find in _FINDERS.items():
        if request.group not in (None, group) or decide(desk.caller, RIGHTS[_RIGHT[group]], Target()) is not None:
            continue
        rows = find(desk, text)
        if rows:
            items = tuple(_view(group, row, text) for row in rows[:SHOWN])
            best = min(row.rank for row in rows)
            name = _(GROUPS[group])
            found.append((best, HitGroup(group=group, name=name, items=items, more=len(rows) > SHOWN)))
    found.sort(key=lambda one: one[0])
    return SearchAnswer(text=text, groups=tuple(group for _best, group in found))


def _finder(find: Callable[..., list[Any]], **more: Any) -> Callable[[Desk, str], list[Any]]:
    def look(desk: Desk, text: str) -> list[Any]:
        return find(desk.connection, desk.caller, text, SHOWN + 1, **more)

    return look


def _find_lines(desk: Desk, text: str) -> list[Any]:
    return store.find_lines(desk.connection, desk.caller, text, SHOWN + 1, at=desk.now)


_FINDERS: dict[str, Callable[[Desk, str], list[Any]]] = {
    "contract": _finder(store.find_contracts),
    "line": _find_lines,
    "system": _finder(store.find_systems),
    "resource": _finder(store.find_resources),
    "work_order": _finder(store.find_cases, kind="work_order"),
    "incident": _finder(store.find_cases, kind="incident"),
    "organisation": _finder(store.find_organisations),
    "person": _finder(store.find_people),
    "document": _finder(store.find_documents),
    "statement": _finder(store.find_statements),
}


def _view(group: str, row: Any, text: str) -> Hit:
    number = getattr(row, "number", None)
    contract_id = getattr(row, "contract_id", None)
    fields: dict[str, Any] = {"object": group, "object_id": row.id, "contract_id": contract_id}
    fields["contract_number"] = number
    if group == "contract":
        fields |= {"title": row.title, "sub": _join(number, row.using_unit, row.provider), "contract_id": row.id}
        fields["found_in"] = _words_around(row.around, text)
    elif group == "line":
        fields |= {"title": row.name, "sub": _join(number, _("价目行 {no}", no=row.no))}
    elif group == "system":
        fields |= {"title": row.name, "sub": row.using_unit}
    elif group == "resource":
        fields |= {"title": row.name, "sub": _join(kind_name(row.kind), row.address, number)}
    elif group in ("work_order", "incident"):
        state = _(MACHINES[group].label(row.state))
        fields |= {"title": row.title, "sub": _join(row.case_number, state, number)}
    elif group == "organisation":
        fields |= {"title": row.name, "sub": _(MACHINES["work_order"].label(row.role))}
    elif group == "person":
        fields |= {"title": row.name, "sub": row.organisation}
    elif group == "document":
        fields |= {"object": row.kind, "title": row.name, "sub": number or ""}
    else:
        state = _("暂估") if row.provisional else ""
        fields |= {"title": _("{month} 结算单", month=row.month), "sub": _join(number or row.title, state)}
    return Hit(**fields)


def _join(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _words_around(cut: str, text: str) -> str:
    """The words of one clause around what was found, cut out of JSON: what lies between the nearest quotes."""
    if not cut or text not in cut:
        return ""
    before, _found, after = cut.partition(text)
    return _clean(before.rpartition('"')[2]) + text + _clean(after.partition('"')[0])


def _clean(words: str) -> str:
    return words.replace("\\n", " ").replace("\\", "")
