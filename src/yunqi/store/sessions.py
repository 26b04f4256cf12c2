"""Sessions and API tokens: kept by the digest of what is presented, never by the text itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.tables import api_token, person, session


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. `seen_at` is kept to the minute."""

    id: str
    person_id: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    user_agent: str
    method: str
    assumption_id: str | None
    ended_at: datetime | None
    ended_why: str | None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it may be shown: without its text."""

    id: str
    person_id: str
    name: str
    actions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def add_session(
    connection: Connection,
    *,
    digest: str,
    person_id: str,
    method: str,
    address: str,
    user_agent: str,
    ends_at: datetime,
    now: datetime,
    assumption_id: str | None = None,
) -> str:
    """The id of a new session."""
    identifier = make_id("ses")
    connection.execute(
        session.insert().values(
            id=identifier,
            digest=digest,
            person_id=person_id,
            created_at=now,
            seen_at=now,
            ends_at=ends_at,
            address=address[:60],
            user_agent=user_agent[:120],
            method=method,
            assumption_id=assumption_id,
        )
    )
    return identifier


def require_session(connection: Connection, session_id: str) -> Session:
    """The session of this id; raises `Problem` session.unknown."""
    row = connection.execute(select(session).where(session.c.id == session_id)).first()
    if row is None:
        raise Problem(
            "session.unknown", "没有会话「{value}」", field="session", value=session_id[:60], way_out="请刷新列表"
        )
    return _to_session(row)


def list_sessions(
    connection: Connection, person_id: str, *, now: datetime, idle_floor: datetime
) -> tuple[Session, ...]:
    """A person's sessions that are alive: the newest first."""
    columns = session.c
    alive = (columns.ended_at.is_(None), columns.ends_at > now, columns.seen_at > idle_floor)
    query = select(session).where(columns.person_id == person_id, *alive).order_by(columns.id.desc())
    return tuple(_to_session(row) for row in connection.execute(query))


def end_session(connection: Connection, session_id: str, *, why: str, now: datetime) -> bool:
    """Ends a session; False when it was over already."""
    columns = session.c
    live = (columns.id == session_id, columns.ended_at.is_(None))
    return connection.execute(update(session).where(*live).values(ended_at=now, ended_why=why)).rowcount == 1


def end_sessions_of(connection: Connection, person_id: str, *, why: str, now: datetime, but: str | None = None) -> int:
    """Ends all sessions of a person, except perhaps one; returns how many."""
    columns = session.c
    live = [columns.person_id == person_id, columns.ended_at.is_(None)]
    if but is not None:
        live.append(columns.id != but)
    return connection.execute(update(session).where(*live).values(ended_at=now, ended_why=why)).rowcount


def note_seen(connection: Connection, session_id: str, now: datetime) -> None:
    """Keeps that the session was used; an ended one stays ended, and the time never runs backwards."""
    columns = session.c
    later = (columns.id == session_id, columns.ended_at.is_(None), columns.seen_at < now)
    connection.execute(update(session).where(*later).values(seen_at=now))


def add_token(
    connection: Connection,
    *,
    digest: str,
    person_id: str,
    name: str,
    actions: Sequence[str],
    expires_at: datetime,
    now: datetime,
) -> ApiToken:
    """A new token's row."""
    identifier = make_id("tok")
    connection.execute(
        api_token.insert().values(
            id=identifier,
            digest=digest,
            person_id=person_id,
            name=name,
            actions=sorted(actions),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return require_token(connection, identifier)


def require_token(connection: Connection, token_id: str) -> ApiToken:
    """The token of this id; raises `Problem` token.unknown."""
    row = connection.execute(select(api_token).where(api_token.c.id == token_id)).first()
    if row is None:
        raise Problem(
            "token.unknown", "没有访问令牌「{value}」", field="token", value=token_id[:60], way_out="请刷新列表"
        )
    return _to_token(row)


def list_tokens(connection: Connection, person_id: str) -> tuple[ApiToken, ...]:
    """A person's tokens, the newest first, those over included."""
    query = select(api_token).where(api_token.c.person_id == person_id).order_by(api_token.c.id.desc())
    return tuple(_to_token(row) for row in connection.execute(query))


def list_ending_tokens(
    connection: Connection, organisation_id: str, *, at: datetime, until: datetime
) -> tuple[ApiToken, ...]:
    """The tokens of an organisation's people that worked at an instant and end by another, by their end."""
    columns = api_token.c
    live = (columns.created_at <= at, or_(columns.revoked_at.is_(None), columns.revoked_at > at))
    query = (
        select(api_token)
        .join(person, person.c.id == columns.person_id)
        .where(person.c.organisation_id == organisation_id, *live, columns.expires_at > at, columns.expires_at <= until)
        .order_by(columns.expires_at, columns.id)
    )
    return tuple(_to_token(row) for row in connection.execute(query))


def count_live_tokens(connection: Connection, person_id: str, now: datetime) -> int:
    """How many of a person's tokens work."""
    columns = api_token.c
    live = (columns.person_id == person_id, columns.revoked_at.is_(None), columns.expires_at > now)
    return len(connection.execute(select(columns.id).where(*live)).all())


def revoke_token(connection: Connection, token_id: str, *, by: str | None, now: datetime) -> bool:
    """Revokes a token; False when it was revoked already."""
    columns = api_token.c
    live = (columns.id == token_id, columns.revoked_at.is_(None))
    return connection.execute(update(api_token).where(*live).values(revoked_at=now, revoked_by=by)).rowcount == 1


def note_token_used(connection: Connection, token_id: str, now: datetime) -> None:
    """Keeps that the token was used."""
    connection.execute(update(api_token).where(api_token.c.id == token_id).values(used_at=now))


def _to_session(row: Row[Any]) -> Session:
    names = ("id", "person_id", "created_at", "seen_at", "ends_at", "address", "user_agent", "method", "assumption_id")
    return Session(*(getattr(row, name) for name in (*names, "ended_at", "ended_why")))


def _to_token(row: Row[Any]) -> ApiToken:
    times = (row.created_at, row.expires_at, row.used_at, row.revoked_at)
    return ApiToken(row.id, row.person_id, row.name, tuple(row.actions), *times)
