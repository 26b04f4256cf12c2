"""Tables of telling: who is told by what way, what was told of an incident, and the receipt of each telling."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from yunqi.store.columns import Id, metadata, recorded
from yunqi.store.types import CanonicalJson, UtcInstant

notice_contact = Table(
    "notice_contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),  # whose person or group it is
    Column("name", String(60), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("address", String(200), nullable=False),  # as it is shown: of a robot the host alone
    Column("secret", Text),  # encrypted: a robot's whole address and its key
    Column("minutes_left", Integer),  # told when so few are left on a clock; null: at once
    Column("added_by", Id, ForeignKey("person.id"), nullable=False),
    recorded(),
    Column("removed_at", UtcInstant),
    Column("removed_by", Id, ForeignKey("person.id")),
    CheckConstraint("channel in ('mail','sms','wecom','dingtalk')", name="channel"),
    Index("ix_notice_contact_contract", "contract_id", "removed_at"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("case_id", Id, ForeignKey("case.id")),  # null: a test of a contact
    Column("stage", String(20), nullable=False),
    Column("key", String(160), nullable=False),  # one notice of a key in a case
    Column("subject", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("data", CanonicalJson, nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),  # null: told by the system itself
    recorded(),
    UniqueConstraint("case_id", "key", name="uq_notice_case_id_key"),
    Index("ix_notice_contract", "contract_id", "id"),
)

notice_delivery = Table(  # written in the transaction of its notice
    "notice_delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("notice_id", Id, ForeignKey("notice.id"), nullable=False),
    Column("contact_id", Id, ForeignKey("notice_contact.id")),  # null: told by hand
    Column("organisation_id", Id, ForeignKey("organisation.id")),  # who was told
    Column("channel", String(20), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("address", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcInstant, nullable=False),
    Column("answer", String(300)),  # what the other server, or a person, said
    Column("error", String(100)),  # why the last attempt failed: a code
    Column("done_at", UtcInstant),
    CheckConstraint("state in ('waiting','done','dead')", name="state"),
    Index("ix_notice_delivery_due", "state", "next_at"),
    Index("ix_notice_delivery_notice", "notice_id"),
)
