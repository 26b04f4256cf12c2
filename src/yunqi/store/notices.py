"""Notices and their receipts as rows; what is told and what arrives are facts of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.rights import Caller
from yunqi.store.checks import check_text
from yunqi.store.contacts import Contact
from yunqi.store.facts import MEASURED, REPORTED, NewFact, record_fact
from yunqi.store.listing import Listing
from yunqi.store.locks import lock_contract
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import case, contract, notice, notice_delivery, organisation

WAITING, DONE, DEAD = "waiting", "done", "dead"
_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """One telling: of which notice, to whom, and what came of it."""

    id: str
    notice_id: str
    stage: str
    subject: str
    text: str
    contract_id: str
    case_id: str | None
    contact_id: str | None
    organisation_id: str | None
    organisation: str | None
    channel: str
    recipient: str
    address: str
    state: str
    attempts: int
    next_at: datetime
    answer: str | None
    error: str | None
    done_at: datetime | None
    recorded_at: datetime


def write_notice(
    connection: Connection,
    *,
    contract_id: str,
    case_id: str | None,
    stage: str,
    subject: str,
    text: str,
    contacts: Iterable[Contact],
    now: datetime,
    key: str = "",
    data: Mapping[str, Any] | None = None,
    person_id: str | None = None,
) -> str | None:
    """Writes a notice and what is to be sent of it; returns its id, None where one of this key is written already."""
    lock_contract(connection, contract_id)
    identifier = make_id("ntc")
    known = select(notice.c.id).where(notice.c.case_id == case_id, notice.c.key == (key or identifier))
    if connection.execute(known).first() is not None:
        return None
    connection.execute(
        notice.insert().values(
            id=identifier,
            contract_id=contract_id,
            case_id=case_id,
            stage=stage,
            key=key or identifier,
            subject=subject[:200],
            text=text,
            data=dict(data or {}),
            person_id=person_id,
            recorded_at=now,
        )
    )
    chosen = tuple(contacts)
    for one in chosen:
        connection.execute(
            notice_delivery.insert().values(
                id=make_id("ntd"),
                notice_id=identifier,
                contact_id=one.id,
                organisation_id=one.organisation_id,
                channel=one.channel,
                recipient=one.name,
                address=one.address,
                state=WAITING,
                attempts=0,
                next_at=now,
            )
        )
    if case_id is None:
        return identifier
    payload = {
        "notice": identifier,
        "stage": stage,
        "subject": subject[:200],
        "text": text,
        "data": dict(data or {}),
        "person": person_id,
        "contacts": [one.id for one in chosen],
    }
    origin = MEASURED if person_id is None else REPORTED
    record_fact(connection, NewFact(contract_id, "notice.made", case_id, now, payload, origin), now=now)
    return identifier


def record_told(
    connection: Connection,
    notice_id: str,
    *,
    contract_id: str,
    case_id: str,
    organisation_id: str | None,
    channel: str,
    recipient: str,
    answer: str,
    at: datetime,
    person_id: str,
    now: datetime,
) -> None:
    """The receipt of a telling by hand: by telephone, letter, fax, in person or through an authority's portal."""
    connection.execute(
        notice_delivery.insert().values(
            id=make_id("ntd"),
            notice_id=notice_id,
            organisation_id=organisation_id,
            channel=channel,
            recipient=check_text("recipient", recipient, 200),
            address="",
            state=DONE,
            attempts=1,
            next_at=now,
            answer=check_text("receipt", answer, _ANSWER),
            done_at=at,
        )
    )
    payload = {"notice": notice_id, "channel": channel, "recipient": recipient, "answer": answer, "person": person_id}
    record_fact(connection, NewFact(contract_id, "notice.told", case_id, at, payload, REPORTED), now=now)


def list_due(connection: Connection, now: datetime, *, limit: int) -> tuple[Delivery, ...]:
    """What is to be tried now, the longest due first."""
    due = (notice_delivery.c.state == WAITING, notice_delivery.c.next_at <= now)
    query = _deliveries().where(*due).order_by(notice_delivery.c.next_at, notice_delivery.c.id).limit(limit)
    return tuple(Delivery(*row) for row in connection.execute(query))


def list_deliveries(connection: Connection, case_id: str) -> tuple[Delivery, ...]:
    """Every telling of an incident, in order."""
    query = _deliveries().where(notice.c.case_id == case_id).order_by(notice.c.id, notice_delivery.c.id)
    return tuple(Delivery(*row) for row in connection.execute(query))


def note_attempt(
    connection: Connection,
    delivery: Delivery,
    *,
    answer: str,
    error: str | None,
    next_at: datetime | None,
    now: datetime,
) -> bool:
    """Keeps what came of an attempt; what arrived is a fact. False when somebody else noted one meanwhile."""
    state = DONE if error is None else WAITING if next_at is not None else DEAD
    values: dict[str, Any] = {
        "state": state,
        "attempts": delivery.attempts + 1,
        "answer": answer[:_ANSWER],
        "error": error,
        "done_at": None if state == WAITING else now,
    }
    if next_at is not None:
        values["next_at"] = next_at
    same = (
        notice_delivery.c.id == delivery.id,
        notice_delivery.c.state == WAITING,
        notice_delivery.c.attempts == delivery.attempts,
    )
    if connection.execute(update(notice_delivery).where(*same).values(**values)).rowcount != 1:
        return False
    if state != WAITING and delivery.case_id is not None:
        payload = {
            "notice": delivery.notice_id,
            "delivery": delivery.id,
            "channel": delivery.channel,
            "recipient": delivery.recipient,
            "address": delivery.address,
            "answer": answer[:_ANSWER],
            "error": error,
            "attempts": delivery.attempts + 1,
        }
        kind = "notice.delivered" if state == DONE else "notice.failed"
        new = NewFact(delivery.contract_id, kind, delivery.case_id, now, payload, MEASURED)
        record_fact(connection, new, now=now)
    return True


def retry_dead(connection: Connection, notice_id: str, now: datetime) -> int:
    """Lets what of a notice never arrived begin anew; returns how many."""
    mine = (notice_delivery.c.notice_id == notice_id, notice_delivery.c.state == DEAD)
    fresh = {"state": WAITING, "attempts": 0, "next_at": now, "done_at": None}
    return connection.execute(update(notice_delivery).where(*mine).values(**fresh)).rowcount


@dataclass(frozen=True, slots=True)
class Notice:
    """What was told of an incident, and by whom (None: the system itself)."""

    id: str
    contract_id: str
    case_id: str | None
    stage: str
    key: str
    subject: str
    text: str
    data: Mapping[str, Any]
    person_id: str | None
    recorded_at: datetime


def list_told_keys(connection: Connection, contract_id: str) -> dict[str, set[str]]:
    """The keys of the notices written of each case of a contract."""
    columns = (notice.c.case_id, notice.c.key)
    query = select(*columns).where(notice.c.contract_id == contract_id, notice.c.case_id.is_not(None))
    found: dict[str, set[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.case_id, set()).add(row.key)
    return found


def list_notices(connection: Connection, case_id: str) -> tuple[Notice, ...]:
    """The notices of an incident, in order."""
    rows = connection.execute(select(*_NOTICE).where(notice.c.case_id == case_id).order_by(notice.c.id))
    return tuple(Notice(*row) for row in rows)


def require_notice(connection: Connection, notice_id: str) -> Notice:
    """The notice of this id; raises `Problem` notice.unknown."""
    row = connection.execute(select(*_NOTICE).where(notice.c.id == notice_id)).first()
    if row is None:
        raise Problem("notice.unknown", "没有通知「{value}」", field="id", value=notice_id[:60], way_out="请刷新页面")
    return Notice(*row)


def notice_listing(caller: Caller, *, contract_id: str | None = None, state: str | None = None) -> Listing:
    """The tellings under the contracts that a caller may see."""
    conditions = [contract_scope(caller)]
    if contract_id is not None:
        conditions.append(notice.c.contract_id == contract_id)
    if state is not None:
        conditions.append(notice_delivery.c.state == state)
    joined = (
        notice_delivery.join(notice, notice.c.id == notice_delivery.c.notice_id)
        .join(contract, contract.c.id == notice.c.contract_id)
        .outerjoin(case, case.c.id == notice.c.case_id)
    )
    columns = [notice_delivery.c[name] for name in _SHOWN]
    more = [notice.c[name] for name in ("contract_id", "stage", "subject", "recorded_at")]
    names = (
        notice.c.case_id.label("incident_id"),
        case.c.number.label("incident_number"),
        case.c.kind.label("case_kind"),
        contract.c.number.label("contract_number"),
    )
    sorts = {"id": notice_delivery.c.id, "channel": notice_delivery.c.channel, "recorded_at": notice.c.recorded_at}
    return Listing(
        select(*columns, *more, *names).select_from(joined),
        notice_delivery.c.id,
        sorts,
        default="-id",
        filters=conditions,
    )


_SHOWN = (
    "id",
    "notice_id",
    "channel",
    "recipient",
    "address",
    "state",
    "attempts",
    "next_at",
    "answer",
    "error",
    "done_at",
)
_NOTICE = tuple(
    notice.c[name]
    for name in (
        "id",
        "contract_id",
        "case_id",
        "stage",
        "key",
        "subject",
        "text",
        "data",
        "person_id",
        "recorded_at",
    )
)


def _deliveries() -> Any:
    return (
        select(
            notice_delivery.c.id,
            notice_delivery.c.notice_id,
            notice.c.stage,
            notice.c.subject,
            notice.c.text,
            notice.c.contract_id,
            notice.c.case_id,
            notice_delivery.c.contact_id,
            notice_delivery.c.organisation_id,
            organisation.c.name,
            *(notice_delivery.c[name] for name in _SHOWN[2:]),
            notice.c.recorded_at,
        )
        .join(notice, notice.c.id == notice_delivery.c.notice_id)
        .outerjoin(organisation, organisation.c.id == notice_delivery.c.organisation_id)
    )
