"""Accounts and how they sign in, sessions, tokens, undertakings, consents, assumed roles."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


ID, DIGEST, INSTANT = _text(40), _text(64), _text(27)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, other: str, *, nullable: bool = True) -> sa.Column[str]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}_{other}")
    return sa.Column(column, ID, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        _to("account", "person_id", "person", nullable=False),
        sa.Column("login", _text(64), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("password_set_at", INSTANT),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.Text()),
        sa.Column("totp_pending", sa.Text()),
        sa.Column("totp_step", BIG),
        sa.Column("locked_at", INSTANT),
        _to("account", "locked_by", "person"),
        sa.Column("disabled_at", INSTANT),
        _to("account", "disabled_by", "person"),
        sa.Column("signed_in_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        _to("account", "created_by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login", name="uq_account_login"),
        sa.UniqueConstraint("person_id", name="uq_account_person_id"),
    )
    op.create_table(
        "sign_in_guard",
        sa.Column("key", _text(80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", INSTANT),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_guard"),
    )
    op.create_index("ix_sign_in_guard_touched", "sign_in_guard", ["touched_at"])
    op.create_table(
        "sign_in_step",
        sa.Column("digest", DIGEST, nullable=False),
        _to("sign_in_step", "account_id", "account", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_step"),
    )
    op.create_index("ix_sign_in_step_expires", "sign_in_step", ["expires_at"])
    op.create_table(
        "recovery_code",
        sa.Column("digest", DIGEST, nullable=False),
        _to("recovery_code", "account_id", "account", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_account", "recovery_code", ["account_id"])
    op.create_table(
        "reset_code",
        sa.Column("digest", DIGEST, nullable=False),
        _to("reset_code", "account_id", "account", nullable=False),
        sa.Column("totp_too", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        _to("reset_code", "created_by", "person"),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("digest", name="pk_reset_code"),
    )
    op.create_index("ix_reset_code_account", "reset_code", ["account_id"])
    op.create_table(
        "oidc_identity",
        sa.Column("id", ID, nullable=False),
        sa.Column("issuer", _text(255), nullable=False),
        sa.Column("subject", _text(255), nullable=False),
        _to("oidc_identity", "person_id", "person", nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        _to("oidc_identity", "registered_by", "person"),
        sa.Column("ended_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_oidc_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_oidc_identity_issuer_subject"),
    )
    op.create_index("ix_oidc_identity_person", "oidc_identity", ["person_id"])
    op.create_table(
        "oidc_claim",
        sa.Column("id", ID, nullable=False),
        sa.Column("issuer", _text(255), nullable=False),
        sa.Column("claim", _text(60), nullable=False),
        sa.Column("value", _text(255), nullable=False),
        _to("oidc_claim", "person_id", "person", nullable=False),
        sa.Column("approved_at", INSTANT, nullable=False),
        _to("oidc_claim", "approved_by", "person"),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_oidc_claim"),
        sa.UniqueConstraint("issuer", "claim", "value", name="uq_oidc_claim_issuer_claim_value"),
    )
    op.create_table(
        "oidc_request",
        sa.Column("state_digest", DIGEST, nullable=False),
        sa.Column("browser_digest", DIGEST, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.String(400), nullable=False),
        sa.Column("next_path", sa.String(400), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("state_digest", name="pk_oidc_request"),
    )
    op.create_index("ix_oidc_request_expires", "oidc_request", ["expires_at"])
    op.create_table(
        "undertaking",
        sa.Column("id", ID, nullable=False),
        _to("undertaking", "person_id", "person", nullable=False),
        sa.Column("signed_on", sa.String(10), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("sm3", DIGEST),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        _to("undertaking", "recorded_by", "person"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_undertaking"),
    )
    op.create_index("ix_undertaking_person", "undertaking", ["person_id", "valid_from"])
    op.create_table(
        "consent",
        sa.Column("id", ID, nullable=False),
        _to("consent", "using_unit_id", "organisation", nullable=False),
        _to("consent", "organisation_id", "organisation", nullable=False),
        _to("consent", "person_id", "person"),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("system_ids", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT, nullable=False),
        _to("consent", "asked_by", "person", nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sa.CheckConstraint("scope in ('tenant_data','assume_role')", name=op.f("ck_consent_scope")),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_consent_span")),
    )
    op.create_index("ix_consent_organisation", "consent", ["organisation_id"])
    op.create_index("ix_consent_parties", "consent", ["using_unit_id", "organisation_id", "scope"])
    op.create_table(
        "consent_event",
        _to("consent_event", "consent_id", "consent", nullable=False),
        sa.Column("kind", _text(10), nullable=False),
        _to("consent_event", "person_id", "person", nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("consent_id", "kind", name="pk_consent_event"),
        sa.CheckConstraint("kind in ('given','refused','withdrawn')", name=op.f("ck_consent_event_kind")),
    )
    op.create_table(
        "assumption",
        sa.Column("id", ID, nullable=False),
        _to("assumption", "consent_id", "consent", nullable=False),
        _to("assumption", "person_id", "person", nullable=False),
        _to("assumption", "organisation_id", "organisation", nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("system_ids", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        _to("assumption", "ended_by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_assumption"),
        sa.CheckConstraint("begun_at < until_at", name=op.f("ck_assumption_span")),
    )
    op.create_index("ix_assumption_organisation", "assumption", ["organisation_id", "begun_at"])
    op.create_index("ix_assumption_person", "assumption", ["person_id", "begun_at"])
    op.create_table(
        "session",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        _to("session", "person_id", "person", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("user_agent", sa.String(120), nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        _to("session", "assumption_id", "assumption"),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_why", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("digest", name="uq_session_digest"),
        sa.CheckConstraint("method in ('password','totp','recovery','oidc')", name=op.f("ck_session_method")),
    )
    op.create_index("ix_session_person", "session", ["person_id", "created_at"])
    op.create_table(
        "api_token",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        _to("api_token", "person_id", "person", nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        _to("api_token", "revoked_by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("digest", name="uq_api_token_digest"),
    )
    op.create_index("ix_api_token_person", "api_token", ["person_id", "created_at"])
    op.create_table(
        "integrator_grant",
        sa.Column("id", ID, nullable=False),
        _to("integrator_grant", "system_id", "information_system", nullable=False),
        _to("integrator_grant", "organisation_id", "organisation", nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        _to("integrator_grant", "granted_by", "person"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_integrator_grant"),
    )
    op.create_index("ix_integrator_grant_organisation", "integrator_grant", ["organisation_id", "system_id"])


def downgrade() -> None:
    for table in (
        "integrator_grant",
        "api_token",
        "session",
        "assumption",
        "consent_event",
        "consent",
        "undertaking",
        "oidc_request",
        "oidc_claim",
        "oidc_identity",
        "reset_code",
        "recovery_code",
        "sign_in_step",
        "sign_in_guard",
        "account",
    ):
        op.drop_table(table)
