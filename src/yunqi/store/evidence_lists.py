"""Facts and signed days in pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from yunqi.store.listing import Listing
from yunqi.store.tables import chain, day_root, fact, fact_pending, signing_key


def fact_listing(
    contract_id: str,
    *,
    id_: str | None = None,
    kind: str | None = None,
    subject: str | None = None,
    origin: str | None = None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    sealed: bool | None = None,
    sample: bool | None = None,
) -> Listing:
    """The facts of a contract with their places in the chain; a `kind` that ends with a dot stands for all below it."""
    conditions = [fact.c.contract_id == contract_id]
    for column, value in ((fact.c.id, id_), (fact.c.subject, subject), (fact.c.origin, origin)):
        if value is not None:
            conditions.append(column == value)
    if kind is not None:
        whole = not kind.endswith(".")
        conditions.append(fact.c.kind == kind if whole else fact.c.kind.startswith(kind, autoescape=True))
    if from_at is not None:
        conditions.append(fact.c.at >= from_at)
    if until_at is not None:
        conditions.append(fact.c.at < until_at)
    if sealed is not None:
        conditions.append(chain.c.position.is_not(None) if sealed else chain.c.position.is_(None))
    if sample is not None:
        conditions.append(fact.c.sample.is_(sample))
    return Listing(
        select(fact, chain.c.position, chain.c.sm3, chain.c.sealed_at).select_from(
            fact.outerjoin(chain, chain.c.fact_no == fact.c.no)
        ),
        fact.c.no,
        {
            "no": fact.c.no,
            "at": fact.c.at,
            "recorded_at": fact.c.recorded_at,
            "kind": fact.c.kind,
            "subject": fact.c.subject,
            "position": func.coalesce(chain.c.position, 0),
        },
        default="-no",
        filters=conditions,
    )


def root_listing(contract_id: str) -> Listing:
    """The signed days of a contract."""
    return Listing(
        select(day_root),
        day_root.c.day,
        {"day": day_root.c.day, "closed_at": day_root.c.closed_at, "last_position": day_root.c.last_position},
        default="-day",
        filters=[day_root.c.contract_id == contract_id],
    )


def list_public_keys(connection: Connection, contract_id: str) -> tuple[tuple[str, str], ...]:
    """The keys that signed days of a contract: id and public half."""
    used = select(day_root.c.key_id).where(day_root.c.contract_id == contract_id)
    query = select(signing_key.c.key_id, signing_key.c.public_key).where(signing_key.c.key_id.in_(used))
    return tuple((row.key_id, row.public_key) for row in connection.execute(query.order_by(signing_key.c.key_id)))


def count_loose(connection: Connection, contract_id: str) -> tuple[int, int]:
    """How many facts of a contract wait for their seal, and how many sealed ones no signed day holds yet."""
    waiting = connection.execute(select(func.count()).where(fact_pending.c.contract_id == contract_id)).scalar_one()
    last = select(func.coalesce(func.max(day_root.c.last_position), 0)).where(day_root.c.contract_id == contract_id)
    sealed = select(func.coalesce(func.max(chain.c.position), 0)).where(chain.c.contract_id == contract_id)
    signed = connection.execute(last).scalar_one()
    return waiting, connection.execute(sealed).scalar_one() - signed


def count_records(connection: Connection, contract_id: str) -> int:
    """About how many lines the evidence of a contract has: to say how far a check or an export is."""
    from yunqi.store.tables import probe_result

    tables = (fact, probe_result, day_root)
    return sum(
        connection.execute(select(func.count()).select_from(one).where(one.c.contract_id == contract_id)).scalar_one()
        for one in tables
    )
