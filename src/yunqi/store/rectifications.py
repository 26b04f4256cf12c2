"""Rectification notices in pages, narrowed by what their data say; and how many are open under each contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, and_, func, not_, select

from yunqi.kernel.rights import Caller
from yunqi.store.case_lists import case_listing
from yunqi.store.json_values import json_word
from yunqi.store.listing import Listing
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import case, contract

KIND = "rectification"


def rectification_listing(
    caller: Caller,
    *,
    open_states: Iterable[str],
    today: date,
    contract_id: str | None = None,
    states: Iterable[str] | None = None,
    overdue: bool | None = None,
    purpose: str | None = None,
    to: str | None = None,
) -> Listing:
    """The notices that a caller may see; `overdue`: an answer is waited for (`open_states`) and its day is past."""
    base = case_listing(caller, KIND, contract_id=contract_id, states=states)
    conditions = list(base.filters)
    if overdue is not None:
        late = and_(case.c.state.in_(tuple(open_states)), json_word(case.c.data, "due_on") < today.isoformat())
        conditions.append(late if overdue else not_(late))
    for key, wanted in (("purpose", purpose), ("to", to)):
        if wanted is not None:
            conditions.append(json_word(case.c.data, key) == wanted)
    due_on = func.coalesce(json_word(case.c.data, "due_on"), "")
    return replace(base, filters=conditions, sorts={**base.sorts, "due_on": due_on})


def count_open_notices(
    connection: Connection, caller: Caller, *, unsettled: Iterable[str], open_states: Iterable[str], today: date
) -> Mapping[str, tuple[int, int]]:
    """By contract how many notices to set something right are not settled, and how many of them are overdue."""
    late = and_(case.c.state.in_(tuple(open_states)), json_word(case.c.data, "due_on") < today.isoformat())
    query = (
        select(case.c.contract_id, func.count(), func.count().filter(late))
        .join(contract, contract.c.id == case.c.contract_id)
        .where(
            case.c.kind == KIND,
            case.c.state.in_(tuple(unsettled)),
            json_word(case.c.data, "purpose") == "rectify",
            contract_scope(caller),
        )
        .group_by(case.c.contract_id)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}
