"""退出: what the tenant has, what is handed back and erased, what the rest of the term is worth, and the checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases import exit as leaving
from yunqi.cases.exit.checklist import is_complete, plan_checklist
from yunqi.cases.exit.model import Leaving, Proof, Step
from yunqi.cases.machine import Event
from yunqi.contract.clauses.term.rule import compute_term
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of, day_start
from yunqi.operations.acceptances import seal_signature
from yunqi.operations.amendments import require_signed
from yunqi.operations.cases import add_event_within, load_state
from yunqi.operations.effective import read_dates
from yunqi.operations.installation import Installation
from yunqi.operations.inventory import list_stores, read_inventory, system_names
from yunqi.operations.material import JSON
from yunqi.operations.money import read_money
from yunqi.operations.terms import read_term, read_wanted
from yunqi.operations.versions import data_at
from yunqi.settlement.leaving import REFUND, Refund, Text, compute_refund
from yunqi.store.amendments import list_version_starts
from yunqi.store.cases import Case, list_cases, open_case
from yunqi.store.checks import sm3_hex
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.document_lists import find_made
from yunqi.store.facts import REPORTED, NewFact, list_facts, record_fact
from yunqi.store.files import keep_file
from yunqi.store.readings import list_readings
from yunqi.store.statements import StatementRow, list_statements
from yunqi.store.types import canonical_json

KIND = "exit"
FORMAT = "yunqi-exit-1"
_MOMENT = timedelta(microseconds=1)
_RECEIVER = {"provider": "using_unit", "using_unit": "provider"}


def open_exit(
    installation: Installation,
    connection: Connection,
    found: Contract,
    cause: str,
    *,
    evidence: str,
    person_id: str,
    role: str,
    on: date | None = None,
    left_on: date | None = None,
    ground: str | None = None,
    document: Mapping[str, str] | None = None,
) -> Case:
    """Notice of an exit. An earlier day than today may only be said by whoever received the notice.

    Raises `Problem` exit.cause, exit.under_way, exit.left_on, exit.ground, exit.received, payment.future,
    amendment.unsigned_contract.
    """
    require_signed(found)
    now = installation.clock.now()
    for one in list_cases(connection, found.id, kind=KIND):
        if one.state not in ("withdrawn", "closed"):
            raise Problem(
                "exit.under_way",
                "「{number}」正在办理，同一合同不能再次提出退出",
                field="contract",
                number=one.number,
                way_out="请继续办理或先撤回",
            )
    if cause == leaving.EARLY and left_on is None:
        raise Problem("exit.left_on_missing", "提前终止缺少最后服务日", field="left_on", way_out="请填写最后服务日")
    data = {
        "noticed_on": _notice_day(on, date_of(now), cause, role).isoformat(),
        "left_on": left_on.isoformat() if left_on else None,
        "ground": ground,
        "by": role,
        "evidence": evidence,
        "document": dict(document) if document else None,
    }
    state = leaving.open_exit(cause, data)
    if left_on is not None:
        read_refund(installation, connection, found, left_on, ground)  # refuses a day or a ground that cannot be
    opened = open_case(
        connection,
        kind=KIND,
        contract_id=found.id,
        title=f"{leaving.CAUSES[cause]} {found.number or found.id}"[:300],
        state=state.state,
        data=state.data,
        opened_at=now,
        now=now,
    )
    payload = {"number": opened.number, "title": opened.title, "person": person_id, "data": dict(state.data)}
    record_fact(connection, NewFact(found.id, f"{KIND}.opened", opened.id, now, payload, REPORTED), now=now)
    return opened


def _notice_day(on: date | None, today: date, cause: str, role: str) -> date:
    day = on or today
    if day > today:
        raise Problem(
            "payment.future", "日期 {on} 尚未到来", field="on", on=day.isoformat(), way_out="请在事情发生之后登记"
        )
    if day < today and _RECEIVER.get(cause) != role:
        raise Problem(
            "exit.received",
            "早于今天的通知日只能由收到通知的一方登记",
            field="on",
            on=day.isoformat(),
            way_out="请由对方登记，或者不填日期，以今天为准",
        )
    return day


def read_refund(
    installation: Installation, connection: Connection, found: Contract, left_on: date, ground: str | None
) -> Refund:
    """What leaving after a day gives back, as the contract in force then and the parties' reading count it."""
    now = installation.clock.now()
    reading = list_readings(connection, found.id, at=now).get(REFUND)
    money = read_money(installation, connection, found, now)
    offset = sum(fen for source, fen in money.taken_fen.items() if source.startswith("instalment:"))
    return compute_refund(
        data_at(connection, found, day_start(left_on)),
        left_on,
        offset_fen=offset,
        earlier=_read_texts(connection, found, left_on),
        paid_fen=sum(one.amount_fen for one in money.payments),
        reading=None if reading is None else str(reading.value),
        signed_on=read_dates(connection, found).get("effective"),
        ground=ground,
    )


def _read_texts(connection: Connection, found: Contract, left_on: date) -> tuple[Text, ...]:
    """The texts up to a day, each with the day from which it was in force."""
    starts = [at for at in list_version_starts(connection, found.id) if date_of(at) <= left_on]
    return (Text(None, found.data), *(Text(date_of(at), data_at(connection, found, at)) for at in starts))


def read_leaving(
    installation: Installation, connection: Connection, found: Case, *, data: Mapping[str, Any] | None = None
) -> tuple[Leaving, Refund | None]:
    """What the checklist is made from, today, and the refund of an early end. `data`: of another text of the contract
    than that in force.
    """
    now = installation.clock.now()
    contract = require_contract(connection, found.contract_id)
    law = data or data_at(connection, contract, now)
    left_on = date.fromisoformat(found.data["left_on"]) if found.data.get("left_on") else None
    events = _events_with_facts(connection, found)
    refund = None
    if found.data["cause"] == leaving.EARLY and left_on is not None:
        refund = read_refund(installation, connection, contract, left_on, found.data.get("ground"))
    last = _last_statement(connection, contract.id)
    noticed_on = date.fromisoformat(found.data["noticed_on"])
    term = read_term(connection, contract, now)
    end_on = term.end_on if data is None or term.early else _last_day(connection, contract, data)
    noticed_at = day_start(noticed_on + timedelta(days=1)) - _MOMENT
    final_on = left_on or term.end_on
    document = found.data.get("document") or {}
    given = Leaving(
        contract=law,
        cause=str(found.data["cause"]),
        noticed_on=noticed_on,
        left_on=left_on,
        end_on=end_on,
        notice_end_on=read_term(connection, contract, noticed_at).end_on,
        events=[one for one, _fact in events],
        stores=list_stores(connection, contract, law, events),
        notice_proofs=(
            Proof(
                "notice",
                _opening_fact(connection, found),
                str(found.data.get("evidence") or ""),
                str(document.get("sm3") or ""),
                noticed_on,
            ),
        ),
        last_statement=None if last is None else Proof("statement", last.id, f"{last.month} v{last.version}", last.sm3),
        statement_provisional=last is not None and last.provisional,
        statement_covers=last is not None and final_on is not None and last.month >= f"{final_on:%Y-%m}",
        refund_fen=None if refund is None else refund.amount_fen,
        refund_open=refund is not None and refund.state != "settled",
        bond_held_fen=read_money(installation, connection, contract, now).bond_held_fen,
        bond_until_on=read_wanted(connection, contract, now)[-1].until_on or term.end_on,
        early_agreed=left_on is None or (term.end_on is not None and term.end_on <= left_on),
        today=date_of(now),
        calendar=installation.calendar,
        facts={place: fact for place, (_one, fact) in enumerate(events)},
        readings={code: str(one.value) for code, one in list_readings(connection, contract.id, at=now).items()},
    )
    return given, refund


def _last_day(connection: Connection, contract: Contract, data: Mapping[str, Any]) -> date | None:
    """The last day of service by one text of the contract."""
    return compute_term(data.get("term") or {}, read_dates(connection, contract).get("effective"))[1]


def _events_with_facts(connection: Connection, found: Case) -> list[tuple[Event, str]]:
    """The events of a case in order, each with its record in the ledger."""
    facts = [one for one in list_facts(connection, found.contract_id, subject=found.id) if "no" in one.payload]
    by_no = {int(one.payload["no"]): one.id for one in facts}
    return [(one, by_no.get(no, "")) for no, one in enumerate(load_state(connection, found).events, 1)]


def _opening_fact(connection: Connection, found: Case) -> str:
    opened = list_facts(connection, found.contract_id, kind=f"{KIND}.opened", subject=found.id)
    return opened[0].id if opened else ""


def _last_statement(connection: Connection, contract_id: str) -> StatementRow | None:
    rows = list_statements(connection, contract_id)
    return rows[-1] if rows else None


def advance(
    installation: Installation,
    connection: Connection,
    found: Case,
    event: str,
    *,
    data: Mapping[str, Any],
    person_id: str,
    role: str,
) -> Case:
    """One step of an exit; what the ledger itself knows (inventory, final statement) is filled in from it.

    Raises `Problem` case.…, exit.before, exit.plan_dates, exit.no_statement, exit.place.
    """
    said = dict(data)
    contract = require_contract(connection, found.contract_id)
    now = installation.clock.now()
    if event == "inventory":
        inventory = read_inventory(connection, contract, system_names(installation, connection, contract))
        name = f"资源清单-{found.number}.json"
        said |= {
            "sm3": _keep(connection, contract, inventory, name=name, person_id=person_id, now=now),
            "resources": len(inventory["resources"]),
        }
    elif event == "plan":
        _check_plan(said.get("steps") or ())
    elif event == "final_statement":
        last = _last_statement(connection, contract.id)
        if last is None:
            raise Problem("exit.no_statement", "该合同还没有结算单", field="event", way_out="请先结算最后一个服务月")
        said |= {"statement": last.id, "sm3": last.sm3}
    elif event == "replica_erased":
        _check_place(installation, connection, found, str(said.get("place") or ""))
    return add_event_within(
        connection, installation, found.id, event, person_id=person_id, data=said, role=role, at=now
    )


def _check_plan(steps: Sequence[Mapping[str, Any]]) -> None:
    for one in steps:
        if one["end_on"] < one["start_on"]:
            raise Problem(
                "exit.plan_dates",
                "「{system}」的迁移于 {end} 结束，早于开始日 {start}",
                field="steps",
                system=one["system"],
                start=one["start_on"],
                end=one["end_on"],
                way_out="请核对迁移方案的日期",
            )


def _check_place(installation: Installation, connection: Connection, found: Case, place: str) -> None:
    stores = read_leaving(installation, connection, found)[0].stores
    places = [one.name for one in stores if one.id.startswith("replica:")]
    if place not in places:
        raise Problem(
            "exit.place",
            "没有登记过位于「{place}」的副本",
            field="place",
            place=place[:100],
            places="、".join(places) or "—",
            way_out="登记的副本有：{places}；其他副本请先登记",
        )


def _keep(
    connection: Connection, found: Contract, data: Mapping[str, Any], *, name: str, person_id: str, now: datetime
) -> str:
    """Keeps data as a document of the contract, byte for byte what its digest is of; returns the digest."""
    content = canonical_json(dict(data)).encode()
    digest = sm3_hex(content)
    if find_made(connection, found.id, name, digest) is None:
        keep_file(
            connection, name=name, media_type=JSON, content=content, now=now, person_id=person_id, contract_id=found.id
        )
    return digest


def checklist_data(found: Case, steps: Sequence[Step], refund: Refund | None) -> dict[str, Any]:
    """The checklist as JSON data: what the parties sign. It does not change with the day once all is done."""
    return {
        "format": FORMAT,
        "exit": found.id,
        "number": found.number,
        "cause": found.data["cause"],
        "noticed_on": found.data["noticed_on"],
        "left_on": found.data.get("left_on"),
        "refund_fen": None if refund is None else refund.amount_fen,
        "steps": [
            {
                "key": one.key,
                "state": one.state,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "open_days": [each.isoformat() for each in one.open_days],
                "done_on": one.done_on.isoformat() if one.done_on else None,
                "proofs": [[each.kind, each.reference, each.sm3] for each in one.proofs],
            }
            for one in steps
        ],
    }


def sign(
    installation: Installation,
    connection: Connection,
    found: Case,
    *,
    sm3: str,
    person_id: str,
    organisation_id: str,
    role: str,
) -> Case:
    """A party signs the checklist that it saw, once nothing is left to do; the installation's SM2 key signs who did.

    Raises `Problem` exit.not_complete, exit.changed and case.…
    """
    given, refund = read_leaving(installation, connection, found)
    steps = plan_checklist(given)
    if not is_complete(steps):
        left = [one.title for one in steps if one.state not in ("done", "done_late", "not_needed")]
        raise Problem(
            "exit.not_complete",
            "还有事项没有办完：{steps}",
            field="id",
            steps="、".join(left),
            way_out="请先办完清单上的全部事项再签认",
        )
    now = installation.clock.now()
    contract = require_contract(connection, found.contract_id)
    data = checklist_data(found, steps, refund)
    name = f"退出清单-{found.number}.json"
    digest = _keep(connection, contract, data, name=name, person_id=person_id, now=now)
    if digest != sm3:
        raise Problem(
            "exit.changed", "清单已经改变，与所核对的不同", field="sm3", way_out="请刷新，核对现在的清单后再签认"
        )
    said = {"sm3": sm3, **seal_signature(installation, found, sm3, organisation_id, person_id, now)}
    return add_event_within(
        connection, installation, found.id, "sign", person_id=person_id, data=said, role=role, at=now
    )
