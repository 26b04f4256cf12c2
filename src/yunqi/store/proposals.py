"""Deeds that wait for a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.tables import proposal as table
from yunqi.store.webhook_outbox import tell_of_proposal

PROPOSED, AGREED, REFUSED, WITHDRAWN, EXPIRED = "proposed", "agreed", "refused", "withdrawn", "expired"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it stands at an instant: one that nobody decided in time is `expired`."""

    id: str
    action: str
    title: str
    request: Mapping[str, Any]
    needs: str
    contract_id: str | None
    using_unit_id: str | None
    provider_id: str | None
    organisation_id: str
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    outcome: Any


def keep_proposal(
    connection: Connection,
    *,
    action: str,
    title: str,
    request: Mapping[str, Any],
    needs: str,
    contract_id: str | None,
    using_unit_id: str | None,
    provider_id: str | None,
    organisation_id: str,
    proposed_by: str,
    now: datetime,
    expires_at: datetime,
) -> Proposal:
    """A new proposal."""
    identifier = make_id("prp")
    connection.execute(
        table.insert().values(
            id=identifier,
            action=action,
            title=title[:300],
            request=dict(request),
            needs=needs,
            contract_id=contract_id,
            using_unit_id=using_unit_id,
            provider_id=provider_id,
            organisation_id=organisation_id,
            proposed_by=proposed_by,
            proposed_at=now,
            expires_at=expires_at,
            state=PROPOSED,
            reason="",
        )
    )
    tell_of_proposal(
        connection,
        proposal_id=identifier,
        action=action,
        needs=needs,
        organisation_id=organisation_id,
        parties=(using_unit_id, provider_id),
        contract_id=contract_id,
        now=now,
    )
    return require_proposal(connection, identifier, now)


def require_proposal(connection: Connection, proposal_id: str, now: datetime) -> Proposal:
    """The proposal of this id; raises `Problem` proposal.unknown."""
    row = connection.execute(select(table).where(table.c.id == proposal_id)).first()
    if row is None:
        raise Problem(
            "proposal.unknown", "没有待复核事项「{value}」", field="id", value=proposal_id, way_out="请核对编号"
        )
    return to_proposal(row, now)


def list_waiting_proposals(
    connection: Connection, contract_id: str, action: str, now: datetime
) -> tuple[Proposal, ...]:
    """The proposals of one action about a contract that wait for the second person."""
    query = select(table).where(
        table.c.contract_id == contract_id,
        table.c.action == action,
        table.c.state == PROPOSED,
        table.c.expires_at > now,
    )
    return tuple(to_proposal(row, now) for row in connection.execute(query.order_by(table.c.id)))


def close_proposal(
    connection: Connection,
    proposal_id: str,
    *,
    state: str,
    person_id: str,
    reason: str,
    outcome: Any,
    now: datetime,
) -> Proposal:
    """Decides a proposal that nobody decided yet; of two at once one wins.

    Raises `Problem` proposal.decided and proposal.expired.
    """
    found = require_proposal(connection, proposal_id, now)
    changed = connection.execute(
        update(table)
        .where(table.c.id == proposal_id, table.c.state == PROPOSED, table.c.expires_at > now)
        .values(state=state, decided_by=person_id, decided_at=now, reason=reason[:300], outcome=outcome)
    )
    if changed.rowcount != 1:
        if found.state == EXPIRED:
            raise Problem(
                "proposal.expired",
                "该事项已于 {at} 过期",
                field="id",
                at=found.expires_at.isoformat(),
                way_out="请重新提出",
            )
        raise Problem("proposal.decided", "该事项已经办结", field="id", way_out="请刷新后查看结果")
    return require_proposal(connection, proposal_id, now)


def keep_outcome(connection: Connection, proposal_id: str, outcome: Any) -> None:
    """What came of a proposal that was agreed to."""
    connection.execute(update(table).where(table.c.id == proposal_id).values(outcome=outcome))


def to_proposal(row: Row[Any], now: datetime) -> Proposal:
    """A proposal from its row."""
    state = EXPIRED if row.state == PROPOSED and row.expires_at <= now else row.state
    return Proposal(
        id=row.id,
        action=row.action,
        title=row.title,
        request=row.request,
        needs=row.needs,
        contract_id=row.contract_id,
        using_unit_id=row.using_unit_id,
        provider_id=row.provider_id,
        organisation_id=row.organisation_id,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        state=state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        outcome=row.outcome,
    )
