"""The outbox of webhooks: what happened is written down for whoever wants to know, in the very transaction of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from yunqi.kernel.clock import render_instant
from yunqi.kernel.ids import make_id
from yunqi.kernel.rights import ADMINISTRATION, COUNTERPARTY, SUPERVISOR
from yunqi.store.tables import contract, organisation, webhook, webhook_delivery

WAITING = "waiting"
EVENTS = (
    "incident.opened",
    "incident.ended",
    "statement.made",
    "certificate.issued",
    "proposal.waiting",
    "run.ended",
)
OF_FACTS: Mapping[str, str] = {
    "incident.opened": "incident.opened",
    "incident.recovered": "incident.ended",
    "statement.made": "statement.made",
    "resource.erased": "certificate.issued",
}
"""Which kinds of facts are told, and as which event."""
_OVERSEERS = (ADMINISTRATION, SUPERVISOR)
_TOLD = ("number", "month", "provisional", "volume")


def tell_of_facts(connection: Connection, facts: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Tells both parties of each contract, and whoever oversees, of facts (kind, contract_id, subject, payload) of the
    kinds that are told.
    """
    if not facts:
        return
    columns = (contract.c.id, contract.c.using_unit_id, contract.c.provider_id, contract.c.number)
    query = select(*columns).where(contract.c.id.in_(sorted({one["contract_id"] for one in facts})))
    contracts = {row.id: row for row in connection.execute(query)}
    happenings = []
    for one in facts:
        row = contracts.get(one["contract_id"])
        if row is not None:
            data = {"contract_id": row.id, "contract_number": row.number, "id": one["subject"]}
            data |= {name: one["payload"][name] for name in _TOLD if name in one["payload"]}
            happenings.append(_Happening(OF_FACTS[one["kind"]], frozenset({row.using_unit_id, row.provider_id}), data))
    _write(connection, happenings, now, overseers=True)


def tell_of_proposal(
    connection: Connection,
    *,
    proposal_id: str,
    action: str,
    needs: str,
    organisation_id: str,
    parties: Collection[str | None],
    contract_id: str | None,
    now: datetime,
) -> None:
    """Tells the organisation whose word is waited for."""
    others = {one for one in parties if one is not None} - {organisation_id}
    told = others if needs == COUNTERPARTY else {organisation_id}
    data = {"id": proposal_id, "action": action, "contract_id": contract_id}
    _write(connection, [_Happening("proposal.waiting", frozenset(told), data)], now)


def tell_of_run(
    connection: Connection, *, run_id: str, action: str, state: str, organisation_id: str | None, now: datetime
) -> None:
    """Tells the organisation whose people began a run that it has ended."""
    if organisation_id is not None:
        data = {"id": run_id, "action": action, "state": state}
        _write(connection, [_Happening("run.ended", frozenset({organisation_id}), data)], now)


@dataclass(frozen=True, slots=True)
class _Happening:
    # Something of a kind, the organisations that are told of it, and what they are told.
    event: str
    told: frozenset[str]
    data: Mapping[str, Any]


def _write(connection: Connection, happenings: Iterable[_Happening], now: datetime, *, overseers: bool = False) -> None:
    some = tuple(happenings)
    concerned: ColumnElement[bool] = webhook.c.organisation_id.in_(sorted({of for one in some for of in one.told}))
    if overseers:
        concerned = or_(concerned, organisation.c.role.in_(_OVERSEERS))
    query = (
        select(webhook.c.id, webhook.c.events, webhook.c.organisation_id, organisation.c.role)
        .join(organisation, organisation.c.id == webhook.c.organisation_id)
        .where(webhook.c.removed_at.is_(None), concerned)
    )
    hooks = connection.execute(query).all()
    rows = [
        make_row(hook.id, one.event, one.data, now)
        for one in some
        for hook in hooks
        if one.event in hook.events and (hook.organisation_id in one.told or (overseers and hook.role in _OVERSEERS))
    ]
    if rows:
        connection.execute(webhook_delivery.insert(), rows)


def make_row(webhook_id: str, event: str, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A delivery that is due at once. What is told names things and says no more: the rest is asked for over the API,
    with one's own rights.
    """
    identifier = make_id("whd")
    payload = {"delivery": identifier, "event": event, "at": render_instant(now), "data": dict(data)}
    return {
        "id": identifier,
        "webhook_id": webhook_id,
        "event": event,
        "payload": payload,
        "at": now,
        "state": WAITING,
        "attempts": 0,
        "next_at": now,
    }
