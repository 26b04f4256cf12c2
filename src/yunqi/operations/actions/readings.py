"""Readings as actions: proposed by one party, agreed by the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from yunqi.contract.review.figures import figure_words
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.readings import agree_reading, compute_choices, withdraw_reading
from yunqi.settlement.readings import check_reading, choice_label, load_points, point_of, render_question, render_why
from yunqi.store.contracts import Contract
from yunqi.store.parties import require_person
from yunqi.store.proposals import list_waiting_proposals
from yunqi.store.readings import Reading, list_past_readings, list_readings
from yunqi.store.statement_lists import list_waiting_points
from yunqi.store.statements import list_statements
from yunqi.wire.base import Done
from yunqi.wire.contracts import OfContract
from yunqi.wire.readings import (
    ChoiceFigure,
    FiguresOf,
    PastReading,
    PointChoice,
    PointList,
    PointRow,
    ReadingFigures,
    ReadingHistory,
    ReadingList,
    ReadingRow,
    RecordReading,
    WithdrawReading,
)


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
    figures = _reviewed_figures(found)

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
            why=render_why(code),
            choices=_choices_of(code, figures),
        )

    rows = list_readings(desk.connection, found.id, at=desk.now)
    return ReadingList(contract_id=found.id, items=tuple(view(code, one) for code, one in rows.items()))


def _reviewed_figures(found: Contract) -> dict[str, dict[str, str]]:
    """What the review computed of each meaning, in words, by point and choice; a point that it opens without: {}."""
    figures: dict[str, dict[str, str]] = {}
    for finding in found.data.get("findings") or ():
        code = finding.get("reading")
        known = point_of(code) if code else None
        if known is None or known.kind != "reading":
            continue
        shown = figures.setdefault(code, {})
        for each in finding.get("alternatives") or ():
            shown.setdefault(each["choice"], figure_words(each))
    return figures


def _choices_of(code: str, figures: Mapping[str, Mapping[str, str]]) -> tuple[PointChoice, ...]:
    known = point_of(code)
    shown = figures.get(code, {})
    return tuple(
        PointChoice(value=value, label=choice_label(code, value), figure=shown.get(value, ""))
        for value, _label in (known.choices if known is not None else ())
    )


@action(
    "reading.history",
    "GET",
    "/contracts/{contract}/readings/history",
    "查看约定解释的历史",
    request=OfContract,
    answer=ReadingHistory,
    aim=aims.contract,
)
def history(desk: Desk, request: OfContract) -> ReadingHistory:
    """Everything that was ever agreed, replaced and taken back, the last recorded first."""
    found = aims.require_contract_of(desk, request.contract)
    past = list_past_readings(desk.connection, found.id)
    holding = {one.id for one in list_readings(desk.connection, found.id, at=desk.now).values()}
    rows = tuple(
        PastReading(
            id=one.id,
            code=one.code,
            question=render_question(one.code),
            choice=None if one.value is None else str(one.value),
            value=None if one.value is None else choice_label(one.code, str(one.value)),
            agreement=one.agreement,
            using_unit_person=require_person(desk.connection, one.using_unit_person_id).name,
            provider_person=require_person(desk.connection, one.provider_person_id).name,
            valid_from=one.valid_from,
            recorded_at=one.recorded_at,
            state=_state_of(one, holding, desk),
        )
        for one in past
    )
    return ReadingHistory(contract_id=found.id, items=rows)


def _state_of(
    one: Reading, holding: Collection[str], desk: Desk
) -> Literal["in_force", "later", "replaced", "withdrawn", "ended"]:
    if one.value is None:
        return "withdrawn"
    if one.id in holding:
        return "in_force"
    if one.valid_from > desk.now:
        return "later"
    return "ended" if one.valid_until is not None and one.valid_until <= desk.now else "replaced"


@action(
    "reading.figures",
    "GET",
    "/contracts/{contract}/readings/figures",
    "试算各种解释",
    request=FiguresOf,
    answer=ReadingFigures,
    aim=aims.contract,
)
def figures(desk: Desk, request: FiguresOf) -> ReadingFigures:
    """What a month's penalty would be under each meaning of one point, the others as agreed; nothing is kept."""
    found = aims.require_contract_of(desk, request.contract)
    known = point_of(request.code)
    if known is None or known.kind != "reading":
        check_reading(request.code, "")
    agreed = list_readings(desk.connection, found.id, at=desk.now).get(request.code)
    waiting = list_waiting_points(desk.connection, found.id)
    offered = [one["choice"] for _month, point in waiting if point["code"] == request.code for one in point["choices"]]
    choices = list(dict.fromkeys([*offered, *(one.value for one in _choices_of(request.code, {}))]))
    if agreed is not None and str(agreed.value) not in choices:
        choices.append(str(agreed.value))
    month = _month_of(desk, found, request.month)
    made = compute_choices(desk.site, found.id, request.code, month, choices)
    rows = tuple(
        ChoiceFigure(
            value=choice,
            label=choice_label(request.code, choice),
            agreed=agreed is not None and str(agreed.value) == choice,
            penalty_fen=one.penalty_fen,
            low_fen=one.penalty_low_fen,
            high_fen=one.penalty_high_fen,
        )
        for choice, one in made.items()
    )
    return ReadingFigures(
        contract_id=found.id,
        code=request.code,
        question=render_question(request.code),
        month=str(month),
        items=rows,
    )


def _month_of(desk: Desk, found: Contract, month: str | None) -> Month:
    if month is not None:
        return Month.parse(month)
    made = list_statements(desk.connection, found.id)
    if not made:
        raise Problem(
            "reading.no_month",
            "合同「{contract}」还没有结算单，无从试算",
            field="month",
            contract=found.number or found.id,
            way_out="请先结算一个月，或者写明要试算的月份",
        )
    return Month.parse(made[-1].month)


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
    """What the parties may still agree: what a statement waits for, what the review opened, what any contract leaves
    open.
    """
    found = aims.require_contract_of(desk, request.contract)
    agreed = list_readings(desk.connection, found.id, at=desk.now)
    reviewed = _reviewed_figures(found)
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
                    figure=reviewed.get(point["code"], {}).get(one["choice"], ""),
                )
                for one in point["choices"]
            )
    waiting = {
        str(one.request.get("code")): one.id
        for one in list_waiting_proposals(desk.connection, found.id, "reading.record", desk.now)
    }
    general = (one.code for one in load_points() if one.kind == "reading" and not one.code.endswith("*"))
    rows = []
    for code in dict.fromkeys([*months, *reviewed, *general]):
        if code in agreed or point_of(code) is None:
            continue
        rows.append(
            PointRow(
                code=code,
                question=render_question(code),
                why=render_why(code),
                choices=shown.get(code) or _choices_of(code, reviewed),
                months=tuple(months.get(code, ())),
                proposal_id=waiting.get(code),
                reviewed=code in reviewed,
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


def _withdrawal_title(desk: Desk, request: WithdrawReading) -> str:
    del desk
    return _("撤销约定：{question}", question=render_question(request.code))


@action(
    "reading.withdraw",
    "POST",
    "/contracts/{contract}/readings/withdrawals",
    "撤销约定解释",
    request=WithdrawReading,
    answer=Done,
    aim=aims.contract,
    title=_withdrawal_title,
)
def withdraw(desk: Desk, request: WithdrawReading) -> Done:
    """Records that both parties take a reading back from an instant on; months from then on wait for another."""
    found = aims.require_contract_of(desk, request.contract)
    unit, seller = both_parties(desk, found)
    identifier = withdraw_reading(
        desk.site,
        found.id,
        request.code,
        agreement=request.agreement,
        using_unit_person=unit,
        provider_person=seller,
        valid_from=request.valid_from,
    )
    return Done(id=identifier)
