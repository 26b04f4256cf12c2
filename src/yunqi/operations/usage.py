"""What each system used of each price line in a month: average, peak, at its end, its share, what of it is idle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import Connection

from yunqi.contract.terms import number
from yunqi.kernel.period import Span
from yunqi.kernel.rights import Caller
from yunqi.metering import DrawSpan
from yunqi.metering.entitlement import EntitlementUse, compute_entitlement_use, count_draws
from yunqi.metering.idle import Limits
from yunqi.operations.idle import read_idle
from yunqi.operations.month_evidence import read_draws
from yunqi.operations.versions import data_at
from yunqi.services.registry import load_catalogue as load_services
from yunqi.settlement.inputs import DrawFact
from yunqi.store.contracts import Contract
from yunqi.store.month_parts import list_lasting_lines
from yunqi.store.resources import iterate_resources

IDLE, USED = "idle", "used"


@dataclass(frozen=True, slots=True)
class Usage:
    """One system's use of one price line. `system_id` None: no system has it; `line_no` None: of no line (a burst).

    `use` None: nobody records it here, or it is counted by pieces (`counted`). `share` of the line's average over all
    that use it. `idle` of what was in use at the end was not used by its meters, of `unjudged` that is not known; None
    where the caller may not know.
    """

    system_id: str | None
    line_no: int | None
    name: str
    unit: str
    contracted: Fraction | None
    use: EntitlementUse | None
    counted: Fraction | None
    share: Fraction | None
    idle: Fraction | None
    unjudged: Fraction | None
    sample: bool


def read_usage(
    connection: Connection, caller: Caller, contract: Contract, span: Span, limits: Limits | None, known_at: datetime
) -> list[Usage]:
    """A row for each line and system that used it, and for each line whose use nobody records; by line.

    `limits` None: what is idle is not the caller's to know.
    """
    draws = read_draws(connection, contract, span, known_at)
    owners = {one.id: one.system_id for one in iterate_resources(connection, contract_id=contract.id, gone=True)}
    states: dict[str, str] | None = None
    if limits is not None:
        judged = read_idle(connection, caller, span, limits, contract=contract)
        states = {one.row.id: one.judgement.state for one in judged}
    groups: dict[tuple[int | None, str], dict[str | None, list[DrawFact]]] = {}
    for one in draws:
        key = (one.line_no, "" if one.line_no is not None else one.item)
        groups.setdefault(key, {}).setdefault(owners.get(one.resource or ""), []).append(one)
    data = data_at(connection, contract, span.end_at - timedelta(microseconds=1))
    lines = {int(line["no"]): line for line in data.get("price_lines") or ()}
    found = [row for key in sorted(groups, key=_order) for row in _rows(key, groups[key], lines, span, states)]
    drawn = {no for no, _item in groups}
    recorded = {item.item for entry in load_services().values() for item in entry.items}
    lasting = list_lasting_lines(connection).get(contract.id, frozenset())
    for no, line in lines.items():
        if no not in drawn and no in lasting and line.get("bundle") is None and number(line.get("quantity")):
            nothing = EntitlementUse(Fraction(0), Fraction(0), Fraction(0)) if line.get("item") in recorded else None
            found.append(_usage(None, no, "", line, nothing))
    return sorted(found, key=lambda row: _order((row.line_no, row.name)))


def _order(key: tuple[int | None, str]) -> tuple[bool, int, str]:
    return key[0] is None, key[0] or 0, key[1]


def _rows(
    key: tuple[int | None, str],
    by_system: Mapping[str | None, list[DrawFact]],
    lines: Mapping[int, Mapping[str, object]],
    span: Span,
    states: Mapping[str, str] | None,
) -> Iterable[Usage]:
    no, item = key
    line = lines.get(no, {}) if no is not None else {}
    lasting = {system: [one for one in some if one.kind == "span"] for system, some in by_system.items()}
    uses = {
        system: compute_entitlement_use([_span(one) for one in some], span) for system, some in lasting.items() if some
    }
    whole = sum((use.average for use in uses.values()), Fraction(0))
    for system, some in sorted(by_system.items(), key=lambda pair: pair[0] or ""):
        once = [_span(one) for one in some if one.kind != "span"]
        use = uses.get(system)
        at_end = [one for one in lasting[system] if one.end_at is None or one.end_at >= span.end_at]
        yield _usage(
            system,
            no,
            item,
            line,
            use,
            counted=count_draws(once, span) if once else None,
            share=use.average / whole if use is not None and whole else None,
            idle=_sum_of(at_end, states, idle=True),
            unjudged=_sum_of(at_end, states, idle=False),
            sample=any(one.sample for one in some),
        )


def _span(one: DrawFact) -> DrawSpan:
    return DrawSpan(one.quantity, one.start_at, one.end_at)


def _sum_of(draws: Iterable[DrawFact], states: Mapping[str, str] | None, *, idle: bool) -> Fraction | None:
    """The quantity that is idle, or that nobody could judge: given back since, not metered, or too young."""
    if states is None:
        return None
    chosen = Fraction(0)
    for one in draws:
        state = states.get(one.resource or "", "")
        if (state == IDLE) if idle else (state not in (IDLE, USED)):
            chosen += one.quantity
    return chosen


def _usage(
    system: str | None,
    no: int | None,
    item: str,
    line: Mapping[str, object],
    use: EntitlementUse | None,
    *,
    counted: Fraction | None = None,
    share: Fraction | None = None,
    idle: Fraction | None = None,
    unjudged: Fraction | None = None,
    sample: bool = False,
) -> Usage:
    name, unit = str(line.get("name") or item), str(line.get("unit") or "")
    contracted = number(line.get("quantity")) if line else None
    return Usage(system, no, name, unit, contracted, use, counted, share, idle, unjudged, sample)
