"""Next year's requirements of a contract, from what was really used: read, proposed, as plain data for documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.changes.prices import normalise_price
from yunqi.contract.terms import number
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text
from yunqi.kernel.period import Month, Span, add_months, date_of, day_start, whole_months
from yunqi.metering import DrawSpan
from yunqi.metering.demand import Basis, Requirement, compute_use, plan_requirement
from yunqi.operations.month_evidence import read_draws
from yunqi.services.registry import load_catalogue as load_services
from yunqi.settlement.inputs import DrawFact
from yunqi.store.contracts import Contract
from yunqi.store.parties import list_systems
from yunqi.store.price_lines import list_price_lines
from yunqi.store.resources import iterate_resources

_SPAN = "span"
_NO_SYSTEM = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person decides: the past period (its days), the basis, the reserve as a share, the months to buy."""

    start_on: date | None = None
    end_on: date | None = None
    basis: Basis = "peak"
    reserve: Fraction = Fraction(0)
    months: int = 12


def read_requirements(connection: Connection, contract: Contract, asked: Asked, *, now: datetime) -> dict[str, Any]:
    """The requirements as plain data: contract, period, rule, lines, lines by information system, unpriced services,
    service levels, total.

    Raises `Problem` requirements.period for a period that ends before it begins, or has not begun.
    """
    period = _window(contract, asked, now)
    draws = read_draws(connection, contract, period, now)
    window = _recorded(period, draws)
    months = _months_of(window)
    lines = _lines_in_force(connection, contract, window)
    recorded = {item.item for entry in load_services().values() for item in entry.items}
    recorded |= {one.item for one in draws}
    planned = [
        (
            line,
            _plan(
                line,
                [one for one in draws if one.line_no == line["no"]],
                window,
                months,
                asked,
                contract,
                recorded,
            ),
        )
        for line in lines
    ]
    budgets = [one.budget_fen for _line, one in planned if one.budget_fen is not None]
    return {
        "number": contract.number or contract.id,
        "title": contract.data.get("title") or "",
        "using_unit": (contract.data.get("parties") or {}).get("using_unit") or "",
        "provider": (contract.data.get("parties") or {}).get("provider") or "",
        "start_on": date_of(window.start_at).isoformat(),
        "end_on": date_of(window.end_at - timedelta(microseconds=1)).isoformat(),
        "made_at": render_instant(now),
        "unrecorded_months": [
            label for label, span in _months_of(period) if not any(_touches(one, span) for one in draws)
        ],
        "basis": asked.basis,
        "reserve": decimal_text(asked.reserve),
        "months": asked.months,
        "lines": [_line_view(line, one) for line, one in planned],
        "systems": list(_by_system(connection, contract, draws, lines, window, now)),
        "unpriced": [
            {"name": one["name"], "item": one.get("item")} for one in contract.data.get("unpriced_services") or ()
        ],
        "service_levels": [
            {key: value for key, value in one.items() if key != "source"}
            for one in contract.data.get("service_levels") or ()
        ],
        "budget_fen": sum(budgets),
        "unpriced_lines": [line["no"] for line, one in planned if one.budget_fen is None and one.rule != "covered"],
    }


def _window(contract: Contract, asked: Asked, now: datetime) -> Span:
    today = date_of(now)
    end_on = asked.end_on or min(contract.end_on or today, today)
    start_on = asked.start_on or max(contract.start_on or date.min, add_months(end_on, -12) + timedelta(days=1))
    if start_on > end_on or start_on > today:
        raise Problem(
            "requirements.period",
            "统计期间自 {start} 至 {end}，没有可统计的用量",
            field="start_on",
            start=start_on,
            end=end_on,
            way_out="请填写已经开始的期间，且截止日不早于起始日",
        )
    return Span(day_start(start_on), min(day_start(end_on + timedelta(days=1)), now))


def _touches(one: DrawFact, span: Span) -> bool:
    if one.kind != _SPAN:
        return span.contains(one.start_at)
    return one.start_at < span.end_at and (one.end_at is None or one.end_at > span.start_at)


def _recorded(period: Span, draws: Sequence[DrawFact]) -> Span:
    """From the first to the last month of the period with any use: before and after nobody recorded, which is not zero.

    The whole period where nothing was recorded at all.
    """
    months = [span for _label, span in _months_of(period) if any(_touches(one, span) for one in draws)]
    return Span(months[0].start_at, months[-1].end_at) if months else period


def _months_of(window: Span) -> list[tuple[str, Span]]:
    found, on = list[tuple[str, Span]](), date_of(window.start_at)
    while day_start(on) < window.end_at:
        month = Month(on.year, on.month)
        span = Span(max(month.span.start_at, window.start_at), min(month.span.end_at, window.end_at))
        found.append((str(month), span))
        on = month.end_on + timedelta(days=1)
    return found


def _lines_in_force(connection: Connection, contract: Contract, window: Span) -> list[dict[str, Any]]:
    """The data's lines with quantity and price as in force at the end: an amendment may have changed them."""
    stated = {line["no"]: line for line in contract.data.get("price_lines") or ()}
    catalogue = load_catalogue()
    found = []
    for line in list_price_lines(connection, contract.id, at=window.end_at - timedelta(microseconds=1)):
        quantity = line.quantity_micro
        periods = {"count": line.period_count, "unit": line.period_unit} if line.period_count else None
        found.append(
            {
                **stated.get(line.no, {}),
                "no": line.no,
                "item": line.item,
                "name": line.name,
                "unit": line.unit or (catalogue.item(line.item).unit if line.item and line.item in catalogue else None),
                "unit_price": line.unit_price,
                "quantity": None if quantity is None else decimal_text(Fraction(quantity, 10**6)),
                "periods": periods,
                "bundle": line.bundle_no,
            }
        )
    return found


def _plan(
    line: Mapping[str, Any],
    draws: Sequence[DrawFact],
    window: Span,
    months: Sequence[tuple[str, Span]],
    asked: Asked,
    contract: Contract,
    recorded: set[str],
) -> Requirement:
    spans = [DrawSpan(one.quantity, one.start_at, one.end_at) for one in draws if one.kind == _SPAN]
    once = [DrawSpan(one.quantity, one.start_at) for one in draws if one.kind != _SPAN]
    price = normalise_price({**line, "unit": None}, _term_months(contract), ())
    one_time = price.monthly_yuan is None and price.why in {"once", "run"}
    return plan_requirement(
        line,
        compute_use(spans, once, window, months),
        recorded=line.get("item") in recorded,
        basis=asked.basis,
        reserve=asked.reserve,
        yuan=number(line.get("unit_price")) if one_time else price.monthly_yuan,
        months=None if one_time else asked.months,
        is_short=len(months) < asked.months,
    )


def _term_months(contract: Contract) -> Fraction | None:
    """The whole months of the term, as the text says or as its days give them; None where they are no whole months."""
    term = contract.data.get("term") or {}
    if term.get("months"):
        return Fraction(term["months"])
    if contract.start_on is None or contract.end_on is None:
        return None
    count = whole_months(contract.start_on, contract.end_on)
    return None if count is None else Fraction(count)


def _line_view(line: Mapping[str, Any], one: Requirement) -> dict[str, Any]:
    use = one.use
    return {
        "no": one.no,
        "item": line.get("item"),
        "name": line["name"],
        "unit": line.get("unit") or "",
        "rule": one.rule,
        "contracted": None if one.contracted is None else decimal_text(one.contracted),
        "average": str(use.average),
        "peak": str(use.peak),
        "percentile": str(use.percentile),
        "once": str(use.once),
        "idle": None if one.idle is None else str(one.idle),
        "proposed": None if one.proposed is None else decimal_text(one.proposed),
        "yuan": None if one.yuan is None else str(one.yuan),
        "priced_by": None if one.yuan is None else "month" if one.months else "once",
        "budget_fen": one.budget_fen,
        "bundle": line.get("bundle"),
        "months": [{"month": month, "average": str(average), "peak": str(peak)} for month, average, peak in use.months],
    }


def _by_system(
    connection: Connection,
    contract: Contract,
    draws: Sequence[DrawFact],
    lines: Sequence[Mapping[str, Any]],
    window: Span,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    names = {one.id: one.name for one in list_systems(connection, contract.using_unit_id, at=now)}
    places = {one.id: one.system_id for one in iterate_resources(connection, contract_id=contract.id, gone=True)}
    by_no = {line["no"]: line for line in lines}
    gathered: dict[tuple[str, int], list[DrawSpan]] = {}
    for one in draws:
        if one.kind == _SPAN and one.line_no in by_no:
            system = names.get(places.get(one.resource or "") or "", _NO_SYSTEM)
            gathered.setdefault((system, one.line_no or 0), []).append(DrawSpan(one.quantity, one.start_at, one.end_at))
    for (system, no), spans in sorted(gathered.items()):
        use = compute_use(spans, (), window, ())
        yield {
            "system": system,
            "no": no,
            "name": by_no[no]["name"],
            "unit": by_no[no].get("unit") or "",
            "average": str(use.average),
            "peak": str(use.peak),
            "percentile": str(use.percentile),
        }
