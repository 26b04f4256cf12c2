"""Months and statements as actions: closed, listed, read, traced down to clause and fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.adjudications import read_adjudication
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.disputes import raise_dispute
from yunqi.operations.documents import statement_data
from yunqi.operations.many_months import close_months
from yunqi.operations.months import close_month, recompute
from yunqi.operations.what_if import compute_what_if
from yunqi.reports.statement_view import view_statement
from yunqi.store.contract_lists import list_running_contracts
from yunqi.store.listing import read_page
from yunqi.store.scopes import find_visible_contract
from yunqi.store.statement_lists import list_facts_by_id, read_statement_row, statement_listing
from yunqi.store.statements import require_statement
from yunqi.wire.base import ById, Page
from yunqi.wire.incidents import FindingDetail
from yunqi.wire.statements import (
    AskWhatIf,
    ClosedMonth,
    ClosedMonths,
    CloseMonth,
    CloseMonths,
    ListStatements,
    RaiseDispute,
    ReadTrace,
    Recomputed,
    RefusedMonth,
    StatementDetail,
    StatementRow,
    TraceDetail,
    TraceFact,
    TraceStep,
    WhatIfChange,
    WhatIfDetail,
)


@action(
    "month.close",
    "POST",
    "/contracts/{contract}/months",
    "月度结算",
    request=CloseMonth,
    answer=ClosedMonth,
    aim=aims.contract,
    kind="run",
)
def close(desk: Desk, request: CloseMonth) -> ClosedMonth:
    """Computes and keeps the statement of a month that is over; what says the same as the last version is that one."""
    if desk.progress:
        desk.progress(_("正在结算 {month}", month=request.month), 0, 1)
    with desk.site.database.read() as connection:
        found = find_visible_contract(connection, request.contract, desk.caller)
    row = close_month(desk.site, found.id, request.month, known_at=request.known_at)
    return ClosedMonth(
        statement_id=row.id,
        month=row.month,
        version=row.version,
        provisional=row.provisional,
        open_points=len(row.data["open_points"]),
    )


@action(
    "month.close_all",
    "POST",
    "/months",
    "全部合同月度结算",
    request=CloseMonths,
    answer=ClosedMonths,
    kind="run",
)
def close_all(desk: Desk, request: CloseMonths) -> ClosedMonths:
    """Closes a month of every signed contract of the caller's that ran in it; one that is refused holds up no other."""
    with desk.site.database.read() as connection:
        running = list_running_contracts(connection, desk.caller, Month.parse(request.month).span)
    closed = close_months(desk.site, running, request.month, progress=desk.progress)
    numbers = dict(running)
    return ClosedMonths(
        month=request.month,
        closed=closed.closed,
        provisional=closed.provisional,
        refused=tuple(
            RefusedMonth(
                contract_id=one.contract_id,
                contract_number=numbers[one.contract_id],
                code=one.code,
                message=one.message,
                way_out=one.way_out,
            )
            for one in closed.refused
        ),
    )


def row_view(row: Any) -> StatementRow:
    """A statement in a list."""
    return StatementRow.model_validate(row, from_attributes=True)


@action(
    "statement.list",
    "GET",
    "/statements",
    "列出结算单",
    request=ListStatements,
    answer=Page[StatementRow],
    aim=aims.contract_if_named,
)
def list_statements(desk: Desk, request: ListStatements) -> Page[StatementRow]:
    """Statements that the caller may see, the newest month first."""
    listing = statement_listing(
        desk.caller,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        month=request.month,
        provisional=request.provisional,
        last=request.last,
    )
    items, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=row_view
    )
    return Page[StatementRow](items=items, next_cursor=following)


def _aim(desk: Desk, request: ById | ReadTrace) -> Target:
    row = read_statement_row(desk.connection, request.id)
    if row is None:
        raise Problem("statement.unknown", "没有结算单「{value}」", field="id", value=request.id, way_out="请核对标识")
    return Target(row.using_unit_id, row.provider_id)


@action("statement.read", "GET", "/statements/{id}", "查看结算单", request=ById, answer=StatementDetail, aim=_aim)
def read_statement(desk: Desk, request: ById) -> StatementDetail:
    """One statement: what was delivered, kept and breached, what it costs, what is due, and what is still open."""
    row = read_statement_row(desk.connection, request.id)
    kept = require_statement(desk.connection, request.id)
    return StatementDetail(
        **row_view(row).model_dump(),
        sm3=kept.sm3,
        data=dict(kept.data),
        view=view_statement(statement_data(kept)),
    )


@action(
    "month.what_if",
    "GET",
    "/contracts/{contract}/months/{month}/what-if",
    "试算一个月份",
    request=AskWhatIf,
    answer=WhatIfDetail,
    aim=aims.contract,
)
def what_if(desk: Desk, request: AskWhatIf) -> WhatIfDetail:
    """What a month would come to if something were otherwise, beside what it comes to as known now; nothing is kept.

    Raises `Problem` what_if.line, what_if.value, what_if.unknown.
    """
    found = aims.require_contract_of(desk, request.contract)
    made = compute_what_if(desk.site, found.id, Month.parse(request.month), request.assume)
    return WhatIfDetail(
        month=request.month,
        penalty_fen=made.as_known.penalty_fen,
        low_fen=made.as_known.penalty_low_fen,
        high_fen=made.as_known.penalty_high_fen,
        assumed_penalty_fen=made.assumed.penalty_fen,
        assumed_low_fen=made.assumed.penalty_low_fen,
        assumed_high_fen=made.assumed.penalty_high_fen,
        changes=tuple(WhatIfChange.model_validate(one, from_attributes=True) for one in made.changes),
    )


@action(
    "statement.dispute",
    "POST",
    "/statements/{id}/disputes",
    "对一项违约金提出争议",
    request=RaiseDispute,
    answer=FindingDetail,
    aim=_aim,
    follows="adjudication.read",
)
def dispute(desk: Desk, request: RaiseDispute) -> FindingDetail:
    """Freezes one line of a statement's penalties; the others are charged as ever.

    The other party confirms that it is not owed, or contests that, and then the administration decides. Raises
    `Problem` dispute.line where the statement counts no such line, dispute.open where it is disputed already.
    """
    kept = require_statement(desk.connection, request.id)
    made = raise_dispute(
        desk.connection,
        desk.site,
        kept,
        line=request.line,
        reason=request.reason,
        person_id=desk.person_id,
        role=desk.caller.organisation_role,
    )
    return read_adjudication(desk, ById(id=made.id))


@action(
    "statement.recompute",
    "GET",
    "/statements/{id}/recomputation",
    "重算结算单",
    request=ById,
    answer=Recomputed,
    aim=_aim,
)
def recompute_statement(desk: Desk, request: ById) -> Recomputed:
    """The same month computed again from what was known when the statement was made: it must be the same to the fen."""
    kept = require_statement(desk.connection, request.id)
    made = recompute(desk.site, kept).model_dump(mode="json")
    return Recomputed(id=kept.id, same=made == {"frozen_fen": 0, **kept.data})  # of before anything could be disputed


@action(
    "statement.trace",
    "GET",
    "/statements/{id}/trace",
    "追溯一个数字",
    request=ReadTrace,
    answer=TraceDetail,
    aim=_aim,
)
def read_trace(desk: Desk, request: ReadTrace) -> TraceDetail:
    """How one figure came about: formula, clause and its words, reading, facts with their places in the chain."""
    data = require_statement(desk.connection, request.id).data
    nodes: Mapping[str, Any] = data["trace"]
    node = nodes.get(request.node)
    if node is None:
        raise Problem(
            "statement.node",
            "结算单中没有「{value}」这一步",
            field="node",
            value=request.node[:80],
            way_out="请从结算单的数字点入",
        )
    facts = list_facts_by_id(desk.connection, tuple(node["facts"]))
    known = {one.id for one in facts}
    reading = next((one for one in data["readings"] if node["reading"] in (one.get("code"), one.get("id"))), None)
    return TraceDetail(
        id=request.node,
        label=node["label"],
        value=node["value"],
        formula=node["formula"],
        source=node["source"],
        reading=dict(reading) if reading else None,
        facts=tuple(
            TraceFact(
                id=one.id,
                kind=one.kind,
                subject=one.subject,
                at=one.at,
                origin=one.origin,
                sample=one.sample,
                payload=dict(one.payload),
                position=one.position,
                sm3=one.sm3,
            )
            for one in facts
        ),
        streams=tuple(name for name in node["facts"] if name not in known),
        children=tuple(_step(nodes, child) for child in node["children"] if child in nodes),
        parents=tuple(_step(nodes, name) for name, one in nodes.items() if request.node in one["children"]),
    )


def _step(nodes: Mapping[str, Any], name: str) -> TraceStep:
    return TraceStep(id=name, label=nodes[name]["label"], value=nodes[name]["value"])
