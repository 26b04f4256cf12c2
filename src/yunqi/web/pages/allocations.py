"""费用分摊: the price by information system and month, and the form by which both parties agree on shares."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_share
from yunqi.kernel.period import add_months, date_of
from yunqi.kernel.words import _
from yunqi.operations.request_words import SPREADS
from yunqi.web.choices import contract_choices
from yunqi.web.page import Page, PageOf
from yunqi.web.plots import Plot, Series
from yunqi.web.tables import Column, Empty, Listing, Table, listing_of
from yunqi.wire.allocations import AgreeAllocation, AllocatedSystem, AllocationView, ReadAllocation, SystemShare
from yunqi.wire.parties import ListSystems
from yunqi.wire.usages import UsageFile

router = APIRouter(prefix="/allocations")
_MOST_SYSTEMS = 200


@router.get("")
def choose(page: PageOf) -> Response:
    """Which contract; where there is one only, that one."""
    contracts = contract_choices(page)
    if len(contracts) == 1:
        return page.redirect(f"/allocations/{contracts[0][0]}")
    return page.render("allocations/choose.html", contracts=contracts)


@router.get("/{contract}")
def show(page: PageOf, contract: str) -> Response:
    """The fees of one contract by system and month."""
    found: AllocationView = page.read("allocation.read", ReadAllocation(contract=contract))
    return page.render(
        "allocations/one.html",
        found=found,
        contract=contract,
        table=_table(found) if found.systems else None,
        plots=[_plot(found)] if found.systems else [],
        empty=Empty(
            _("双方尚未约定费用分摊"),
            _("约定各信息系统分摊的比例之后，这里按系统和月份列出费用。"),
            page.url(f"/allocations/{contract}/new") if page.may("allocation.agree") else "",
            _("约定费用分摊"),
            "coin-yuan",
        ),
    )


def _months(found: AllocationView) -> list[str]:
    return [
        f"{one.start_on:%Y-%m}" if one.start_on.day == 1 else f"{one.start_on:%m-%d} – {one.end_on:%m-%d}"
        for one in found.months
    ]


def _table(found: AllocationView) -> Listing:
    def of_month(at: int) -> Any:
        return lambda one: one.months_fen[at]

    columns = (
        Column("system_name", _("信息系统"), main=True),
        Column("share", _("占比"), "percent", value=lambda one: Fraction(one.share)),
        Column("fee_fen", _("合计"), "money"),
        *(Column(f"m{at}", words, "money", value=of_month(at)) for at, words in enumerate(_months(found))),
    )
    whole = AllocatedSystem(
        system_id="",
        system_name=_("合计"),
        share="1",
        fee_fen=found.total_fen or 0,
        months_fen=tuple(one.fee_fen for one in found.months),
    )
    return listing_of(Table("allocation", _("费用分摊"), columns, export=False), (*found.systems, whole))


def _plot(found: AllocationView) -> Plot:
    months = [f"{one.start_on:%Y-%m-%d}" for one in found.months]
    series = [
        Series(
            one.system_name,
            [(month, Fraction(fen, 100)) for month, fen in zip(months, one.months_fen, strict=True)],
        )
        for one in found.systems
    ]
    return Plot(_("各月费用"), "bar", series, unit=_("元"), x_head=_("服务月"), stacked=True, least=0)


@router.get("/{contract}/table.xlsx")
def hand_out(page: PageOf, contract: str) -> Response:
    """The workbook."""
    return page.hand_out(page.read("allocation.file", ReadAllocation(contract=contract)))


@router.get("/{contract}/usage.xlsx")
def hand_out_usage_table(page: PageOf, contract: str, month: str = "") -> Response:
    """The use of a month by system as a workbook; the last month unless said."""
    return _hand_out_usage(page, contract, month, "xlsx")


@router.get("/{contract}/usage.docx")
def hand_out_usage_document(page: PageOf, contract: str, month: str = "") -> Response:
    """The same as a document."""
    return _hand_out_usage(page, contract, month, "docx")


def _hand_out_usage(page: Page, contract: str, month: str, ending: Literal["xlsx", "docx"]) -> Response:
    chosen = month or f"{add_months(date_of(page.console.clock.now()), -1):%Y-%m}"
    return page.hand_out(page.read("usage.file", UsageFile(contract=contract, month=chosen, format=ending)))


def _share_now(share: str | None) -> str:
    return "—" if share is None else render_share(Fraction(share))


def _values(page: Page, contract: str) -> dict[str, Any]:
    found = page.read("system.list", ListSystems(limit=_MOST_SYSTEMS)).items
    return {
        "contract": contract,
        "systems": [(f"share_{one.id}", one.name, _share_now(one.flags.get("fee_share"))) for one in found],
        "spreads": [(code, _(SPREADS[code])) for code in SPREADS],
    }


@router.get("/{contract}/new")
def show_form(page: PageOf, contract: str) -> Response:
    """The form: a share for each system."""
    return page.render("allocations/new.html", **_values(page, contract))


@router.post("/{contract}/new")
def agree(page: PageOf, contract: str) -> Response:
    """Proposes it; the other party agrees."""
    form = page.form
    values = _values(page, contract)
    try:
        chosen = form.files.get("file")
        shares = tuple(
            SystemShare(system=name.removeprefix("share_"), share=form.text(name))
            for name, _words, _now in values["systems"]
            if form.text(name)
        )
        valid_from: date = form.day("valid_from")
        asked = AgreeAllocation(
            contract=contract,
            shares=shares,
            spread="days" if form.text("spread") == "days" else "even",
            valid_from=valid_from,
            agreement=form.text("agreement"),
            file=page.keep_upload("file") if chosen is not None and chosen.filename else None,
        )
        outcome = page.do("allocation.agree", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("allocations/new.html", error, **values)
    return page.done(outcome, f"/allocations/{contract}", _("已登记"))
