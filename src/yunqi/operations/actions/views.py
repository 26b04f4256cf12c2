"""How rows of the desk look on the wire."""

from __future__ import annotations

from collections.abc import Mapping

from yunqi.kernel.rights import APPROVER, COUNTERPARTY, Caller
from yunqi.store.desk_runs import DeskRun
from yunqi.store.proposals import PROPOSED
from yunqi.store.proposals import Proposal as ProposalRow
from yunqi.wire.base import Proposal, Run, RunError


def run_view(run: DeskRun) -> Run:
    """A run as its owner sees it."""
    return Run(
        id=run.id,
        action=run.kind,
        state=run.state,
        note=run.note,
        done=run.done,
        total=run.total,
        contract_id=run.contract_id,
        person_id=run.person_id,
        opened_at=run.opened_at,
        closed_at=run.closed_at,
        result=run.result,
        error=RunError.model_validate(run.error) if run.error else None,
    )


def proposal_view(row: ProposalRow, caller: Caller, names: Mapping[str, str]) -> Proposal:
    """A proposal as a caller sees it; `names`: of people and organisations, by id."""
    return Proposal(
        id=row.id,
        action=row.action,
        title=row.title,
        request=dict(row.request),
        needs=row.needs,
        state=row.state,
        contract_id=row.contract_id,
        proposed_by=row.proposed_by,
        proposed_by_name=names.get(row.proposed_by, ""),
        organisation_id=row.organisation_id,
        organisation_name=names.get(row.organisation_id, ""),
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by,
        decided_by_name=names.get(row.decided_by or "", ""),
        decided_at=row.decided_at,
        reason=row.reason,
        outcome=row.outcome,
        may_decide=row.state == PROPOSED and may_decide(row, caller),
    )


def may_decide(row: ProposalRow, caller: Caller) -> bool:
    """Whether a caller is the second person that a proposal waits for."""
    parties = frozenset({row.using_unit_id, row.provider_id}) - {None}
    return may_agree(caller, row.needs, row.proposed_by, row.organisation_id, parties)


def may_agree(
    caller: Caller, needs: str, person_id: str | None, organisation_id: str | None, parties: frozenset[str | None]
) -> bool:
    """Whether a caller may agree to what a person of an organisation asked for; `parties`: of the contract.

    Never the proposer, nor whoever acts for them under an assumed role: two persons are two persons.
    """
    if APPROVER not in caller.roles or caller.true_person_id in (None, person_id):
        return False
    if caller.assumption is not None or caller.person_id == person_id:
        return False
    if needs == COUNTERPARTY:
        return caller.organisation_id in parties - {None, organisation_id}
    return caller.organisation_id == organisation_id
