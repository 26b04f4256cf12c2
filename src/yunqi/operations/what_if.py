"""A month as it is known now beside the same month under assumptions; none of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yunqi.kernel.period import Month
from yunqi.kernel.words import _
from yunqi.operations.installation import Installation
from yunqi.operations.late_duties import list_dated
from yunqi.operations.months import read_inputs
from yunqi.reports.statement_view import view_statement
from yunqi.settlement import Statement, compute_statement
from yunqi.settlement.what_if import assume
from yunqi.store.contracts import require_contract

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that the assumptions change. `what`: the part of the statement, `name` the figure, both in words."""

    what: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Both statements of the month, and what differs."""

    as_known: Statement
    assumed: Statement
    changes: tuple[Change, ...]


def compute_what_if(installation: Installation, contract_id: str, month: Month, lines: Iterable[str]) -> WhatIf:
    """The month as known now, and as it would be.

    Raises `Problem` as `assume` does, and month.not_over, month.outside_term.
    """
    inputs = read_inputs(installation, contract_id, month, installation.clock.now())
    with installation.database.read() as connection:
        found = require_contract(connection, contract_id)
        duties = list_dated(connection, installation, found, installation.clock.now())
    due = [one for one in duties if one.due_at < month.span.end_at]
    before, after = compute_statement(inputs), compute_statement(assume(inputs, lines, due))
    return WhatIf(before, after, tuple(_changes(before, after)))


def _changes(before: Statement, after: Statement) -> Iterable[Change]:
    one, other = (view_statement(each.model_dump(mode="json")) for each in (before, after))
    yield from _differing(
        _("违约金"), {_("本月违约金"): one["penalty"]["text"]}, {_("本月违约金"): other["penalty"]["text"]}
    )
    yield from _differing(_("违约候选"), _candidates(one), _candidates(other))
    yield from _differing(_("服务水平"), _levels(one), _levels(other))
    yield from _differing(_("事件时限"), _clocks(one), _clocks(other))
    yield from _differing(_("抵扣"), _offset(one), _offset(other))
    yield from _differing(_("分期款"), _instalments(one), _instalments(other))
    yield from _differing(_("未定之处"), _points(one), _points(other))


def _differing(what: str, one: Mapping[str, str], other: Mapping[str, str]) -> Iterable[Change]:
    for name in [*one, *(name for name in other if name not in one)]:
        before, after = one.get(name, NOTHING), other.get(name, NOTHING)
        if before != after:
            yield Change(what, name, before, after)


def _candidates(view: Mapping[str, Any]) -> dict[str, str]:
    return {f"{one['event']} {one['clause']}": f"{one['amount']} {one['state']}" for one in view["candidates"]}


def _levels(view: Mapping[str, Any]) -> dict[str, str]:
    named: dict[str, str] = {}
    for one in view["levels"]:
        name = one["title"] if one["title"] not in named else f"{one['title']} {one['clause']}"
        named[name] = f"{one['measured']} {one['state']}"
    return named


def _clocks(view: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{incident['number']} {clock['name']}": f"{clock['minutes']} {clock['state']}"
        for incident in view["incidents"]
        for clock in incident["clocks"]
    }


def _offset(view: Mapping[str, Any]) -> dict[str, str]:
    return {f"{one['from']} {one['note']}".strip(): one["amount"] for one in view["offset"]}


def _instalments(view: Mapping[str, Any]) -> dict[str, str]:
    return {_("第 {no} 期", no=one["no"]): f"{one['due']} {one['state']}" for one in view["instalments"]}


def _points(view: Mapping[str, Any]) -> dict[str, str]:
    return {f"{one['question']} {one['subjects']}".strip(): one["kind"] for one in view["open_points"]}
