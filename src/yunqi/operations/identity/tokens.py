"""API tokens: for programs, limited to named actions, at most a year; shown once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights_table import BY_PERSONS_ONLY, RIGHTS
from yunqi.kernel.secret import Secret
from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.sessions import require_own_session
from yunqi.store import sessions as store
from yunqi.store.checks import check_text
from yunqi.store.digests import digest_of, make_token
from yunqi.store.sessions import ApiToken

LONGEST = timedelta(days=366)
MOST = 20


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; its text is shown this once."""

    token: Secret
    row: ApiToken


def create_token(desk: Desk, *, name: str, actions: Sequence[str], expires_at: datetime) -> NewToken:
    """A token that may do these actions, as far as its person may at the moment of use.

    Raises `Problem` session.needed, assumption.active, token.actions, token.expiry and token.many.
    """
    session = require_own_session(desk)
    if desk.caller.assumption is not None:
        raise Problem(
            "assumption.active", "代入角色期间不能创建访问令牌", field="token", way_out="请先结束代入，再以本人身份操作"
        )
    wanted = frozenset(actions)
    refused = sorted(wanted & BY_PERSONS_ONLY | (wanted - RIGHTS.keys()))
    if refused or not wanted:
        raise Problem(
            "token.actions",
            "访问令牌不能包含这些操作：{actions}",
            field="actions",
            actions="、".join(name[:60] for name in refused[:10]) or "—",
            way_out="请从权限表中选择至少一项操作；账号、会话与审批须由本人办理",
        )
    if not desk.now < expires_at <= desk.now + LONGEST:
        raise Problem(
            "token.expiry",
            "访问令牌的有效期须在将来，且不超过 {days} 天",
            field="expires_at",
            days=LONGEST.days,
            way_out="请改短有效期",
        )
    if store.count_live_tokens(desk.connection, session.person_id, desk.now) >= MOST:
        raise Problem(
            "token.many", "有效的访问令牌已达 {most} 个", field="token", most=MOST, way_out="请先吊销不用的访问令牌"
        )
    text = make_token()
    row = store.add_token(
        desk.connection,
        digest=digest_of(text),
        person_id=session.person_id,
        name=check_text("name", name, 100),
        actions=sorted(wanted),
        expires_at=expires_at,
        now=desk.now,
    )
    return NewToken(Secret(text), row)


def revoke_token(desk: Desk, token_id: str) -> ApiToken:
    """The token, which no longer works; one revoked before stays as it is."""
    store.revoke_token(desk.connection, token_id, by=desk.caller.true_person_id, now=desk.now)
    return store.require_token(desk.connection, token_id)
