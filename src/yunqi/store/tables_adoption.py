"""Tables of adoption: what was previewed and confirmed, and which resources came of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table

from yunqi.store.columns import Digest, Id, metadata, recorded
from yunqi.store.types import CanonicalJson, UtcInstant

adoption = Table(
    "adoption",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("tenant_id", Id, ForeignKey("tenant.id"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("from_on", String(10), nullable=False),  # the first day that counts
    Column("source", String(255), nullable=False),  # the list's file name, or what was looked for among what runs
    Column("source_sm3", Digest),  # of the file; null where no list was given
    Column("data", CanonicalJson, nullable=False),  # the inventory, how it was to be matched, and the plan
    Column("plan_sm3", Digest, nullable=False),
    Column("made_by", Id, ForeignKey("person.id")),
    recorded(),
    Column("work_order_id", Id, ForeignKey("case.id")),
    Column("unit_person_id", Id, ForeignKey("person.id")),
    Column("provider_person_id", Id, ForeignKey("person.id")),
    Column("confirmed_at", UtcInstant),
    Column("undone_by_unit_id", Id, ForeignKey("person.id")),
    Column("undone_by_provider_id", Id, ForeignKey("person.id")),
    Column("undone_at", UtcInstant),
    CheckConstraint("state in ('previewed','confirmed','undone')", name="state"),
    Index("ix_adoption_contract", "contract_id", "recorded_at"),
)

adopted_resource = Table(  # what Yunqi did not build: the reconciler never sees these
    "adopted_resource",
    metadata,
    Column("resource_id", Id, ForeignKey("resource.id"), primary_key=True),
    Column("adoption_id", Id, ForeignKey("adoption.id"), nullable=False),
    Column("data", CanonicalJson, nullable=False),  # where it stood in the list, and what the hypervisor calls it
    Index("ix_adopted_resource_adoption", "adoption_id"),
)
