"""Runs and proposals in pages, for one caller."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from yunqi.kernel.rights import APPROVER, COLLEAGUE, COUNTERPARTY, Caller
from yunqi.store.listing import Listing
from yunqi.store.proposals import EXPIRED, PROPOSED
from yunqi.store.tables import proposal, run


def run_listing(caller: Caller, *, state: str | None = None) -> Listing:
    """Runs that people of the caller's organisation began."""
    conditions: list[ColumnElement[bool]] = [run.c.caller.is_not(None), _own(caller, run.c.organisation_id)]
    if state is not None:
        conditions.append(run.c.state == state)
    return Listing(
        select(run), run.c.id, {"id": run.c.id, "opened_at": run.c.opened_at}, default="-id", filters=conditions
    )


def proposal_listing(caller: Caller, *, state: str | None, mine: bool, now: datetime) -> Listing:
    """Proposals of the caller's organisation and of its contracts; `mine`: those that the caller may decide now."""
    party = or_(
        _own(caller, proposal.c.organisation_id),
        and_(
            proposal.c.needs == COUNTERPARTY,
            or_(_own(caller, proposal.c.using_unit_id), _own(caller, proposal.c.provider_id)),
        ),
    )
    conditions: list[ColumnElement[bool]] = [party]
    if state == EXPIRED:
        conditions += [proposal.c.state == PROPOSED, proposal.c.expires_at <= now]
    elif state == PROPOSED or mine:
        conditions += [proposal.c.state == PROPOSED, proposal.c.expires_at > now]
    elif state is not None:
        conditions.append(proposal.c.state == state)
    if mine:
        conditions.append(_decidable(caller))
    return Listing(
        select(proposal),
        proposal.c.id,
        {"id": proposal.c.id, "proposed_at": proposal.c.proposed_at, "expires_at": proposal.c.expires_at},
        default="-id",
        filters=conditions,
    )


def _own(caller: Caller, column: ColumnElement[str]) -> ColumnElement[bool]:
    return true() if caller.at_machine and caller.person_id is None else column == caller.organisation_id


def _decidable(caller: Caller) -> ColumnElement[bool]:
    if APPROVER not in caller.roles or caller.assumption is not None:
        return false()
    own = proposal.c.organisation_id == caller.organisation_id
    return and_(
        proposal.c.proposed_by != caller.person_id,
        or_(and_(proposal.c.needs == COLLEAGUE, own), and_(proposal.c.needs == COUNTERPARTY, ~own)),
    )
