"""Supplementary agreements: kept, changed before they are signed, signed; the contract's data from each on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, bindparam, func, select, type_coerce

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.period import day_start
from yunqi.store.agreed import AgreedData, Signature, keep_document, require_signer, to_signatures
from yunqi.store.checks import check_text, sm3_hex
from yunqi.store.contracts import Contract, require_contract, term_of
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.locks import lock_contract
from yunqi.store.moment import by_contract, of_each, once
from yunqi.store.price_lines import add_price_lines
from yunqi.store.tables import amendment, amendment_signature, contract, contract_version, document, price_line

SIGNED, IMPORTED = "signed", "imported"
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Amendment(AgreedData):
    """A supplementary agreement as kept; `data` holds what it changes, `data_sm3` is what the parties sign."""

    id: str
    contract_id: str
    number: str | None
    title: str
    document_id: str
    data_text: str
    state: str
    effective_on: date | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """The contract's data from an instant on, and the agreement that made it so."""

    amendment_id: str
    data: Mapping[str, Any]
    valid_from: datetime
    recorded_at: datetime


def add_amendment(
    connection: Connection,
    found: Contract,
    *,
    data: Mapping[str, Any],
    file_name: str,
    content: bytes,
    now: datetime,
) -> Amendment:
    """Keeps a supplementary agreement that was read; raises `Problem` amendment.known for the same file or number."""
    lock_contract(connection, found.id)
    digest = sm3_hex(content)
    known = connection.execute(select(document.c.id).where(document.c.sm3 == digest)).first()
    number = data.get("number")
    same = select(amendment.c.id).where(amendment.c.contract_id == found.id, amendment.c.number == number)
    if known is not None or (number is not None and connection.execute(same).first() is not None):
        raise Problem(
            "amendment.known",
            "该补充协议已导入：「{title}」（编号 {number}）",
            field="file",
            title=data.get("title") or file_name,
            number=number or "—",
            way_out="无需重复导入",
        )
    document_id, identifier = keep_document(connection, file_name=file_name, content=content, now=now), make_id("amd")
    connection.execute(
        amendment.insert().values(
            id=identifier,
            contract_id=found.id,
            number=None if number is None else check_text("number", str(number), 100),
            title=check_text("title", str(data.get("title") or file_name), 300),
            document_id=document_id,
            data=dict(data),
            state=IMPORTED,
            effective_on=data.get("effective_on"),
            recorded_at=now,
        )
    )
    made = require_amendment(connection, identifier)
    payload = {"amendment": identifier, "document_sm3": digest, "data_sm3": made.data_sm3}
    record_fact(connection, NewFact(found.id, "amendment.imported", identifier, now, payload, REPORTED), now=now)
    return made


def change_amendment(connection: Connection, found: Amendment, data: Mapping[str, Any]) -> Amendment:
    """Puts other data in place of an unsigned agreement's; raises `Problem` amendment.signed."""
    lock_contract(connection, found.contract_id)
    present = require_amendment(connection, found.id)
    if present.state != IMPORTED or list_amendment_signatures(connection, found.id):
        raise Problem(
            "amendment.signed",
            "补充协议「{number}」已有一方签署，内容不能再改",
            field="id",
            number=present.number or present.id,
            way_out="如需再变更，请另行签订补充协议",
        )
    values = {"data": dict(data), "effective_on": data.get("effective_on")}
    connection.execute(amendment.update().where(amendment.c.id == found.id).values(**values))
    return require_amendment(connection, found.id)


def sign_amendment(connection: Connection, found: Amendment, *, person_id: str, now: datetime) -> Amendment:
    """Adds one party's signature; signed by both, the state says so.

    Raises `Problem` contract.not_a_party, amendment.already_signed.
    """
    lock_contract(connection, found.contract_id)
    whole = require_contract(connection, found.contract_id)
    parties = {whole.using_unit_id, whole.provider_id}
    signer = require_signer(connection, person_id, parties, whole.number or whole.id)
    signed = {one.organisation_id for one in list_amendment_signatures(connection, found.id)}
    if signer.organisation_id in signed:
        raise Problem(
            "amendment.already_signed",
            "「{name}」所在单位已签署该补充协议",
            field="person",
            name=signer.name,
            way_out="无需重复签署",
        )
    connection.execute(
        amendment_signature.insert().values(
            id=make_id("sig"),
            amendment_id=found.id,
            organisation_id=signer.organisation_id,
            person_id=person_id,
            data_sm3=found.data_sm3,
            signed_at=now,
        )
    )
    if signed | {signer.organisation_id} == parties:
        connection.execute(amendment.update().where(amendment.c.id == found.id).values(state=SIGNED))
    payload = {"amendment": found.id, "organisation": signer.organisation_id, "person": person_id}
    payload["data_sm3"] = found.data_sm3
    record_fact(connection, NewFact(whole.id, "amendment.signed", found.id, now, payload, REPORTED), now=now)
    return require_amendment(connection, found.id)


def keep_versions(
    connection: Connection,
    found: Contract,
    versions: Sequence[tuple[str, date, Mapping[str, Any]]],
    *,
    since: date,
    draw_kinds: Mapping[str, str],
    now: datetime,
) -> None:
    """Writes the contract's data from each agreement on (its id, its day, the data after it, in order of the days).

    Only those from `since` on are written: earlier ones stay as they are. Price lines follow: each version of a line
    holds from the agreement's day to the end of the term, and the one recorded last wins; a line that was ended stays
    with the quantity 0. Of two that begin at one instant, be it that both days lie before the term, the later one in
    order holds, with what the earlier changed. The contract's own row shows the last version's term and total.
    """
    before: Mapping[str, Any] = found.data
    last_of_day = {day: identifier for identifier, day, _data in versions}
    first_at = _after_all(connection, found.id, now)
    for place, (identifier, day, data) in enumerate(versions):
        if last_of_day[day] != identifier:
            continue
        recorded_at = first_at + place * _TICK
        if day >= since:
            connection.execute(
                contract_version.insert().values(
                    id=make_id("ver"),
                    contract_id=found.id,
                    amendment_id=identifier,
                    data=dict(data),
                    valid_from=day_start(day),
                    recorded_at=recorded_at,
                )
            )
            _write_lines(connection, found, day, before, data, draw_kinds, recorded_at)
        before = data
    last = versions[-1][2]
    term = last.get("term") or {}
    values = {"start_on": term.get("start_on"), "end_on": term.get("end_on"), "total_fen": last.get("total_fen")}
    connection.execute(contract.update().where(contract.c.id == found.id).values(**values))


def _after_all(connection: Connection, contract_id: str, now: datetime) -> datetime:
    """An instant after everything that was recorded of the contract's versions: what comes into force last wins, also
    where two were signed within one tick of the clock, or one waited for the other with an older time in hand.
    """
    newest: list[datetime | None] = [
        connection.execute(select(func.max(table.c.recorded_at)).where(table.c.contract_id == contract_id)).scalar()
        for table in (contract_version, price_line)
    ]
    last: datetime = max([now, *(one + _TICK for one in newest if one is not None)])
    return last


def _write_lines(
    connection: Connection,
    found: Contract,
    day: date,
    before: Mapping[str, Any],
    data: Mapping[str, Any],
    draw_kinds: Mapping[str, str],
    now: datetime,
) -> None:
    start_at, end_at = term_of(data.get("term") or {}, data.get("signed_on"), now)
    from_at = max(day_start(day), start_at)
    lines = {one["no"]: one for one in data.get("price_lines") or ()}
    gone = [one for one in before.get("price_lines") or () if one["no"] not in lines]
    ended = [{**one, "quantity": "0", "total_fen": 0} for one in gone]
    if end_at is None or from_at < end_at:
        left = (*lines.values(), *ended)
        add_price_lines(connection, found.id, left, draw_kinds, valid_from=from_at, valid_until=end_at, now=now)
    _start, old_end_at = term_of(before.get("term") or {}, before.get("signed_on"), now)
    if end_at is not None and old_end_at is not None and max(end_at, from_at) < old_end_at:
        over = [{**one, "quantity": "0", "total_fen": 0} for one in before.get("price_lines") or ()]
        since = max(end_at, from_at)
        add_price_lines(connection, found.id, over, draw_kinds, valid_from=since, valid_until=old_end_at, now=now)


def find_version(
    connection: Connection, contract_id: str, *, at: datetime, known_at: datetime | None = None
) -> VersionRow | None:
    """The contract's data in force at an instant, as known then or now; None: as it was signed."""
    marks = once(connection, ("versions", contract_id), lambda: _list_marks(connection, contract_id))
    known = [one for one in marks if one.valid_from <= at and (known_at is None or one.recorded_at <= known_at)]
    return (
        once(connection, ("version", known[-1].id), lambda: _read_version(connection, known[-1].id)) if known else None
    )


def list_agreed_versions(
    connection: Connection, contract_id: str, *, at: datetime, known_at: datetime | None = None
) -> tuple[VersionRow, ...]:
    """What the contract's data have become by the agreements that were in force at an instant or signed by then, in
    order of their days, as known then or now; each with the instant at which its agreement was first recorded.
    """
    marks = once(connection, ("versions", contract_id), lambda: _list_marks(connection, contract_id))
    known = [one for one in marks if known_at is None or one.recorded_at <= known_at]
    last = {one.valid_from: one for one in known if one.valid_from <= at or one.recorded_at <= at}
    found = []
    for one in last.values():
        row = once(connection, ("version", one.id), partial(_read_version, connection, one.id))
        first_at = min(each.recorded_at for each in known if each.amendment_id == one.amendment_id)
        found.append(replace(row, recorded_at=first_at))
    return tuple(found)


_MARKS = (
    select(
        contract_version.c.contract_id,
        contract_version.c.id,
        contract_version.c.amendment_id,
        contract_version.c.valid_from,
        contract_version.c.recorded_at,
    )
    .where(contract_version.c.contract_id.in_(bindparam("contracts", expanding=True)))
    .order_by(contract_version.c.valid_from, contract_version.c.recorded_at, contract_version.c.id)
)


def _list_marks(connection: Connection, contract_id: str) -> Sequence[Row[Any]]:
    """When each text of a contract came into force and was recorded, in that order."""

    def read(ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        return by_contract(connection.execute(_MARKS, {"contracts": list(ids)}), lambda row: str(row.contract_id))

    return of_each(connection, "versions", contract_id, read) or ()


def _read_version(connection: Connection, version_id: str) -> VersionRow:
    row = connection.execute(select(contract_version).where(contract_version.c.id == version_id)).one()
    return VersionRow(row.amendment_id, row.data, row.valid_from, row.recorded_at)


def list_version_starts(connection: Connection, contract_id: str) -> tuple[datetime, ...]:
    """The instants from which a contract's data were others, in order."""
    marks = once(connection, ("versions", contract_id), lambda: _list_marks(connection, contract_id))
    return tuple(sorted({one.valid_from for one in marks}))


def require_amendment(connection: Connection, amendment_id: str) -> Amendment:
    """The agreement of this id; raises `Problem` amendment.unknown."""
    row = connection.execute(_query().where(amendment.c.id == amendment_id)).first()
    if row is None:
        raise Problem(
            "amendment.unknown",
            "没有补充协议「{value}」",
            field="id",
            value=amendment_id,
            way_out="请核对标识，或先导入补充协议",
        )
    return _to_amendment(row)


def list_amendments(connection: Connection, contract_id: str) -> tuple[Amendment, ...]:
    """The agreements of a contract, by the day they are in force from, then as they came."""

    def read(ids: Collection[str]) -> dict[str, list[Amendment]]:
        rows = connection.execute(_query().where(amendment.c.contract_id.in_(ids)))
        return by_contract(map(_to_amendment, rows), lambda one: one.contract_id)

    found = of_each(connection, "amendments", contract_id, read) or ()
    return tuple(sorted(found, key=lambda one: (one.effective_on or date.max, one.recorded_at, one.id)))


def list_amendment_signatures(connection: Connection, amendment_id: str) -> tuple[Signature, ...]:
    """The signatures under an agreement, in order of time."""
    query = select(amendment_signature).where(amendment_signature.c.amendment_id == amendment_id)
    rows = connection.execute(query.order_by(amendment_signature.c.signed_at, amendment_signature.c.id))
    return to_signatures(rows)


def _query() -> Select[Any]:
    text = type_coerce(amendment.c.data, Text).label("data")
    return select(*(text if column is amendment.c.data else column for column in amendment.c))


def _to_amendment(row: Row[Any]) -> Amendment:
    return Amendment(
        id=row.id,
        contract_id=row.contract_id,
        number=row.number,
        title=row.title,
        document_id=row.document_id,
        data_text=row.data,
        state=row.state,
        effective_on=None if row.effective_on is None else date.fromisoformat(row.effective_on),
        recorded_at=row.recorded_at,
    )
