"""What the audit trail and the accounts say of some organisations over a span, counted; never of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from yunqi.kernel.period import Span
from yunqi.store.tables import account, assumption, audit, person, signing_key


@dataclass(frozen=True, slots=True)
class Deed:
    """How often an action of the table of rights was done (or refused) in the name of an organisation."""

    organisation_id: str
    action: str
    done: int
    refused: int


@dataclass(frozen=True, slots=True)
class AssumedSpan:
    """A role that a person of the provider assumed in a using unit's name, and how many deeds were done under it."""

    person: str
    reason: str
    begun_at: datetime
    ended_at: datetime | None
    until_at: datetime
    deeds: int


@dataclass(frozen=True, slots=True)
class AccountCount:
    """The accounts of an organisation as they stand now. `locked`: by the security administrator; `stale`: not
    signed in since a given instant.
    """

    organisation_id: str
    all: int
    disabled: int
    locked: int
    one_factor: int
    stale: int


def count_deeds(connection: Connection, organisations: Collection[str], span: Span) -> tuple[Deed, ...]:
    """By organisation and action how often it was done and refused within a span, in order of their names."""
    done = func.sum(case((audit.c.outcome.in_(("done", "proposed")), 1), else_=0))
    query = (
        select(audit.c.organisation_id, audit.c.action, done.label("done"), func.count().label("every"))
        .where(audit.c.organisation_id.in_(tuple(organisations)), audit.c.at >= span.start_at, audit.c.at < span.end_at)
        .group_by(audit.c.organisation_id, audit.c.action)
        .order_by(audit.c.organisation_id, audit.c.action)
    )
    return tuple(
        Deed(row.organisation_id, row.action, int(row.done), int(row.every) - int(row.done))
        for row in connection.execute(query)
    )


def list_assumed(connection: Connection, using_unit_id: str, provider_id: str, span: Span) -> tuple[AssumedSpan, ...]:
    """The roles that the provider's people assumed in a unit's name and held within a span, the earliest first."""
    deeds = (
        select(audit.c.assumption_id, func.count().label("deeds"))
        .where(audit.c.assumption_id.is_not(None), audit.c.at >= span.start_at, audit.c.at < span.end_at)
        .group_by(audit.c.assumption_id)
        .subquery()
    )
    columns = assumption.c
    query = (
        select(assumption, person.c.name.label("person"), func.coalesce(deeds.c.deeds, 0).label("deeds"))
        .join(person, person.c.id == columns.person_id)
        .outerjoin(deeds, deeds.c.assumption_id == columns.id)
        .where(
            columns.organisation_id == using_unit_id,
            person.c.organisation_id == provider_id,
            columns.begun_at < span.end_at,
            func.coalesce(columns.ended_at, columns.until_at) > span.start_at,
        )
        .order_by(columns.begun_at, columns.id)
    )
    return tuple(
        AssumedSpan(row.person, row.reason, row.begun_at, row.ended_at, row.until_at, row.deeds)
        for row in connection.execute(query)
    )


def count_accounts(
    connection: Connection, organisations: Collection[str], *, stale_before: datetime
) -> Mapping[str, AccountCount]:
    """The accounts of each organisation, by its id; one without accounts has none."""
    query = select(account, person.c.organisation_id).join(person, person.c.id == account.c.person_id)
    found: dict[str, AccountCount] = {}
    for row in connection.execute(query.where(person.c.organisation_id.in_(tuple(organisations)))):
        live = row.disabled_at is None
        before = found.get(row.organisation_id, AccountCount(row.organisation_id, 0, 0, 0, 0, 0))
        found[row.organisation_id] = AccountCount(
            row.organisation_id,
            before.all + 1,
            before.disabled + (not live),
            before.locked + (live and row.locked_at is not None),
            before.one_factor + (live and row.totp_secret is None),
            before.stale + (live and (row.signed_in_at or row.created_at) < stale_before),
        )
    return found


def list_known_keys(connection: Connection) -> Mapping[str, datetime]:
    """Since when each signing key is known here, by its id."""
    return {row.key_id: row.recorded_at for row in connection.execute(select(signing_key))}
