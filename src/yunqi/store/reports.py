"""The register of reports: numbered by contract, kind and year; drafted, approved, delivered, received.

That it was sent and received is a fact; a draft is none, as facts are open to the other party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import check_text
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.files import publish_file, require_file
from yunqi.store.locks import lock_contract
from yunqi.store.report_checks import publish_proof, require_author, require_order, require_receipt_right
from yunqi.store.report_receivers import name_receivers
from yunqi.store.tables import report

DRAFTED, APPROVED, DELIVERED, RECEIVED = "drafted", "approved", "delivered", "received"


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One version of one numbered report, as the register has it."""

    id: str
    contract_id: str
    kind: str
    year: int
    number: int
    version: int
    title: str
    period_start: str | None
    period_end: str | None
    occasion_at: datetime | None
    statement_id: str | None
    organisation_id: str
    receiver_id: str
    file_id: str | None
    state: str
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    delivered_by: str | None
    delivered_at: datetime | None
    way: str | None
    received_by: str | None
    received_at: datetime | None
    receipt_way: str | None
    receipt_file_id: str | None
    receipt_by: str | None
    replaced_by: str | None
    composed: str | None = None
    case_id: str | None = None

    @property
    def period(self) -> tuple[date, date] | None:
        """Its first and last day, of what recurs."""
        if self.period_start is None or self.period_end is None:
            return None
        return date.fromisoformat(self.period_start), date.fromisoformat(self.period_end)


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report that is to be numbered. With `revises` it is the next version of that one."""

    contract_id: str
    kind: str
    year: int
    title: str
    organisation_id: str
    receiver_id: str
    person_id: str
    period: tuple[date, date] | None = None
    occasion_at: datetime | None = None
    statement_id: str | None = None
    revises: str | None = None
    case_id: str | None = None
    others: tuple[str, ...] = ()
    """Who else is to get it."""


def number_report(connection: Connection, new: NewReport, *, now: datetime) -> ReportEntry:
    """Gives a report the next number of its contract, kind and year; a version keeps the number that it has.

    Raises `Problem` report_entry.unknown, report_entry.replaced and report_entry.author.
    """
    lock_contract(connection, new.contract_id)
    values: dict[str, Any] = {
        "id": make_id("rep"),
        "contract_id": new.contract_id,
        "title": check_text("title", new.title, 200),
        "organisation_id": new.organisation_id,
        "state": DRAFTED,
        "drafted_by": new.person_id,
        "drafted_at": now,
    }
    if new.revises is None:
        kind = check_text("kind", new.kind, 120)
        series = (report.c.contract_id == new.contract_id, report.c.kind == kind, report.c.year == new.year)
        last = connection.execute(select(func.max(report.c.number)).where(*series)).scalar() or 0
        values |= {
            "kind": kind,
            "year": new.year,
            "number": last + 1,
            "version": 1,
            "receiver_id": new.receiver_id,
            "period_start": None if new.period is None else new.period[0].isoformat(),
            "period_end": None if new.period is None else new.period[1].isoformat(),
            "occasion_at": new.occasion_at,
            "statement_id": new.statement_id,
            "case_id": new.case_id,
        }
        connection.execute(report.insert().values(**values))
    else:
        before = require_report(connection, new.revises)
        if before.contract_id != new.contract_id:
            raise unknown_report(new.revises)
        require_author(before, new.organisation_id)
        if before.replaced_by is not None:
            raise Problem(
                "report_entry.replaced",
                "该报告已有更新的版本",
                field="revises",
                value=before.id,
                way_out="请在最新的版本上修订",
            )
        kept = (
            *("kind", "year", "number", "receiver_id", "period_start", "period_end", "occasion_at"),
            *("statement_id", "case_id"),
        )
        values |= {name: getattr(before, name) for name in kept} | {"version": before.version + 1}
        connection.execute(report.insert().values(**values))
        connection.execute(update(report).where(report.c.id == before.id).values(replaced_by=values["id"]))
    name_receivers(connection, values["id"], new.others, revises=new.revises)
    return require_report(connection, values["id"])


def find_numbered(connection: Connection, new: NewReport) -> ReportEntry | None:
    """The last version of what was numbered for the same kind, author and period, or incident; None for none."""
    period = (None, None) if new.period is None else tuple(one.isoformat() for one in new.period)
    values: dict[str, Any] = {"contract_id": new.contract_id, "kind": new.kind, "organisation_id": new.organisation_id}
    values |= {"period_start": period[0], "period_end": period[1], "case_id": new.case_id}
    query = select(report).where(*(report.c[name].is_not_distinct_from(value) for name, value in values.items()))
    newest = query.where(report.c.replaced_by.is_(None)).order_by(report.c.year.desc(), report.c.number.desc())
    row = connection.execute(newest.limit(1)).first()
    return None if row is None else to_entry(row)


def attach_file(
    connection: Connection,
    report_id: str,
    file_id: str,
    *,
    organisation_id: str,
    composed: str | None = None,
    statement_id: str | None = None,
) -> None:
    """The document of a draft; another one takes its place. `composed`: which document of ours it is; `statement_id`:
    the statement that it shows now. Raises `Problem` report_entry.state and …author.
    """
    found = _require_open(connection, report_id, (DRAFTED,), organisation_id)
    values = {"file_id": file_id, "composed": composed, "statement_id": statement_id or found.statement_id}
    connection.execute(update(report).where(report.c.id == found.id).values(**values))


def approve_report(
    connection: Connection, report_id: str, *, organisation_id: str, person_id: str, now: datetime
) -> ReportEntry:
    """Approves a draft that has its document, by somebody else of the same organisation.

    Raises `Problem` report_entry.state, …author, …no_file and …own.
    """
    found = _require_open(connection, report_id, (DRAFTED,), organisation_id)
    if found.file_id is None:
        raise Problem(
            "report_entry.no_file", "该报告还没有文档", field="file", value=found.id, way_out="请先上传或编制文档"
        )
    if found.drafted_by == person_id:
        raise Problem(
            "report_entry.own",
            "拟稿人不能审批自己拟的报告",
            field="id",
            value=found.id,
            way_out="请由本单位另一人审批",
        )
    values = {"state": APPROVED, "approved_by": person_id, "approved_at": now}
    connection.execute(update(report).where(report.c.id == found.id).values(**values))
    return require_report(connection, found.id)


def deliver_report(
    connection: Connection,
    report_id: str,
    *,
    organisation_id: str,
    person_id: str,
    way: str,
    at: datetime,
    now: datetime,
) -> ReportEntry:
    """Says that an approved report was sent: when and by what way. Its document is then open to the other party. A time
    before its draft is one of before the register was kept; the fact says when it was recorded.

    Raises `Problem` report_entry.state, …author and …time.
    """
    found = _require_open(connection, report_id, (APPROVED,), organisation_id)
    require_order(None, at, now)
    values = {"state": DELIVERED, "delivered_by": person_id, "delivered_at": at, "way": way}
    if found.file_id is not None:
        publish_file(connection, found.file_id, found.contract_id)
    more = {
        "way": way,
        "title": found.title,
        "receiver": found.receiver_id,
        "drafted_by": found.drafted_by,
        "approved_by": found.approved_by,
    }
    return _advance(connection, found, "report.delivered", person_id, at, values, more, now)


def receive_report(
    connection: Connection,
    report_id: str,
    *,
    organisation_id: str,
    person_id: str,
    received_by: str,
    way: str,
    at: datetime,
    file_id: str | None,
    now: datetime,
) -> ReportEntry:
    """Records who received a delivered report, when and how: by the receiver, or by the sender with the proof.

    Raises `Problem` report_entry.state, …party, …proof and …time.
    """
    found = require_report(connection, report_id)
    lock_contract(connection, found.contract_id)
    found = _require_state(require_report(connection, report_id), (DELIVERED,))
    require_receipt_right(found, found.receiver_id, organisation_id, file_id)
    assert found.delivered_at is not None  # noqa: S101 - the state says so
    require_order(found.delivered_at if at < found.delivered_at else None, at, now)
    values = {
        "state": RECEIVED,
        "received_by": check_text("received_by", received_by, 100),
        "received_at": at,
        "receipt_way": way,
        "receipt_file_id": file_id,
        "receipt_by": person_id,
    }
    more: dict[str, Any] = {"received_by": values["received_by"], "way": way, "recorded_for": organisation_id}
    more |= publish_proof(connection, found, file_id)
    return _advance(connection, found, "report.received", person_id, at, values, more, now)


def _advance(
    connection: Connection,
    found: ReportEntry,
    kind: str,
    person_id: str,
    at: datetime,
    values: Mapping[str, Any],
    more: Mapping[str, Any],
    now: datetime,
) -> ReportEntry:
    connection.execute(update(report).where(report.c.id == found.id).values(**values))
    made = require_report(connection, found.id)
    tell_report(connection, made, kind, person_id, at, more, now)
    return made


def tell_report(
    connection: Connection,
    made: ReportEntry,
    kind: str,
    person_id: str,
    at: datetime,
    more: Mapping[str, Any],
    now: datetime,
) -> None:
    """The fact of it, bound to the document's digest."""
    payload: dict[str, Any] = {
        "report": made.kind,
        "year": made.year,
        "number": made.number,
        "version": made.version,
        "person": person_id,
        **more,
    }
    if made.period_start is not None:
        payload |= {"period_start": made.period_start, "period_end": made.period_end}
    if made.case_id is not None:
        payload["incident"] = made.case_id
    if made.occasion_at is not None:
        payload["occasion_at"] = render_instant(made.occasion_at)
    if made.file_id is not None:
        payload["sm3"] = require_file(connection, made.file_id).sm3
    record_fact(connection, NewFact(made.contract_id, kind, made.id, at, payload, REPORTED), now=now)


def _require_open(connection: Connection, report_id: str, states: tuple[str, ...], organisation_id: str) -> ReportEntry:
    lock_contract(connection, require_report(connection, report_id).contract_id)
    found = require_report(connection, report_id)
    require_author(found, organisation_id)
    return _require_state(found, states)


def _require_state(found: ReportEntry, states: tuple[str, ...]) -> ReportEntry:
    if found.replaced_by is not None or found.state not in states:
        raise Problem(
            "report_entry.state",
            "该报告目前的状态不能这样办理",
            field="id",
            value=found.id,
            way_out="顺序为拟稿、审批、报送、签收；已有新版本的，请办理新版本",
        )
    return found


def require_report(connection: Connection, report_id: str) -> ReportEntry:
    """The entry of this id; raises `Problem` report_entry.unknown."""
    row = connection.execute(select(report).where(report.c.id == report_id)).first()
    if row is None:
        raise unknown_report(report_id)
    return to_entry(row)


def to_entry(row: Row[Any]) -> ReportEntry:
    """The entry that a row of the table is."""
    return ReportEntry(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def to_entry_of(row: Row[Any]) -> ReportEntry:
    """The entry in a row that holds more columns than those of the table."""
    return ReportEntry(**{one.name: getattr(row, one.name) for one in fields(ReportEntry)})


def unknown_report(report_id: str) -> Problem:
    """The refusal of an id that is none, or that the caller may not know of."""
    return Problem(
        "report_entry.unknown",
        "登记簿中没有报告「{value}」",
        field="id",
        value=report_id,
        way_out="请在登记簿中核对标识",
    )
