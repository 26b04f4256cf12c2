"""Sessions as actions: seen, ended."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.rights import Target
from yunqi.operations.actions.accounts import aim_person
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.identity import sessions as work
from yunqi.store.parties import require_person
from yunqi.store.sessions import Session, require_session
from yunqi.wire.base import ById, Done, Nothing
from yunqi.wire.identity import OfPerson, SessionList, SessionRow


def _of(desk: Desk, person_id: str) -> Target:
    return Target(organisation_id=require_person(desk.connection, person_id).organisation_id, person_id=person_id)


def _aim_session(desk: Desk, request: ById) -> Target:
    return _of(desk, require_session(desk.connection, request.id).person_id)


def _session(desk: Desk, one: Session, person: str) -> SessionRow:
    return SessionRow(
        id=one.id,
        person_id=one.person_id,
        person=person,
        created_at=one.created_at,
        seen_at=one.seen_at,
        ends_at=one.ends_at,
        address=one.address,
        user_agent=one.user_agent,
        method=one.method,
        assumption_id=one.assumption_id,
        current=one.id == desk.caller.session_id,
    )


@action("session.list", "GET", "/sessions", "列出会话", request=OfPerson, answer=SessionList, aim=aim_person)
def list_sessions(desk: Desk, request: OfPerson) -> SessionList:
    """A person's sessions that are alive, the latest first."""
    found = require_person(desk.connection, request.person or desk.person_id)
    return SessionList(items=tuple(_session(desk, one, found.name) for one in work.list_sessions(desk, found.id)))


@action("session.end", "DELETE", "/sessions/{id}", "结束会话", request=ById, answer=Done, aim=_aim_session)
def end_session(desk: Desk, request: ById) -> Done:
    """Ends one session: one's own elsewhere, or anybody's by the security administrator."""
    return Done(id=work.end_session(desk, request.id).id)


def _aim_self(desk: Desk, request: Any) -> Target:
    del request
    return Target(organisation_id=desk.caller.organisation_id, person_id=desk.caller.person_id)


@action(
    "session.end_others",
    "POST",
    "/sessions/others/end",
    "结束其他会话",
    request=Nothing,
    answer=SessionList,
    aim=_aim_self,
    status=200,
)
def end_others(desk: Desk, request: Nothing) -> SessionList:
    """Ends all of one's own sessions but this one; what is left."""
    del request
    work.end_sessions(desk, desk.person_id, but_this=True)
    return list_sessions(desk, OfPerson())
