"""The two-person rule: what one person asks for waits until a second one agrees, then it is done in both names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from yunqi.kernel.errors import Problem, Words
from yunqi.kernel.rights import APPROVER, COUNTERPARTY, INTEGRATOR, Caller, Target, decide
from yunqi.operations.actions.base import Action, Desk
from yunqi.operations.actions.views import may_agree, may_decide, proposal_view
from yunqi.store.integrators import list_system_ids
from yunqi.store.parties import list_people, list_roles, require_organisation, require_person
from yunqi.store.proposals import (
    AGREED,
    REFUSED,
    WITHDRAWN,
    close_proposal,
    keep_outcome,
    keep_proposal,
    require_proposal,
)
from yunqi.store.proposals import Proposal as ProposalRow
from yunqi.store.scopes import find_visible_contract
from yunqi.wire.base import Proposal, Request

DECIDED_WITHIN = timedelta(days=30)


def propose(desk: Desk, found: Action, request: Request, target: Target) -> Proposal:
    """Keeps what is asked for until a second person decides.

    The deed is tried out first and undone, so that what can't be done is refused while the proposer is there.
    """
    _rehearse(desk, found, request, target)
    named = getattr(request, "contract", None)
    contract = find_visible_contract(desk.connection, named, desk.caller) if named else None
    organisation_id = desk.caller.organisation_id
    if organisation_id is None:
        raise Problem("access.nobody", "未指明经办人", field="as", way_out="请以 --as 单位/姓名 指明经办人")
    row = keep_proposal(
        desk.connection,
        action=found.name,
        title=found.title(desk, request) if found.title else found.summary,
        request=request.model_dump(mode="json"),
        needs=found.right.second,
        contract_id=contract.id if contract else None,
        using_unit_id=target.using_unit_id,
        provider_id=target.provider_id,
        organisation_id=organisation_id,
        proposed_by=desk.person_id,
        now=desk.now,
        expires_at=desk.now + DECIDED_WITHIN,
    )
    return view(desk, row)


def require_second(desk: Desk, found: Action, target: Target) -> None:
    """Raises `Problem` access.second unless the person beside may agree to the deed."""
    caller, second = desk.caller, desk.second
    parties = frozenset({target.using_unit_id, target.provider_id}) - {None}
    if second is None or may_agree(second, found.right.second, caller.person_id, caller.organisation_id, parties):
        return
    raise Problem(
        "access.second",
        "「{name}」不能作为「{action}」的复核人",
        field="second",
        name=second.person_name,
        action=Words(found.summary),
        way_out="请由另一位有审批角色的人员复核：资金与擦除由本单位同事复核，约定与排除由对方单位复核",
    )


def _rehearse(desk: Desk, found: Action, request: Request, target: Target) -> None:
    second = _somebody(desk, found, target)
    trial = desk.connection.begin_nested()
    try:
        found.work(Desk(desk.site, desk.caller, desk.now, desk.connection, second=second), request)
    finally:
        trial.rollback()


def _somebody(desk: Desk, found: Action, target: Target) -> Caller:
    """A person who could agree: of the same organisation, or of the other party.

    Raises `Problem` proposal.nobody when there is none: a proposal that nobody can decide helps nobody.
    """
    organisation_id = desk.caller.organisation_id
    if found.right.second == COUNTERPARTY:
        others = {target.using_unit_id, target.provider_id} - {None, organisation_id}
        organisation_id = next(iter(others), None)
    for person in list_people(desk.connection, organisation_id) if organisation_id else ():
        who = caller_of(desk, person.id)
        if person.id != desk.caller.true_person_id and APPROVER in who.roles:
            return who
    raise Problem(
        "proposal.nobody",
        "「{action}」须由另一人复核，但没有可复核的人员",
        field="action",
        action=Words(found.summary),
        way_out="请先为本单位（或对方单位）的另一人授予审批角色",
    )


def decide_proposal(desk: Desk, proposal_id: str, *, agree: bool, reason: str) -> Proposal:
    """The second person's word. With `agree` the deed is done now, in the same transaction.

    Raises `Problem` proposal.not_yours, proposal.decided, proposal.expired, proposal.proposer, and whatever the deed
    itself is refused with; then the proposal still waits.
    """
    row = require_proposal(desk.connection, proposal_id, desk.now)
    if not may_decide(row, desk.caller):
        raise Problem(
            "proposal.not_yours",
            "「{title}」不能由您复核",
            field="id",
            title=row.title,
            way_out="请由另一位有审批角色的人员复核：资金与擦除由本单位同事复核，约定与排除由对方单位复核",
        )
    closed = close_proposal(
        desk.connection,
        proposal_id,
        state=AGREED if agree else REFUSED,
        person_id=desk.person_id,
        reason=reason,
        outcome=None,
        now=desk.now,
    )
    if agree:
        outcome = _carry_out(desk, row)
        keep_outcome(desk.connection, proposal_id, outcome)
        closed = require_proposal(desk.connection, proposal_id, desk.now)
    return view(desk, closed)


def withdraw_proposal(desk: Desk, proposal_id: str) -> Proposal:
    """The proposer takes it back; raises `Problem` proposal.not_yours."""
    row = require_proposal(desk.connection, proposal_id, desk.now)
    if row.proposed_by != desk.caller.person_id:
        raise Problem(
            "proposal.not_yours",
            "「{title}」不能由您撤回",
            field="id",
            title=row.title,
            way_out="只有提出人可以撤回",
        )
    closed = close_proposal(
        desk.connection,
        proposal_id,
        state=WITHDRAWN,
        person_id=desk.person_id,
        reason="",
        outcome=None,
        now=desk.now,
    )
    return view(desk, closed)


def view(desk: Desk, row: ProposalRow) -> Proposal:
    """A proposal with the names in it."""
    names = {row.proposed_by: require_person(desk.connection, row.proposed_by).name}
    if row.decided_by is not None:
        names[row.decided_by] = require_person(desk.connection, row.decided_by).name
    names[row.organisation_id] = require_organisation(desk.connection, row.organisation_id).name
    return proposal_view(row, desk.caller, names)


def _carry_out(desk: Desk, row: ProposalRow) -> Any:
    from yunqi.operations.actions.base import ACTIONS

    found = ACTIONS[row.action]
    request = found.request.model_validate(dict(row.request))
    proposer = caller_of(desk, row.proposed_by)
    proposing = Desk(desk.site, proposer, desk.now, desk.connection, second=desk.caller)
    # Who may no longer ask for it, because a role was taken back, gets it through no more by a colleague's word.
    if not _may_still(proposing, found, request):
        raise Problem(
            "proposal.proposer",
            "提出人「{name}」已无权办理「{action}」",
            field="id",
            name=proposer.person_name,
            action=Words(found.summary),
            way_out="请由有权的人员重新提出",
        )
    answer = found.work(proposing, request)
    return answer.model_dump(mode="json")


def _may_still(proposing: Desk, found: Action, request: Any) -> bool:
    try:
        return decide(proposing.caller, found.right, found.aim(proposing, request)) is None
    except Problem:  # they don't even see it any more
        return False


def caller_of(desk: Desk, person_id: str) -> Caller:
    """A person as caller, with the roles of the moment."""
    person = require_person(desk.connection, person_id)
    organisation = require_organisation(desk.connection, person.organisation_id)
    return Caller(
        person.id,
        person.name,
        organisation.id,
        organisation.name,
        organisation.role,
        list_roles(desk.connection, person.id, at=desk.now),
        system_ids=list_system_ids(desk.connection, organisation.id, desk.now)
        if organisation.role == INTEGRATOR
        else frozenset(),
    )
