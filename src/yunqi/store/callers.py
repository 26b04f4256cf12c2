"""Who presents a session or a token: one statement over indexes on every request, two under an assumed role.

Nothing is remembered between requests: what was ended, revoked or taken back a moment ago no longer gives a caller.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yunqi.kernel.clock import parse_instant, render_instant
from yunqi.kernel.rights import INTEGRATOR, Assumption, Caller
from yunqi.store.database import Database

_PERSON = """
    p.id AS person_id, p.name AS person_name, p.organisation_id, o.name AS organisation_name,
    o.role AS organisation_role, a.must_change,
    r.role, r.granted, r.recorded_at AS role_at, r.id AS role_id,
    g.system_id, g.granted AS serves, g.recorded_at AS serves_at, g.id AS serves_id
"""
_JOINS = """
    JOIN account a ON a.person_id = p.id
    JOIN organisation o ON o.id = p.organisation_id
    LEFT JOIN person_role r ON r.person_id = p.id AND r.valid_from <= :now
        AND (r.valid_until IS NULL OR r.valid_until > :now)
    LEFT JOIN integrator_grant g ON o.role = 'integrator' AND g.organisation_id = o.id AND g.valid_from <= :now
        AND (g.valid_until IS NULL OR g.valid_until > :now)
"""
_USABLE = """
    AND a.disabled_at IS NULL AND a.locked_at IS NULL
    AND EXISTS (SELECT 1 FROM undertaking u WHERE u.person_id = p.id AND u.valid_from <= :now
        AND (u.valid_until IS NULL OR u.valid_until > :now))
"""
_SESSION = (
    f"SELECT s.id, s.seen_at AS used_at, s.assumption_id, s.method, '' AS actions, {_PERSON}"  # noqa: S608
    f" FROM session s JOIN person p ON p.id = s.person_id {_JOINS}"
    " WHERE s.digest = :digest AND s.ended_at IS NULL AND s.ends_at > :now AND s.seen_at > :idle_floor"
    f"{_USABLE}"
)
_TOKEN = (
    f"SELECT t.id, t.used_at, NULL AS assumption_id, '' AS method, t.actions, {_PERSON}"  # noqa: S608
    f" FROM api_token t JOIN person p ON p.id = t.person_id {_JOINS}"
    f" WHERE t.digest = :digest AND t.revoked_at IS NULL AND t.expires_at > :now{_USABLE}"
)
_ASSUMED = (
    "SELECT m.id, m.organisation_id, o.name AS organisation_name, o.role AS organisation_role, m.roles, m.system_ids,"
    " m.reason, m.until_at FROM assumption m JOIN organisation o ON o.id = m.organisation_id"
    " JOIN consent c ON c.id = m.consent_id"
    " WHERE m.id = :id AND m.person_id = :person AND m.ended_at IS NULL AND m.until_at > :now"
    " AND c.valid_from <= :now AND c.valid_until > :now"
    " AND EXISTS (SELECT 1 FROM consent_event e WHERE e.consent_id = c.id AND e.kind = 'given')"
    " AND NOT EXISTS (SELECT 1 FROM consent_event e WHERE e.consent_id = c.id AND e.kind = 'withdrawn')"
)
UNTIL_CHANGED = frozenset({"account.read", "account.password", "session.end"})
"""All that is allowed before a password that somebody else knew is changed."""


@dataclass(frozen=True, slots=True)
class Presented:
    """Who presented it, and when it was last used before."""

    caller: Caller
    used_at: datetime | None


def find_session_caller(
    database: Database, digest: str, *, now: datetime, idle_floor: datetime, address: str = ""
) -> Presented | None:
    """The caller of a live session, None when there is none. A session used last at `idle_floor` or earlier is over.

    One whose assumed role is over, or whose consent was withdrawn, is over with it.
    """
    bound = {"digest": digest, "now": render_instant(now), "idle_floor": render_instant(idle_floor)}
    rows = database.look_up(_SESSION, bound)
    if not rows:
        return None
    row = rows[0]
    # A password that somebody else chose guards nothing else; with a sign-in elsewhere there was none.
    restricted = bool(row.must_change) and row.method != "oidc"
    own = _to_caller(rows, session_id=row.id, address=address, actions=UNTIL_CHANGED if restricted else None)
    if row.assumption_id is None:
        return Presented(own, parse_instant(row.used_at))
    assumed = _assume(database, own, row.assumption_id, bound["now"])
    return None if assumed is None else Presented(assumed, parse_instant(row.used_at))


def find_token_caller(database: Database, digest: str, *, now: datetime, address: str = "") -> Presented | None:
    """The caller of a live token, limited to its actions, or None."""
    rows = database.look_up(_TOKEN, {"digest": digest, "now": render_instant(now)})
    if not rows:
        return None
    row = rows[0]
    actions = frozenset(json.loads(row.actions)) & (
        UNTIL_CHANGED if row.must_change else frozenset(json.loads(row.actions))
    )
    caller = _to_caller(rows, token_id=row.id, address=address, actions=actions)
    return Presented(caller, None if row.used_at is None else parse_instant(row.used_at))


def _to_caller(
    rows: Iterable[Any],
    *,
    actions: frozenset[str] | None,
    address: str,
    session_id: str | None = None,
    token_id: str | None = None,
) -> Caller:
    roles: dict[str, tuple[str, str, bool]] = {}
    systems: dict[str, tuple[str, str, bool]] = {}
    row = None
    for row in rows:
        _keep_last(roles, row.role, (row.role_at, row.role_id, bool(row.granted)))
        _keep_last(systems, row.system_id, (row.serves_at, row.serves_id, bool(row.serves)))
    if row is None:
        raise AssertionError("rows that were just counted")
    return Caller(
        row.person_id,
        row.person_name,
        row.organisation_id,
        row.organisation_name,
        row.organisation_role,
        frozenset(role for role, (_at, _id, granted) in roles.items() if granted),
        actions=actions,
        system_ids=frozenset(system for system, (_at, _id, granted) in systems.items() if granted),
        session_id=session_id,
        token_id=token_id,
        address=address,
    )


def _keep_last(kept: dict[str, tuple[str, str, bool]], name: str | None, said: tuple[str, str, bool]) -> None:
    if name is not None and (name not in kept or said[:2] > kept[name][:2]):
        kept[name] = said


def _assume(database: Database, own: Caller, assumption_id: str, now: str) -> Caller | None:
    if own.person_id is None or own.organisation_id is None:
        return None
    rows = database.look_up(_ASSUMED, {"id": assumption_id, "person": own.person_id, "now": now})
    if not rows:
        return None
    row = rows[0]
    system_ids = frozenset(json.loads(row.system_ids))
    return Caller(
        own.person_id,
        own.person_name,
        row.organisation_id,
        row.organisation_name,
        # Consented for some systems only: no further than an integrator of these systems reaches.
        INTEGRATOR if system_ids else row.organisation_role,
        frozenset(json.loads(row.roles)),
        assumption=Assumption(
            row.id,
            own.person_id,
            own.person_name,
            own.organisation_id,
            row.reason,
            parse_instant(row.until_at),
            own.organisation_role,
        ),
        actions=own.actions,
        system_ids=system_ids,
        session_id=own.session_id,
        address=own.address,
    )
