"""Who is told of incidents, and by what way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller
from yunqi.store.checks import check_text
from yunqi.store.listing import Listing
from yunqi.store.locks import lock_contract
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, notice_contact, organisation

MOST = 50
"""Contacts of one contract."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is told: by `channel` at `address`, at once or when `minutes_left` are left; `secret` is encrypted."""

    id: str
    contract_id: str
    organisation_id: str
    name: str
    channel: str
    address: str
    secret: str | None
    minutes_left: int | None


def add_contact(
    connection: Connection,
    contract_id: str,
    *,
    contact_id: str,
    organisation_id: str,
    name: str,
    channel: str,
    address: str,
    secret: str | None,
    minutes_left: int | None,
    added_by: str,
    now: datetime,
) -> None:
    """Adds a contact; raises `Problem` contact.many and contact.twice."""
    lock_contract(connection, contract_id)
    mine = list_contacts(connection, contract_id)
    if len(mine) >= MOST:
        raise Problem("contact.many", "通知对象已达 {most} 个", field="name", most=MOST, way_out="请先移除不用的对象")
    same = (organisation_id, channel, address, minutes_left)
    if channel in {"mail", "sms"} and any(
        (one.organisation_id, one.channel, one.address, one.minutes_left) == same for one in mine
    ):
        raise Problem(
            "contact.twice", "通知对象「{value}」已登记", field="address", value=address, way_out="无需重复登记"
        )
    connection.execute(
        notice_contact.insert().values(
            id=contact_id,
            contract_id=contract_id,
            organisation_id=organisation_id,
            name=check_text("name", name, 60),
            channel=channel,
            address=check_text("address", address, 200),
            secret=secret,
            minutes_left=minutes_left,
            added_by=added_by,
            recorded_at=now,
        )
    )


def list_contacts(connection: Connection, contract_id: str) -> tuple[Contact, ...]:
    """The contacts of a contract, in the order in which they were added."""
    query = _contacts().where(notice_contact.c.contract_id == contract_id).order_by(notice_contact.c.id)
    return tuple(Contact(*row) for row in connection.execute(query))


def require_contact(connection: Connection, contact_id: str) -> Contact:
    """The contact of this id that is not removed; raises `Problem` contact.unknown."""
    row = connection.execute(_contacts().where(notice_contact.c.id == contact_id)).first()
    if row is None:
        raise Problem(
            "contact.unknown", "没有通知对象「{value}」", field="id", value=contact_id[:60], way_out="请刷新列表"
        )
    return Contact(*row)


def remove_contact(connection: Connection, contact_id: str, *, by: str, now: datetime) -> None:
    """Removes a contact; what waits for it is still told."""
    values = {"removed_at": now, "removed_by": by}
    connection.execute(update(notice_contact).where(notice_contact.c.id == contact_id).values(**values))


def _contacts() -> Any:
    names = ("id", "contract_id", "organisation_id", "name", "channel", "address", "secret", "minutes_left")
    return select(*(notice_contact.c[name] for name in names)).where(notice_contact.c.removed_at.is_(None))


def contact_listing(caller: Caller, *, contract_id: str | None = None) -> Listing:
    """The contacts under the contracts that a caller may see."""
    conditions = [contract_scope(caller), notice_contact.c.removed_at.is_(None)]
    if contract_id is not None:
        conditions.append(notice_contact.c.contract_id == contract_id)
    joined = notice_contact.join(contract, contract.c.id == notice_contact.c.contract_id).join(
        organisation, organisation.c.id == notice_contact.c.organisation_id
    )
    columns = notice_contact.c
    shown = [
        columns[name] for name in ("id", "contract_id", "name", "channel", "address", "minutes_left", "recorded_at")
    ]
    names = (contract.c.number.label("contract_number"), organisation.c.name.label("organisation"))
    sorts = {"id": columns.id, "name": columns.name, "channel": columns.channel}
    return Listing(select(*shown, *names).select_from(joined), columns.id, sorts, default="id", filters=conditions)


def find_secret(connection: Connection, contact_id: str) -> str | None:
    """What is encrypted of a contact, a removed one included."""
    query = select(notice_contact.c.secret).where(notice_contact.c.id == contact_id)
    found: str | None = connection.execute(query).scalar()
    return found


def list_told_contracts(connection: Connection) -> frozenset[str]:
    """The ids of the contracts under which anybody is to be told."""
    query = select(notice_contact.c.contract_id).where(notice_contact.c.removed_at.is_(None)).distinct()
    return frozenset(connection.execute(query).scalars())
