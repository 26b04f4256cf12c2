"""The further receivers of a report: each with its own sending and receipt, beside the one that the register names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from yunqi.store.tables import organisation, report_receiver


@dataclass(frozen=True, slots=True)
class FurtherReceiver:
    """One further receiver of a report, and how far the report has come to it."""

    report_id: str
    organisation_id: str
    organisation: str
    delivered_at: datetime | None
    way: str | None
    received_by: str | None
    received_at: datetime | None
    receipt_way: str | None
    receipt_file_id: str | None


def name_receivers(
    connection: Connection, report_id: str, organisations: Collection[str], *, revises: str | None = None
) -> None:
    """Names who else is to get a report; a version has those of the one that it revises."""
    named = list(dict.fromkeys(organisations))
    if revises is not None:
        named = [one.organisation_id for one in list_receivers(connection, (revises,)).get(revises, ())]
    for one in named:
        connection.execute(report_receiver.insert().values(report_id=report_id, organisation_id=one))


def list_receivers(connection: Connection, reports: Collection[str]) -> Mapping[str, tuple[FurtherReceiver, ...]]:
    """The further receivers of each report that has some, by name."""
    names = ("report_id", "organisation_id", "delivered_at", "way", "received_by", "received_at", "receipt_way")
    query = (
        select(*(report_receiver.c[name] for name in (*names, "receipt_file_id")), organisation.c.name)
        .join(organisation, organisation.c.id == report_receiver.c.organisation_id)
        .where(report_receiver.c.report_id.in_(tuple(reports)))
        .order_by(organisation.c.name, organisation.c.id)
    )
    found: dict[str, list[FurtherReceiver]] = {}
    for row in connection.execute(query):
        given = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        found.setdefault(row.report_id, []).append(FurtherReceiver(organisation=given.pop("name"), **given))
    return {report_id: tuple(some) for report_id, some in found.items()}


def advance_receiver(connection: Connection, report_id: str, organisation_id: str, values: Mapping[str, Any]) -> None:
    """Writes how far a report has come to a further receiver."""
    connection.execute(
        update(report_receiver)
        .where(report_receiver.c.report_id == report_id, report_receiver.c.organisation_id == organisation_id)
        .values(**values)
    )
