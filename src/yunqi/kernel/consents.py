"""What a tenant's consent and an assumed role may be: for whom, for how long, with which roles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import OPERATOR, READER

TENANT_DATA, ASSUME_ROLE = "tenant_data", "assume_role"
LONGEST = {TENANT_DATA: timedelta(days=366), ASSUME_ROLE: timedelta(days=30)}
LONGEST_ASSUMPTION = timedelta(hours=8)
ASSUMABLE = frozenset({READER, OPERATOR})
"""Nobody approves in another's name: the two-person rule would be one person's."""
GIVEN, REFUSED, WITHDRAWN = "given", "refused", "withdrawn"


def judge_consent(
    scope: str, roles: Collection[str], valid_from: datetime, valid_until: datetime, now: datetime
) -> Problem | None:
    """Why a consent can't be asked for like this, or None."""
    if scope not in LONGEST:
        return Problem(
            "consent.scope",
            "授权范围「{value}」不可用",
            field="scope",
            value=scope[:40],
            way_out="可用的值：tenant_data（访问租户数据）、assume_role（代入角色）",
        )
    wanted = frozenset(roles)
    if (scope == ASSUME_ROLE) != bool(wanted) or not wanted <= ASSUMABLE:
        return Problem(
            "consent.roles",
            "代入的角色只能是 {roles}；访问租户数据不涉及角色",
            field="roles",
            roles="、".join(sorted(ASSUMABLE)),
            way_out="请改选角色；审批须由使用单位本人办理",
        )
    if not valid_from < valid_until or valid_until <= now or valid_until - valid_from > LONGEST[scope]:
        return Problem(
            "consent.span",
            "授权期限须在将来，且不超过 {days} 天",
            field="valid_until",
            days=LONGEST[scope].days,
            way_out="请缩短期限；到期后可再次申请",
        )
    return None


def consent_holds(events: Collection[str], valid_from: datetime, valid_until: datetime, at: datetime) -> bool:
    """Whether a consent of which these events are recorded holds at an instant; refused or withdrawn is final."""
    return GIVEN in events and not {REFUSED, WITHDRAWN} & set(events) and valid_from <= at < valid_until


def state_of(events: Collection[str], valid_until: datetime, at: datetime) -> str:
    """The one word for where a consent stands: asked, given, refused, withdrawn or over.

    >>> state_of(["given", "withdrawn"], datetime(2026, 2, 1), datetime(2026, 1, 1))
    'withdrawn'
    """
    for kind in (WITHDRAWN, REFUSED):
        if kind in events:
            return kind
    if valid_until <= at:
        return "over"
    return GIVEN if GIVEN in events else "asked"
