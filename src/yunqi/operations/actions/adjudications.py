"""Findings as actions: proposed by one party, confirmed by both, contested, decided by the administration."""

from __future__ import annotations

from typing import Any

from yunqi.cases.adjudication import MACHINE, NUMERIC, QUESTIONS, YES_NO, parse_answer
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.casework import next_events, party_fields, require_case_of, target_of_case, timeline
from yunqi.operations.cases import add_event_within, open_adjudication
from yunqi.operations.lateness import read_late_titles
from yunqi.reports.words import event_title
from yunqi.settlement.late_points import month_of_group
from yunqi.settlement.lateness import LATE
from yunqi.settlement.readings import choice_label, render_question
from yunqi.store.case_lists import case_listing, name_cases, read_case_row
from yunqi.store.contracts import Contract
from yunqi.store.listing import read_page
from yunqi.store.statement_lists import list_waiting_points
from yunqi.wire.base import ById, Page
from yunqi.wire.incidents import (
    AdvanceAdjudication,
    FindingDetail,
    FindingRow,
    ListAdjudications,
    OpenAdjudication,
)

KIND = "adjudication"
ACTIONS_OF = {
    "confirm": "adjudication.confirm",
    "contest": "adjudication.advance",
    "decide": "adjudication.advance",
    "withdraw": "adjudication.advance",
}
_MOST = 500


def row_view(row: Any, names: dict[str, str]) -> FindingRow:
    """A finding in a list; `names`: of the cases that findings are on."""
    event, question, answer = (str(row.data.get(name) or "") for name in ("event", "question", "answer"))
    return FindingRow(
        id=row.id,
        number=row.number,
        event=event,
        event_name=str(row.data.get("line") or names.get(event) or event_title(event)),
        question=question,
        question_name=_(QUESTIONS[question]) if question in QUESTIONS else render_question(question),
        answer=answer,
        answer_name=_answer_words(question, answer),
        evidence=str(row.data.get("evidence") or ""),
        state=row.state,
        state_name=_(MACHINE.label(row.state)),
        opened_at=row.opened_at,
        **party_fields(row),
    )


def _answer_words(question: str, answer: str) -> str:
    """The answer in words: most questions are of yes or no, whatever points of the catalogue they stand for."""
    if question in NUMERIC:
        return answer
    return _(YES_NO[answer]) if answer in YES_NO else choice_label(question, answer)


@action(
    "adjudication.list",
    "GET",
    "/adjudications",
    "列出认定",
    request=ListAdjudications,
    answer=Page[FindingRow],
    aim=aims.contract_if_named,
)
def list_adjudications(desk: Desk, request: ListAdjudications) -> Page[FindingRow]:
    """Findings that the caller may see, the newest first."""
    listing = case_listing(
        desk.caller,
        KIND,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        states=(request.state,) if request.state else None,
        event=request.event,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    return Page[FindingRow](items=_views(desk, rows), next_cursor=following)


def _views(desk: Desk, rows: Any) -> tuple[FindingRow, ...]:
    names = name_cases(desk.connection, (str(row.data.get("event")) for row in rows))
    names |= _late_names(desk, rows)
    return tuple(row_view(row, names) for row in rows)


def _late_names(desk: Desk, rows: Any) -> dict[str, str]:
    """What the late duties are called that findings are on."""
    of = {row.contract_id for row in rows if str(row.data.get("event")).startswith(f"{LATE}:")}
    return {event: title for one in sorted(of) for event, title in read_late_titles(desk.connection, one).items()}


def findings_on(desk: Desk, event: str) -> tuple[FindingRow, ...]:
    """The findings on one event that the caller may see."""
    listing = case_listing(desk.caller, KIND, event=event)
    rows, _more = read_page(desk.connection, listing, limit=_MOST, sort="opened_at", make=lambda row: row)
    return _views(desk, rows)


def _aim(desk: Desk, request: ById | AdvanceAdjudication) -> Target:
    return target_of_case(desk, require_case_of(desk, KIND, request.id))


@action("adjudication.read", "GET", "/adjudications/{id}", "查看认定", request=ById, answer=FindingDetail, aim=_aim)
def read_adjudication(desk: Desk, request: ById) -> FindingDetail:
    """A finding: who confirmed or contested it, and what may follow from this caller."""
    found = require_case_of(desk, KIND, request.id)
    of = read_case_row(desk.connection, found.id)
    (row,) = _views(desk, [of])
    events, names = found.data.get("events") or (), _late_names(desk, [of])
    return FindingDetail(
        **row.model_dump(),
        items=tuple(names.get(str(event), str(event)) for event in events),
        timeline=timeline(desk, found.id, MACHINE),
        next=next_events(desk, found, MACHINE, target_of_case(desk, found), ACTIONS_OF),
    )


@action(
    "adjudication.open",
    "POST",
    "/adjudications",
    "提出认定",
    request=OpenAdjudication,
    answer=FindingDetail,
    aim=aims.contract,
)
def open_(desk: Desk, request: OpenAdjudication) -> FindingDetail:
    """Proposes a finding; it counts once both parties confirmed it. What a month asks of several late duties at once is
    found of each of them. Raises `Problem` adjudication.question …answer …no_items.
    """
    found = aims.require_contract_of(desk, request.contract)
    made = open_adjudication(
        desk.site,
        contract_id=found.id,
        event=request.event,
        question=request.question,
        answer=request.answer,
        evidence=request.evidence,
        person_id=desk.person_id,
        role=desk.caller.organisation_role,
        data=_items_of(desk, found, request.event),
    )
    return read_adjudication(desk, ById(id=made.id))


def _items_of(desk: Desk, found: Contract, event: str) -> dict[str, Any]:
    """The late duties that an event stands for, by the newest statement of its month; nothing for a single one."""
    month = month_of_group(event)
    if month is None:
        return {}
    points = [point for of, point in list_waiting_points(desk.connection, found.id) if of == month]
    items = next((one.get("items") or () for one in points if one["code"] == f"{LATE}@{event}"), ())
    if not items:
        raise Problem(
            "adjudication.no_items",
            "{month} 最新的结算单中没有「{event}」这一待定事项",
            field="event",
            month=month,
            event=event,
            way_out="请重新结算该月，按结算单列出的事项提出认定",
        )
    line = _("{month} 逾期的 {count} 项义务", month=month, count=len(items))
    return {"events": [one["event"] for one in items], "line": line}


@action(
    "adjudication.confirm",
    "POST",
    "/adjudications/{id}/confirmation",
    "确认认定",
    request=ById,
    answer=FindingDetail,
    aim=_aim,
    follows="adjudication.read",
    status=200,
)
def confirm(desk: Desk, request: ById) -> FindingDetail:
    """The caller's party confirms a finding; raises `Problem` case.twice when it did before."""
    return _add(desk, request.id, "confirm", {})


@action(
    "adjudication.advance",
    "POST",
    "/adjudications/{id}/events",
    "办理认定",
    request=AdvanceAdjudication,
    answer=FindingDetail,
    aim=_aim,
    follows="adjudication.read",
)
def advance(desk: Desk, request: AdvanceAdjudication) -> FindingDetail:
    """Contests, decides or takes back a finding; raises `Problem` case.… where it may not follow."""
    said: dict[str, str | None] = {name: getattr(request, name) for name in ("reason", "answer", "evidence")}
    if request.answer is not None:
        question = str(require_case_of(desk, KIND, request.id).data["question"])
        said["answer"] = parse_answer(question, request.answer)
    return _add(desk, request.id, request.event, {name: value for name, value in said.items() if value is not None})


def _add(desk: Desk, reference: str, event: str, data: dict[str, str]) -> FindingDetail:
    found = require_case_of(desk, KIND, reference)
    add_event_within(
        desk.connection,
        desk.site,
        found.id,
        event,
        person_id=desk.person_id,
        data=data,
        role=desk.caller.organisation_role,
    )
    return read_adjudication(desk, ById(id=found.id))
