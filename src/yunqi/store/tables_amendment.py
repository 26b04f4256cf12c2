"""Tables of supplementary agreements and of the contract data that they lead to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint

from yunqi.store.columns import Digest, Id, metadata, recorded
from yunqi.store.types import CanonicalJson, UtcInstant

amendment = Table(
    "amendment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
    Column("number", String(100)),  # null: the text names none
    Column("title", String(300), nullable=False),
    Column("document_id", Id, ForeignKey("document.id"), nullable=False),
    Column("data", CanonicalJson, nullable=False),  # what it changes, with sources
    Column("state", String(20), nullable=False),
    Column("effective_on", String(10)),
    recorded(),
    CheckConstraint("state in ('imported','signed')", name="state"),
    Index("ix_amendment_contract", "contract_id", "effective_on"),
)

amendment_signature = Table(
    "amendment_signature",
    metadata,
    Column("id", Id, primary_key=True),
    Column("amendment_id", Id, ForeignKey("amendment.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("data_sm3", Digest, nullable=False),  # of the agreement's data that was signed
    Column("signed_at", UtcInstant, nullable=False),
    UniqueConstraint("amendment_id", "organisation_id"),
)

contract_version = (
    Table(  # the contract's data from a day on; written when an agreement comes into force, never changed
        "contract_version",
        metadata,
        Column("id", Id, primary_key=True),
        Column("contract_id", Id, ForeignKey("contract.id"), nullable=False),
        Column("amendment_id", Id, ForeignKey("amendment.id"), nullable=False),
        Column("data", CanonicalJson, nullable=False),
        Column("valid_from", UtcInstant, nullable=False),
        recorded(),
        Index("ix_contract_version_lookup", "contract_id", "valid_from"),
    )
)
