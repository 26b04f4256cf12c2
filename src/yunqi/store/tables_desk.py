"""Tables of the desk where people act: answers given, what waits for a second person, files, sealed audit rows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from yunqi.store.columns import Big, Digest, Id, metadata
from yunqi.store.types import CanonicalJson, UtcInstant, binary_text

idempotency = Table(  # an answer that is given again when the same is asked again
    "idempotency",
    metadata,
    Column("asker", Id, primary_key=True),  # the person; `machine` for root at the command line
    Column("key", binary_text(120), primary_key=True),
    Column("action", String(60), nullable=False),
    Column("request_sm3", Digest, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UtcInstant, nullable=False),
    Index("ix_idempotency_at", "at"),
)

proposal = Table(
    "proposal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("action", String(60), nullable=False),
    Column("title", String(300), nullable=False),
    Column("request", CanonicalJson, nullable=False),
    Column("needs", String(20), nullable=False),
    Column("contract_id", Id, ForeignKey("contract.id")),
    Column("using_unit_id", Id, ForeignKey("organisation.id")),
    Column("provider_id", Id, ForeignKey("organisation.id")),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),  # the proposer's
    Column("proposed_by", Id, ForeignKey("person.id"), nullable=False),
    Column("proposed_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("decided_at", UtcInstant),
    Column("reason", String(300), nullable=False),
    Column("outcome", CanonicalJson),
    CheckConstraint("needs in ('colleague','counterparty')", name="needs"),
    CheckConstraint("state in ('proposed','agreed','refused','withdrawn')", name="state"),
    CheckConstraint("decided_by is null or decided_by <> proposed_by or state = 'withdrawn'", name="two_persons"),
    Index("ix_proposal_state", "state", "id"),
    Index("ix_proposal_contract", "contract_id", "id"),
)

file = Table(  # what was handed in or made, until somebody takes it
    "file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size_bytes", Big, nullable=False),
    Column("sm3", Digest, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("organisation_id", Id, ForeignKey("organisation.id")),  # null: root's at the machine
    Column("person_id", Id, ForeignKey("person.id")),
    Column("contract_id", Id, ForeignKey("contract.id")),
    Column("run_id", Id, ForeignKey("run.id")),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant),
    Index("ix_file_expires", "expires_at"),
)

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("position", Big, primary_key=True, autoincrement=False),  # 1, 2, 3 …
    Column("audit_no", Big, ForeignKey("audit.no"), nullable=False, unique=True),
    Column("previous", Digest, nullable=False),
    Column("sm3", Digest, nullable=False),
    Column("sealed_at", UtcInstant, nullable=False),
    CheckConstraint("position > 0", name="position"),
)
