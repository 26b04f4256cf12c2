"""What is asked of each step of a report, whoever receives it: who may take it, in what order, with what proof."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.store.files import publish_file, require_file

if TYPE_CHECKING:
    from yunqi.store.reports import ReportEntry


def require_receipt_right(found: ReportEntry, receiver: str, organisation_id: str, file_id: str | None) -> None:
    """Raises `Problem` report_entry.party unless the receiver or the sender says what was received, and
    report_entry.proof where the sender says so without a file.
    """
    if organisation_id not in (receiver, found.organisation_id):
        raise Problem(
            "report_entry.party",
            "只有收件单位或报送单位可以登记签收",
            field="id",
            value=found.id,
            way_out="请由收件单位登记",
        )
    if organisation_id != receiver and file_id is None:
        raise Problem(
            "report_entry.proof",
            "报送单位自行登记签收的，须附签收凭据",
            field="file",
            value=found.id,
            way_out="请附上签收单、回执或物流签收记录，或由收件单位登记",
        )


def publish_proof(connection: Connection, found: ReportEntry, file_id: str | None) -> dict[str, Any]:
    """Opens the file that shows a receipt to both parties; what a fact says of it, nothing where there is none."""
    if file_id is None:
        return {}
    publish_file(connection, file_id, found.contract_id)
    return {"proof": {"file": file_id, "sm3": require_file(connection, file_id).sm3}}


def require_author(found: ReportEntry, organisation_id: str) -> None:
    """Raises `Problem` report_entry.author for anyone but the organisation that hands the report in."""
    if found.organisation_id != organisation_id:
        raise Problem(
            "report_entry.author",
            "该报告由另一单位报送",
            field="id",
            value=found.id,
            way_out="请由报送单位办理",
        )


def require_order(earlier: datetime | None, at: datetime, now: datetime) -> None:
    """Raises `Problem` report_entry.time for an instant to come, or (`earlier` given) before what it follows."""
    if earlier is not None or at > now:
        raise Problem(
            "report_entry.time",
            "时间 {at} 不可用：签收不早于报送，且都不晚于现在",
            field="at",
            at=render_instant(at),
            way_out="请核对时间",
        )
