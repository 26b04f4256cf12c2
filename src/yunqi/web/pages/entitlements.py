"""What each price line of a contract still allows, and which resources draw on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from yunqi.kernel.words import _
from yunqi.web.clauses import decimal_words
from yunqi.web.page import PageOf
from yunqi.web.pages.contracts import choose_contract, read_contract, target_of
from yunqi.web.tables import Column, Empty, Table, fixed
from yunqi.wire.base import Nothing
from yunqi.wire.contracts import DrawRow, EntitlementRow, ListEntitlements, OfContract

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Line:
    """A price line with its use: `share` of what is allowed that is drawn, None where nothing is stated."""

    row: EntitlementRow
    unit: str
    share: Fraction | None
    draws: tuple[DrawRow, ...]

    @property
    def is_over(self) -> bool:
        """Whether more is drawn than the line allows now."""
        return self.row.left is not None and self.row.left.startswith("-")


def make_line(row: EntitlementRow, draws: tuple[DrawRow, ...]) -> Line:
    """The line as the page shows it."""
    allowed = None if row.contracted is None else Fraction(row.contracted) + Fraction(row.burst)
    share = None if not allowed else Fraction(row.drawn) / allowed
    return Line(row, row.unit or row.item_unit or "", share, draws)


@router.get("/entitlements")
def choose_entitlements(page: PageOf) -> Response:
    """The entitlements of the only contract, or the contracts to choose from."""
    return choose_contract(page, "/entitlements", _("额度"))


@router.get("/contracts/{id}/entitlements")
def show_entitlements(page: PageOf, id: str) -> Response:  # noqa: A002
    """Each price line with a bar; those that are drawn on first say by what."""
    contract = read_contract(page, id)
    rows = page.read("entitlement.list", ListEntitlements(contract=id)).items
    draws = page.read("entitlement.draws", OfContract(contract=id)).items
    items = {row.item: row.no for row in reversed(rows) if row.item}
    of_line: dict[int, list[DrawRow]] = {}
    for one in draws:
        no = one.no if one.no is not None else items.get(one.item)
        if no is not None:
            of_line.setdefault(no, []).append(one)
    lines = [make_line(row, tuple(of_line.get(row.no, ()))) for row in rows]
    return page.show_list(
        "contracts/entitlements.html",
        _table(),
        fixed(lines),
        contract=contract,
        over=[one for one in lines if one.is_over],
        drawn=[one for one in lines if one.draws],
        kinds={kind.kind: kind.name for kind in page.read("resource.kinds", Nothing()).items},
        target=target_of(contract),
        may_require=contract.state == "signed" and page.may("contract.requirements_file", target_of(contract)),
    )


def _bar(line: Line) -> Markup | None:
    if line.share is None:
        return None
    words = _("已占用 {share}%", share=int(line.share * 100))
    shape = '<meter class="yq-bar" max="1000" high="900" optimum="0" value="{}" title="{}" aria-label="{}"></meter>'
    return Markup(shape).format(min(1000, int(line.share * 1000)), words, words)  # noqa: S704


def _table() -> Table:
    def quantity(name: str) -> Callable[[Line], Markup]:
        return lambda line: decimal_words(getattr(line.row, name), line.unit)

    def burst(line: Line) -> Markup | None:
        return None if line.row.burst == "0" else decimal_words(line.row.burst, line.unit)

    return Table(
        "entitlements",
        _("额度"),
        (
            Column("no", _("行"), "int", value=lambda line: line.row.no),
            Column("name", _("价目"), "long", value=lambda line: line.row.name, main=True),
            Column("contracted", _("合同数量"), "html", value=quantity("contracted"), numeric=True),
            Column("burst", _("临时扩容"), "html", value=burst, numeric=True),
            Column("drawn", _("已占用"), "html", value=quantity("drawn"), numeric=True),
            Column("left", _("剩余"), "html", value=quantity("left"), numeric=True),
            Column(
                "share", _("占用比例"), "html", value=_bar, export=lambda line: line.share and int(line.share * 100)
            ),
        ),
        empty=Empty(_("合同没有价目"), _("补充协议或约定解释写明价目后，这里列出额度。")),
    )
