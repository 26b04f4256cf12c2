"""Bursts as actions: proposed by one party, agreed by the other."""

from __future__ import annotations

from fractions import Fraction

from yunqi.contract import load_catalogue
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, parse_decimal
from yunqi.kernel.words import _, render_value
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.readings import both_parties
from yunqi.operations.readings import agree_burst
from yunqi.store.bursts import list_bursts
from yunqi.store.checks import from_micro
from yunqi.wire.base import Done
from yunqi.wire.contracts import OfContract
from yunqi.wire.readings import BurstList, BurstRow, RecordBurst


@action(
    "burst.list",
    "GET",
    "/contracts/{contract}/bursts",
    "查看临时扩容",
    request=OfContract,
    answer=BurstList,
    aim=aims.contract,
)
def bursts(desk: Desk, request: OfContract) -> BurstList:
    """All bursts of a contract."""
    found = aims.require_contract_of(desk, request.contract)
    known = load_catalogue()
    items = tuple(
        BurstRow(
            id=one.id,
            item=one.item,
            item_name=known.item(one.item).title if one.item in known else one.item,
            recorded_at=one.recorded_at,
            quantity=decimal_text(from_micro(one.quantity_micro)),
            start_at=one.start_at,
            end_at=one.end_at,
            reason=one.reason,
        )
        for one in list_bursts(desk.connection, found.id)
    )
    return BurstList(contract_id=found.id, items=items)


def _title(desk: Desk, request: RecordBurst) -> str:
    del desk
    known = load_catalogue()
    item = known.item(request.item) if request.item in known else None
    return _(
        "临时扩容 {item} +{quantity} {unit}，{start} 至 {end}",
        item=item.title if item else request.item,
        quantity=request.quantity,
        unit=item.unit if item else "",
        start=render_local(request.start_at),
        end=render_local(request.end_at),
    )


@action(
    "burst.record",
    "POST",
    "/contracts/{contract}/bursts",
    "记录临时扩容",
    request=RecordBurst,
    answer=Done,
    aim=aims.contract,
    title=_title,
)
def record(desk: Desk, request: RecordBurst) -> Done:
    """Records agreed use beyond the entitlement, free and for a limited time."""
    found = aims.require_contract_of(desk, request.contract)
    unit, seller = both_parties(desk, found)
    identifier = agree_burst(
        desk.site,
        found.id,
        request.item,
        _quantity(request.quantity),
        start_at=request.start_at,
        end_at=request.end_at,
        reason=request.reason,
        using_unit_person=unit,
        provider_person=seller,
    )
    return Done(id=identifier)


def _quantity(text: str) -> Fraction:
    try:
        return parse_decimal(text)
    except ValueError as error:
        raise Problem(
            "burst.quantity",
            "临时扩容的数量「{value}」不大于零",
            field="quantity",
            value=render_value(text),
            way_out="请填写大于零的数量",
        ) from error
