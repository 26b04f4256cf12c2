"""Readings as actions: proposed by one party, agreed by the other."""

from __future__ import annotations

from yunqi.kernel.errors import Problem
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.readings import agree_reading
from yunqi.settlement.readings import choice_label, load_points, point_of, render_question, render_why
from yunqi.store.contracts import Contract
from yunqi.store.parties import require_person
from yunqi.store.proposals import list_waiting_proposals
from yunqi.store.readings import Reading, list_readings
from yunqi.store.statement_lists import list_waiting_points
from yunqi.wire.base import Done
from yunqi.wire.contracts import OfContract
from yunqi.wire.readings import PointChoice, PointList, PointRow, ReadingList, ReadingRow, RecordReading


def both_parties(desk: Desk, found: Contract) -> tuple[str, str]:
    """The ids of the persons who stand for the using unit and for the provider, of the two who act.

    Raises `Problem` access.two_parties when they are not of the two parties.
    """
    acting = (desk.caller, desk.second)
    by_organisation = {one.organisation_id: one.person_id for one in acting if one is not None and one.person_id}
    unit, seller = by_organisation.get(found.using_unit_id), by_organisation.get(found.provider_id)
    if unit is None or seller is None:
        raise Problem(
            "access.two_parties",
            "此事须由合同双方各一人共同办理",
            field="second",
            way_out="请由一方提出、另一方复核",
        )
    return unit, seller


@action(
    "reading.list",
    "GET",
    "/contracts/{contract}/readings",
    "查看约定解释",
    request=OfContract,
    answer=ReadingList,
    aim=aims.contract,
)
def readings(desk: Desk, request: OfContract) -> ReadingList:
    """The readings of a contract that hold now, in words."""
    found = aims.require_contract_of(desk, request.contract)

    def view(code: str, one: Reading) -> ReadingRow:
        return ReadingRow(
            code=code,
            question=render_question(code),
            choice=str(one.value),
            value=choice_label(code, str(one.value)),
            agreement=one.agreement,
            using_unit_person=require_person(desk.connection, one.using_unit_person_id).name,
            provider_person=require_person(desk.connection, one.provider_person_id).name,
            valid_from=one.valid_from,
            recorded_at=one.recorded_at,
        )

    rows = list_readings(desk.connection, found.id, at=desk.now)
    return ReadingList(contract_id=found.id, items=tuple(view(code, one) for code, one in rows.items()))


@action(
    "reading.points",
    "GET",
    "/contracts/{contract}/points",
    "查看待约定的事项",
    request=OfContract,
    answer=PointList,
    aim=aims.contract,
)
def points(desk: Desk, request: OfContract) -> PointList:
    """What the parties may still agree: first what a statement waits for, then what any contract leaves open."""
    found = aims.require_contract_of(desk, request.contract)
    agreed = list_readings(desk.connection, found.id, at=desk.now)
    months: dict[str, list[str]] = {}
    shown: dict[str, tuple[PointChoice, ...]] = {}
    for month, point in list_waiting_points(desk.connection, found.id):
        if point["kind"] == "reading":
            months.setdefault(point["code"], []).append(month)
            shown[point["code"]] = tuple(
                PointChoice(
                    value=one["choice"],
                    label=choice_label(point["code"], one["choice"]),
                    low_fen=_fen(one.get("amount_fen") or one.get("low_fen")),
                    high_fen=_fen(one.get("amount_fen") or one.get("high_fen")),
                )
                for one in point["choices"]
            )
    waiting = {
        str(one.request.get("code")): one.id
        for one in list_waiting_proposals(desk.connection, found.id, "reading.record", desk.now)
    }
    codes = [*months, *(one.code for one in load_points() if one.kind == "reading" and not one.code.endswith("*"))]
    rows = []
    for code in dict.fromkeys(codes):
        known = point_of(code)
        if code in agreed or known is None:
            continue
        choices = tuple(PointChoice(value=value, label=choice_label(code, value)) for value, _label in known.choices)
        rows.append(
            PointRow(
                code=code,
                question=render_question(code),
                why=render_why(code),
                choices=shown.get(code) or choices,
                months=tuple(months.get(code, ())),
                proposal_id=waiting.get(code),
            )
        )
    return PointList(contract_id=found.id, items=tuple(rows))


def _fen(text: str | None) -> int | None:
    return None if text is None else int(text)


def _title(desk: Desk, request: RecordReading) -> str:
    del desk
    return f"{render_question(request.code)} — {choice_label(request.code, request.value)}"


@action(
    "reading.record",
    "POST",
    "/contracts/{contract}/readings",
    "记录约定解释",
    request=RecordReading,
    answer=Done,
    aim=aims.contract,
    title=_title,
)
def record(desk: Desk, request: RecordReading) -> Done:
    """Records what both parties agreed that an open point means."""
    found = aims.require_contract_of(desk, request.contract)
    unit, seller = both_parties(desk, found)
    identifier = agree_reading(
        desk.site,
        found.id,
        request.code,
        request.value,
        agreement=request.agreement,
        using_unit_person=unit,
        provider_person=seller,
        valid_from=request.valid_from,
    )
    return Done(id=identifier)
