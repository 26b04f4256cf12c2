"""All tables. Every fact, price, flag, reading and role has a valid span and a recorded-at.

Quantities are integers in millionths (`quantity_micro`), money in fen, instants UTC text, JSON canonical text.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from yunqi.store.types import CanonicalJson, UtcInstant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = String(40)
_Big = BigInteger().with_variant(Integer, "sqlite")


def _recorded() -> Column[object]:
    return Column("recorded_at", UtcInstant, nullable=False)


def _valid() -> tuple[Column[object], Column[object]]:
    return Column("valid_from", UtcInstant, nullable=False), Column("valid_until", UtcInstant)


# --- parties ---------------------------------------------------------------------------------------------------------

organisation = Table(
    "organisation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(20), nullable=False),  # using_unit provider administration supervisor integrator
    _recorded(),
    CheckConstraint("role in ('using_unit','provider','administration','supervisor','integrator')", name="role"),
)

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("name", String(100), nullable=False),
    _recorded(),
    UniqueConstraint("organisation_id", "name"),
)

person_role = Table(
    "person_role",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("role", String(30), nullable=False),  # reader operator approver administrator
    *_valid(),
    _recorded(),
)

tenant = Table(
    "tenant",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("provider_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("name", String(100), nullable=False),
    _recorded(),
    UniqueConstraint("organisation_id", "provider_id"),
)

information_system = Table(
    "information_system",
    metadata,
    Column("id", Id, primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("name", String(200), nullable=False),
    _recorded(),
    UniqueConstraint("organisation_id", "name"),
)

system_flag = Table(
    "system_flag",
    metadata,
    Column("id", Id, primary_key=True),
    Column("system_id", Id, ForeignKey("information_system.id"), nullable=False),
    Column("name", String(30), nullable=False),  # grade important internet_facing fee_share
    Column("value", String(60), nullable=False),
    *_valid(),
    _recorded(),
    Index("ix_system_flag_lookup", "system_id", "name"),
)

system_deployment = Table(
    "system_deployment",
    metadata,
    Column("system_id", Id, ForeignKey("information_system.id"), primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenant.id"), primary_key=True),
    _recorded(),
)

# --- contract --------------------------------------------------------------------------------------------------------

document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sm3", String(64), nullable=False, unique=True),
    Column("file_name", String(255), nullable=False),
    Column("size_bytes", _Big, nullable=False),
    Column("content", LargeBinary, nullable=False),
    _recorded(),
)

contract = Table(
    "contract",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(100), nullable=False, unique=True),
    Column("title", String(300), nullable=False),
    Column("using_unit_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("provider_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("document_id", Id, ForeignKey("document.id"), nullable=False),
    Column("data", CanonicalJson, nullable=False),  # the form of a contract, with sources
    Column("state", String(20), nullable=False),  # imported signed ended
    Column("start_on", String(10)),
    Column("end_on", String(10)),
    Column("total_fen", _Big, nullable=False),
    _recorded(),
    CheckConstraint("state in ('imported','signed','ended')", name="state"),
)

contract_signature = Table(
    "contract_signature",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("data_sm3", String(64), nullable=False),  # of the contract data that was signed
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
    Column("quantity_micro", _Big, nullable=False),
    Column("period_count", Integer),
    Column("period_unit", String(10)),  # month run term
    Column("total_fen", _Big),
    Column("bundle_no", Integer),
    Column("parameters", CanonicalJson, nullable=False),
    Column("draw_kind", String(12), nullable=False),  # span run piece deliverable
    Column("source", CanonicalJson, nullable=False),
    *_valid(),
    _recorded(),
    UniqueConstraint("contract_id", "no", "valid_from"),
    Index("ix_price_line_item", "contract_id", "item"),
)

reading = Table(
    "reading",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("code", String(60), nullable=False),
    Column("value", CanonicalJson, nullable=False),
    Column("agreement", String(200), nullable=False),  # number of the supplementary agreement or minutes
    Column("using_unit_person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("provider_person_id", Id, ForeignKey("person.id"), nullable=False),
    *_valid(),
    _recorded(),
)

burst = Table(
    "burst",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("item", String(60), nullable=False),
    Column("quantity_micro", _Big, nullable=False),
    Column("start_at", UtcInstant, nullable=False),
    Column("end_at", UtcInstant, nullable=False),
    Column("reason", String(300), nullable=False),
    Column("using_unit_person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("provider_person_id", Id, ForeignKey("person.id"), nullable=False),
    _recorded(),
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
    Column("number", String(60), nullable=False, unique=True),
    Column("title", String(300), nullable=False),
    Column("state", String(30), nullable=False),
    Column("data", CanonicalJson, nullable=False),
    Column("opened_at", UtcInstant, nullable=False),
    _recorded(),
    Index("ix_case_contract", "contract_id", "kind"),
)

case_event = Table(
    "case_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case.id"), nullable=False),
    Column("event", String(40), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("data", CanonicalJson, nullable=False),
    _recorded(),
    Index("ix_case_event_case", "case_id", "at"),
)

# --- resources -------------------------------------------------------------------------------------------------------

resource = Table(
    "resource",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("name", String(63), nullable=False),
    Column("tenant_id", Id, ForeignKey("tenant.id"), nullable=False),
    Column("system_id", Id, ForeignKey("information_system.id")),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("work_order_id", Id, ForeignKey("case.id"), nullable=False),
    Column("spec", CanonicalJson, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("delete_asked_at", UtcInstant),
    Column("delete_asked_by", Id, ForeignKey("person.id")),
    Column("erase_approved_by", Id, ForeignKey("person.id")),
    Column("gone_at", UtcInstant),
    Index("ix_resource_tenant", "tenant_id", "kind", "name"),
    Index("uq_resource_live_name", "tenant_id", "kind", "name", unique=True, sqlite_where=text("gone_at IS NULL"), postgresql_where=text("gone_at IS NULL")),
    Index("ix_resource_live", "gone_at", "id"),
)

resource_status = Table(
    "resource_status",
    metadata,
    Column("resource_id", Id, ForeignKey("resource.id"), primary_key=True),
    Column("phase", String(20), nullable=False),  # ordered building ready repairing waiting erasing gone failed
    Column("observed_generation", Integer, nullable=False),
    Column("detail", CanonicalJson, nullable=False),
    Column("ready_at", UtcInstant),
    Column("updated_at", UtcInstant, nullable=False),
)

allocation = Table(
    "allocation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("resource_id", Id, ForeignKey("resource.id"), nullable=False),
    Column("pool", String(60), nullable=False),  # ip mac cidr gateway public_ip host
    Column("scope", String(80), nullable=False),  # the pool is unique within: a network id, or "site"
    Column("value", String(80), nullable=False),
    _recorded(),
    UniqueConstraint("pool", "scope", "value"),
    UniqueConstraint("resource_id", "pool"),
)

draw = Table(
    "draw",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("price_line_id", Id, ForeignKey("price_line.id")),
    Column("burst_id", Id, ForeignKey("burst.id")),
    Column("resource_id", Id, ForeignKey("resource.id")),
    Column("item", String(60), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("quantity_micro", _Big, nullable=False),
    Column("start_at", UtcInstant, nullable=False),
    Column("end_at", UtcInstant),
    Column("ready_at", UtcInstant),
    _recorded(),
    UniqueConstraint("resource_id", "price_line_id", "burst_id", "start_at"),
    CheckConstraint("(price_line_id IS NULL) <> (burst_id IS NULL)", name="one_origin"),
    CheckConstraint("kind in ('span','run','piece','deliverable')", name="kind"),
    CheckConstraint("quantity_micro > 0", name="positive"),
    Index("ix_draw_line", "price_line_id", "end_at"),
    Index("ix_draw_contract", "contract_id"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("id", Id, primary_key=True),
    Column("resource_id", Id, ForeignKey("resource.id"), nullable=False),
    Column("volume_id", String(60), nullable=False, unique=True),
    Column("data", CanonicalJson, nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
)

# --- work ------------------------------------------------------------------------------------------------------------

lease = Table(
    "lease",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("token", _Big, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(120), nullable=False),
    Column("arguments", CanonicalJson, nullable=False),
    Column("state", String(12), nullable=False),  # open done failed cancelled
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("opened_at", UtcInstant, nullable=False),
    Column("closed_at", UtcInstant),
    UniqueConstraint("kind", "key"),
)

run_step = Table(
    "run_step",
    metadata,
    Column("run_id", Id, ForeignKey("run.id"), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("output", CanonicalJson),
    Column("finished_at", UtcInstant, nullable=False),
)

# --- evidence --------------------------------------------------------------------------------------------------------

fact = Table(
    "fact",
    metadata,
    Column("no", _Big, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("payload", CanonicalJson, nullable=False),
    Column("origin", String(80), nullable=False),  # measured, reported, or import:<label>
    Column("sample", Boolean, nullable=False),  # true: labelled as sample everywhere it shows
    Column("key", String(160), unique=True),  # makes a repeated write one fact
    _recorded(),
    Index("ix_fact_contract", "contract_id", "kind", "at"),
)

chain = Table(
    "chain",
    metadata,
    Column("contract_id", Id, ForeignKey("contract.id"), primary_key=True),
    Column("position", _Big, primary_key=True),
    Column("fact_no", _Big, ForeignKey("fact.no"), nullable=False, unique=True),
    Column("previous", String(64), nullable=False),
    Column("sm3", String(64), nullable=False),
    Column("sealed_at", UtcInstant, nullable=False),
)

day_root = Table(
    "day_root",
    metadata,
    Column("contract_id", Id, ForeignKey("contract.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("first_position", _Big, nullable=False),
    Column("last_position", _Big, nullable=False),
    Column("sm3", String(64), nullable=False),
    Column("signature", Text, nullable=False),  # hex, SM2 with SM3
    Column("key_id", String(64), nullable=False),
    Column("closed_at", UtcInstant, nullable=False),
)

sample = Table(
    "sample",
    metadata,
    Column("no", _Big, primary_key=True, autoincrement=True),
    Column("resource_id", Id, ForeignKey("resource.id"), nullable=False),
    Column("meter", String(60), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("value", _Big, nullable=False),
    UniqueConstraint("resource_id", "meter", "at"),
)

probe_result = Table(
    "probe_result",
    metadata,
    Column("no", _Big, primary_key=True, autoincrement=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("object", String(120), nullable=False),  # a resource id, system:<id> or platform
    Column("probe", String(20), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("until_at", UtcInstant, nullable=False),  # the verdict holds over [at, until_at)
    Column("verdict", String(10), nullable=False),  # up down unknown
    Column("detail", String(200), nullable=False),
    Column("sample", Boolean, nullable=False),
    UniqueConstraint("object", "probe", "at"),
    Index("ix_probe_result_contract", "contract_id", "at"),
)

verdict_day = Table(
    "verdict_day",
    metadata,
    Column("contract_id", Id, ForeignKey("contract.id"), primary_key=True),
    Column("object", String(120), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("spans", CanonicalJson, nullable=False),  # [[start, end, verdict], …]
    Column("probes", Integer, nullable=False),
    Column("raw_sm3", String(64), nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("closed_at", UtcInstant, nullable=False),
)

exclusion = Table(
    "exclusion",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("object", String(120), nullable=False),
    Column("start_at", UtcInstant, nullable=False),
    Column("end_at", UtcInstant, nullable=False),
    Column("clause", String(200), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("approved_by", Id, ForeignKey("person.id"), nullable=False),
    _recorded(),
)

# --- settlement ------------------------------------------------------------------------------------------------------

statement = Table(
    "statement",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("month", String(7), nullable=False),
    Column("version", Integer, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("data", CanonicalJson, nullable=False),  # the whole statement with its trace
    Column("sm3", String(64), nullable=False),
    Column("known_at", UtcInstant, nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    UniqueConstraint("contract_id", "month", "version"),
)

audit = Table(
    "audit",
    metadata,
    Column("no", _Big, primary_key=True, autoincrement=True),
    Column("at", UtcInstant, nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("action", String(60), nullable=False),
    Column("object", String(120), nullable=False),
    Column("detail", CanonicalJson, nullable=False),
)
