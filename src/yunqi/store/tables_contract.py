"""Tables of the parties, the contract and its cases."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from yunqi.store.columns import Big, Digest, Id, metadata, recorded, valid
from yunqi.store.types import CanonicalJson, UtcInstant

# --- parties ---------------------------------------------------------------------------------------------------------

organisation = Table(
    "organisation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    recorded(),
    CheckConstraint("role in ('using_unit','provider','administration','supervisor','integrator')", name="role"),
)

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("name", String(100), nullable=False),
    recorded(),
    UniqueConstraint("organisation_id", "name"),
)

person_role = Table(
    "person_role",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("role", String(30), nullable=False),  # reader operator approver administrator
    Column("granted", Boolean, nullable=False),  # false: taken back from valid_from on
    *valid(),
    recorded(),
    Index("ix_person_role_lookup", "person_id", "role"),
)

tenant = Table(
    "tenant",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("provider_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("name", String(100), nullable=False),
    recorded(),
    UniqueConstraint("organisation_id", "provider_id"),
)

information_system = Table(
    "information_system",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("name", String(200), nullable=False),
    recorded(),
    UniqueConstraint("organisation_id", "name"),
)

system_flag = Table(
    "system_flag",
    metadata,
    Column("id", Id, primary_key=True),
    Column("system_id", Id, ForeignKey("information_system.id"), nullable=False),
    Column("name", String(30), nullable=False),  # grade important internet_facing fee_share
    Column("value", String(60)),  # null: no longer known
    *valid(),
    recorded(),
    Index("ix_system_flag_lookup", "system_id", "name"),
)

system_deployment = Table(
    "system_deployment",
    metadata,
    Column("system_id", Id, ForeignKey("information_system.id"), primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenant.id"), primary_key=True),
    recorded(),
)

# --- contract --------------------------------------------------------------------------------------------------------

document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sm3", Digest, nullable=False, unique=True),
    Column("file_name", String(255), nullable=False),
    Column("size_bytes", Big, nullable=False),
    Column("content", LargeBinary, nullable=False),
    recorded(),
)

document_text = Table(  # what was recognised on the pages of a scanned file: reading it again takes minutes
    "document_text",
    metadata,
    Column("document_id", Id, ForeignKey("document.id"), primary_key=True),
    Column("content", Text, nullable=False),
    recorded(),
)

contract = Table(
    "contract",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(100)),  # null: the text names none
    Column("title", String(300), nullable=False),
    Column("using_unit_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("provider_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("document_id", Id, ForeignKey("document.id"), nullable=False),
    Column("data", CanonicalJson, nullable=False),  # the form of a contract, with sources
    Column("state", String(20), nullable=False),
    Column("start_on", String(10)),
    Column("end_on", String(10)),
    Column("total_fen", Big),
    recorded(),
    UniqueConstraint("provider_id", "number"),  # each provider numbers its own contracts
    CheckConstraint("state in ('imported','signed','ended')", name="state"),
)

contract_signature = Table(
    "contract_signature",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("data_sm3", Digest, nullable=False),  # of the contract data that was signed
    Column("signed_at", UtcInstant, nullable=False),
    UniqueConstraint("contract_id", "organisation_id"),
)

price_line = Table(
    "price_line",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("item", String(60)),  # a code of the catalogue, null when none fits
    Column("name", String(400), nullable=False),
    Column("unit", String(40)),
    Column("unit_price", String(40)),  # decimal text, yuan
    Column("quantity_micro", Big),  # null: the text states none
    Column("period_count", Integer),
    Column("period_unit", String(10)),  # month run term
    Column("total_fen", Big),
    Column("bundle_no", Integer),  # the line whose price covers this one
    Column("parameters", CanonicalJson, nullable=False),
    Column("draw_kind", String(12), nullable=False),
    Column("source", CanonicalJson, nullable=False),
    *valid(),
    recorded(),
    UniqueConstraint("contract_id", "no", "valid_from", "recorded_at"),
    CheckConstraint("draw_kind in ('span','run','piece','deliverable')", name="draw_kind"),
    CheckConstraint("quantity_micro >= 0", name="quantity"),
    Index("ix_price_line_item", "contract_id", "item"),
)

reading = Table(
    "reading",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("code", String(60), nullable=False),
    Column("value", CanonicalJson),  # null: taken back
    Column("agreement", String(200), nullable=False),  # number of the supplementary agreement or minutes
    Column("using_unit_person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("provider_person_id", Id, ForeignKey("person.id"), nullable=False),
    *valid(),
    recorded(),
    Index("ix_reading_lookup", "contract_id", "code"),
)

burst = Table(
    "burst",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("item", String(60), nullable=False),
    Column("quantity_micro", Big, nullable=False),
    Column("start_at", UtcInstant, nullable=False),
    Column("end_at", UtcInstant, nullable=False),
    Column("reason", String(300), nullable=False),
    Column("using_unit_person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("provider_person_id", Id, ForeignKey("person.id"), nullable=False),
    recorded(),
    CheckConstraint("quantity_micro > 0", name="positive"),
    CheckConstraint("start_at < end_at", name="span"),
    Index("ix_burst_lookup", "contract_id", "item"),
)

# --- cases -----------------------------------------------------------------------------------------------------------

case = Table(
    "case",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(30), nullable=False),  # work_order incident adjudication …
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("tenant_id", Id, ForeignKey("tenant.id")),
    Column("system_id", Id, ForeignKey("information_system.id")),
    Column("number", String(60), nullable=False),
    Column("title", String(300), nullable=False),
    Column("state", String(30), nullable=False),  # where the events have led
    Column("data", CanonicalJson, nullable=False),
    Column("opened_at", UtcInstant, nullable=False),
    recorded(),
    UniqueConstraint("contract_id", "kind", "number"),  # parties number their cases without knowing each other's
)

case_event = Table(
    "case_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case.id"), nullable=False),
    Column("no", Integer, nullable=False),  # 1, 2, 3 …: the order of events, and the guard against two at once
    Column("event", String(40), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("data", CanonicalJson, nullable=False),
    recorded(),
    UniqueConstraint("case_id", "no"),
)
