"""Confidentiality undertakings (保密承诺书): without a valid one a person's account does not work."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.period import day_start
from yunqi.store.checks import check_text
from yunqi.store.moment import by_contract, of_group
from yunqi.store.parties import require_person
from yunqi.store.tables import contract, person, undertaking

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A signed undertaking: where the paper lies, the SM3 of its scan, and for how long it holds."""

    id: str
    person_id: str
    signed_on: date
    reference: str
    sm3: str | None
    valid_from: datetime
    valid_until: datetime | None
    recorded_by: str | None
    recorded_at: datetime


def add_undertaking(
    connection: Connection,
    *,
    person_id: str,
    signed_on: date,
    reference: str,
    recorded_by: str | None,
    now: datetime,
    sm3: str | None = None,
    expires_on: date | None = None,
) -> Undertaking:
    """Records a signed undertaking; it holds from the start of the day of signing (Beijing) to the end of `expires_on`.

    Raises `Problem` undertaking.dates for a day to come or an end before the beginning, and undertaking.digest.
    """
    require_person(connection, person_id)
    valid_from = day_start(signed_on)
    valid_until = None if expires_on is None else day_start(expires_on)
    if valid_from > now or (valid_until is not None and valid_until <= valid_from):
        raise Problem(
            "undertaking.dates",
            "承诺书的签署日期 {signed} 不能晚于今天，失效日期须在签署日期之后",
            field="signed_on",
            signed=signed_on,
            way_out="请按纸面核对日期",
        )
    if sm3 is not None and not _DIGEST.fullmatch(sm3):
        raise Problem(
            "undertaking.digest", "扫描件的 SM3 摘要须为 64 位小写十六进制", field="sm3", way_out="请重新计算"
        )
    identifier = make_id("und")
    connection.execute(
        undertaking.insert().values(
            id=identifier,
            person_id=person_id,
            signed_on=signed_on.isoformat(),
            reference=check_text("reference", reference, 200),
            sm3=sm3,
            valid_from=valid_from,
            valid_until=valid_until,
            recorded_by=recorded_by,
            recorded_at=now,
        )
    )
    return _to_undertaking(connection.execute(select(undertaking).where(undertaking.c.id == identifier)).one())


def has_undertaking(connection: Connection, person_id: str, at: datetime) -> bool:
    """Whether a person is bound by an undertaking at an instant."""
    columns = undertaking.c
    holding = (columns.valid_from <= at, or_(columns.valid_until.is_(None), columns.valid_until > at))
    query = select(columns.id).where(columns.person_id == person_id, *holding).limit(1)
    return connection.execute(query).first() is not None


def list_undertakings(
    connection: Connection, *, person_id: str | None = None, organisation_id: str | None = None
) -> tuple[Undertaking, ...]:
    """Undertakings, the newest first: of a person, of an organisation's people, or all."""
    query = select(undertaking).order_by(undertaking.c.id.desc())
    if person_id is not None:
        query = query.where(undertaking.c.person_id == person_id)
    if organisation_id is not None:
        query = query.join(person, person.c.id == undertaking.c.person_id)
        query = query.where(person.c.organisation_id == organisation_id)
    return tuple(_to_undertaking(row) for row in connection.execute(query))


def list_undertakings_of(connection: Connection, provider_id: str) -> tuple[Undertaking, ...]:
    """The undertakings of a provider's people, the newest first; of all providers whose contracts are read together."""

    def read(ids: Collection[str]) -> dict[str, tuple[Undertaking, ...]]:
        providers = set(connection.scalars(select(contract.c.provider_id).where(contract.c.id.in_(ids))))
        query = select(person.c.organisation_id, undertaking).join(person, person.c.id == undertaking.c.person_id)
        rows = connection.execute(
            query.where(person.c.organisation_id.in_(providers)).order_by(undertaking.c.id.desc())
        )
        found = by_contract(rows, lambda row: str(row.organisation_id))
        return {one: tuple(_to_undertaking(row) for row in found.get(one, ())) for one in providers}

    def alone() -> tuple[Undertaking, ...]:
        return list_undertakings(connection, organisation_id=provider_id)

    return of_group(connection, "undertakings", provider_id, read, alone)


def _to_undertaking(row: Row[Any]) -> Undertaking:
    times = (row.valid_from, row.valid_until, row.recorded_by, row.recorded_at)
    return Undertaking(row.id, row.person_id, date.fromisoformat(row.signed_on), row.reference, row.sm3, *times)
