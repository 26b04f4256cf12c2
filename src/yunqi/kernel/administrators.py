"""Three administrators (三员分立): system, security and audit are three people, who have no other role.

Source: GB/T 22239-2019 8.1.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INSTALLATION_ROLES


@dataclass(frozen=True, slots=True)
class Grant:
    """That a person has a role, or has it no longer, over a span; of those that hold, the one recorded last counts."""

    role: str
    granted: bool
    valid_from: datetime
    valid_until: datetime | None
    recorded: tuple[datetime, str]

    def holds(self, at: datetime) -> bool:
        """Whether the span covers an instant."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


def roles_at(grants: Sequence[Grant], at: datetime) -> frozenset[str]:
    """The roles that the grants give at an instant."""
    last: dict[str, Grant] = {}
    for grant in sorted(grants, key=lambda one: one.recorded):
        if grant.holds(at):
            last[grant.role] = grant
    return frozenset(role for role, grant in last.items() if grant.granted)


def judge_roles(roles: frozenset[str]) -> Problem | None:
    """Why one person can't have all these roles at once, or None."""
    if len(roles) > 1 and roles & INSTALLATION_ROLES:
        return Problem(
            "role.apart",
            "系统、安全、审计管理员须由三人分别担任，且不得兼任其他角色：{roles}",
            field="role",
            roles="、".join(sorted(roles)),
            way_out="请先收回其原有角色，或另选一人",
        )
    return None


def judge_grants(grants: Sequence[Grant]) -> Problem | None:
    """Why a person's grants, past and to come, can't stand together, or None: no instant may break `judge_roles`."""
    # Roles change only where a span begins or ends.
    instants = {one.valid_from for one in grants} | {one.valid_until for one in grants if one.valid_until is not None}
    for at in sorted(instants):
        refused = judge_roles(roles_at(grants, at))
        if refused is not None:
            return refused
    return None
