"""Cases (work orders, incidents, adjudications …): where each stands, and the events that led there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.period import date_of
from yunqi.store.checks import check_text
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.locks import lock_contract, lock_word
from yunqi.store.moment import by_contract, keep_answer, kept_answers, of_each, reads_together
from yunqi.store.tables import case, case_event

_FORESEEN = "cases"

_PREFIX = {
    "work_order": "WO",
    "incident": "INC",
    "adjudication": "ADJ",
    "rectification": "RN",
    "complaint": "CP",
    "cut_off": "CO",
    "force_majeure": "FM",
    "unattended": "UA",
    "drill": "DR",
    "training": "TR",
    "restore_drill": "RD",
    "protected_period": "PP",
    "staff_member": "SM",
    "staff_promise": "SP",
    "attendance": "AT",
    "staff_request": "SR",
    "staff_breach": "SB",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands; `event_count` is the number of its last event."""

    id: str
    kind: str
    contract_id: str
    tenant_id: str | None
    system_id: str | None
    number: str
    title: str
    state: str
    data: Mapping[str, Any]
    opened_at: datetime
    event_count: int


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One event of a case: `at` when it happened, `recorded_at` when it was entered."""

    no: int
    event: str
    at: datetime
    person_id: str | None
    data: Mapping[str, Any]
    recorded_at: datetime


def open_case(
    connection: Connection,
    *,
    kind: str,
    contract_id: str,
    title: str,
    state: str,
    data: Mapping[str, Any],
    opened_at: datetime,
    now: datetime,
    number: str | None = None,
    tenant_id: str | None = None,
    system_id: str | None = None,
) -> Case:
    """Opens a case; without a number it gets the next of its kind and year. Raises `Problem` case.number_taken."""
    lock_contract(connection, contract_id)
    if number is None:
        number = _next_number(connection, kind, opened_at)
    number = check_text("number", number, 60)
    same = select(case.c.id).where(case.c.contract_id == contract_id, case.c.kind == kind, case.c.number == number)
    if connection.execute(same).first() is not None:
        raise Problem(
            "case.number_taken",
            "编号「{value}」已被使用",
            field="number",
            value=number,
            way_out="请换一个编号，或不填由系统编号",
        )
    identifier = make_id("cas")
    connection.execute(
        case.insert().values(
            id=identifier,
            kind=kind,
            contract_id=contract_id,
            tenant_id=tenant_id,
            system_id=system_id,
            number=number,
            title=check_text("title", title, 300),
            state=state,
            data=dict(data),
            opened_at=opened_at,
            recorded_at=now,
        )
    )
    return require_case(connection, identifier)


def add_case_event(
    connection: Connection,
    case_id: str,
    *,
    event: str,
    at: datetime,
    state: str,
    now: datetime,
    expected_count: int,
    person_id: str | None = None,
    event_data: Mapping[str, Any] | None = None,
    case_data: Mapping[str, Any] | None = None,
    origin: str = REPORTED,
    sample: bool = False,
) -> Case:
    """Adds an event, sets where the case stands now, and records it as a fact, in one transaction.

    `expected_count` is the `event_count` of the case that the decision was made on. Raises `Problem` case.changed when
    somebody else added an event since.
    """
    connection.execute(select(case.c.id).where(case.c.id == case_id).with_for_update(key_share=True)).all()
    found = require_case(connection, case_id)
    if found.event_count != expected_count:
        raise Problem(
            "case.changed",
            "「{number}」已被他人更新（现有 {count} 个事件）",
            field="case",
            number=found.number,
            count=found.event_count,
            way_out="请刷新后重试",
        )
    no = expected_count + 1
    connection.execute(
        case_event.insert().values(
            id=make_id("evt"),
            case_id=case_id,
            no=no,
            event=event,
            at=at,
            person_id=person_id,
            data=dict(event_data or {}),
            recorded_at=now,
        )
    )
    values: dict[str, Any] = {"state": state}
    if case_data is not None:
        values["data"] = dict(case_data)
    connection.execute(case.update().where(case.c.id == case_id).values(**values))
    payload = {
        "number": found.number,
        "no": no,
        "at": render_instant(at),
        "state": state,
        "person": person_id,
        "data": dict(event_data or {}),
    }
    new = NewFact(found.contract_id, f"{found.kind}.{event}"[:40], case_id, at, payload, origin, sample)
    record_fact(connection, new, now=now)
    return require_case(connection, case_id)


def set_case_data(connection: Connection, case_id: str, data: Mapping[str, Any]) -> None:
    """Sets what a case holds besides its events: a link to what came of it, which has facts of its own."""
    connection.execute(case.update().where(case.c.id == case_id).values(data=dict(data)))


def find_case(
    connection: Connection, reference: str, *, kind: str | None = None, contract_id: str | None = None
) -> Case | None:
    """The case of this id or number, or None; raises `Problem` case.ambiguous when several have the number."""
    query = _with_count().where(or_(case.c.id == reference, case.c.number == reference))
    if kind is not None:
        query = query.where(case.c.kind == kind)
    if contract_id is not None:
        query = query.where(case.c.contract_id == contract_id)
    rows = connection.execute(query).all()
    if len(rows) > 1:
        raise Problem(
            "case.ambiguous",
            "编号「{value}」对应 {count} 个事项",
            field="case",
            value=reference,
            count=len(rows),
            ids="、".join(row.id for row in rows),
            way_out="请改用标识：{ids}",
        )
    return _to_case(rows[0]) if rows else None


def require_case(
    connection: Connection, reference: str, *, kind: str | None = None, contract_id: str | None = None
) -> Case:
    """The case of this id or number; raises `Problem` case.unknown."""
    found = find_case(connection, reference, kind=kind, contract_id=contract_id)
    if found is None:
        raise Problem("case.unknown", "没有事项「{value}」", field="case", value=reference, way_out="请核对编号")
    return found


def list_cases(
    connection: Connection,
    contract_id: str,
    *,
    kind: str | None = None,
    ids: Collection[str] | None = None,
    known_at: datetime | None = None,
) -> tuple[Case, ...]:
    """The cases of a contract in order of opening; `ids`: only these of them."""
    foreseen = (kept_answers(connection) or {}).get((_FORESEEN, contract_id), {})
    if kind in foreseen and ids is None:
        return tuple(one for recorded_at, one in foreseen[kind] if known_at is None or recorded_at <= known_at)
    query = _with_count().where(case.c.contract_id == contract_id).order_by(case.c.opened_at, case.c.id)
    if ids is not None:
        query = query.where(case.c.id.in_(ids))
    if kind is not None:
        query = query.where(case.c.kind == kind)
    if known_at is not None:
        query = query.where(case.c.recorded_at <= known_at)
    return tuple(_to_case(row) for row in connection.execute(query))


def foresee_cases(connection: Connection, contract_id: str, kinds: Iterable[str]) -> None:
    """Reads all cases of these kinds at once, so that within this moment `list_cases` of one of them asks no more."""
    kept = kept_answers(connection)
    if kept is None or (_FORESEEN, contract_id) in kept:
        return
    wanted = tuple(kinds)

    def read(ids: Collection[str]) -> dict[str, list[tuple[datetime, Case]]]:
        query = _with_count().where(case.c.contract_id.in_(ids), case.c.kind.in_(wanted))
        rows = connection.execute(query.order_by(case.c.opened_at, case.c.id))
        return by_contract(((row.recorded_at, _to_case(row)) for row in rows), lambda one: one[1].contract_id)

    found: dict[str, list[tuple[datetime, Case]]] = {kind: [] for kind in wanted}
    for recorded_at, one in of_each(connection, (_FORESEEN, wanted), contract_id, read) or ():
        found[one.kind].append((recorded_at, one))
    keep_answer(kept, (_FORESEEN, contract_id), found)


def list_case_ids(connection: Connection, contract_id: str, *, kind: str, states: Collection[str]) -> tuple[str, ...]:
    """The cases of a contract that are of one kind and in one of the states, by id."""
    query = select(case.c.id).where(case.c.contract_id == contract_id, case.c.kind == kind, case.c.state.in_(states))
    return tuple(connection.execute(query.order_by(case.c.id)).scalars())


def list_cases_in(connection: Connection, kind: str, state: str) -> tuple[Case, ...]:
    """The cases of a kind that stand in one state, of all contracts, in order of opening."""
    query = _with_count().where(case.c.kind == kind, case.c.state == state).order_by(case.c.opened_at, case.c.id)
    return tuple(_to_case(row) for row in connection.execute(query))


def list_case_events(
    connection: Connection, case_id: str, *, known_at: datetime | None = None
) -> tuple[CaseEvent, ...]:
    """The events of a case in order, as known at an instant (None: now)."""
    return list_events_of_cases(connection, (case_id,), known_at=known_at).get(case_id, ())


def list_events_of_cases(
    connection: Connection, case_ids: tuple[str, ...], *, known_at: datetime | None = None
) -> dict[str, tuple[CaseEvent, ...]]:
    """The events of many cases, by case, in order."""
    if not case_ids:
        return {}
    query = select(case_event).where(case_event.c.case_id.in_(case_ids)).order_by(case_event.c.case_id, case_event.c.no)
    if known_at is not None:
        query = query.where(case_event.c.recorded_at <= known_at)
    return _by_case(connection.execute(query))


def _by_case(rows: Iterable[Row[Any]]) -> dict[str, tuple[CaseEvent, ...]]:
    found: dict[str, list[CaseEvent]] = {}
    for row in rows:
        event = CaseEvent(row.no, row.event, row.at, row.person_id, row.data, row.recorded_at)
        found.setdefault(row.case_id, []).append(event)
    return {case_id: tuple(events) for case_id, events in found.items()}


def list_events_of(
    connection: Connection, rows: Sequence[Case], *, known_at: datetime | None = None
) -> Mapping[str, tuple[CaseEvent, ...]]:
    """The events of cases of one kind and contract, by case, in order; there may be those of others among them."""
    if not rows or not reads_together(connection, rows[0].contract_id):
        return list_events_of_cases(connection, tuple(row.id for row in rows), known_at=known_at)
    kind, contract_id = rows[0].kind, rows[0].contract_id

    def read(ids: Collection[str]) -> dict[str, dict[str, tuple[CaseEvent, ...]]]:
        joined = select(case.c.contract_id, case_event).join(case, case.c.id == case_event.c.case_id)
        query = joined.where(case.c.contract_id.in_(ids), case.c.kind == kind).order_by(case_event.c.no)
        if known_at is not None:
            query = query.where(case_event.c.recorded_at <= known_at)
        of = by_contract(connection.execute(query), lambda row: str(row.contract_id))
        return {name: _by_case(some) for name, some in of.items()}

    return of_each(connection, ("events", kind, known_at), contract_id, read) or {}


def list_changed_after(connection: Connection, rows: Sequence[Case], known_at: datetime) -> frozenset[str]:
    """Those of cases of one contract that an event was entered for after an instant."""
    if not rows:
        return frozenset()

    def read(ids: Collection[str]) -> dict[str, set[str]]:
        joined = select(case.c.contract_id, case.c.id).join(case_event, case_event.c.case_id == case.c.id).distinct()
        found: dict[str, set[str]] = {}
        for of, one in connection.execute(
            joined.where(case.c.contract_id.in_(ids), case_event.c.recorded_at > known_at)
        ):
            found.setdefault(of, set()).add(one)
        return found

    changed = of_each(connection, ("changed", known_at), rows[0].contract_id, read) or ()
    return frozenset(row.id for row in rows).intersection(changed)


def _next_number(connection: Connection, kind: str, opened_at: datetime) -> str:
    """Counted over all contracts, so that a number alone mostly finds its case."""
    prefix = f"{_PREFIX.get(kind, kind[:3].upper())}-{date_of(opened_at).year}-"
    lock_word(connection, f"number of {prefix}")  # two contracts at once don't get the same
    query = select(func.count()).where(case.c.kind == kind, case.c.number.startswith(prefix, autoescape=True))
    count: int = connection.execute(query).scalar_one()
    while True:
        count += 1
        number = f"{prefix}{count:04d}"
        if connection.execute(select(case.c.id).where(case.c.kind == kind, case.c.number == number)).first() is None:
            return number


def _with_count() -> Any:
    count = select(func.coalesce(func.max(case_event.c.no), 0)).where(case_event.c.case_id == case.c.id)
    return select(case, count.scalar_subquery().label("event_count"))


def _to_case(row: Row[Any]) -> Case:
    return Case(
        id=row.id,
        kind=row.kind,
        contract_id=row.contract_id,
        tenant_id=row.tenant_id,
        system_id=row.system_id,
        number=row.number,
        title=row.title,
        state=row.state,
        data=row.data,
        opened_at=row.opened_at,
        event_count=row.event_count,
    )
