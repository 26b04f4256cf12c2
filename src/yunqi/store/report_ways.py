"""The sending of a report to its further receivers, and their receipts: a fact each, as for the first receiver."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.store.checks import check_text
from yunqi.store.locks import lock_contract
from yunqi.store.report_checks import publish_proof, require_author, require_order, require_receipt_right
from yunqi.store.report_receivers import FurtherReceiver, advance_receiver, list_receivers
from yunqi.store.reports import DELIVERED, RECEIVED, ReportEntry, require_report, tell_report

_SENT = (DELIVERED, RECEIVED)


def deliver_further(
    connection: Connection,
    report_id: str,
    receiver: str,
    *,
    organisation_id: str,
    person_id: str,
    way: str,
    at: datetime,
    now: datetime,
) -> None:
    """Says that a report, which was sent to its first receiver, was sent to a further one as well.

    Raises `Problem` report_entry.receiver, …author, …state and …time.
    """
    found, further = require_further(connection, report_id, receiver)
    require_author(found, organisation_id)
    if found.replaced_by is not None or found.state not in _SENT or further.delivered_at is not None:
        raise _state(found)
    require_order(None, at, now)
    advance_receiver(connection, found.id, receiver, {"delivered_by": person_id, "delivered_at": at, "way": way})
    more = {"way": way, "title": found.title, "receiver": receiver}
    tell_report(connection, found, "report.delivered_further", person_id, at, more, now)


def receive_further(
    connection: Connection,
    report_id: str,
    receiver: str,
    *,
    organisation_id: str,
    person_id: str,
    received_by: str,
    way: str,
    at: datetime,
    file_id: str | None,
    now: datetime,
) -> None:
    """Records who received a report for a further receiver: by that receiver, or by the sender with the proof.

    Raises `Problem` report_entry.receiver, …party, …proof, …state and …time.
    """
    found, further = require_further(connection, report_id, receiver)
    require_receipt_right(found, receiver, organisation_id, file_id)
    if found.replaced_by is not None or further.delivered_at is None or further.received_at is not None:
        raise _state(found)
    require_order(further.delivered_at if at < further.delivered_at else None, at, now)
    by = check_text("received_by", received_by, 100)
    values = {"received_by": by, "received_at": at, "receipt_way": way, "receipt_file_id": file_id}
    advance_receiver(connection, found.id, receiver, values | {"receipt_by": person_id})
    more: dict[str, Any] = {"received_by": by, "way": way, "recorded_for": organisation_id, "receiver": receiver}
    more |= publish_proof(connection, found, file_id)
    tell_report(connection, found, "report.received_further", person_id, at, more, now)


def require_further(connection: Connection, report_id: str, receiver: str) -> tuple[ReportEntry, FurtherReceiver]:
    """A report and one of its further receivers, locked; raises `Problem` report_entry.receiver."""
    lock_contract(connection, require_report(connection, report_id).contract_id)
    further = list_receivers(connection, (report_id,)).get(report_id, ())
    one = next((each for each in further if each.organisation_id == receiver), None)
    if one is None:
        raise Problem(
            "report_entry.no_receiver",
            "「{value}」不是该报告的收件单位",
            field="receiver",
            value=receiver,
            way_out="请在登记簿中核对该报告的收件单位",
        )
    return require_report(connection, report_id), one


def _state(found: ReportEntry) -> Problem:
    return Problem(
        "report_entry.state",
        "该报告目前的状态不能这样办理",
        field="id",
        value=found.id,
        way_out="顺序为拟稿、审批、报送、签收；先报送登记的收件单位，再报送其他单位",
    )
