"""Consents, integrators and assumed roles as actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yunqi.kernel.consents import consent_holds, state_of
from yunqi.kernel.rights import INTEGRATOR, USING_UNIT, Target
from yunqi.operations.actions.accounts import session_view
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.identity import assumptions as roles
from yunqi.operations.identity import consents as work
from yunqi.operations.identity.integrators import let_serve
from yunqi.store.assumptions import require_assumption
from yunqi.store.consents import require_consent
from yunqi.store.identity_lists import (
    assumption_listing,
    consent_listing,
    events_of_consents,
    read_assumption_row,
    read_consent_row,
)
from yunqi.store.integrators import list_services
from yunqi.store.listing import read_page
from yunqi.store.parties import require_organisation, require_person
from yunqi.store.party_lists import names_of, names_of_systems
from yunqi.wire.base import ById, Done, Nothing, Page
from yunqi.wire.identity import (
    AskConsent,
    AssumptionRow,
    BeginAssumption,
    ConsentEventRow,
    ConsentRow,
    DecideConsent,
    ListAssumptions,
    ListConsents,
    ListIntegrators,
    RefuseConsent,
    ServiceList,
    ServiceRow,
    SessionBegun,
    SetIntegrator,
)


def _consents(desk: Desk, rows: Iterable[Any]) -> tuple[ConsentRow, ...]:
    found = tuple(rows)
    events = events_of_consents(desk.connection, (row.id for row in found)) if found else {}
    systems = names_of_systems(desk.connection, {one for row in found for one in row.system_ids})
    return tuple(_consent(desk, row, events.get(row.id, []), systems) for row in found)


def _consent(desk: Desk, row: Any, events: list[Any], systems: dict[str, str]) -> ConsentRow:
    kinds = [one.kind for one in events]
    return ConsentRow(
        id=row.id,
        using_unit_id=row.using_unit_id,
        using_unit=row.using_unit,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        person_id=row.person_id,
        person=row.person or "",
        scope=row.scope,
        roles=tuple(row.roles),
        system_ids=tuple(row.system_ids),
        systems=tuple(systems.get(one, one) for one in row.system_ids),
        reason=row.reason,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        asked_by=row.asked_by,
        asked_by_name=row.asker,
        recorded_at=row.recorded_at,
        state=state_of(kinds, row.valid_until, desk.now),
        holds=consent_holds(kinds, row.valid_from, row.valid_until, desk.now),
        events=tuple(
            ConsentEventRow(kind=one.kind, person_id=one.person_id, person=one.person, reason=one.reason, at=one.at)
            for one in events
        ),
    )


def _read(desk: Desk, consent_id: str) -> ConsentRow:
    return _consents(desk, (read_consent_row(desk.connection, consent_id),))[0]


@action("consent.list", "GET", "/consents", "列出授权同意", request=ListConsents, answer=Page[ConsentRow])
def consents(desk: Desk, request: ListConsents) -> Page[ConsentRow]:
    """Consents that the caller's organisation gave or was given, the latest first."""
    rows, following = read_page(
        desk.connection,
        consent_listing(desk.caller, state=request.state, at=desk.now),
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: row,
    )
    return Page[ConsentRow](items=_consents(desk, rows), next_cursor=following)


def _aim_seen(desk: Desk, request: ById) -> Target:
    """A consent of the caller's own is theirs, whatever they are; the overseers see all."""
    found = require_consent(desk.connection, request.id)
    if desk.caller.organisation_role == INTEGRATOR:
        return Target(organisation_id=found.organisation_id)
    return Target(using_unit_id=found.using_unit_id, provider_id=found.organisation_id)


@action("consent.read", "GET", "/consents/{id}", "查看授权同意", request=ById, answer=ConsentRow, aim=_aim_seen)
def read_consent(desk: Desk, request: ById) -> ConsentRow:
    """One consent, and what became of it."""
    return _read(desk, request.id)


@action("consent.ask", "POST", "/consents", "申请授权", request=AskConsent, answer=ConsentRow)
def ask(desk: Desk, request: AskConsent) -> ConsentRow:
    """Asks a using unit that the caller's organisation serves; its approver decides."""
    made = work.ask_consent(
        desk,
        using_unit=request.using_unit,
        scope=request.scope,
        reason=request.reason,
        valid_from=request.valid_from or desk.now,
        valid_until=request.valid_until,
        roles=request.roles,
        systems=request.systems,
        person_id=request.person,
    )
    return _read(desk, made.id)


def _aim_consent(desk: Desk, request: Any) -> Target:
    """A consent is between a using unit and whom it concerns: as to rights that is a provider."""
    found = require_consent(desk.connection, request.id)
    return Target(using_unit_id=found.using_unit_id, provider_id=found.organisation_id)


@action(
    "consent.give",
    "POST",
    "/consents/{id}/giving",
    "同意授权",
    request=DecideConsent,
    answer=ConsentRow,
    aim=_aim_consent,
    status=200,
)
def give(desk: Desk, request: DecideConsent) -> ConsentRow:
    """The using unit's approver consents; it may be withdrawn at any time."""
    return _read(desk, work.give_consent(desk, request.id, reason=request.reason).id)


@action(
    "consent.refuse",
    "POST",
    "/consents/{id}/refusal",
    "拒绝授权",
    request=RefuseConsent,
    answer=ConsentRow,
    aim=_aim_consent,
    status=200,
)
def refuse(desk: Desk, request: RefuseConsent) -> ConsentRow:
    """The using unit's approver refuses, with a reason."""
    return _read(desk, work.refuse_consent(desk, request.id, reason=request.reason).id)


@action(
    "consent.withdraw",
    "POST",
    "/consents/{id}/withdrawal",
    "撤回授权",
    request=RefuseConsent,
    answer=ConsentRow,
    aim=_aim_consent,
    status=200,
)
def withdraw(desk: Desk, request: RefuseConsent) -> ConsentRow:
    """The using unit takes it back: roles assumed under it end at once."""
    return _read(desk, work.withdraw_consent(desk, request.id, reason=request.reason).id)


# --- integrators -----------------------------------------------------------------------------------------------------


@action("integrator.list", "GET", "/integrators", "列出信息系统服务商", request=ListIntegrators, answer=ServiceList)
def integrators(desk: Desk, request: ListIntegrators) -> ServiceList:
    """Who serves which of the systems that the caller may see."""
    unit_id = require_organisation(desk.connection, request.using_unit).id if request.using_unit else None
    caller = desk.caller
    found = list_services(
        desk.connection,
        at=desk.now,
        organisation_id=caller.organisation_id if caller.organisation_role == INTEGRATOR else None,
        using_unit_id=caller.organisation_id if caller.organisation_role == USING_UNIT else unit_id,
    )
    seen = names_of_systems(desk.connection, {one.system_id for one in found}, caller)
    names = names_of(desk.connection, {key for one in found for key in (one.organisation_id, one.using_unit_id)})
    items = tuple(
        ServiceRow(
            id=one.id,
            system_id=one.system_id,
            system=one.system_name,
            using_unit_id=one.using_unit_id,
            using_unit=names.get(one.using_unit_id, ""),
            organisation_id=one.organisation_id,
            organisation=names.get(one.organisation_id, ""),
            valid_from=one.valid_from,
            valid_until=one.valid_until,
        )
        for one in found
        if one.system_id in seen and unit_id in (None, one.using_unit_id)
    )
    return ServiceList(items=items)


def _aim_own(desk: Desk, request: Any) -> Target:
    del request
    return Target(using_unit_id=desk.caller.organisation_id)


@action(
    "integrator.set",
    "POST",
    "/integrators",
    "设置信息系统服务商",
    request=SetIntegrator,
    answer=Done,
    aim=_aim_own,
)
def set_integrator(desk: Desk, request: SetIntegrator) -> Done:
    """Lets an integrator serve a system of the caller's organisation, or no longer."""
    made = let_serve(
        desk,
        using_unit=str(desk.caller.organisation_id),
        system=request.system,
        integrator=request.integrator,
        granted=request.granted,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
    )
    return Done(id=made)


# --- assumed roles ---------------------------------------------------------------------------------------------------


def _assumption(desk: Desk, row: Any) -> AssumptionRow:
    return AssumptionRow(
        id=row.id,
        consent_id=row.consent_id,
        person_id=row.person_id,
        person=row.person,
        person_organisation=row.person_organisation,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        roles=tuple(row.roles),
        system_ids=tuple(row.system_ids),
        reason=row.reason,
        begun_at=row.begun_at,
        until_at=row.until_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        ended_by_name=row.ender or "",
        live=row.ended_at is None and desk.now < row.until_at,
    )


@action("assumption.list", "GET", "/assumptions", "列出代入角色", request=ListAssumptions, answer=Page[AssumptionRow])
def assumptions(desk: Desk, request: ListAssumptions) -> Page[AssumptionRow]:
    """Roles assumed in the name of the caller's organisation or by its people, the latest first."""
    items, following = read_page(
        desk.connection,
        assumption_listing(desk.caller, live=request.live, at=desk.now),
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: _assumption(desk, row),
    )
    return Page[AssumptionRow](items=items, next_cursor=following)


@action(
    "assumption.begin",
    "POST",
    "/assumptions",
    "代入角色",
    request=BeginAssumption,
    answer=SessionBegun,
    object_of=lambda request, _answer: str(request.consent),
    shown_once=True,
)
def begin(desk: Desk, request: BeginAssumption) -> SessionBegun:
    """Goes on in a using unit's name under its consent, in a session with a new token."""
    return session_view(
        roles.begin_assumption(
            desk,
            consent_id=request.consent,
            roles=request.roles,
            reason=request.reason,
            until_at=request.until_at,
        )
    )


def _aim_self(desk: Desk, request: Any) -> Target:
    del request
    return Target(organisation_id=desk.caller.organisation_id, person_id=desk.caller.person_id)


@action(
    "assumption.end",
    "POST",
    "/assumptions/end",
    "结束代入",
    request=Nothing,
    answer=SessionBegun,
    aim=_aim_self,
    shown_once=True,
    status=200,
)
def end(desk: Desk, request: Nothing) -> SessionBegun:
    """Goes on as oneself, in a session with a new token."""
    del request
    return session_view(roles.end_assumption(desk))


def _aim_assumption(desk: Desk, request: Any) -> Target:
    """It is the person's own, and the using unit's in whose name it was assumed."""
    found = require_assumption(desk.connection, request.id)
    who = require_person(desk.connection, found.person_id)
    return Target(using_unit_id=found.organisation_id, provider_id=who.organisation_id, person_id=found.person_id)


@action(
    "assumption.stop",
    "POST",
    "/assumptions/{id}/stop",
    "中止代入",
    request=DecideConsent,
    answer=AssumptionRow,
    aim=_aim_assumption,
    status=200,
)
def stop(desk: Desk, request: DecideConsent) -> AssumptionRow:
    """Ends somebody's assumed role at once: by the using unit, the security administrator, or the person elsewhere."""
    done = roles.stop_assumption(desk, request.id)
    return _assumption(desk, read_assumption_row(desk.connection, done.id))
