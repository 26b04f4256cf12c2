"""The register as its readers see it: what is not sent yet is its author's alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from yunqi.kernel.rights import Caller
from yunqi.store.listing import Listing
from yunqi.store.moment import by_contract, of_each
from yunqi.store.reports import DELIVERED, RECEIVED, ReportEntry, to_entry, unknown_report
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, file, organisation, person, report

_SENT = (DELIVERED, RECEIVED)


def require_visible_report(connection: Connection, report_id: str, caller: Caller) -> ReportEntry:
    """The entry of this id, if the caller may see it: what is not sent yet is its author's alone."""
    joined = report.join(contract, contract.c.id == report.c.contract_id)
    query = select(report).select_from(joined).where(report.c.id == report_id, *_visible(caller))
    row = connection.execute(query).first()
    if row is None:
        raise unknown_report(report_id)
    return to_entry(row)


def list_visible_reports(
    connection: Connection, caller: Caller, contract_id: str | None = None
) -> tuple[ReportEntry, ...]:
    """All entries that the caller may see, of one contract or of all, in the order of their numbers."""
    joined = report.join(contract, contract.c.id == report.c.contract_id)
    query = (
        select(report)
        .select_from(joined)
        .where(*_visible(caller))
        .order_by(report.c.kind, report.c.year, report.c.number, report.c.version)
    )
    if contract_id is None:
        return tuple(to_entry(row) for row in connection.execute(query))

    def read(ids: Collection[str]) -> dict[str, list[ReportEntry]]:
        rows = connection.execute(query.where(report.c.contract_id.in_(ids)))
        return by_contract(map(to_entry, rows), lambda one: one.contract_id)

    return tuple(of_each(connection, ("visible reports", caller), contract_id, read) or ())


def list_sent_of_case(connection: Connection, case_id: str) -> tuple[ReportEntry, ...]:
    """The versions that were sent of the reports about an incident, the earliest first."""
    query = select(report).where(report.c.case_id == case_id, report.c.state.in_(_SENT)).order_by(report.c.delivered_at)
    return tuple(to_entry(row) for row in connection.execute(query))


def list_contract_reports(connection: Connection, contract_id: str) -> tuple[ReportEntry, ...]:
    """All entries of one contract, also those that nobody but their author sees yet, in the order of their numbers."""
    order = (report.c.kind, report.c.year, report.c.number, report.c.version)

    def read(ids: Collection[str]) -> dict[str, list[ReportEntry]]:
        query = select(report).where(report.c.contract_id.in_(ids)).order_by(*order)
        return by_contract(map(to_entry, connection.execute(query)), lambda one: one.contract_id)

    return tuple(of_each(connection, "reports", contract_id, read) or ())


def _visible(caller: Caller) -> tuple[Any, ...]:
    if caller.at_machine and caller.person_id is None:
        return (contract_scope(caller),)
    mine = or_(report.c.state.in_(_SENT), report.c.organisation_id == caller.organisation_id)
    return contract_scope(caller), mine


_author, _receiver = organisation.alias("author"), organisation.alias("receiver")
_drafter, _approver = person.alias("drafter"), person.alias("approver")


def report_listing(
    caller: Caller,
    *,
    contract_id: str | None = None,
    kind: str | None = None,
    year: int | None = None,
    state: str | None = None,
    case_id: str | None = None,
    replaced: bool = False,
) -> Listing:
    """The register of the contracts that a caller may see; with `replaced` also versions that a later one replaced."""
    conditions = list(_visible(caller))
    for column, value in (
        (report.c.contract_id, contract_id),
        (report.c.kind, kind),
        (report.c.year, year),
        (report.c.state, state),
        (report.c.case_id, case_id),
    ):
        if value is not None:
            conditions.append(column == value)
    if not replaced:
        conditions.append(report.c.replaced_by.is_(None))
    joined = (
        report.join(contract, contract.c.id == report.c.contract_id)
        .join(_author, _author.c.id == report.c.organisation_id)
        .join(_receiver, _receiver.c.id == report.c.receiver_id)
        .join(_drafter, _drafter.c.id == report.c.drafted_by)
        .outerjoin(_approver, _approver.c.id == report.c.approved_by)
        .outerjoin(file, file.c.id == report.c.file_id)
    )
    query = select(
        report,
        contract.c.number.label("contract_number"),
        _author.c.name.label("author"),
        _receiver.c.name.label("receiver"),
        _drafter.c.name.label("drafted_by_name"),
        _approver.c.name.label("approved_by_name"),
        file.c.name.label("file_name"),
        file.c.sm3.label("sm3"),
    ).select_from(joined)
    sorts = {name: report.c[name] for name in ("id", "kind", "year", "number", "state", "drafted_at")}
    return Listing(query, report.c.id, sorts, default="-drafted_at", filters=conditions)


def report_rows(connection: Connection, entry: ReportEntry, caller: Caller) -> tuple[Row[Any], ...]:
    """All versions of a report that a caller may see, with the names of whom they concern, the first one first."""
    listing = report_listing(caller, contract_id=entry.contract_id, kind=entry.kind, year=entry.year, replaced=True)
    query = listing.query.where(*listing.filters, report.c.number == entry.number).order_by(report.c.version)
    return tuple(connection.execute(query))
