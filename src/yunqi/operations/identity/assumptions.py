"""Assuming a role (代入角色) of a using unit: under its consent, with a reason, for hours, and on the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yunqi.kernel.consents import ASSUME_ROLE, LONGEST_ASSUMPTION
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller
from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.sessions import SignedIn, renew_session, require_own_session
from yunqi.store import assumptions as store
from yunqi.store.assumptions import AssumedRole
from yunqi.store.checks import check_text
from yunqi.store.consents import Consent, require_consent


def begin_assumption(
    desk: Desk, *, consent_id: str, roles: Sequence[str], reason: str, until_at: datetime | None = None
) -> SignedIn:
    """The session under a new token, in the using unit's name, until `until_at` (default and most: eight hours, and
    never beyond the consent).

    Raises `Problem` session.needed, assumption.active, assumption.consent, assumption.roles and assumption.span.
    """
    session = require_own_session(desk)
    if desk.caller.assumption is not None or desk.caller.actions is not None:
        raise Problem(
            "assumption.active", "已在代入角色，或账号尚受限制", field="consent", way_out="请先结束代入，或先修改密码"
        )
    consent = require_consent(desk.connection, consent_id, lock=True)
    if not _may_use(consent, desk.caller, desk.now):
        raise Problem(
            "assumption.consent",
            "没有可供您代入角色的有效授权",
            field="consent",
            way_out="请先申请授权，由使用单位同意后再代入",
        )
    wanted = frozenset(roles)
    if not wanted or not wanted <= set(consent.roles):
        raise Problem(
            "assumption.roles",
            "授权只允许代入：{roles}",
            field="roles",
            roles="、".join(consent.roles),
            way_out="请改选角色，或重新申请授权",
        )
    latest = min(desk.now + LONGEST_ASSUMPTION, consent.valid_until)
    until_at = until_at or latest
    if not desk.now < until_at <= latest:
        raise Problem(
            "assumption.span",
            "代入须在将来结束，最长 {hours} 小时，且不超过授权期限",
            field="until_at",
            hours=LONGEST_ASSUMPTION.seconds // 3600,
            way_out="请改短代入时间",
        )
    made = store.add_assumption(
        desk.connection,
        consent_id=consent.id,
        person_id=session.person_id,
        organisation_id=consent.using_unit_id,
        roles=sorted(wanted),
        system_ids=consent.system_ids,
        reason=check_text("reason", reason, 300),
        until_at=until_at,
        now=desk.now,
    )
    return renew_session(desk, session, assumption_id=made.id)


def end_assumption(desk: Desk) -> SignedIn:
    """The caller's session under a new token, as themselves again; raises `Problem` assumption.none."""
    session = require_own_session(desk)
    if session.assumption_id is None:
        raise Problem("assumption.none", "当前没有代入角色", field="session", way_out="无需操作")
    store.end_assumption(desk.connection, session.assumption_id, by=desk.caller.true_person_id, now=desk.now)
    return renew_session(desk, session)


def stop_assumption(desk: Desk, assumption_id: str) -> AssumedRole:
    """Ends somebody's assumed role: its session is over at once."""
    found = store.require_assumption(desk.connection, assumption_id)
    store.end_assumption(desk.connection, found.id, by=desk.caller.true_person_id, now=desk.now)
    return store.require_assumption(desk.connection, found.id)


def _may_use(consent: Consent, caller: Caller, now: datetime) -> bool:
    return (
        consent.scope == ASSUME_ROLE
        and consent.holds(now)
        and consent.organisation_id == caller.organisation_id
        and consent.person_id in {None, caller.person_id}
    )
