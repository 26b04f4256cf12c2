"""The register of numbered reports: each version from its draft to its receipt."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from yunqi.store.columns import Id, metadata
from yunqi.store.types import UtcInstant

report = Table(
    "report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("kind", String(120), nullable=False),  # its name in the contract: the series that is numbered
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),  # 第 N 期 of the year
    Column("version", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("period_start", String(10)),
    Column("period_end", String(10)),
    Column("occasion_at", UtcInstant),  # the event that called for it
    Column("statement_id", Id, ForeignKey("statement.id")),  # what a letter is about
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),  # whose report it is
    Column("receiver_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("file_id", Id, ForeignKey("file.id")),
    Column("state", String(12), nullable=False),
    Column("drafted_by", Id, ForeignKey("person.id"), nullable=False),
    Column("drafted_at", UtcInstant, nullable=False),
    Column("approved_by", Id, ForeignKey("person.id")),
    Column("approved_at", UtcInstant),
    Column("delivered_by", Id, ForeignKey("person.id")),
    Column("delivered_at", UtcInstant),
    Column("way", String(20)),
    Column("received_by", String(100)),  # who took it, as the receipt says
    Column("received_at", UtcInstant),
    Column("receipt_way", String(20)),
    Column("receipt_file_id", Id, ForeignKey("file.id")),
    Column("receipt_by", Id, ForeignKey("person.id")),  # who recorded the receipt
    Column("replaced_by", Id, ForeignKey("report.id")),  # the next version
    Column("composed", String(40)),  # which document of ours it is; none where people wrote it
    Column("case_id", Id),  # the incident that it is about
    CheckConstraint("state in ('drafted','approved','delivered','received')", name="state"),
    CheckConstraint("number > 0 and version > 0", name="number"),
    CheckConstraint("approved_by is null or approved_by <> drafted_by", name="two_persons"),
    CheckConstraint("(period_start is null) = (period_end is null)", name="period"),
    UniqueConstraint("contract_id", "kind", "year", "number", "version"),
    Index("ix_report_contract", "contract_id", "drafted_at"),
    Index("ix_report_case", "case_id"),
)

report_receiver = Table(  # who else is to get a report, each with its own sending and receipt
    "report_receiver",
    metadata,
    Column("report_id", Id, ForeignKey("report.id"), primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id"), primary_key=True),
    Column("delivered_by", Id, ForeignKey("person.id")),
    Column("delivered_at", UtcInstant),
    Column("way", String(20)),
    Column("received_by", String(100)),
    Column("received_at", UtcInstant),
    Column("receipt_way", String(20)),
    Column("receipt_file_id", Id, ForeignKey("file.id")),
    Column("receipt_by", Id, ForeignKey("person.id")),
    CheckConstraint("received_at is null or delivered_at is not null", name="order"),
)
