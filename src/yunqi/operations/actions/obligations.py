"""Obligations as actions: what must be handed in or done by when, what is late, what waits for something."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from yunqi.contract.obligations.standing import STATES
from yunqi.kernel.period import date_of
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.month_facts import foresee_obligations
from yunqi.operations.obligation_list import BOTH, names_of, read_entries, row_of
from yunqi.store.contracts import Contract
from yunqi.store.document_lists import list_visible_contracts
from yunqi.store.moment import read_together
from yunqi.wire.obligations import ListObligations, ObligationList, ObligationRow

_TOGETHER = 50
"""Contracts whose rows are held at once."""


@action(
    "obligation.list",
    "GET",
    "/obligations",
    "查看义务与期限",
    request=ListObligations,
    answer=ObligationList,
    aim=aims.contract_if_named,
)
def obligations(desk: Desk, request: ListObligations) -> ObligationList:
    """Obligations of the contracts that the caller may see, the most urgent first."""
    today = date_of(desk.now)
    if request.contract:
        contracts: tuple[Contract, ...] = (aims.require_contract_of(desk, request.contract),)
    else:
        contracts = list_visible_contracts(desk.connection, desk.caller)
    rows = [
        row
        for found in _each_foreseen(desk, contracts)
        for row in _rows(desk, found, today)
        if _is_wanted(row, request)
    ]
    rows.sort(key=lambda row: (STATES.index(row.state), _day(row) or date.max, row.contract_id, row.key))
    return ObligationList(today=today, items=tuple(rows))


def _each_foreseen(desk: Desk, contracts: tuple[Contract, ...]) -> Iterator[Contract]:
    """The contracts one after the other; what is known of some of them is read of all these at once."""
    for start in range(0, len(contracts), _TOGETHER):
        some = contracts[start : start + _TOGETHER]
        read_together(desk.connection, [one.id for one in some])
        for found in some:
            foresee_obligations(desk.connection, found.id)
            yield found


def _rows(desk: Desk, found: Contract, today: date) -> list[ObligationRow]:
    names = names_of(desk, found)
    return [row_of(found, entry, names, today) for entry in read_entries(desk, found)]


def _day(row: ObligationRow) -> date | None:
    return row.due_on or row.period_end


def _is_wanted(row: ObligationRow, asked: ListObligations) -> bool:
    if asked.party and row.party not in (asked.party, BOTH):
        return False
    if (asked.state and row.state != asked.state) or (asked.trigger and row.trigger != asked.trigger):
        return False
    if asked.text and not any(asked.text in words for words in (row.text, row.no, row.article, row.deadline)):
        return False
    if asked.start_on is None and asked.end_on is None:
        return True
    day = _day(row)
    if day is None:
        return False
    return (asked.start_on is None or day >= asked.start_on) and (asked.end_on is None or day <= asked.end_on)
