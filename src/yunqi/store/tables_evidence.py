"""Tables of the evidence and of what is computed from it."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from yunqi.store.columns import Big, Digest, Id, metadata, recorded
from yunqi.store.types import CanonicalJson, UtcInstant

fact = Table(
    "fact",
    metadata,
    Column("no", Big, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("payload", CanonicalJson, nullable=False),
    Column("origin", String(80), nullable=False),  # measured, reported, or import:<label>
    Column("sample", Boolean, nullable=False),  # true: labelled as sample everywhere it shows
    Column("key", String(160)),  # makes a repeated write one fact
    recorded(),
    UniqueConstraint("contract_id", "key"),
    Index("ix_fact_contract", "contract_id", "kind", "at"),
)

fact_pending = Table(  # the unsealed tail: facts themselves are never touched again
    "fact_pending",
    metadata,
    Column("contract_id", Id, ForeignKey("contract.id"), primary_key=True),
    Column("fact_no", Big, ForeignKey("fact.no"), primary_key=True),
    sqlite_with_rowid=False,
)

chain = Table(
    "chain",
    metadata,
    Column("contract_id", Id, ForeignKey("contract.id"), primary_key=True),
    Column("position", Big, primary_key=True, autoincrement=False),  # 1, 2, 3 …
    Column("fact_no", Big, ForeignKey("fact.no"), nullable=False, unique=True),
    Column("previous", Digest, nullable=False),
    Column("sm3", Digest, nullable=False),
    Column("sealed_at", UtcInstant, nullable=False),
    CheckConstraint("position > 0", name="position"),
    sqlite_with_rowid=False,
)

signing_key = Table(  # public halves only: the private key is a file elsewhere
    "signing_key",
    metadata,
    Column("key_id", Digest, primary_key=True),  # SM3 of the public key (DER)
    Column("public_key", Text, nullable=False),  # hex, DER SubjectPublicKeyInfo
    recorded(),
)

day_root = Table(
    "day_root",
    metadata,
    Column("contract_id", Id, ForeignKey("contract.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("first_position", Big, nullable=False),
    Column("last_position", Big, nullable=False),  # first - 1 when the day sealed nothing
    Column("chain_sm3", Digest, nullable=False),  # of the last sealed record, or the genesis
    Column("verdict_count", Integer, nullable=False),
    Column("verdicts_sm3", Digest, nullable=False),
    Column("previous", Digest, nullable=False),  # the root before it, or the genesis
    Column("sm3", Digest, nullable=False),
    Column("signature", Text, nullable=False),  # hex, SM2 with SM3
    Column("key_id", Digest, ForeignKey("signing_key.key_id"), nullable=False),
    Column("closed_at", UtcInstant, nullable=False),
)

sample = Table(
    "sample",
    metadata,
    Column("no", Big, primary_key=True, autoincrement=True),
    Column("resource_id", Id, ForeignKey("resource.id"), nullable=False),
    Column("meter", String(60), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("value", Big, nullable=False),
    UniqueConstraint("resource_id", "meter", "at"),
)

probe_result = Table(
    "probe_result",
    metadata,
    Column("no", Big, primary_key=True, autoincrement=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("object", String(120), nullable=False),  # a resource id, system:<id> or platform
    Column("probe", String(20), nullable=False),
    Column("origin", String(80), nullable=False),  # measured, or import:<label>; two observers never mix
    Column("at", UtcInstant, nullable=False),
    Column("until_at", UtcInstant, nullable=False),  # the verdict holds over [at, until_at)
    Column("verdict", String(10), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("sample", Boolean, nullable=False),
    recorded(),
    UniqueConstraint("contract_id", "object", "probe", "origin", "at"),
    CheckConstraint("verdict in ('up','down','unknown')", name="verdict"),
    CheckConstraint("at < until_at", name="span"),
    Index("ix_probe_result_contract", "contract_id", "at"),
)

watch = Table(  # what the parties agreed that probes watch, beside what is watched by itself
    "watch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("object", String(120), nullable=False),  # a resource id, system:<id> or platform
    Column("probe", String(20), nullable=False),
    Column("address", String(300), nullable=False),  # as the probe takes it
    Column("network_id", Id, ForeignKey("resource.id")),  # asked from that network; null: from outside
    Column("unit_person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("provider_person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("begun_at", UtcInstant, nullable=False),
    Column("ended_at", UtcInstant),
    Index("ix_watch_contract", "contract_id", "begun_at"),
)

verdict_day = Table(  # one stream of results (object, probe, origin) over one day of Beijing
    "verdict_day",
    metadata,
    Column("contract_id", Id, ForeignKey("contract.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("object", String(120), primary_key=True),
    Column("probe", String(20), primary_key=True),
    Column("origin", String(80), primary_key=True),
    Column("spans", CanonicalJson, nullable=False),  # [[start, end, verdict, probes], …]; what lies between is unknown
    Column("probes", Integer, nullable=False),
    Column("raw_sm3", Digest, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("sm3", Digest, nullable=False),  # of this row, so that a changed row can be named
    Column(
        "sealed_on", String(10), nullable=False
    ),  # the day whose root holds it: later than `day` for what came in late
    Column("closed_at", UtcInstant, nullable=False),
    Index("ix_verdict_day_root", "contract_id", "sealed_on"),
)

probe_day = Table(  # stream days with results that no verdict day holds yet
    "probe_day",
    metadata,
    Column("contract_id", Id, ForeignKey("contract.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("object", String(120), primary_key=True),
    Column("probe", String(20), primary_key=True),
    Column("origin", String(80), primary_key=True),
    sqlite_with_rowid=False,
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
    recorded(),
    CheckConstraint("start_at < end_at", name="span"),
    Index("ix_exclusion_lookup", "contract_id", "start_at"),
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
    Column("sm3", Digest, nullable=False),
    Column("known_at", UtcInstant, nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    UniqueConstraint("contract_id", "month", "version"),
)

audit = Table(
    "audit",
    metadata,
    Column("no", Big, primary_key=True, autoincrement=True),
    Column("at", UtcInstant, nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("action", String(60), nullable=False),
    Column("object", String(120), nullable=False),
    Column("detail", CanonicalJson, nullable=False),
    Column("organisation_id", Id),  # in whose name
    Column("assumption_id", Id),  # the assumed role it was done under
    Column("session_id", Id),
    Column("token_id", Id),
    Column("address", String(60)),
    Column("outcome", String(60)),  # done, proposed, or the code of the refusal
    Index("ix_audit_object", "object", "at"),
    Index("ix_audit_person", "person_id", "no"),
    Index("ix_audit_organisation", "organisation_id", "no"),
)
