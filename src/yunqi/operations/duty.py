"""The rota read with its contract: which posts want somebody day and night, and when nobody was there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.duty import Shift, Unmanned, find_unmanned, post_word
from yunqi.cases.register import UNATTENDED, open_entry
from yunqi.contract.on_duty import find_continuous
from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.period import Span
from yunqi.kernel.units import render_length
from yunqi.kernel.words import _
from yunqi.operations.installation import Installation
from yunqi.operations.versions import data_at
from yunqi.store.cases import Case, open_case
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.duty import PlannedShift, list_rota_contracts, list_shifts, list_unmanned_facts, record_unmanned
from yunqi.store.facts import MEASURED, NewFact, record_fact

_LOOK_BACK = timedelta(days=3)
SETTLED = timedelta(minutes=20)
"""So long after its end a span is a fact: who was there has had the time to say so."""


def shift_of(row: PlannedShift) -> Shift:
    """A row of the rota as the finding of unmanned time takes it."""
    names = ("id", "post", "start_at", "end_at", "taken_at", "taken_recorded_at", "left_at")
    return Shift(person=row.person_name, **{name: getattr(row, name) for name in names})


def read_unmanned(
    connection: Connection, contract: Contract, window: Span, now: datetime
) -> tuple[tuple[Unmanned, ...], Mapping[str, Mapping[str, Any] | None], tuple[PlannedShift, ...]]:
    """The spans without anybody, the posts that the contract wants manned without a break, and the shifts read."""
    continuous = find_continuous(data_at(connection, contract, now, now))
    rows = list_shifts(connection, contract.id, end_at=max(window.end_at, now))
    shifts = [shift_of(row) for row in rows]
    return find_unmanned(shifts, window, now, continuous=continuous), continuous, rows


def record_past_unmanned(installation: Installation) -> tuple[str, ...]:
    """Records each span of the last days that is over as a fact, once; returns a line for each new one."""
    now = installation.clock.now()
    with installation.database.read() as connection:
        contracts = list_rota_contracts(connection)
    said: list[str] = []
    for contract_id in contracts:
        with installation.database.read() as connection:
            contract = require_contract(connection, contract_id)
            found, _posts, _rows = read_unmanned(connection, contract, Span(now - _LOOK_BACK, now), now)
            known = list_unmanned_facts(connection, contract_id)
            fresh = list(_new(found, known, now))
        if not fresh:
            continue
        with installation.database.write() as connection:
            for one in fresh:
                identifier = record_unmanned(
                    connection,
                    contract_id,
                    post=one.post,
                    start_at=one.start_at,
                    end_at=one.end_at,
                    claimed=one.claimed,
                    now=now,
                )
                propose_unattended(connection, contract_id, one, identifier, now)
                said.append(
                    _(
                        "无人值守：{contract} {post}，{start} 起 {length}",
                        contract=contract.number,
                        post=post_word(one.post),
                        start=render_local(one.start_at),
                        length=render_length(one.end_at - one.start_at),
                    )
                )
    return tuple(said)


def propose_unattended(
    connection: Connection, contract_id: str, one: Unmanned, unmanned_fact: str, now: datetime
) -> Case:
    """Enters a span without anybody in the register; it counts only once both parties have confirmed it."""
    data = {"post": one.post, "end_at": render_instant(one.end_at), "claimed": one.claimed, "fact": unmanned_fact}
    state = open_entry(UNATTENDED, data)
    title = _("{post} 无人值守 {length}", post=post_word(one.post), length=render_length(one.end_at - one.start_at))
    opened = open_case(
        connection,
        kind=UNATTENDED,
        contract_id=contract_id,
        title=title,
        state=state.state,
        data=state.data,
        opened_at=one.start_at,
        now=now,
    )
    payload = {"number": opened.number, "title": opened.title, "data": dict(state.data)}
    record_fact(
        connection,
        NewFact(contract_id, f"{UNATTENDED}.opened", opened.id, one.start_at, payload, MEASURED),
        now=now,
    )
    return opened


def _new(found: Iterable[Unmanned], known: Mapping[Any, str], now: datetime) -> Iterable[Unmanned]:
    for one in found:
        place = (one.post, render_instant(one.start_at), render_instant(one.end_at))
        # What began before the window was cut at its edge: it was seen whole before.
        cut = one.start_at == now - _LOOK_BACK
        if not one.lasts and one.end_at + SETTLED <= now and not cut and place not in known:
            yield one
