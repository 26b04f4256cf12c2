"""Sign-ins under way at an identity provider, and who its people are here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.tables import oidc_claim, oidc_identity, oidc_request


@dataclass(frozen=True, slots=True)
class OidcRequest:
    """A sign-in under way. `sealed`: nonce and verifier, encrypted."""

    state_digest: str
    browser_digest: str
    sealed: str
    redirect_uri: str
    next_path: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OidcIdentity:
    """That the issuer's subject is this person."""

    id: str
    issuer: str
    subject: str
    person_id: str
    registered_at: datetime
    registered_by: str | None
    ended_at: datetime | None


def add_oidc_request(connection: Connection, made: OidcRequest) -> None:
    """Keeps a sign-in under way; those that expired are swept."""
    columns = oidc_request.c
    connection.execute(oidc_request.delete().where(columns.expires_at <= made.created_at))
    connection.execute(
        oidc_request.insert().values(
            state_digest=made.state_digest,
            browser_digest=made.browser_digest,
            sealed=made.sealed,
            redirect_uri=made.redirect_uri,
            next_path=made.next_path,
            created_at=made.created_at,
            expires_at=made.expires_at,
        )
    )


def take_oidc_request(connection: Connection, state_digest: str) -> OidcRequest | None:
    """The sign-in of a state, taken away: an answer counts once."""
    taken = oidc_request.delete().where(oidc_request.c.state_digest == state_digest).returning(*oidc_request.c)
    row = connection.execute(taken).first()
    return None if row is None else OidcRequest(*row)


def find_oidc_person(connection: Connection, issuer: str, subject: str) -> str | None:
    """The person who is registered as this subject of this issuer, or None."""
    columns = oidc_identity.c
    mine = (columns.issuer == issuer, columns.subject == subject, columns.ended_at.is_(None))
    found = connection.execute(select(columns.person_id).where(*mine)).scalar_one_or_none()
    return None if found is None else str(found)


def add_oidc_identity(
    connection: Connection, *, issuer: str, subject: str, person_id: str, registered_by: str | None, now: datetime
) -> OidcIdentity:
    """Registers who a subject is; raises `Problem` oidc.taken when it is somebody already."""
    columns = oidc_identity.c
    same = (columns.issuer == issuer, columns.subject == subject)
    row = connection.execute(select(oidc_identity).where(*same)).first()
    values: dict[str, Any] = {"person_id": person_id, "registered_at": now, "registered_by": registered_by}
    if row is None:
        identifier = make_id("oid")
        connection.execute(
            oidc_identity.insert().values(id=identifier, issuer=issuer, subject=subject, ended_at=None, **values)
        )
    elif row.ended_at is None:
        raise Problem(
            "oidc.taken",
            "该统一身份已登记给一名人员",
            field="subject",
            way_out="请先解除原登记",
        )
    else:
        identifier = row.id
        connection.execute(update(oidc_identity).where(columns.id == identifier).values(ended_at=None, **values))
    return _to_identity(connection.execute(select(oidc_identity).where(columns.id == identifier)).one())


def end_oidc_identity(connection: Connection, identity_id: str, now: datetime) -> OidcIdentity:
    """Unregisters a subject; raises `Problem` oidc.unknown."""
    columns = oidc_identity.c
    connection.execute(
        update(oidc_identity).where(columns.id == identity_id, columns.ended_at.is_(None)).values(ended_at=now)
    )
    row = connection.execute(select(oidc_identity).where(columns.id == identity_id)).first()
    if row is None:
        raise Problem("oidc.unknown", "没有登记的统一身份「{value}」", value=identity_id[:60], way_out="请刷新列表")
    return _to_identity(row)


def list_oidc_identities(connection: Connection, person_id: str) -> tuple[OidcIdentity, ...]:
    """A person's registered identities, those ended included."""
    query = select(oidc_identity).where(oidc_identity.c.person_id == person_id).order_by(oidc_identity.c.id)
    return tuple(_to_identity(row) for row in connection.execute(query))


def add_oidc_claim(
    connection: Connection,
    *,
    issuer: str,
    claim: str,
    value: str,
    person_id: str,
    approved_by: str | None,
    now: datetime,
) -> None:
    """Approves that whoever has this claim at the issuer is this person; an unused approval is replaced."""
    columns = oidc_claim.c
    same = (columns.issuer == issuer, columns.claim == claim, columns.value == value)
    connection.execute(oidc_claim.delete().where(*same))
    row = {"issuer": issuer, "claim": claim, "value": value, "person_id": person_id}
    connection.execute(
        oidc_claim.insert().values(id=make_id("ocl"), approved_at=now, approved_by=approved_by, used_at=None, **row)
    )


def use_oidc_claim(connection: Connection, issuer: str, claim: str, value: str, now: datetime) -> str | None:
    """The person whom an unused approval names; it is used from now on."""
    columns = oidc_claim.c
    same = (columns.issuer == issuer, columns.claim == claim, columns.value == value, columns.used_at.is_(None))
    used = update(oidc_claim).where(*same).values(used_at=now).returning(columns.person_id)
    found = connection.execute(used).scalar_one_or_none()
    return None if found is None else str(found)


def _to_identity(row: Row[Any]) -> OidcIdentity:
    names = ("id", "issuer", "subject", "person_id", "registered_at", "registered_by", "ended_at")
    return OidcIdentity(*(getattr(row, name) for name in names))
