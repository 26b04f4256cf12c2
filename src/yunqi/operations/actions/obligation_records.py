"""One obligation as an action: its sentences, what shows it, and the records of its fulfilment by people."""

from __future__ import annotations

from yunqi.contract.obligations.find import FoundObligation
from yunqi.contract.obligations.fulfilment import Record, Said
from yunqi.contract.obligations.join import ONCE, single_limit
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import PROVIDER, USING_UNIT, Target, decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.made import keep_proof
from yunqi.operations.obligation_list import Entry, due_of_record, names_of, read_entries, row_of
from yunqi.operations.obligation_records import (
    answer,
    find_record_fact,
    read_records,
    record_fulfilment,
    withdraw,
)
from yunqi.operations.obligation_words import BY_LEDGER, OBJECTS, RECORDS, SAID
from yunqi.store.checks import check_text
from yunqi.store.contracts import Contract
from yunqi.store.facts import Fact
from yunqi.store.parties import require_organisation, require_person
from yunqi.store.scopes import find_visible_contract
from yunqi.wire.obligations import (
    AnswerObligation,
    ObligationAnswer,
    ObligationDeed,
    ObligationDetail,
    ObligationRecord,
    ObligationSource,
    ReadObligation,
    RecordObligation,
    WithdrawObligation,
)

_ACTS = {
    "confirm": "obligation.answer",
    "contest": "obligation.answer",
    "correct": "obligation.record",
    "withdraw": "obligation.withdraw",
}
_PARTIES = (USING_UNIT, PROVIDER)
_DAYS = frozenset({"day", "working_day", "month", "year"})


@action(
    "obligation.read",
    "GET",
    "/contracts/{contract}/obligations/{line}",
    "查看一项义务",
    request=ReadObligation,
    answer=ObligationDetail,
    aim=aims.contract,
)
def read_obligation(desk: Desk, request: ReadObligation) -> ObligationDetail:
    """A line of the list with all that shows it; raises `Problem` obligation.unknown."""
    contract = aims.require_contract_of(desk, request.contract)
    return _detail(desk, contract, _require_entry(desk, contract, request.line))


def _require_entry(desk: Desk, contract: Contract, key: str) -> Entry:
    found = next((one for one in read_entries(desk, contract) if one.line.key == key), None)
    if found is None:
        raise Problem(
            "obligation.unknown",
            "该合同没有义务「{value}」",
            field="line",
            value=key[:60],
            way_out="请从义务清单中选取：yunqi obligation list",
        )
    return found


@action(
    "obligation.record",
    "POST",
    "/contracts/{contract}/obligations/{line}/records",
    "登记义务的履行",
    request=RecordObligation,
    answer=ObligationDetail,
    aim=aims.contract,
    follows="obligation.read",
)
def record(desk: Desk, request: RecordObligation) -> ObligationDetail:
    """Records that it was done, or corrects such a record of the same party.

    Raises `Problem` obligation.party, obligation.unknown, obligation.ledger, obligation.future, obligation.event_on,
    obligation.twice, obligation.corrects, obligation.not_own, obligation.withdrawn, obligation.reason and file.unknown.
    """
    contract, role = aims.require_contract_of(desk, request.contract), _role(desk)
    entry = _require_entry(desk, contract, request.line)
    if reason := _why_not(entry):
        raise Problem("obligation.ledger", "该事项不在这里登记：{reason}", field="line", reason=reason, way_out="")
    today = date_of(desk.now)
    for name, day in (("on", request.on), ("event_on", request.event_on)):
        if day is not None and day > today:
            raise Problem(
                "obligation.future", "日期 {day} 尚未到来", field=name, day=day.isoformat(), way_out="请在履行之后登记"
            )
    if request.event_on is None and _needs_event(entry.line.found, entry):
        raise Problem(
            "obligation.event_on",
            "缺少情形发生日，无法判断是否按期",
            field="event_on",
            way_out="请填写该期限起算的日期",
        )
    kept = keep_proof(desk, request.file, contract.id)
    said = {
        "obligation": entry.line.found.kind.code if entry.line.found is not None else "",
        "on": request.on.isoformat(),
        "event_on": request.event_on.isoformat() if request.event_on else None,
        "words": check_text("words", request.words.strip(), 1000),
        "document": None if kept is None else kept.id,
        "name": "" if kept is None else kept.name,
        "sm3": "" if kept is None else kept.sm3,
        "person": desk.person_id,
        "corrects": request.corrects,
        "reason": request.reason.strip(),
    }
    record_fulfilment(desk.connection, contract, request.line, said, role=role, now=desk.now)
    return _detail(desk, contract, _require_entry(desk, contract, request.line))


def _role(desk: Desk) -> str:
    """The party that the caller speaks for; raises `Problem` obligation.party for one that speaks for none."""
    role = desk.caller.organisation_role
    if role not in _PARTIES or not desk.person_id:
        raise Problem(
            "obligation.party",
            "履行由合同的一方登记和确认",
            field="actor",
            way_out="请以使用单位或云服务商人员的身份办理",
        )
    return role


def _aim(desk: Desk, request: AnswerObligation | WithdrawObligation) -> Target:
    return aims.target_of_contract(desk, _contract_of(desk, request.id)[0])


def _contract_of(desk: Desk, record: str) -> tuple[Contract, Fact]:
    """The contract of a record that the caller may see; raises `Problem` obligation.no_record."""
    fact = find_record_fact(desk.connection, record)
    if fact is not None:
        try:
            return find_visible_contract(desk.connection, fact.contract_id, desk.caller), fact
        except Problem:
            pass  # another's contract: nobody is told that it is there
    raise Problem(
        "object.unknown", "没有登记「{value}」", field="id", value=record[:60], way_out="请从义务的登记中选取"
    )


def _require_record(desk: Desk, identifier: str) -> tuple[Contract, Record]:
    contract, fact = _contract_of(desk, identifier)
    mine = read_records(desk.connection, contract.id)[str(fact.payload["key"])]
    return contract, next(one for one in mine if one.id == fact.id)


@action(
    "obligation.answer",
    "POST",
    "/obligation-records/{id}/answers",
    "答复义务履行的登记",
    request=AnswerObligation,
    answer=ObligationDetail,
    aim=_aim,
    follows="obligation.read",
)
def answer_record(desk: Desk, request: AnswerObligation) -> ObligationDetail:
    """Confirms or contests what the other party recorded.

    Raises `Problem` obligation.own, obligation.withdrawn, obligation.answered and obligation.reason.
    """
    contract, found = _require_record(desk, request.id)
    answer(
        desk.connection,
        contract,
        found,
        said=request.answer,
        reason=request.reason.strip(),
        person=str(desk.person_id),
        role=_role(desk),
        now=desk.now,
    )
    return _detail(desk, contract, _require_entry(desk, contract, found.key))


@action(
    "obligation.withdraw",
    "POST",
    "/obligation-records/{id}/withdrawal",
    "撤回义务履行的登记",
    request=WithdrawObligation,
    answer=ObligationDetail,
    aim=_aim,
    follows="obligation.read",
)
def withdraw_record(desk: Desk, request: WithdrawObligation) -> ObligationDetail:
    """Takes one's own record back; raises `Problem` obligation.not_own, obligation.withdrawn and obligation.reason."""
    contract, found = _require_record(desk, request.id)
    role = _role(desk)
    withdraw(desk.connection, contract, found, request.reason.strip(), str(desk.person_id), role, desk.now)
    return _detail(desk, contract, _require_entry(desk, contract, found.key))


def _why_not(entry: Entry) -> str:
    kind = entry.line.duty.kind if entry.line.duty is not None else ""
    return _(BY_LEDGER[kind]) if kind in BY_LEDGER else ""


def _needs_event(found: FoundObligation | None, entry: Entry) -> bool:
    """Whether a record must say when the event was: the time is counted from it, in days."""
    if found is None or entry.line.duty is not None or found.kind.trigger in ONCE:
        return False
    within = single_limit(found.limits)
    return within is not None and within.get("unit") in _DAYS and found.kind.trigger not in ("always", "calendar")


def _detail(desk: Desk, contract: Contract, entry: Entry) -> ObligationDetail:
    row = row_of(contract, entry, names_of(desk, contract), date_of(desk.now))
    found, duty = entry.line.found, entry.line.duty
    sources = [] if found is None else list(found.sources)
    if duty is not None and duty.source and duty.source not in sources:
        sources.insert(0, duty.source)
    why_not = _why_not(entry)
    return ObligationDetail(
        **row.model_dump(),
        sources=tuple(
            ObligationSource(article=str(one.get("article") or ""), text=str(one.get("text") or "")) for one in sources
        ),
        deeds=tuple(
            ObligationDeed(
                object=one.object,
                object_name=_(OBJECTS[one.object]),
                id=one.id,
                words=one.words,
                at_on=one.at_on,
                due_on=one.due_on,
                due_at=one.due_at,
                done_on=one.done_on,
                late=one.late,
            )
            for one in entry.standing.deeds
        ),
        records=tuple(_record_view(desk, contract, entry, one) for one in reversed(entry.records)),
        may_record=not why_not and _may(desk, contract, "obligation.record"),
        why_not=why_not,
        needs_event=_needs_event(found, entry),
    )


def _may(desk: Desk, contract: Contract, name: str) -> bool:
    return decide(desk.caller, RIGHTS[name], aims.target_of_contract(desk, contract)) is None


def _record_view(desk: Desk, contract: Contract, entry: Entry, one: Record) -> ObligationRecord:
    found, own = entry.line.found, entry.standing.due_on if entry.line.duty is not None else None
    if entry.line.duty is None and found is not None and found.kind.trigger in ONCE:
        own = entry.standing.due_on
    due_on = own if found is None else due_of_record(found, own, one, desk.site.calendar)
    person, organisation = _who(desk, one.payload.get("person"))
    return ObligationRecord(
        id=one.id,
        on=one.on,
        event_on=one.event_on,
        due_on=due_on,
        late=due_on is not None and one.on > due_on,
        words=str(one.payload["words"]),
        document=one.payload.get("document"),
        name=str(one.payload.get("name") or ""),
        sm3=str(one.payload.get("sm3") or ""),
        person=person,
        organisation=organisation,
        recorded_at=one.recorded_at,
        corrects=one.payload.get("corrects"),
        state=one.state,
        state_name=_(RECORDS[one.state]),
        answers=tuple(_answer_view(desk, each) for each in one.said),
        may=tuple(name for name in _acts(desk, one) if _may(desk, contract, _ACTS[name])),
    )


def _acts(desk: Desk, one: Record) -> tuple[str, ...]:
    if one.state == "withdrawn":
        return ()
    if one.payload["role"] == desk.caller.organisation_role:
        return ("correct", "withdraw")
    return {"recorded": ("confirm", "contest"), "confirmed": ("contest",)}.get(one.state, ("confirm",))


def _answer_view(desk: Desk, said: Said) -> ObligationAnswer:
    person, organisation = _who(desk, said.payload.get("person"))
    return ObligationAnswer(
        what=_(SAID[said.kind]),
        person=person,
        organisation=organisation,
        reason=str(said.payload.get("reason") or ""),
        recorded_at=said.recorded_at,
    )


def _who(desk: Desk, person_id: object) -> tuple[str, str]:
    if not person_id:
        return "", ""
    person = require_person(desk.connection, str(person_id))
    return person.name, require_organisation(desk.connection, person.organisation_id).name
