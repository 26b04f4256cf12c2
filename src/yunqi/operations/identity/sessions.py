"""Sessions: begun with a new token at every sign-in and every change of privilege, listed, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller
from yunqi.kernel.secret import Secret
from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.callers import idle_floor
from yunqi.operations.identity.trail import record_by
from yunqi.operations.installation import Installation
from yunqi.store import sessions as store
from yunqi.store.assumptions import end_assumption
from yunqi.store.digests import digest_of, make_random
from yunqi.store.sessions import Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun. `token` goes to the person's browser or client and is shown nowhere else.

    `must_change`: nothing but a new password is allowed before that.
    """

    token: Secret
    session_id: str
    person_id: str
    must_change: bool
    ends_at: datetime


def begin_session(
    site: Installation,
    connection: Connection,
    *,
    person_id: str,
    method: str,
    address: str,
    user_agent: str,
    now: datetime,
    must_change: bool = False,
    ends_at: datetime | None = None,
    assumption_id: str | None = None,
) -> SignedIn:
    """A new session with a token of its own."""
    token = Secret(make_random())
    ends_at = ends_at or now + timedelta(seconds=site.settings.session_longest_s)
    session_id = store.add_session(
        connection,
        digest=digest_of(token.reveal()),
        person_id=person_id,
        method=method,
        address=_plain(address),
        user_agent=_plain(user_agent),
        ends_at=ends_at,
        now=now,
        assumption_id=assumption_id,
    )
    return SignedIn(token, session_id, person_id, must_change, ends_at)


def renew_session(desk: Desk, session: Session, *, assumption_id: str | None = None) -> SignedIn:
    """The same sign-in under a new token, with other privileges: the old token is void. It ends when it would have."""
    store.end_session(desk.connection, session.id, why="renewed", now=desk.now)
    return begin_session(
        desk.site,
        desk.connection,
        person_id=session.person_id,
        method=session.method,
        address=session.address,
        user_agent=session.user_agent,
        now=desk.now,
        ends_at=session.ends_at,
        assumption_id=assumption_id,
    )


def require_own_session(desk: Desk) -> Session:
    """The session that the caller acts in; raises `Problem` session.needed for a token or the machine's root."""
    if desk.caller.session_id is None:
        raise Problem("session.needed", "此操作须登录后进行，不能使用访问令牌", field="session", way_out="请登录后操作")
    return store.require_session(desk.connection, desk.caller.session_id)


def sign_out(site: Installation, caller: Caller) -> None:
    """Ends the caller's session, and the role assumed in it; of a caller by token, that token."""
    now = site.clock.now()
    with site.database.write() as connection:
        if caller.token_id is not None:
            store.revoke_token(connection, caller.token_id, by=caller.true_person_id, now=now)
            record_by(connection, caller, action="sign_out", object=caller.token_id, now=now)
        if caller.session_id is None:
            return
        if store.end_session(connection, caller.session_id, why="sign_out", now=now):
            if caller.assumption is not None:
                end_assumption(connection, caller.assumption.id, by=caller.true_person_id, now=now)
            record_by(connection, caller, action="sign_out", object=caller.session_id, now=now)


def list_sessions(desk: Desk, person_id: str) -> tuple[Session, ...]:
    """A person's sessions that are alive."""
    floor = idle_floor(desk.site, desk.now)
    return store.list_sessions(desk.connection, person_id, now=desk.now, idle_floor=floor)


def end_session(desk: Desk, session_id: str) -> Session:
    """Ends one session by its id: one's own elsewhere, or anybody's by the security administrator."""
    found = store.require_session(desk.connection, session_id)
    own = found.person_id == desk.caller.true_person_id
    store.end_session(desk.connection, found.id, why="ended" if own else "ended_by_admin", now=desk.now)
    return store.require_session(desk.connection, session_id)


def end_sessions(desk: Desk, person_id: str, *, but_this: bool = False) -> int:
    """Ends all sessions of a person, perhaps except the one that asks; returns how many."""
    kept = desk.caller.session_id if but_this else None
    return store.end_sessions_of(desk.connection, person_id, why="ended", now=desk.now, but=kept)


def _plain(text: str) -> str:
    """Text of a stranger as one harmless line."""
    return "".join(char if char.isprintable() else "?" for char in text[:200])
