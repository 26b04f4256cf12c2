"""The outbox of webhooks: what happened is written down for whoever wants to know, in the very transaction of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
_TOLD = ("number", "month", "provisional", "volume")


def tell_of_fact(
    connection: Connection, *, kind: str, contract_id: str, subject: str, payload: Mapping[str, Any], now: datetime
) -> None:
    """Tells both parties of a contract, and whoever oversees, of a fact of one of the kinds that are told."""
    row = connection.execute(
        select(contract.c.using_unit_id, contract.c.provider_id, contract.c.number).where(contract.c.id == contract_id)
    ).first()
    if row is None:
        return
    data = {"contract_id": contract_id, "contract_number": row.number, "id": subject}
    data |= {name: payload[name] for name in _TOLD if name in payload}
    _write(connection, OF_FACTS[kind], {row.using_unit_id, row.provider_id}, data, now, overseers=True)


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
    _write(connection, "proposal.waiting", told, data, now)


def tell_of_run(
    connection: Connection, *, run_id: str, action: str, state: str, organisation_id: str | None, now: datetime
) -> None:
    """Tells the organisation whose people began a run that it has ended."""
    if organisation_id is not None:
        _write(connection, "run.ended", {organisation_id}, {"id": run_id, "action": action, "state": state}, now)


def _write(
    connection: Connection,
    event: str,
    organisation_ids: Collection[str],
    data: Mapping[str, Any],
    now: datetime,
    *,
    overseers: bool = False,
) -> None:
    told: ColumnElement[bool] = webhook.c.organisation_id.in_(sorted(organisation_ids))
    if overseers:
        told = or_(told, organisation.c.role.in_((ADMINISTRATION, SUPERVISOR)))
    query = (
        select(webhook.c.id, webhook.c.events)
        .join(organisation, organisation.c.id == webhook.c.organisation_id)
        .where(webhook.c.removed_at.is_(None), told)
    )
    rows = [make_row(row.id, event, data, now) for row in connection.execute(query) if event in row.events]
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
