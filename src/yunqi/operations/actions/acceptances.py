"""Acceptance as actions: material handed in, a request, the using unit's answer, silence, both parties' sign-off."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations import acceptances as work
from yunqi.operations.actions import aims
from yunqi.operations.actions.acceptance_views import detail_view, material_view, row_view
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.casework import require_case_of, target_of_case
from yunqi.operations.actions.made import require_own_file, safe_name
from yunqi.operations.cases import add_event_within
from yunqi.operations.documents import media_type_of
from yunqi.operations.material import hand_in, make_dossier
from yunqi.operations.silence import admit_answer, deem, prove_answer
from yunqi.store.case_lists import case_listing
from yunqi.store.files import require_file
from yunqi.store.listing import read_page
from yunqi.wire.acceptances import (
    AcceptanceDetail,
    AcceptanceFile,
    AcceptanceRow,
    AdvanceAcceptance,
    AnswerAcceptance,
    HandIn,
    ListAcceptances,
    Material,
    OfMaterial,
    RequestAcceptance,
    SignAcceptance,
)
from yunqi.wire.base import ById, Done, Page

KIND = work.KIND


@action(
    "acceptance.material",
    "GET",
    "/contracts/{contract}/acceptance-material",
    "查看验收材料",
    request=OfMaterial,
    answer=Material,
    aim=aims.contract,
)
def material(desk: Desk, request: OfMaterial) -> Material:
    """The contract's own list of acceptance material against what the ledger holds; raises `Problem`
    acceptance.phase.
    """
    found = aims.require_contract_of(desk, request.contract)
    dossier = make_dossier(
        desk.site, desk.connection, found, phase=request.phase or None, on=request.on or date_of(desk.now)
    )
    return material_view(desk, found, dossier)


@action(
    "acceptance.hand_in",
    "POST",
    "/contracts/{contract}/acceptance-material",
    "提交验收材料",
    request=HandIn,
    answer=Done,
    aim=aims.contract,
)
def hand_in_one(desk: Desk, request: HandIn) -> Done:
    """Records what was handed in for an item, with its SM3; the same again changes nothing.

    Raises `Problem` acceptance.item, acceptance.evidence, acceptance.received, acceptance.value, file.unknown.
    """
    found = aims.require_contract_of(desk, request.contract)
    if request.file:
        require_own_file(desk, request.file)
    done = hand_in(
        desk.site,
        desk.connection,
        found,
        request.item,
        person_id=desk.person_id,
        role=desk.caller.organisation_role,
        file=require_file(desk.connection, request.file) if request.file else None,
        document=request.document or None,
        statement=request.statement or None,
        value=request.value,
        words=request.words,
        on=request.on,
    )
    return Done(id=done.id)


@action(
    "acceptance.list",
    "GET",
    "/acceptances",
    "列出验收",
    request=ListAcceptances,
    answer=Page[AcceptanceRow],
    aim=aims.contract_if_named,
)
def list_acceptances(desk: Desk, request: ListAcceptances) -> Page[AcceptanceRow]:
    """Acceptances that the caller may see, the newest first."""
    listing = case_listing(
        desk.caller,
        KIND,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        states=(request.state,) if request.state else None,
        text=request.text,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    return Page[AcceptanceRow](items=tuple(row_view(desk, row) for row in rows), next_cursor=following)


@action(
    "acceptance.request",
    "POST",
    "/contracts/{contract}/acceptances",
    "提请验收",
    request=RequestAcceptance,
    answer=AcceptanceDetail,
    aim=aims.contract,
)
def request_one(desk: Desk, request: RequestAcceptance) -> AcceptanceDetail:
    """Asks for acceptance with the dossier as it is now; the contract's clocks begin.

    Raises `Problem` acceptance.phase, acceptance.under_way, acceptance.instalments, amendment.unsigned_contract.
    """
    made = work.request_acceptance(
        desk.site,
        desk.connection,
        aims.require_contract_of(desk, request.contract),
        request.title,
        phase=request.phase,
        instalments=request.instalments,
        person_id=desk.person_id,
    )
    return read_acceptance(desk, ById(id=made.id))


def _aim(desk: Desk, request: ById | AnswerAcceptance | AdvanceAcceptance | SignAcceptance | AcceptanceFile) -> Target:
    return target_of_case(desk, require_case_of(desk, KIND, request.id))


@action("acceptance.read", "GET", "/acceptances/{id}", "查看验收", request=ById, answer=AcceptanceDetail, aim=_aim)
def read_acceptance(desk: Desk, request: ById) -> AcceptanceDetail:
    """A request for acceptance: what it is of, its clock, what was answered, who signed, what may follow."""
    return detail_view(desk, require_case_of(desk, KIND, request.id))


@action(
    "acceptance.answer",
    "POST",
    "/acceptances/{id}/answers",
    "答复验收",
    request=AnswerAcceptance,
    answer=AcceptanceDetail,
    aim=_aim,
    follows="acceptance.read",
)
def answer_one(desk: Desk, request: AnswerAcceptance) -> AcceptanceDetail:
    """The using unit answers; what it accepts starts the payments that wait for it, from today.

    Raises `Problem` case.…, acceptance.changed, acceptance.silent, acceptance.score_row, acceptance.score_full.
    """
    found = require_case_of(desk, KIND, request.id)
    work.answer(
        desk.site,
        desk.connection,
        found,
        request.event,
        dossier=request.dossier,
        person_id=desk.person_id,
        role=desk.caller.organisation_role,
        reason=request.reason,
        counts={one.no: one.count for one in request.score},
        full=request.full,
    )
    return read_acceptance(desk, ById(id=found.id))


@action(
    "acceptance.advance",
    "POST",
    "/acceptances/{id}/events",
    "办理验收",
    request=AdvanceAcceptance,
    answer=AcceptanceDetail,
    aim=_aim,
    follows="acceptance.read",
)
def advance(desk: Desk, request: AdvanceAcceptance) -> AcceptanceDetail:
    """Asks again after rework, records that silence has accepted, takes the request back, says that an answer had
    been received in time, or settles that.

    Raises `Problem` case.…, acceptance.not_silent, acceptance.proof_answer, acceptance.proof_file,
    acceptance.proof_late, acceptance.proof_reason and file.unknown.
    """
    found = require_case_of(desk, KIND, request.id)
    who: dict[str, Any] = {"person_id": desk.person_id, "role": desk.caller.organisation_role}
    if request.event == "resubmit":
        work.resubmit(desk.site, desk.connection, found, **who)
    elif request.event == "deem":
        deem(desk.site, desk.connection, found, **who)
    elif request.event == "prove":
        if request.file:
            require_own_file(desk, request.file)
        given = None if request.received_at is None else request.received_at.astimezone(UTC)
        file = require_file(desk.connection, request.file) if request.file else None
        prove_answer(
            desk.site,
            desk.connection,
            found,
            request.answer,
            received_at=given,
            file=file,
            reason=request.reason,
            **who,
        )
    elif request.event == "admit":
        admit_answer(desk.site, desk.connection, found, **who)
    else:
        said = {"reason": request.reason} if request.reason else {}
        add_event_within(desk.connection, desk.site, found.id, request.event, data=said, **who)
    return read_acceptance(desk, ById(id=found.id))


@action(
    "acceptance.sign",
    "POST",
    "/acceptances/{id}/signatures",
    "签认验收",
    request=SignAcceptance,
    answer=AcceptanceDetail,
    aim=_aim,
    follows="acceptance.read",
)
def sign(desk: Desk, request: SignAcceptance) -> AcceptanceDetail:
    """The caller's party signs what was accepted; signed by both, the acceptance is complete.

    Raises `Problem` case.…, acceptance.changed.
    """
    found = require_case_of(desk, KIND, request.id)
    work.sign(
        desk.site,
        desk.connection,
        found,
        dossier=request.dossier,
        person_id=desk.person_id,
        organisation_id=desk.caller.organisation_id or "",
        role=desk.caller.organisation_role,
    )
    return read_acceptance(desk, ById(id=found.id))


@action(
    "acceptance.file",
    "GET",
    "/acceptances/{id}/file",
    "编制验收材料",
    request=AcceptanceFile,
    answer=Content,
    aim=_aim,
)
def file(desk: Desk, request: AcceptanceFile) -> Content:
    """The dossier with the request's clock, answer and signatures, as a document or a workbook."""
    from yunqi.reports.dossier import render_dossier, render_dossier_table

    found = require_case_of(desk, KIND, request.id)
    data = detail_view(desk, found).model_dump(mode="json")
    data["contract"] = _contract_of(desk, found)
    name = f"验收材料-{safe_name(found.number)}.{request.format}"
    render = render_dossier if request.format == "docx" else render_dossier_table
    by = desk.caller.organisation_name or _("云契")
    return Content(name, media_type_of(name), render(data, made_at=desk.now, by=by))


def _contract_of(desk: Desk, found: Any) -> dict[str, Any]:
    contract: dict[str, Any] = work.load_dossier(desk.connection, found)["contract"]
    return contract
