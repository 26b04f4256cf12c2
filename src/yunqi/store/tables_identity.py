"""Tables of identity: accounts and how they sign in, sessions, tokens, undertakings, consents, assumed roles.

No table holds a password, a token or a code: only what shows that one presented is right. What must be read again
(a TOTP secret) is encrypted with a key that lies outside the database.
"""

from __future__ import annotations

from datetime import datetime

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

from yunqi.store.columns import Big, Digest, Id, metadata, recorded, valid
from yunqi.store.types import CanonicalJson, UtcInstant, binary_text


def _at(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, UtcInstant, nullable=nullable)


account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, unique=True),
    Column("login", binary_text(64), nullable=False, unique=True),  # NFKC, case folded
    Column("password_hash", String(200)),  # argon2id; null: none was ever set, or it was taken away
    _at("password_set_at", nullable=True),
    Column("must_change", Boolean, nullable=False),  # nothing else is allowed before a new password
    Column("totp_secret", Text),  # encrypted; the one that holds
    Column("totp_pending", Text),  # encrypted; shown, not yet confirmed by a code
    Column("totp_step", Big),  # the last time step whose code was used: each is good once
    _at("locked_at", nullable=True),  # by the security administrator, until unlocked
    Column("locked_by", Id, ForeignKey("person.id")),
    _at("disabled_at", nullable=True),
    Column("disabled_by", Id, ForeignKey("person.id")),
    _at("signed_in_at", nullable=True),
    _at("created_at"),
    Column("created_by", Id, ForeignKey("person.id")),  # null: root at the machine
)

sign_in_guard = Table(  # attempts of a login or from an address, known or not
    "sign_in_guard",
    metadata,
    Column("key", binary_text(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    _at("first_at", nullable=True),
    Column("locks", Integer, nullable=False),
    _at("locked_until", nullable=True),
    _at("touched_at"),
    Index("ix_sign_in_guard_touched", "touched_at"),
)

sign_in_step = Table(  # a password was right and a code is awaited
    "sign_in_step",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    _at("created_at"),
    _at("expires_at"),
    _at("used_at", nullable=True),
    Index("ix_sign_in_step_expires", "expires_at"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    _at("created_at"),
    _at("used_at", nullable=True),
    Index("ix_recovery_code_account", "account_id"),
)

reset_code = Table(
    "reset_code",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False),
    Column("totp_too", Boolean, nullable=False),  # the second factor is taken away as well
    _at("created_at"),
    Column("created_by", Id, ForeignKey("person.id")),
    _at("expires_at"),
    _at("used_at", nullable=True),
    Index("ix_reset_code_account", "account_id"),
)

oidc_identity = Table(
    "oidc_identity",
    metadata,
    Column("id", Id, primary_key=True),
    Column("issuer", binary_text(255), nullable=False),
    Column("subject", binary_text(255), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    _at("registered_at"),
    Column("registered_by", Id, ForeignKey("person.id")),  # null: root, or by an approved claim
    _at("ended_at", nullable=True),
    UniqueConstraint("issuer", "subject"),
    Index("ix_oidc_identity_person", "person_id"),
)

oidc_claim = Table(  # approved: whoever the issuer says has this claim is this person; good once
    "oidc_claim",
    metadata,
    Column("id", Id, primary_key=True),
    Column("issuer", binary_text(255), nullable=False),
    Column("claim", binary_text(60), nullable=False),
    Column("value", binary_text(255), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    _at("approved_at"),
    Column("approved_by", Id, ForeignKey("person.id")),
    _at("used_at", nullable=True),
    UniqueConstraint("issuer", "claim", "value"),
)

oidc_request = Table(  # a sign-in under way at the identity provider
    "oidc_request",
    metadata,
    Column("state_digest", Digest, primary_key=True),
    Column("browser_digest", Digest, nullable=False),  # of a cookie: the answer counts only in the browser that asked
    Column("sealed", Text, nullable=False),  # encrypted: nonce and PKCE verifier
    Column("redirect_uri", String(400), nullable=False),
    Column("next_path", String(400), nullable=False),
    _at("created_at"),
    _at("expires_at"),
    Index("ix_oidc_request_expires", "expires_at"),
)

session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Digest, nullable=False, unique=True),  # SHA-256 of the token
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    _at("created_at"),
    _at("seen_at"),  # kept to the minute
    _at("ends_at"),
    Column("address", String(60), nullable=False),
    Column("user_agent", String(120), nullable=False),
    Column("method", String(20), nullable=False),
    Column("assumption_id", Id, ForeignKey("assumption.id")),
    _at("ended_at", nullable=True),
    Column("ended_why", String(20)),
    CheckConstraint("method in ('password','totp','recovery','oidc')", name="method"),
    Index("ix_session_person", "person_id", "created_at"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Digest, nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("actions", CanonicalJson, nullable=False),  # rows of the table of rights
    _at("created_at"),
    _at("expires_at"),
    _at("used_at", nullable=True),  # kept to the minute
    _at("revoked_at", nullable=True),
    Column("revoked_by", Id, ForeignKey("person.id")),
    Index("ix_api_token_person", "person_id", "created_at"),
)

undertaking = Table(  # 保密承诺书: without a valid one no account works
    "undertaking",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("signed_on", String(10), nullable=False),
    Column("reference", String(200), nullable=False),  # where the signed paper lies
    Column("sm3", Digest),  # of its scan
    *valid(),
    Column("recorded_by", Id, ForeignKey("person.id")),
    recorded(),
    Index("ix_undertaking_person", "person_id", "valid_from"),
)

consent = Table(  # 授权同意: what was asked; what became of it stands in consent_event
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("using_unit_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),  # to whom
    Column("person_id", Id, ForeignKey("person.id")),  # to this one person only
    Column("scope", String(20), nullable=False),
    Column("roles", CanonicalJson, nullable=False),
    Column("system_ids", CanonicalJson, nullable=False),  # empty: the whole tenant
    Column("reason", String(300), nullable=False),
    Column("valid_from", UtcInstant, nullable=False),
    Column("valid_until", UtcInstant, nullable=False),
    Column("asked_by", Id, ForeignKey("person.id"), nullable=False),
    recorded(),
    CheckConstraint("scope in ('tenant_data','assume_role')", name="scope"),
    CheckConstraint("valid_from < valid_until", name="span"),
    Index("ix_consent_parties", "using_unit_id", "organisation_id", "scope"),
    Index("ix_consent_organisation", "organisation_id"),
)

consent_event = Table(
    "consent_event",
    metadata,
    Column("consent_id", Id, ForeignKey("consent.id"), primary_key=True),
    Column("kind", binary_text(10), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("reason", String(300), nullable=False),
    _at("at"),
    CheckConstraint("kind in ('given','refused','withdrawn')", name="kind"),
)

assumption = Table(  # 代入角色
    "assumption",
    metadata,
    Column("id", Id, primary_key=True),
    Column("consent_id", Id, ForeignKey("consent.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),  # in whose name
    Column("roles", CanonicalJson, nullable=False),
    Column("system_ids", CanonicalJson, nullable=False),
    Column("reason", String(300), nullable=False),
    _at("begun_at"),
    _at("until_at"),
    _at("ended_at", nullable=True),
    Column("ended_by", Id, ForeignKey("person.id")),
    CheckConstraint("begun_at < until_at", name="span"),
    Index("ix_assumption_person", "person_id", "begun_at"),
    Index("ix_assumption_organisation", "organisation_id", "begun_at"),
)

integrator_grant = Table(  # that an integrator serves an information system, or no longer does
    "integrator_grant",
    metadata,
    Column("id", Id, primary_key=True),
    Column("system_id", Id, ForeignKey("information_system.id"), nullable=False),
    Column("organisation_id", Id, ForeignKey("organisation.id"), nullable=False),
    Column("granted", Boolean, nullable=False),
    *valid(),
    Column("granted_by", Id, ForeignKey("person.id")),
    recorded(),
    Index("ix_integrator_grant_organisation", "organisation_id", "system_id"),
)
