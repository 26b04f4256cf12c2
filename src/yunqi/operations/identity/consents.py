"""Consents: asked for by a provider or an integrator, given by the using unit's approver, withdrawn at any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yunqi.kernel.consents import GIVEN, REFUSED, WITHDRAWN, judge_consent
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INTEGRATOR, USING_UNIT
from yunqi.operations.actions.base import Desk
from yunqi.store import consents as store
from yunqi.store.assumptions import end_assumptions_under
from yunqi.store.consents import Consent
from yunqi.store.integrators import list_services
from yunqi.store.parties import find_tenant, list_systems, require_organisation, require_person


def ask_consent(
    desk: Desk,
    *,
    using_unit: str,
    scope: str,
    reason: str,
    valid_from: datetime,
    valid_until: datetime,
    roles: Sequence[str] = (),
    systems: Sequence[str] = (),
    person_id: str | None = None,
) -> Consent:
    """A consent that waits for the using unit's approver; `systems` by id or name, none: the whole tenant.

    Raises `Problem` consent.party where the caller's organisation has nothing to do with the using unit,
    consent.person, consent.systems, and what `judge_consent` says.
    """
    _refuse_assumed(desk)
    unit = require_organisation(desk.connection, using_unit)
    asking = desk.caller.organisation_id
    if asking is None or unit.role != USING_UNIT or not _has_to_do_with(desk, unit.id, asking):
        raise Problem(
            "consent.party",
            "本单位与「{unit}」没有服务关系",
            field="using_unit",
            unit=unit.name,
            way_out="云服务商须已为其建立租户，信息系统服务商须已获准服务其信息系统",
        )
    if person_id is not None and require_person(desk.connection, person_id).organisation_id != asking:
        raise Problem(
            "consent.person", "被授权人员须是本单位人员", field="person", way_out="请改选本单位人员，或不指定人员"
        )
    known = {key: one.id for one in list_systems(desk.connection, unit.id, at=desk.now) for key in (one.id, one.name)}
    unknown = [name for name in systems if name not in known]
    if unknown:
        raise Problem(
            "consent.systems",
            "「{unit}」没有信息系统「{value}」",
            field="systems",
            unit=unit.name,
            value=unknown[0][:60],
            way_out="请核对名称",
        )
    refused = judge_consent(scope, roles, valid_from, valid_until, desk.now)
    if refused is not None:
        raise refused
    return store.add_consent(
        desk.connection,
        using_unit_id=unit.id,
        organisation_id=asking,
        person_id=person_id,
        scope=scope,
        roles=roles,
        system_ids=[known[name] for name in systems],
        reason=reason,
        valid_from=valid_from,
        valid_until=valid_until,
        asked_by=desk.person_id,
        now=desk.now,
    )


def give_consent(desk: Desk, consent_id: str, *, reason: str = "") -> Consent:
    """The consent, given by the using unit itself; raises `Problem` consent.settled and consent.others."""
    return _decide(desk, consent_id, GIVEN, reason)


def refuse_consent(desk: Desk, consent_id: str, *, reason: str) -> Consent:
    """The consent, refused."""
    return _decide(desk, consent_id, REFUSED, reason)


def withdraw_consent(desk: Desk, consent_id: str, *, reason: str) -> Consent:
    """The consent, withdrawn: roles assumed under it end at once, with their sessions."""
    found = _decide(desk, consent_id, WITHDRAWN, reason)
    end_assumptions_under(desk.connection, consent_id, by=desk.caller.true_person_id, now=desk.now)
    return found


def _decide(desk: Desk, consent_id: str, kind: str, reason: str) -> Consent:
    _refuse_assumed(desk)
    found = store.require_consent(desk.connection, consent_id)
    if desk.caller.organisation_id != found.using_unit_id:
        raise Problem(
            "consent.others", "授权只能由使用单位本身决定", field="consent", way_out="请由该使用单位的审批人办理"
        )
    return store.add_consent_event(
        desk.connection, consent_id, kind=kind, person_id=desk.person_id, reason=reason, now=desk.now
    )


def _refuse_assumed(desk: Desk) -> None:
    """In an assumed role nobody consents to anything: least of all to their own access."""
    if desk.caller.assumption is not None:
        raise Problem(
            "assumption.active", "代入角色期间不能办理授权", field="consent", way_out="请先结束代入，再以本人身份操作"
        )


def _has_to_do_with(desk: Desk, unit_id: str, asking: str) -> bool:
    if desk.caller.organisation_role == INTEGRATOR:
        return bool(list_services(desk.connection, at=desk.now, organisation_id=asking, using_unit_id=unit_id))
    return find_tenant(desk.connection, organisation_id=unit_id, provider_id=asking) is not None
