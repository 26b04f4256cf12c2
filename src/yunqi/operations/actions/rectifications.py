"""Rectification notices (整改通知) and reclaim proposals as actions: issued, answered, returned, closed, as letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from yunqi.cases.rectification import (
    ADDRESSEES,
    MACHINE,
    OPEN_STATES,
    PURPOSES,
    YES,
    open_rectification,
    roles_for,
    standing_of,
)
from yunqi.contract.deadlines import compute_due
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.casework import next_events, party_fields, require_case_of, target_of_case, timeline
from yunqi.operations.actions.made import keep_proof, safe_name
from yunqi.operations.cases import add_event_within
from yunqi.operations.documents import media_type_of
from yunqi.operations.versions import data_at
from yunqi.store.case_lists import read_case_row
from yunqi.store.cases import list_case_events, open_case
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.listing import read_page
from yunqi.store.rectifications import KIND, rectification_listing
from yunqi.wire.base import ById, Page
from yunqi.wire.rectifications import (
    AdvanceRectification,
    AnswerFile,
    ClauseWords,
    ListRectifications,
    OpenRectification,
    RectificationDetail,
    RectificationRow,
)
from yunqi.wire.work_orders import NextEvent

_SHOWN_SOURCES = 5


def _row_view(desk: Desk, row: Any) -> RectificationRow:
    data, today = row.data, date_of(desk.now)
    due_on, to = date.fromisoformat(data["due_on"]), str(data["to"])
    return RectificationRow(
        id=row.id,
        number=row.number,
        purpose=data["purpose"],
        purpose_name=_(PURPOSES[data["purpose"]]),
        title=row.title,
        **party_fields(row),
        to=to,
        addressee=row.provider if to == "provider" else row.using_unit,
        issuer=str(data["issuer"]),
        issuer_role=str(data["issuer_role"]),
        clause=str(data["clause"]),
        due_on=due_on,
        days_left=(due_on - today).days if row.state in OPEN_STATES else None,
        state=row.state,
        state_name=_(MACHINE.label(row.state)),
        standing=standing_of(row.state, data["due_on"], today),
        late=data["late"] == YES or standing_of(row.state, data["due_on"], today) == "overdue",
        opened_at=row.opened_at,
    )


@action(
    "rectification.list",
    "GET",
    "/rectifications",
    "列出整改通知",
    request=ListRectifications,
    answer=Page[RectificationRow],
    aim=aims.contract_if_named,
)
def list_rectifications(desk: Desk, request: ListRectifications) -> Page[RectificationRow]:
    """Notices under the contracts that the caller may see, the newest first."""
    listing = rectification_listing(
        desk.caller,
        open_states=OPEN_STATES,
        today=date_of(desk.now),
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        states=(request.state,) if request.state else None,
        overdue=request.overdue,
        purpose=request.purpose,
        to=request.to,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    return Page[RectificationRow](items=tuple(_row_view(desk, row) for row in rows), next_cursor=following)


def _aim(desk: Desk, request: ById | AdvanceRectification) -> Target:
    return target_of_case(desk, require_case_of(desk, KIND, request.id))


@action(
    "rectification.read",
    "GET",
    "/rectifications/{id}",
    "查看整改通知",
    request=ById,
    answer=RectificationDetail,
    aim=_aim,
)
def read_rectification(desk: Desk, request: ById) -> RectificationDetail:
    """A notice with the contract's own words at its clause, what was answered, and what may follow from this caller."""
    found = require_case_of(desk, KIND, request.id)
    row = read_case_row(desk.connection, found.id)
    contract = require_contract(desk.connection, found.contract_id)
    data = found.data
    steps = next_events(desk, found, MACHINE, target_of_case(desk, found), "rectification.advance")
    return RectificationDetail(
        **_row_view(desk, row).model_dump(),
        requirement=str(data["requirement"]),
        resources=tuple(data.get("resources") or ()),
        measures=str(data.get("measures") or ""),
        evidence=str(data.get("evidence") or ""),
        conclusion=str(data.get("conclusion") or ""),
        files=tuple(
            AnswerFile(file=one.data["file"], name=one.data["file_name"], sm3=one.data["file_sm3"], at=one.at)
            for one in reversed(list_case_events(desk.connection, found.id))
            if one.data.get("file")
        ),
        words=_words_at(str(data["clause"]), data_at(desk.connection, contract, found.opened_at)),
        timeline=timeline(desk, found.id, MACHINE),
        next=tuple(_narrowed(desk, data, one) for one in steps),
    )


def _narrowed(desk: Desk, data: Mapping[str, Any], one: NextEvent) -> NextEvent:
    """The step with those alone who may take it of this very notice."""
    roles = roles_for(data, one.event)
    return one.model_copy(update={"roles": roles, "may": one.may and desk.caller.organisation_role in roles})


def _words_at(clause: str, data: Mapping[str, Any]) -> tuple[ClauseWords, ...]:
    """The contract's words at a clause, each once; none where its data have nothing of this article."""
    wanted = clause.strip()
    texts = dict.fromkeys(
        str(one["text"])
        for one in _sources(data)
        if str(one.get("article") or "").strip() == wanted and one.get("text")
    )
    return tuple(ClauseWords(article=wanted, text=text) for text in list(texts)[:_SHOWN_SOURCES])


def _sources(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key == "source" and isinstance(one, Mapping):
                yield one
            else:
                yield from _sources(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _sources(one)


@action(
    "rectification.open",
    "POST",
    "/rectifications",
    "发出整改通知",
    request=OpenRectification,
    answer=RectificationDetail,
    aim=aims.contract,
)
def open_(desk: Desk, request: OpenRectification) -> RectificationDetail:
    """Issues a notice in the name of the caller's organisation; it is a fact of the contract from then on.

    Raises `Problem` rectification.due, rectification.purpose, rectification.to and rectification.empty.
    """
    found, today = aims.require_contract_of(desk, request.contract), date_of(desk.now)
    data: dict[str, Any] = {
        "purpose": request.purpose,
        "to": request.to or ADDRESSEES[request.purpose],
        "clause": request.clause.strip(),
        "requirement": request.requirement.strip(),
        "due_on": _due_on(desk, request, today).isoformat(),
        "issuer": desk.caller.organisation_name,
        "issuer_role": desk.caller.organisation_role,
    }
    if request.resources:
        data["resources"] = list(dict.fromkeys(request.resources))
    state = open_rectification(data, today=today)
    opened = open_case(
        desk.connection,
        kind=KIND,
        contract_id=found.id,
        title=request.title,
        state=state.state,
        data=state.data,
        opened_at=desk.now,
        now=desk.now,
    )
    payload = {
        "number": opened.number,
        "title": opened.title,
        "person": desk.person_id,
        "data": dict(state.data),
    }
    new = NewFact(found.id, f"{KIND}.opened", opened.id, desk.now, payload, REPORTED)
    record_fact(desk.connection, new, now=desk.now)
    return read_rectification(desk, ById(id=opened.id))


def _due_on(desk: Desk, request: OpenRectification, today: date) -> date:
    given = [one for one in (request.due_on, request.within_days, request.within_working_days) if one is not None]
    if len(given) != 1:
        raise Problem(
            "rectification.due_choice",
            "期限应写明一种：到期日、天数或工作日数",
            field="due_on",
            way_out="请只填其中一项",
        )
    if request.due_on is not None:
        return request.due_on
    unit = "day" if request.within_days is not None else "working_day"
    due = compute_due(today, {"count": str(given[0]), "unit": unit}, desk.site.calendar)
    return due.on or today


@action(
    "rectification.advance",
    "POST",
    "/rectifications/{id}/events",
    "办理整改通知",
    request=AdvanceRectification,
    answer=RectificationDetail,
    aim=_aim,
    follows="rectification.read",
)
def advance(desk: Desk, request: AdvanceRectification) -> RectificationDetail:
    """Answers, returns, extends, closes or withdraws; raises `Problem` case.… and rectification.… where it may not."""
    found = require_case_of(desk, KIND, request.id)
    said: dict[str, Any] = {
        name: value.strip()
        for name in ("measures", "evidence", "reason", "conclusion")
        if (value := getattr(request, name)) is not None
    }
    if request.due_on is not None:
        said["due_on"] = request.due_on.isoformat()
    if request.file and request.event != "answer":
        raise Problem(
            "rectification.file",
            "文件随答复提交，「{event}」不收文件",
            field="file",
            event=MACHINE.label(request.event),
            way_out="请在答复时上传文件",
        )
    kept = keep_proof(desk, request.file, found.contract_id)
    if kept is not None:
        said |= {"file": kept.id, "file_name": kept.name, "file_sm3": kept.sm3}
    add_event_within(
        desk.connection,
        desk.site,
        found.id,
        request.event,
        person_id=desk.person_id,
        data=said,
        role=desk.caller.organisation_role,
    )
    return read_rectification(desk, ById(id=found.id))


@action(
    "rectification.file",
    "GET",
    "/rectifications/{id}/file",
    "编制整改通知书",
    request=ById,
    answer=Content,
    aim=_aim,
)
def make_letter(desk: Desk, request: ById) -> Content:
    """The notice as a letter in Word, with the contract's words at its clause and what has become of it."""
    from yunqi.reports.rectification import render_rectification

    found = read_rectification(desk, request)
    contract: Contract = require_contract(desk.connection, found.contract_id)
    name = f"{PURPOSES[found.purpose]}-{safe_name(found.number)}.docx"
    content = render_rectification({**found.model_dump(mode="json"), "contract_title": contract.title})
    return Content(name, media_type_of(name), content)
