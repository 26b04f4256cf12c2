"""Comparing contracts and prices as actions: only among contracts that the caller may see."""

from __future__ import annotations

from datetime import date

from yunqi.contract.changes.compare import Comparison, compare_contracts
from yunqi.kernel.money import round_fen
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.comparing import difference_row, month_rows, price_rows
from yunqi.operations.versions import Version, data_at, read_version
from yunqi.settlement.boundaries import make_cases
from yunqi.store.price_lists import list_prices
from yunqi.wire.comparisons import CompareContracts, ContractComparison, ListPrices, MonthFeeList, PriceList
from yunqi.wire.contracts import Boundaries, BoundaryRow, OfContract


def _aim(desk: Desk, request: CompareContracts) -> Target:
    """The contract; the other one is looked for among those the caller may see, by the same rule."""
    if request.other is not None:
        aims.require_contract_of(desk, request.other)
    return aims.contract(desk, request)


def _compare(desk: Desk, request: CompareContracts) -> tuple[Version, Version, Comparison]:
    found = aims.require_contract_of(desk, request.contract)
    other = found if request.other is None else aims.require_contract_of(desk, request.other)
    before = read_version(desk.connection, found, request.on)
    on = request.other_on or (desk.now.date() if request.other is None else None)
    after = read_version(desk.connection, other, on)
    since: date | None = after.valid_from if found.id == other.id else None
    return before, after, compare_contracts(before.data, after.data, since=since)


@action(
    "contract.cases",
    "GET",
    "/contracts/{contract}/cases",
    "列出合同数字的边界案例",
    request=OfContract,
    answer=Boundaries,
    aim=aims.contract,
)
def cases(desk: Desk, request: OfContract) -> Boundaries:
    """What the rules make of a value on each limit of the contract, just short of it and just beyond."""
    found = aims.require_contract_of(desk, request.contract)
    around = found.start_on or date_of(desk.now)
    return Boundaries(
        contract_id=found.id,
        items=tuple(
            BoundaryRow(
                kind=one.kind,
                path=one.path,
                name=one.name,
                article=one.article,
                facts=dict(one.facts),
                expected=dict(one.expected),
            )
            for one in make_cases(data_at(desk.connection, found, desk.now), around=around)
        ),
    )


@action(
    "contract.compare",
    "GET",
    "/contracts/{contract}/comparison",
    "比对合同",
    request=CompareContracts,
    answer=ContractComparison,
    aim=_aim,
)
def compare(desk: Desk, request: CompareContracts) -> ContractComparison:
    """What differs from a contract to another, or from one version to a later one: by clause, month and money."""
    before, after, found = _compare(desk, request)
    effect = found.effect_fen
    return ContractComparison(
        contract_id=before.contract.id,
        other_id=after.contract.id,
        before_title=before.title,
        after_title=after.title,
        items=tuple(difference_row(one, before.data, after.data) for one in found.differences),
        months=month_rows(found),
        total_before_fen=found.total_before_fen,
        total_after_fen=found.total_after_fen,
        effect_fen=None if effect is None else round_fen(effect),
    )


@action(
    "contract.compare_months",
    "GET",
    "/contracts/{contract}/comparison/months",
    "按月比对合同费用",
    request=CompareContracts,
    answer=MonthFeeList,
    aim=_aim,
)
def compare_months(desk: Desk, request: CompareContracts) -> MonthFeeList:
    """The fee of each calendar month before and after."""
    before, after, found = _compare(desk, request)
    return MonthFeeList(contract_id=before.contract.id, other_id=after.contract.id, items=month_rows(found))


@action("price.compare", "GET", "/prices", "比较各合同的单价", request=ListPrices, answer=PriceList)
def prices(desk: Desk, request: ListPrices) -> PriceList:
    """Unit prices of the contracts in force that the caller may see, as yuan a unit and month."""
    at = request.at or desk.now
    rows = [
        row
        for row in list_prices(desk.connection, desk.caller, at=at)
        if request.item in (None, row.item)
        and request.provider in (None, row.provider, row.provider_id)
        and request.using_unit in (None, row.using_unit, row.using_unit_id)
    ]
    return PriceList(at=at, items=price_rows(rows))
