"""The evidence of a contract: facts and their places in the chain, signed days, availability, checks and files."""

from __future__ import annotations

from fractions import Fraction

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, add_months, date_of
from yunqi.kernel.words import _
from yunqi.probes.foreign import HEADERS, KINDS, OPTIONAL, REQUIRED
from yunqi.web import badges, figures
from yunqi.web.choices import contract_choices
from yunqi.web.page import PageOf
from yunqi.web.plots import Bar, Timeline
from yunqi.web.tables import Column, Empty, Filter, Table, listing_of
from yunqi.wire.base import ById
from yunqi.wire.contracts import OfContract
from yunqi.wire.evidence import (
    ExportEvidence,
    ImportEvidence,
    ListEvidence,
    ListRoots,
    ListVerdicts,
    PackageEvidence,
    VerdictList,
    VerifyEvidence,
)

router = APIRouter(prefix="/evidence")
_SHORT = 16


@router.get("")
def choose(page: PageOf) -> Response:
    """Which contract; where there is one only, that one."""
    contracts = contract_choices(page)
    if len(contracts) == 1:
        return page.redirect(f"/evidence/{contracts[0][0]}")
    return page.render("evidence/choose.html", contracts=contracts)


def facts_table() -> Table:
    """The ledger, the newest first."""
    return Table(
        "facts",
        _("事实"),
        (
            Column("kind_name", _("事实"), main=True),
            Column("subject_name", _("对象")),
            Column("at", _("发生"), "instant", sort="at"),
            Column("origin", _("来源"), value=lambda one: origin_words(one.origin, one.person)),
            Column("position", _("封存位置"), "int"),
            Column("sm3", _("摘要（SM3）"), "code", value=lambda one: short(one.sm3) or _("尚未封存")),
            Column("recorded_at", _("登记"), "instant"),
            Column("sample", _("样例"), value=lambda one: _("样例") if one.sample else ""),
        ),
        filters=(
            Filter("kind", _("类型")),
            Filter("subject", _("对象")),
            Filter("origin", _("来源"), (("measured", _("探测所得")), ("reported", _("人员登记")))),
            Filter("sealed", _("封存"), (("true", _("已封存")), ("false", _("尚未封存")))),
        ),
        empty=Empty(_("还没有事实"), _("服务运行之后，探测、登记与结算都会成为事实。")),
    )


def short(digest: str | None) -> str:
    """The beginning of a digest, "" for none."""
    return f"{digest[:_SHORT]}…" if digest else ""


def origin_words(origin: str, person: str) -> str:
    """Who or what says so."""
    if origin.partition(":")[0] == "measured":
        return _("探测所得")
    if origin == "reported":
        return person or _("人员登记")
    return _("导入：{label}", label=origin.partition(":")[2])


@router.get("/made/{id}")
def hand_out_made(page: PageOf, id: str) -> Response:  # noqa: A002
    """A file that a run made: exported evidence, or the package to check it with."""
    return page.hand_out(page.read("file.read", ById(id=id)))


@router.post("/{contract}/package")
def package(page: PageOf, contract: str) -> Response:
    """Begins the run that makes the package which somebody else checks and works out again."""
    return page.done(page.do("evidence.package", PackageEvidence(contract=contract)), f"/evidence/{contract}")


@router.get("/{contract}")
def show_facts(page: PageOf, contract: str) -> Response:
    """The facts of a contract."""
    reader = page.reader("evidence.list", ListEvidence, contract=contract)
    return page.show_list("evidence/facts.html", facts_table(), reader, contract=contract)


@router.get("/{contract}/roots")
def show_roots(page: PageOf, contract: str) -> Response:
    """The signed days."""
    first = page.read("evidence.roots", ListRoots(contract=contract, limit=1))
    table = Table(
        "roots",
        _("日根"),
        (
            Column("day", _("日期"), "date", main=True),
            Column("fact_count", _("事实"), "int"),
            Column("last_position", _("至位置"), "int"),
            Column("verdict_count", _("判定记录"), "int"),
            Column("sm3", _("摘要（SM3）"), "code", value=lambda one: short(one.sm3), export=lambda one: one.sm3),
            Column("key_id", _("密钥"), "code", value=lambda one: short(one.key_id), export=lambda one: one.key_id),
            Column("closed_at", _("签署"), "instant"),
        ),
        empty=Empty(_("还没有签署的日子"), _("每天结束之后，服务会关闭前一天并签署日根。")),
    )
    reader = page.reader("evidence.roots", ListRoots, contract=contract)
    return page.show_list("evidence/roots.html", table, reader, contract=contract, first=first)


@router.get("/{contract}/availability")
def show_availability(page: PageOf, contract: str, object: str = "", month: str = "") -> Response:  # noqa: A002
    """How long each object was up, down, excluded or unknown in a month, this one unless the address names another;
    one object's spans as a picture.
    """
    now = page.console.clock.now()
    this = Month.parse(date_of(now).isoformat()[:7])
    shown = Month.parse(month) if month else this
    asked = ListVerdicts(
        contract=contract,
        object=object or None,
        from_at=shown.span.start_at if shown != this else None,
        until_at=shown.span.end_at if shown != this else None,
    )
    found: VerdictList = page.read("verdict.list", asked)
    columns = (
        Column(
            "object_name",
            _("对象"),
            main=True,
            link=lambda one: page.url(f"/evidence/{contract}/availability", object=one.object, month=str(shown)),
        ),
        Column("share", _("可用性"), "percent", value=lambda one: None if one.share is None else Fraction(one.share)),
        Column("down_s", _("中断（秒）"), "int"),
        Column("outages", _("次数"), "int"),
        Column("unknown_s", _("未知（秒）"), "int"),
        Column("excluded_s", _("除外（秒）"), "int"),
        Column("sealed", _("封存"), value=lambda one: _("已封存") if one.sealed else _("尚未封存")),
    )
    chosen = next((one for one in found.items if one.object == object), None)
    plot = None
    if chosen is not None and chosen.spans:
        states = badges.STATES["verdict"]
        name = chosen.object_name
        bars = tuple(
            Bar(name, one.start_at, one.end_at, badges.state_words("verdict", one.verdict), states[one.verdict][0])
            for one in chosen.spans
        )
        heads = (_("对象"), _("起"), _("止"), _("结论"))
        plot = Timeline(chosen.object_name, found.from_at, found.until_at, bars, heads)
    return page.render(
        "evidence/availability.html",
        found=found,
        month=str(shown),
        months=[str(one) for one in _months_around(shown, this)],
        contract=contract,
        listing=listing_of(Table("verdicts", _("可用性"), columns, export=False), found.items),
        chosen=chosen,
        plot_of=plot,
        bounds=[] if chosen is None else [figures.percent(chosen.low), figures.percent(chosen.high)],
    )


def csv_columns() -> list[tuple[str, list[str], list[str]]]:
    """For each kind of CSV file the columns that must be there, and those that may, as people write them."""
    return [
        (_(KINDS[kind]), [HEADERS[name][0] for name in REQUIRED[kind]], [HEADERS[name][0] for name in OPTIONAL[kind]])
        for kind in REQUIRED
    ]


def _months_around(shown: Month, this: Month) -> list[Month]:
    """The month before the one shown and the month after it, up to the present one."""
    around = [_month_by(shown, -1), _month_by(shown, 1)]
    return [one for one in around if one.span.start_at <= this.span.start_at]


def _month_by(month: Month, count: int) -> Month:
    on = add_months(month.start_on, count)
    return Month(on.year, on.month)


@router.get("/{contract}/files")
def show_files(page: PageOf, contract: str) -> Response:
    """Checking, handing out and taking in; whose contract it is not gets the page of what does not exist."""
    page.read("evidence.roots", ListRoots(contract=contract, limit=1))
    return page.render("evidence/files.html", contract=contract, columns=csv_columns())


@router.post("/{contract}/verify")
def verify(page: PageOf, contract: str) -> Response:
    """Begins the run that checks every record."""
    return page.done(page.do("evidence.verify", VerifyEvidence(contract=contract)), f"/evidence/{contract}")


@router.post("/{contract}/seal")
def seal(page: PageOf, contract: str) -> Response:
    """Chains what waits now."""
    outcome = page.do("evidence.seal", OfContract(contract=contract))
    return page.redirect(f"/evidence/{contract}", _("已封存 {count} 条", count=outcome.value.sealed))


@router.post("/{contract}/export")
def export(page: PageOf, contract: str) -> Response:
    """Begins the run that makes the file."""
    request = ExportEvidence(contract=contract, results=page.form.ticked("results"))
    return page.done(page.do("evidence.export", request), f"/evidence/{contract}")


@router.post("/{contract}/import")
def take_in(page: PageOf, contract: str) -> Response:
    """Begins the run that takes an uploaded file in."""
    try:
        kept = page.keep_upload("file")
        table = page.form.files.get("mapping")
        mapping = page.keep_upload("mapping") if table is not None and table.filename else None
        request = ImportEvidence.model_validate(
            {
                "contract": contract,
                "file": kept,
                "format": page.form.text("format") or "csv",
                "mapping": mapping,
                "label": page.form.text("label"),
                "sample": page.form.ticked("sample"),
            }
        )
        outcome = page.do("evidence.import", request)
    except (Problem, ValidationError) as error:
        return page.refuse("evidence/files.html", error, contract=contract, columns=csv_columns())
    return page.done(outcome, f"/evidence/{contract}")
