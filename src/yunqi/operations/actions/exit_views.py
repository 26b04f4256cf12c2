"""How exits look on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.cases.exit import CAUSES, MACHINE, may_agree
from yunqi.cases.exit.checklist import is_complete, plan_checklist
from yunqi.cases.exit.model import Proof, Step
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations import exits as work
from yunqi.operations.actions.acceptance_views import sign_off
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.casework import next_events, party_fields, target_of_case, timeline
from yunqi.operations.material import digest_of
from yunqi.settlement.leaving import REFUND, Refund
from yunqi.store.case_lists import read_case_row
from yunqi.store.cases import Case, list_case_events
from yunqi.wire.exits import (
    DrawRow,
    ExitDetail,
    ExitRow,
    Inventory,
    InventoryRow,
    PlanStep,
    ProofRow,
    RefundView,
    RefundWay,
    StepRow,
    StoreRow,
)
from yunqi.wire.incidents import source_of

STEP_STATES: Mapping[str, str] = {
    "done": "已办",
    "done_late": "已办（逾期）",
    "waiting": "待办",
    "late": "已超期",
    "not_needed": "不需要",
}
PROOF_KINDS: Mapping[str, str] = {
    "notice": "退出通知",
    "certificate": "擦除证明",
    "statement": "结算单",
}


def row_view(row: Any) -> ExitRow:
    """An exit in a list."""
    return ExitRow(
        id=row.id,
        number=row.number,
        title=row.title,
        cause=str(row.data["cause"]),
        cause_name=_(CAUSES[str(row.data["cause"])]),
        state=row.state,
        state_name=_(MACHINE.label(row.state)),
        noticed_on=row.data["noticed_on"],
        left_on=row.data.get("left_on"),
        opened_at=row.opened_at,
        **party_fields(row),
    )


def detail_view(desk: Desk, found: Case) -> ExitDetail:
    """An exit with its checklist as it stands today."""
    given, refund = work.read_leaving(desk.site, desk.connection, found)
    steps = plan_checklist(given)
    row = row_view(read_case_row(desk.connection, found.id))
    events = list_case_events(desk.connection, found.id)
    plans = [one for one in events if one.event == "plan"]
    rows: list[Any] = plans[-1].data["steps"] if plans else []
    actions = dict.fromkeys(MACHINE.transitions, "exit.advance") | {"sign": "exit.sign"}
    return ExitDetail(
        **row.model_dump(),
        sm3=digest_of(work.checklist_data(found, steps, refund)),
        complete=is_complete(steps),
        steps=tuple(_step(desk, one) for one in steps),
        stores=tuple(
            StoreRow(id=one.id, name=one.name, gone=one.gone, proofs=tuple(_proof(each) for each in one.proofs))
            for one in given.stores
        ),
        plan=tuple(PlanStep(**one) for one in rows),
        refund=None if refund is None else refund_view(refund),
        signatures=tuple(sign_off(desk, found, one, str(one.data["sm3"])) for one in events if one.event == "sign"),
        timeline=timeline(desk, found.id, MACHINE),
        next=tuple(
            one
            for one in next_events(desk, found, MACHINE, target_of_case(desk, found), actions)
            if one.event != "agree_end" or may_agree(found.data, desk.caller.organisation_role)
        ),
    )


def _step(desk: Desk, one: Step) -> StepRow:
    left = None
    if one.due_on is not None and one.state in ("waiting", "late"):
        left = (one.due_on - date_of(desk.now)).days
    return StepRow(
        key=one.key,
        title=one.title,
        party=one.party,
        party_name=_(MACHINE.label(one.party)) if one.party else "",
        state=one.state,
        state_name=_(STEP_STATES[one.state]),
        due_on=one.due_on,
        days_left=left,
        done_on=one.done_on,
        basis=one.basis,
        open_days=one.open_days,
        proofs=tuple(_proof(each) for each in one.proofs),
        missing=one.missing,
        source=source_of(one.source),
    )


def _proof(one: Proof) -> ProofRow:
    kind_name = _(PROOF_KINDS[one.kind]) if one.kind in PROOF_KINDS else _(MACHINE.label(one.kind))
    return ProofRow(
        kind=one.kind, kind_name=kind_name, reference=one.reference, words=one.words, sm3=one.sm3, on=one.on
    )


def refund_view(refund: Refund) -> RefundView:
    """A refund with each way of counting in exact figures."""
    return RefundView(
        left_on=refund.left_on,
        start_on=refund.start_on,
        end_on=refund.end_on,
        total_fen=refund.total_fen,
        paid_fen=refund.paid_fen,
        offset_fen=refund.offset_fen,
        state=refund.state,
        chosen=refund.chosen,
        amount_fen=refund.amount_fen,
        code=REFUND,
        lacks=refund.lacks,
        ways=tuple(
            RefundWay(
                way=one.way,
                words=one.words,
                part=str(one.part),
                rest_fen_exact=str(one.rest_fen),
                refund_fen=one.refund_fen,
            )
            for one in refund.ways
        ),
        source=source_of(refund.source),
    )


def inventory_view(inventory: Mapping[str, Any]) -> Inventory:
    """An inventory with its digest."""
    return Inventory(
        contract_id=inventory["contract"],
        sm3=digest_of(inventory),
        resources=tuple(
            InventoryRow(**{**one, "draws": tuple(DrawRow(**each) for each in one["draws"])})
            for one in inventory["resources"]
        ),
    )
