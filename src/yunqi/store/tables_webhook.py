"""Tables of webhooks: where an organisation wants to be told, and what is still to be told (the outbox)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from yunqi.store.columns import Id, metadata
from yunqi.store.types import CanonicalJson, UtcInstant

webhook = Table(
    "webhook",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("url", String(500), nullable=False),
    Column("events", CanonicalJson, nullable=False),
    Column("algorithm", String(10), nullable=False),
    Column("secret", Text, nullable=False),  # encrypted: it signs what is sent
    Column("created_at", UtcInstant, nullable=False),
    Column("created_by", Id, ForeignKey("person.id")),
    Column("removed_at", UtcInstant),
    Column("removed_by", Id, ForeignKey("person.id")),
    CheckConstraint("algorithm in ('sha256','sm3')", name="algorithm"),
    Index("ix_webhook_organisation", "organisation_id", "removed_at"),
)

webhook_delivery = Table(  # written in the transaction of what it tells of
    "webhook_delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook_id", Id, ForeignKey("webhook.id"), nullable=False),
    Column("event", String(40), nullable=False),
    Column("payload", CanonicalJson, nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcInstant, nullable=False),
    Column("status", Integer),  # the last HTTP status
    Column("error", String(200)),  # why the last attempt failed: a code
    Column("done_at", UtcInstant),
    CheckConstraint("state in ('waiting','done','dead','dropped')", name="state"),
    Index("ix_webhook_delivery_due", "state", "next_at"),
    Index("ix_webhook_delivery_webhook", "webhook_id", "id"),
)
