"""A dispute about one line of a month's penalties: a finding, open until the parties or the administration decide."""

from __future__ import annotations

from sqlalchemy import Connection

from yunqi.cases.adjudication import DISPUTED, PENDING, line_of, open_adjudication
from yunqi.contract.conditions import YES
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.operations.cases import open_within
from yunqi.operations.installation import Installation
from yunqi.reports.statement_view import view_statement
from yunqi.store.cases import Case, list_cases
from yunqi.store.locks import lock_contract
from yunqi.store.statements import StatementRow

_COUNTED = ("chosen", "frozen")


def raise_dispute(
    connection: Connection,
    installation: Installation,
    kept: StatementRow,
    *,
    line: str,
    reason: str,
    person_id: str,
    role: str,
) -> Case:
    """Opens a dispute about one line that a statement counts; `line` is the candidate's id, `role` that of the
    organisation in whose name the person acts.

    Raises `Problem` dispute.line and dispute.open.
    """
    counted = {one["id"]: one for one in kept.data["candidates"] if one["state"] in _COUNTED}
    found = counted.get(line)
    if found is None:
        raise Problem(
            "dispute.line",
            "结算单没有计入「{value}」这一项违约金",
            field="line",
            value=line[:80],
            lines="、".join(counted) or "—",
            way_out="可以争议的有：{lines}",
        )
    lock_contract(connection, kept.contract_id)
    event = line_of(kept.month, line)
    for one in list_cases(connection, kept.contract_id, kind="adjudication"):
        if one.data.get("question") == DISPUTED and one.data.get("event") == event and one.state in PENDING:
            raise Problem(
                "dispute.open",
                "这一项已有争议「{number}」在办理",
                field="line",
                number=one.number,
                way_out="请办理该争议：yunqi incident adjudicate",
            )
    view = next(one for one in view_statement(kept.data)["candidates"] if one["id"] == line)
    amount = render_yuan(int(found["amount_fen"] or 0))
    named = f"{kept.month} {view['event']} {view['clause']}：{amount}"[:300]
    state = open_adjudication(event, DISPUTED, YES, reason, {"line": named, "opened_by": role})
    return open_within(connection, installation, state, kept.contract_id, named, person_id)
