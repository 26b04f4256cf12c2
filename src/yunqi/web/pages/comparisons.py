"""Two contracts or two versions of one beside each other; unit prices of one item everywhere; next year's needs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.money import decimal_text
from yunqi.kernel.words import _
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import number_of, read_contract, target_of
from yunqi.web.tables import Column, Empty, Filter, Query, Rows, Table, fixed, listing_of
from yunqi.wire.comparisons import CompareContracts, ContractComparison, DifferenceRow, ListPrices, PriceRow
from yunqi.wire.contracts import ListContracts
from yunqi.wire.drafts import RequirementsFile

router = APIRouter()
_OFFERED = 200
_SHOWN = Decimal("0.0001")


@router.get("/contracts/{id}/comparison")
def show_comparison(page: PageOf, id: str, other: str = "") -> Response:  # noqa: A002
    """What differs, clause by clause, and the fee of each month before and after."""
    contract = read_contract(page, id)
    found: ContractComparison = page.read("contract.compare", CompareContracts(contract=id, other=other or None))
    offered = [(one.id, number_of(one)) for one in page.read("contract.list", ListContracts(limit=_OFFERED)).items]
    return page.show_list(
        "contracts/comparison.html",
        _differences(page, found),
        fixed(found.items),
        contract=contract,
        found=found,
        other=other,
        offered=[(key, words) for key, words in offered if key != contract.id],
        months=listing_of(_months(), found.months),
        target=target_of(contract),
    )


def _differences(page: Page, found: ContractComparison) -> Table:
    def leads(row: DifferenceRow) -> str:
        side = found.other_id if row.source_after else found.contract_id
        return page.url(f"/contracts/{side}/text")

    words = {"added": _("新增"), "removed": _("删去"), "changed": _("变更")}
    return Table(
        "comparison",
        _("条款差异"),
        (
            Column("part_name", _("条款")),
            Column("label", _("内容"), "long", link=leads, main=True),
            Column("what", _("差异"), value=lambda row: words[row.what]),
            Column("before", _("原"), "long"),
            Column("after", _("现"), "long"),
            Column("effect_fen", _("服务期内多付"), "money"),
        ),
        empty=Empty(_("没有差异"), _("两份数据逐条相同。可以在上方另选一份合同。")),
    )


def _months() -> Table:
    return Table(
        "comparison-months",
        _("各月费用"),
        (
            Column("month", _("月份"), main=True),
            Column("before_fen", _("原"), "money"),
            Column("after_fen", _("现"), "money"),
            Column("effect_fen", _("多付"), "money"),
        ),
    )


@router.get("/contracts/{id}/requirements.xlsx")
def hand_out_requirements_list(page: PageOf, id: str) -> Response:  # noqa: A002
    """What to buy next year by what was really used, as a workbook."""
    return page.hand_out(page.read("contract.requirements_file", RequirementsFile(contract=id, format="xlsx")))


@router.get("/contracts/{id}/requirements.docx")
def hand_out_requirements(page: PageOf, id: str) -> Response:  # noqa: A002
    """The same as a document."""
    return page.hand_out(page.read("contract.requirements_file", RequirementsFile(contract=id, format="docx")))


@router.get("/prices")
def list_prices(page: PageOf) -> Response:
    """The unit prices of one item in all contracts that the caller may see, as yuan a unit and month."""
    everything: tuple[PriceRow, ...] = page.read("price.compare", ListPrices()).items

    def read(query: Query) -> Rows:
        asked = {name: value for name, value in query.filters.items() if value}
        rows = page.read("price.compare", ListPrices(**asked)).items if asked else everything
        return Rows(rows, total=len(rows))

    return page.show_list("prices/list.html", _prices(page, everything), read)


def _prices(page: Page, everything: tuple[PriceRow, ...]) -> Table:
    items = tuple(dict.fromkeys((row.item, row.item_name) for row in everything if row.item))
    providers = tuple(dict.fromkeys((row.provider, row.provider) for row in everything))
    units = tuple(dict.fromkeys((row.using_unit, row.using_unit) for row in everything))

    def above(row: PriceRow) -> Fraction | None:
        return None if row.above_share is None else Fraction(row.above_share)

    def comparable(row: PriceRow) -> str:
        if row.normal_price is None:
            return row.reason_text
        shown = Decimal(row.normal_price).quantize(_SHOWN)
        return f"{decimal_text(shown)} / {row.normal_unit}"

    mine = page.caller.organisation_role
    parties = [
        Column(key, words) for key, words in (("using_unit", _("使用单位")), ("provider", _("云服务商"))) if mine != key
    ]
    return Table(
        "prices",
        _("单价比较"),
        (
            Column("item_name", _("服务项"), main=True),
            Column("name", _("价目"), "long", link=lambda row: page.url(f"/contracts/{row.contract_id}/entitlements")),
            Column("normal_price", _("每单位每月（元）"), value=comparable, numeric=True, help=_("不能折算的写明原因")),
            Column("above_share", _("高于最低"), "percent", value=above),
            Column("unit_price", _("合同所列单价"), numeric=True),
            *parties,
            Column("contract_number", _("合同"), "code"),
        ),
        filters=(
            Filter("item", _("服务项"), items),
            Filter("provider", _("云服务商"), providers),
            Filter("using_unit", _("使用单位"), units),
        ),
        empty=Empty(_("没有可以比较的单价"), _("有生效的合同后，这里把同一服务项的单价折算为每单位每月。")),
    )
