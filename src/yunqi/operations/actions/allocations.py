"""The allocation of a contract's price as actions: agreed by both parties, read, handed out as a workbook."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_decimal, parse_share
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.words import _, render_sentence
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.made import keep_proof, safe_name
from yunqi.operations.actions.readings import both_parties
from yunqi.operations.parties import require_system
from yunqi.operations.payments import require_signed
from yunqi.operations.versions import in_force
from yunqi.reports.workbook import MEDIA_TYPE, Head, render_table
from yunqi.settlement.allocation import Agreed, Allocation, allocate
from yunqi.store.contracts import Contract
from yunqi.store.facts import REPORTED, Fact, NewFact, list_facts, record_fact
from yunqi.store.locks import lock_contract
from yunqi.store.parties import list_systems, set_flag
from yunqi.wire.allocations import (
    AgreeAllocation,
    AllocatedMonth,
    AllocatedSystem,
    AllocationView,
    ReadAllocation,
)
from yunqi.wire.base import Done

AGREED_FACT = "allocation.agreed"


def _exact(text: str, field: str) -> Fraction:
    """A share as 25%, 0.25 or 1/3; a quantity as a decimal. Raises `Problem` share.unreadable."""
    above, slash, below = text.strip().partition("/")
    try:
        if slash:
            return parse_decimal(above) / parse_decimal(below)
        return parse_share(text) if field == "shares" else parse_decimal(text)
    except (ValueError, ZeroDivisionError) as error:
        raise Problem(
            "share.unreadable",
            "「{value}」不是可用的数",
            field=field,
            value=text[:40],
            way_out="请填写小数、百分数或分数，例如 0.25、25%、1/4",
        ) from error


def _title(_desk: Desk, request: AgreeAllocation) -> str:
    return _(
        "自 {day} 起按{way}分摊费用：{agreement}",
        day=request.valid_from.isoformat(),
        way=_("比例") if request.shares else _("数量"),
        agreement=request.agreement[:100],
    )


@action(
    "allocation.agree",
    "POST",
    "/contracts/{contract}/allocations",
    "约定费用分摊",
    request=AgreeAllocation,
    answer=Done,
    aim=aims.contract,
    title=_title,
)
def agree(desk: Desk, request: AgreeAllocation) -> Done:
    """Keeps an allocation from a day on; each system's share of the price follows it from then on, in statements too.

    Raises `Problem` allocation.way, allocation.shares, allocation.lines, allocation.quantity, allocation.total,
    allocation.months, allocation.twice, system.unknown, share.unreadable and access.two_parties.
    """
    found = in_force(desk.connection, aims.require_contract_of(desk, request.contract), day_start(request.valid_from))
    require_signed(found)
    agreed = _read_request(desk, found, request)
    made = _allocate(agreed, found)
    unit, seller = both_parties(desk, found)
    lock_contract(desk.connection, found.id)
    proof = keep_proof(desk, request.file, found.id)
    payload: dict[str, Any] = {
        "way": agreed.way,
        "spread": agreed.spread,
        "valid_from": request.valid_from.isoformat(),
        "agreement": request.agreement.strip(),
        "shares": {system: str(share) for system, share in agreed.shares.items()},
        "quantities": {
            str(no): {system: str(quantity) for system, quantity in each.items()}
            for no, each in agreed.quantities.items()
        },
        "unit_person_id": unit,
        "provider_person_id": seller,
    }
    if proof is not None:
        payload |= {"document": proof.id, "document_sm3": proof.sm3}
    valid_from = day_start(request.valid_from)
    new = NewFact(found.id, AGREED_FACT, "allocation", valid_from, payload, REPORTED)
    identifier = record_fact(desk.connection, new, now=desk.now)
    for system, share in shares_of(agreed, made).items():
        # What a breach costs that concerns one system is a share of the price: the same one from now on.
        set_flag(
            desk.connection,
            system_id=system,
            name="fee_share",
            value=str(share),
            valid_from=valid_from,
            now=desk.now,
        )
    return Done(id=identifier)


def _read_request(desk: Desk, found: Contract, request: AgreeAllocation) -> Agreed:
    if bool(request.shares) == bool(request.quantities):
        raise Problem(
            "allocation.way",
            "须写明各系统的比例或者各计价行的数量，二者取一",
            field="shares",
            way_out="请填写 shares 或 quantities",
        )

    def system(reference: str) -> str:
        return require_system(desk.connection, found.using_unit_id, reference, desk.now).id

    shares: dict[str, Fraction] = {}
    for each in request.shares:
        shares[_once(shares, system(each.system), each.system)] = _exact(each.share, "shares")
    quantities: dict[int, dict[str, Fraction]] = {}
    for one in request.quantities:
        mine = quantities.setdefault(one.no, {})
        mine[_once(mine, system(one.system), one.system)] = _exact(one.quantity, "quantities")
    return Agreed("shares" if shares else "quantities", shares, quantities, request.spread)


def _once(known: dict[str, Fraction], identifier: str, name: str) -> str:
    if identifier in known:
        raise Problem(
            "allocation.twice", "信息系统「{value}」写了两次", field="shares", value=name, way_out="请合并为一项"
        )
    return identifier


def _allocate(agreed: Agreed, found: Contract) -> Allocation:
    start, end = (date.fromisoformat(str(day)) if day else None for day in (found.start_on, found.end_on))
    return allocate(agreed, found.data, start_on=start, end_on=end)


def shares_of(agreed: Agreed, made: Allocation) -> dict[str, Fraction]:
    """Each system's exact share of the price: as agreed, or what its quantities come to."""
    if agreed.way == "shares":
        return dict(agreed.shares)
    total = sum(made.fees.values())
    return {system: Fraction(fee, total) for system, fee in made.fees.items()}


def find_agreed(connection: Connection, contract_id: str, on: date) -> Fact | None:
    """The allocation in force on a day: of those that had begun, the one agreed last."""
    facts = list_facts(connection, contract_id, kind=AGREED_FACT)
    begun = [one for one in facts if str(one.payload["valid_from"]) <= on.isoformat()]
    return max(begun, key=lambda one: (one.at, one.recorded_at), default=None)


def _agreed_of(fact: Fact) -> Agreed:
    payload = fact.payload
    return Agreed(
        payload["way"],
        {system: Fraction(share) for system, share in payload["shares"].items()},
        {
            int(no): {system: Fraction(quantity) for system, quantity in each.items()}
            for no, each in payload["quantities"].items()
        },
        payload["spread"],
    )


@action(
    "allocation.read",
    "GET",
    "/contracts/{contract}/allocation",
    "查看费用分摊",
    request=ReadAllocation,
    answer=AllocationView,
    aim=aims.contract,
)
def read(desk: Desk, request: ReadAllocation) -> AllocationView:
    """The fees by system and month under the allocation in force on a day; they make the price to the fen."""
    on = request.on or date_of(desk.now)
    found = in_force(desk.connection, aims.require_contract_of(desk, request.contract), day_start(on))
    fact = find_agreed(desk.connection, found.id, on)
    head: dict[str, Any] = {"contract_id": found.id, "total_fen": found.data.get("total_fen")}
    nothing: dict[str, Any] = {"months": (), "systems": (), "problem": ""}
    if fact is None:
        none = {"way": "", "spread": "", "valid_from": None, "agreement": "", "document_id": None}
        return AllocationView(agreed=False, fact_id=None, recorded_at=None, **head, **none, **nothing)
    payload = fact.payload
    head |= {
        "agreed": True,
        "way": payload["way"],
        "spread": payload["spread"],
        "valid_from": date.fromisoformat(payload["valid_from"]),
        "agreement": payload["agreement"],
        "document_id": payload.get("document"),
        "fact_id": fact.id,
        "recorded_at": fact.recorded_at,
    }
    agreed = _agreed_of(fact)
    try:
        made = _allocate(agreed, found)
    except Problem as problem:  # an amendment has changed the price or its lines since
        return AllocationView(**head, **{**nothing, "problem": render_sentence(problem)})
    names = {one.id: one.name for one in list_systems(desk.connection, found.using_unit_id, at=desk.now)}
    shares = shares_of(agreed, made)
    return AllocationView(
        **head,
        problem="",
        months=tuple(
            AllocatedMonth(
                start_on=one.start_on,
                end_on=one.end_on,
                fee_fen=sum(fees[at] for fees in made.by_month.values()),
            )
            for at, one in enumerate(made.months)
        ),
        systems=tuple(
            AllocatedSystem(
                system_id=system,
                system_name=names.get(system, system),
                share=str(shares[system]),
                fee_fen=fee,
                months_fen=made.by_month[system],
            )
            for system, fee in made.fees.items()
        ),
    )


@action(
    "allocation.file",
    "GET",
    "/contracts/{contract}/allocation/file",
    "导出费用分摊表",
    request=ReadAllocation,
    answer=Content,
    aim=aims.contract,
)
def make_file(desk: Desk, request: ReadAllocation) -> Content:
    """The fees by system and month as a workbook, sums in the last row. Raises `Problem` allocation.none."""
    found = aims.require_contract_of(desk, request.contract)
    view = read(desk, request)
    if not view.systems:
        raise Problem(
            "allocation.none",
            "没有可用的费用分摊约定",
            field="contract",
            way_out="请先由双方约定：yunqi allocation agree",
        )
    heads = [Head(_("信息系统")), Head(_("占比"), "percent"), Head(_("合计"), "money")]
    heads += [Head(_("{start} 至 {end}", start=one.start_on, end=one.end_on), "money") for one in view.months]
    rows: list[tuple[Any, ...]] = [
        (one.system_name, Fraction(one.share), one.fee_fen, *one.months_fen) for one in view.systems
    ]
    rows.append((_("合计"), Fraction(1), view.total_fen, *(one.fee_fen for one in view.months)))
    number = found.number or found.id
    title = f"{_('费用分摊')} {number}"
    content = render_table(title, heads, rows, made_at=desk.now, by=desk.caller.person_name or "—")
    return Content(f"{_('费用分摊')}-{safe_name(number)}.xlsx", MEDIA_TYPE, content)
