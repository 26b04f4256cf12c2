"""Webhooks and their deliveries as rows: added, removed, due, done, dead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, true, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import SYSTEM_ADMIN, Caller
from yunqi.store.listing import Listing
from yunqi.store.tables import organisation, person, webhook, webhook_delivery
from yunqi.store.webhook_outbox import WAITING, make_row

DONE, DEAD, DROPPED = "done", "dead", "dropped"
PING = "webhook.ping"


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is to be tried now; `secret` is still encrypted."""

    id: str
    webhook_id: str
    url: str
    algorithm: str
    secret: str
    event: str
    payload: Mapping[str, Any]
    attempts: int


def add_webhook(
    connection: Connection,
    *,
    webhook_id: str,
    organisation_id: str,
    url: str,
    events: tuple[str, ...],
    algorithm: str,
    secret: str,
    created_by: str | None,
    now: datetime,
) -> None:
    """Adds a webhook; `secret` is encrypted already."""
    connection.execute(
        webhook.insert().values(
            id=webhook_id,
            organisation_id=organisation_id,
            url=url,
            events=list(events),
            algorithm=algorithm,
            secret=secret,
            created_at=now,
            created_by=created_by,
        )
    )


def count_webhooks(connection: Connection, organisation_id: str) -> int:
    """How many webhooks an organisation has."""
    query = select(func.count()).where(webhook.c.organisation_id == organisation_id, webhook.c.removed_at.is_(None))
    count: int = connection.execute(query).scalar_one()
    return count


def require_webhook(connection: Connection, webhook_id: str) -> Row[Any]:
    """The webhook of this id that is not removed, as in the list; raises `Problem` webhook.unknown."""
    row = connection.execute(_query().where(webhook.c.id == webhook_id, webhook.c.removed_at.is_(None))).first()
    if row is None:
        raise Problem(
            "webhook.unknown", "没有事件推送「{value}」", field="id", value=webhook_id[:60], way_out="请刷新列表"
        )
    return row


def remove_webhook(connection: Connection, webhook_id: str, *, by: str | None, now: datetime) -> None:
    """Removes a webhook; what still waited for it is dropped."""
    connection.execute(update(webhook).where(webhook.c.id == webhook_id).values(removed_at=now, removed_by=by))
    mine = (webhook_delivery.c.webhook_id == webhook_id, webhook_delivery.c.state == WAITING)
    connection.execute(update(webhook_delivery).where(*mine).values(state=DROPPED, done_at=now))


def ping_webhook(connection: Connection, webhook_id: str, now: datetime) -> None:
    """Writes a delivery that tells of nothing, to see whether it arrives."""
    connection.execute(webhook_delivery.insert().values(**make_row(webhook_id, PING, {}, now)))


def retry_dead(connection: Connection, webhook_id: str, now: datetime) -> int:
    """Lets the dead deliveries of a webhook begin anew; returns how many."""
    mine = (webhook_delivery.c.webhook_id == webhook_id, webhook_delivery.c.state == DEAD)
    fresh = {"state": WAITING, "attempts": 0, "next_at": now, "done_at": None}
    return connection.execute(update(webhook_delivery).where(*mine).values(**fresh)).rowcount


def list_due(connection: Connection, now: datetime, *, limit: int) -> tuple[Due, ...]:
    """Deliveries whose time has come, the longest due first."""
    query = (
        select(webhook_delivery, webhook.c.url, webhook.c.algorithm, webhook.c.secret)
        .join(webhook, webhook.c.id == webhook_delivery.c.webhook_id)
        .where(webhook_delivery.c.state == WAITING, webhook_delivery.c.next_at <= now, webhook.c.removed_at.is_(None))
        .order_by(webhook_delivery.c.next_at, webhook_delivery.c.id)
        .limit(limit)
    )
    return tuple(
        Due(row.id, row.webhook_id, row.url, row.algorithm, row.secret, row.event, row.payload, row.attempts)
        for row in connection.execute(query)
    )


def note_attempt(
    connection: Connection,
    delivery: Due,
    *,
    status: int | None,
    error: str | None,
    next_at: datetime | None,
    now: datetime,
) -> bool:
    """Keeps what came of an attempt: done without an error, tried again at `next_at`, dead without one.

    False when somebody else noted one meanwhile, or the webhook was removed: then nothing is changed.
    """
    state = DONE if error is None else WAITING if next_at is not None else DEAD
    values: dict[str, Any] = {"state": state, "attempts": delivery.attempts + 1, "status": status, "error": error}
    values["done_at"] = None if state == WAITING else now
    if next_at is not None:
        values["next_at"] = next_at
    same = (
        webhook_delivery.c.id == delivery.id,
        webhook_delivery.c.state == WAITING,
        webhook_delivery.c.attempts == delivery.attempts,
    )
    return connection.execute(update(webhook_delivery).where(*same).values(**values)).rowcount == 1


def forget_deliveries(connection: Connection, before: datetime) -> int:
    """Drops the rows of deliveries that ended before an instant; returns how many."""
    ended = (webhook_delivery.c.state != WAITING, webhook_delivery.c.done_at < before)
    return connection.execute(webhook_delivery.delete().where(*ended)).rowcount


def _scope(caller: Caller) -> ColumnElement[bool]:
    if SYSTEM_ADMIN in caller.roles or (caller.at_machine and caller.person_id is None):
        return true()
    return webhook.c.organisation_id == caller.organisation_id


def webhook_listing(caller: Caller) -> Listing:
    """The webhooks of the caller's organisation; of all for the system administrator."""
    sorts = {"id": webhook.c.id, "url": webhook.c.url, "organisation": organisation.c.name}
    return Listing(
        _query(), webhook.c.id, sorts, default="-id", filters=[webhook.c.removed_at.is_(None), _scope(caller)]
    )


def delivery_listing(webhook_id: str, *, state: str | None) -> Listing:
    """The deliveries of a webhook."""
    conditions = [webhook_delivery.c.webhook_id == webhook_id]
    if state is not None:
        conditions.append(webhook_delivery.c.state == state)
    columns = webhook_delivery.c
    sorts = {"id": columns.id, "at": columns.at, "next_at": columns.next_at}
    return Listing(select(webhook_delivery), columns.id, sorts, default="-id", filters=conditions)


def _query() -> Select[Any]:
    def count(state: str) -> Any:
        mine = select(func.count()).where(
            webhook_delivery.c.webhook_id == webhook.c.id, webhook_delivery.c.state == state
        )
        return mine.scalar_subquery().label(state)

    last = select(func.max(webhook_delivery.c.done_at)).where(
        webhook_delivery.c.webhook_id == webhook.c.id, webhook_delivery.c.state == DONE
    )
    columns = [webhook.c[name] for name in ("id", "organisation_id", "url", "events", "algorithm", "created_at")]
    return (
        select(
            *columns,
            webhook.c.created_by,
            person.c.name.label("creator"),
            organisation.c.name.label("organisation"),
            count(WAITING),
            count(DEAD),
            last.scalar_subquery().label("delivered_at"),
        )
        .join(organisation, organisation.c.id == webhook.c.organisation_id)
        .outerjoin(person, person.c.id == webhook.c.created_by)
    )
