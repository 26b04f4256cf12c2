"""Letting an integrator serve an information system: the using unit's decision, dated, taken back at any time."""

from __future__ import annotations

from datetime import datetime

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INTEGRATOR
from yunqi.operations.actions.base import Desk
from yunqi.operations.parties import require_system
from yunqi.store.integrators import set_integrator
from yunqi.store.parties import require_organisation


def let_serve(
    desk: Desk,
    *,
    using_unit: str,
    system: str,
    integrator: str,
    granted: bool = True,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> str:
    """Records that an integrator serves a system of the using unit from an instant on (default: now), or no longer.

    Raises `Problem` system.unknown, party.unknown, integrator.role, integrator.span and assumption.active.
    """
    if desk.caller.assumption is not None:
        raise Problem(
            "assumption.active", "代入角色期间不能办理授权", field="system", way_out="请先结束代入，再以本人身份操作"
        )
    unit = require_organisation(desk.connection, using_unit)
    found = require_system(desk.connection, unit.id, system, desk.now)
    serving = require_organisation(desk.connection, integrator)
    if serving.role != INTEGRATOR:
        raise Problem(
            "integrator.role",
            "「{name}」不是信息系统服务商",
            field="integrator",
            name=serving.name,
            way_out="请改选信息系统服务商",
        )
    valid_from = valid_from or desk.now
    if valid_until is not None and valid_until <= valid_from:
        raise Problem("integrator.span", "结束时间须在开始时间之后", field="valid_until", way_out="请核对时间")
    return set_integrator(
        desk.connection,
        system_id=found.id,
        organisation_id=serving.id,
        granted=granted,
        valid_from=valid_from,
        valid_until=valid_until,
        granted_by=desk.caller.true_person_id,
        now=desk.now,
    )
