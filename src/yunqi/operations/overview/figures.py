"""Figures of the month: downtime against its budget, price lines, comparison of providers and agencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.clauses.service_level.rule import limit_of
from yunqi.kernel.money import render_share
from yunqi.kernel.period import Span, add_months, date_of, day_start
from yunqi.kernel.units import minutes_of
from yunqi.kernel.words import _
from yunqi.operations.overview.due import stake_view
from yunqi.operations.overview.gathered import SERIES_DAYS, YEAR_MONTHS, Gathered
from yunqi.operations.overview.terms import load_charges
from yunqi.settlement.inputs import PLATFORM
from yunqi.store.entitlements import render_quantity
from yunqi.store.overview_contracts import ContractHead, LineUse, list_line_uses
from yunqi.wire.overview import ComparisonRow, DowntimeBudget, DueItem
from yunqi.wire.overview import LineUse as LineUseRow

BUDGETS_SHOWN = 20
LINES_SHOWN = 40
_HUNDREDTHS = 100
_SIGNS = {">=": "≥", ">": "＞"}
Window = Literal["month", "year", "term"]
_READY, _GONE_SOON = "ready", ("erasing", "gone")


@dataclass(frozen=True, slots=True)
class _Budget:
    contract: ContractHead
    level: Mapping[str, Any]
    limit: Fraction
    window: Window
    assumed: bool
    allowed: Fraction
    down: Fraction
    object: str

    @property
    def left(self) -> Fraction:
        return self.allowed - self.down


def list_budgets(found: Gathered, *, only_down: bool) -> tuple[DowntimeBudget, ...]:
    """The contracts whose downtime budget is most used up first; `only_down`: those with downtime alone."""
    budgets = [one for contract in found.running_contracts.values() if (one := _budget(found, contract))]
    if only_down:
        budgets = [one for one in budgets if one.down]
    budgets.sort(key=lambda one: (one.left / one.allowed if one.allowed else Fraction(0), one.contract.name))
    shown = budgets[:BUDGETS_SHOWN]
    found.need_systems(one.contract.id for one in shown)
    return tuple(_budget_view(found, one) for one in shown)


def _budget(found: Gathered, contract: ContractHead) -> _Budget | None:
    law = found.law(contract.id)
    level = law.level("availability")
    limit = None if level is None else limit_of(level)
    if level is None or limit is None:
        return None
    readings = found.readings.get(contract.id, {})
    stated = level.get("window") or readings.get("availability.window")
    window: Window = "year" if stated == "year" else "term" if stated == "term" else "month"
    # One object down and the whole platform down are not the same thing: until it is agreed, the worst object counts.
    assumed = stated not in ("month", "year", "term") or "availability.object" not in readings
    span = _window(found, law.start_on, law.end_on, window)
    down, name = found.down_minutes(contract.id, span)
    allowed = (1 - limit) * minutes_of(span.length)
    return _Budget(contract, level, limit, window, assumed, allowed, down, name)


def _window(found: Gathered, start_on: date | None, end_on: date | None, window: Window) -> Span:
    month = found.month_span
    if window == "month" or start_on is None:
        return month
    end_at = None if end_on is None else day_start(end_on + timedelta(days=1))
    if window == "year":
        first = start_on
        while add_months(first, YEAR_MONTHS) <= found.today:
            first = add_months(first, YEAR_MONTHS)
        year_end = day_start(add_months(first, YEAR_MONTHS))
        return Span(day_start(first), year_end if end_at is None else min(end_at, year_end))
    return Span(day_start(start_on), max(month.end_at, end_at or month.end_at))


def _budget_view(found: Gathered, one: _Budget) -> DowntimeBudget:
    operator = str(one.level.get("operator"))
    return DowntimeBudget(
        contract_id=one.contract.id,
        contract_number=one.contract.number,
        using_unit=one.contract.using_unit,
        provider=one.contract.provider,
        object=_("云平台整体") if one.object == PLATFORM else one.object,
        limit_text=f"{_SIGNS.get(operator, operator)} {render_share(one.limit)}",
        window=one.window,
        allowed_minutes=_minutes(one.allowed),
        down_minutes=_minutes(one.down),
        left_minutes=_minutes(one.left),
        measured=one.contract.id in found.measured,
        assumed=one.assumed,
        broken=one.left < 0,
        clause=str((one.level.get("source") or {}).get("article") or ""),
        stake=stake_view(found.stakes(one.contract.id).of_availability(one.level)),
    )


def due_of_budgets(budgets: Iterable[DowntimeBudget]) -> Iterator[DueItem]:
    """A line for each availability clause that downtime has begun to use up."""
    for one in budgets:
        left = Fraction(one.left_minutes)
        if Fraction(one.down_minutes):
            yield DueItem(
                kind="availability",
                object="contract",
                object_id=one.contract_id,
                number=one.contract_number or "",
                title=_("可用性剩余中断额度"),
                what=one.object,
                limit_text=one.limit_text,
                clause=one.clause,
                contract_id=one.contract_id,
                contract_number=one.contract_number,
                using_unit=one.using_unit,
                provider=one.provider,
                minutes_left=left.numerator // left.denominator,
                late=left < 0,
                stake=one.stake,
            )


def list_lines(found: Gathered) -> tuple[LineUseRow, ...]:
    """What was bought and what is drawn of it, the fullest lines first."""

    def used(one: LineUse) -> Fraction | None:
        return Fraction(one.drawn_micro, one.contracted_micro) if one.contracted_micro else None

    every = list_line_uses(found.desk.connection, found.desk.caller, at=found.now)
    uses = [one for one in every if one.contract_id in found.running_contracts]
    uses.sort(key=lambda one: (-(used(one) or Fraction(0)), one.contract_id, one.line.no))
    rows = []
    for one in uses[:LINES_SHOWN]:
        share = used(one)
        left = None if one.contracted_micro is None else one.contracted_micro - one.drawn_micro
        rows.append(
            LineUseRow(
                contract_id=one.contract_id,
                contract_number=found.contracts[one.contract_id].number,
                no=one.line.no,
                item=one.line.item,
                name=one.line.name,
                unit=one.line.unit,
                contracted=None if one.contracted_micro is None else render_quantity(one.contracted_micro),
                drawn=render_quantity(one.drawn_micro),
                left=None if left is None else render_quantity(left),
                used_percent=None if share is None else int(share * _HUNDREDTHS),
            )
        )
    return tuple(rows)


def compare(found: Gathered) -> tuple[ComparisonRow, ...]:
    """Providers and agencies of the month: the one with most downtime first."""
    figures = _by_contract(found)
    rows = []
    for role in ("provider", "using_unit"):
        members: dict[str, list[ContractHead]] = {}
        for contract in found.contracts.values():
            owner = contract.provider_id if role == "provider" else contract.using_unit_id
            members.setdefault(owner, []).append(contract)
        mine = [_compare_one(role, owner, contracts, figures) for owner, contracts in members.items()]
        rows += sorted(mine, key=lambda one: (-one.down_minutes, -one.incidents, one.organisation))
    return tuple(rows)


def _by_contract(found: Gathered) -> dict[str, dict[str, int]]:
    figures: dict[str, dict[str, int]] = {key: {} for key in found.contracts}

    def add(contract_id: str, name: str, count: int = 1) -> None:
        if contract_id in figures:
            figures[contract_id][name] = figures[contract_id].get(name, 0) + count

    for contract_id, phases in found.resources.items():
        add(contract_id, "resources", sum(phases.values()))
        add(contract_id, "unready", sum(n for phase, n in phases.items() if phase not in (_READY, *_GONE_SOON)))
    for row in found.recent_incidents:
        if found.month_span.contains(row.opened_at):
            add(row.contract_id, "incidents")
    for one in found.incidents:
        add(one.contract.id, "open_incidents", int(one.lasts))
        add(one.contract.id, "broken_clocks", sum(clock.state == "breached" for clock in one.clocks))
    for contract_id in found.down_contracts:
        minutes, _name = found.down_minutes(contract_id, found.month_span)
        add(contract_id, "down_minutes", minutes.numerator // minutes.denominator)
    charges = load_charges(found.desk.connection, [one[2] for one in found.statements if not one[3]])
    for contract_id, _month, statement_id, provisional in found.statements:
        add(contract_id, "provisional", int(provisional))
        add(contract_id, "penalty_fen", charges.get(statement_id) or 0)
    return figures


def _compare_one(
    role: Any, owner: str, contracts: list[ContractHead], figures: Mapping[str, Mapping[str, int]]
) -> ComparisonRow:
    def total(name: str) -> int:
        return sum(figures[one.id].get(name, 0) for one in contracts)

    first = contracts[0]
    return ComparisonRow(
        organisation_id=owner,
        organisation=first.provider if role == "provider" else first.using_unit,
        role=role,
        contracts=len(contracts),
        contracts_fen=sum(one.total_fen or 0 for one in contracts),
        resources=total("resources"),
        unready=total("unready"),
        incidents=total("incidents"),
        open_incidents=total("open_incidents"),
        broken_clocks=total("broken_clocks"),
        down_minutes=total("down_minutes"),
        provisional=total("provisional"),
        penalty_fen=total("penalty_fen"),
    )


def incident_series(found: Gathered) -> tuple[int, ...]:
    """How many incidents were opened on each of the last days, today last."""
    first = found.today - timedelta(days=SERIES_DAYS - 1)
    counts = [0] * SERIES_DAYS
    for row in found.recent_incidents:
        place = (date_of(row.opened_at) - first).days
        if 0 <= place < SERIES_DAYS:
            counts[place] += 1
    return tuple(counts)


def downtime_series(found: Gathered) -> tuple[int, ...]:
    """How many minutes objects were down on each of the last days, all together, today last."""
    first = found.today - timedelta(days=SERIES_DAYS - 1)
    counts = []
    for offset in range(SERIES_DAYS):
        day = first + timedelta(days=offset)
        window = Span(day_start(day), day_start(day + timedelta(days=1)))
        parts = [part for spans in found.downtime.values() for one in spans if (part := one.intersect(window))]
        minutes = sum((minutes_of(part.length) for part in parts), Fraction(0))
        counts.append(minutes.numerator // minutes.denominator)
    return tuple(counts)


def _minutes(exact: Fraction) -> str:
    """Minutes as decimal text, cut after two decimals."""
    cut = abs(exact) * _HUNDREDTHS
    whole, rest = divmod(cut.numerator // cut.denominator, _HUNDREDTHS)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"-{text}" if exact < 0 and text != "0" else text
