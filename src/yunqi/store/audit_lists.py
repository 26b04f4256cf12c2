"""The audit trail in pages, with names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select, true

from yunqi.kernel.rights import AUDIT_ADMIN, SUPERVISOR, Caller
from yunqi.store.listing import Listing
from yunqi.store.tables import audit, audit_seal, organisation, person

_CHUNK = 1000


def audit_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `audit`: what was done in the name of one's own organisation; the audit administrator and the
    supervisor see all.
    """
    sees_all = AUDIT_ADMIN in caller.roles or caller.organisation_role == SUPERVISOR
    if sees_all or (caller.at_machine and caller.person_id is None):
        return true()
    return audit.c.organisation_id == caller.organisation_id


def audit_listing(
    caller: Caller,
    *,
    who: str | None = None,
    of: str | None = None,
    action: str | None = None,
    about: str | None = None,
    outcome: str | None = None,
    no: int | None = None,
    assumption: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Listing:
    """Rows that a caller may see: `who` a person and `of` an organisation by id or name, `about` within the object."""
    conditions: list[ColumnElement[bool]] = [audit_scope(caller), *_span(since, until)]
    if who:
        conditions.append(or_(audit.c.person_id == who, person.c.name == who))
    if of:
        conditions.append(or_(audit.c.organisation_id == of, organisation.c.name == of))
    if action:
        conditions.append(or_(audit.c.action == action, audit.c.action.startswith(f"{action}.", autoescape=True)))
    if no is not None:
        conditions.append(audit.c.no == no)
    if assumption:
        conditions.append(audit.c.assumption_id == assumption)
    if about:
        conditions.append(audit.c.object.contains(about, autoescape=True))
    if outcome == "refused":
        conditions.append(audit.c.outcome.not_in(("done", "proposed")))
    elif outcome:
        conditions.append(audit.c.outcome == outcome)
    return Listing(
        _query(), audit.c.no, {"no": audit.c.no, "at": audit.c.at, "action": audit.c.action}, "-no", conditions
    )


def iterate_audit(
    connection: Connection, *, since: datetime | None, until: datetime | None, limit: int
) -> Iterator[Row[Any]]:
    """The rows of a span in order, at most so many."""
    query = _query().where(*_span(since, until)).order_by(audit.c.no).limit(limit)
    yield from connection.execution_options(yield_per=_CHUNK).execute(query)


def _span(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(audit.c.at >= since)
    if until is not None:
        conditions.append(audit.c.at < until)
    return conditions


def _query() -> Select[Any]:
    joined = (
        audit.outerjoin(person, person.c.id == audit.c.person_id)
        .outerjoin(organisation, organisation.c.id == audit.c.organisation_id)
        .outerjoin(audit_seal, audit_seal.c.audit_no == audit.c.no)
    )
    names = (person.c.name.label("person"), organisation.c.name.label("organisation"))
    return select(audit, *names, audit_seal.c.position.label("position")).select_from(joined)
