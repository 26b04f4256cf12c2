"""Readings as actions: proposed by one party, agreed by the other."""

from __future__ import annotations

from yunqi.kernel.errors import Problem
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.readings import agree_reading
from yunqi.settlement.readings import choice_label, render_question
from yunqi.store.contracts import Contract
from yunqi.store.parties import require_person
from yunqi.store.readings import Reading, list_readings
from yunqi.wire.base import Done
from yunqi.wire.contracts import OfContract
from yunqi.wire.readings import ReadingList, ReadingRow, RecordReading


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
