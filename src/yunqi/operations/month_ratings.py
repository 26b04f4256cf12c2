"""The monthly comparison read from what is kept: newest statements, the text in force, duties, notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.rectification import OPEN_STATES, UNSETTLED
from yunqi.contract.changes.compare import fee_of_month
from yunqi.contract.report_plan import plan_reports
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.money import round_fen
from yunqi.kernel.period import Month, date_of
from yunqi.kernel.rights import Caller
from yunqi.operations.rating import Rating, rate_availability, rate_delivery, rate_incidents
from yunqi.operations.report_calendar import lines_of
from yunqi.services.registry import load_catalogue as load_services
from yunqi.store.amendments import find_version
from yunqi.store.contract_lists import list_running_contracts
from yunqi.store.month_parts import iterate_month_parts, list_amended, list_lasting_lines, parse_data, parse_part
from yunqi.store.rectifications import count_open_notices
from yunqi.store.report_lists import list_visible_reports
from yunqi.store.reports import ReportEntry

_MOMENT = timedelta(microseconds=1)
_PARTIES = ("contract_id", "contract_number", "title", "using_unit_id", "using_unit", "provider_id", "provider")


def read_ratings(
    connection: Connection, caller: Caller, month: Month, calendar: WorkCalendar, *, now: datetime
) -> list[Rating]:
    """One rating for each contract that the caller may see and whose term touches the month; notices as of today."""
    notices = count_open_notices(connection, caller, unsettled=UNSETTLED, open_states=OPEN_STATES, today=date_of(now))
    entries = _by_contract(connection, caller, month)
    amended, lasting = list_amended(connection), list_lasting_lines(connection)
    recorded = {item.item for entry in load_services().values() for item in entry.items}
    rows = []
    for one in iterate_month_parts(connection, caller, str(month), month.span):
        fields: dict[str, Any] = {name: getattr(one, name) for name in _PARTIES}
        texts = _texts(connection, one, month, is_amended=one.contract_id in amended)
        fields["notices_open"], fields["notices_overdue"] = notices.get(one.contract_id, (0, 0))
        fields |= {"fee_fen": _fee(texts, month)} | _rate_reports(
            texts[-1][1], one, month, entries.get(one.contract_id, ()), now=now, calendar=calendar
        )
        if one.statement_id is not None:
            lines = lasting.get(one.contract_id, frozenset())
            fields |= rate_availability(parse_part(one.levels))
            fields |= rate_incidents(parse_part(one.incidents))
            fields |= rate_delivery(parse_part(one.delivery), lines, lambda item: item in recorded)
            fields |= {
                "statement_id": one.statement_id,
                "provisional": bool(one.provisional),
                "sample": bool(one.sample),
                "penalty_low_fen": one.penalty_low_fen,
                "penalty_high_fen": one.penalty_high_fen,
                "penalty_agreed_fen": None if one.provisional else one.penalty_fen,
                "open_points": one.open_points,
            }
        rows.append(Rating(**fields))
    return rows


def _by_contract(connection: Connection, caller: Caller, month: Month) -> dict[str, list[ReportEntry]]:
    running = {identifier for identifier, _number in list_running_contracts(connection, caller, month.span)}
    found: dict[str, list[ReportEntry]] = {}
    for entry in list_visible_reports(connection, caller):
        if entry.contract_id in running:
            found.setdefault(entry.contract_id, []).append(entry)
    return found


def _texts(
    connection: Connection, one: Any, month: Month, *, is_amended: bool
) -> list[tuple[date | None, Mapping[str, Any]]]:
    """The contract's data in force within the month, each with the day of the month from which it is; None: its first.

    Of several that began within one month the last counts from the day it began.
    """
    if not is_amended:
        return [(None, parse_data(one.contract_data))]
    span = month.span
    begun = find_version(connection, one.contract_id, at=span.start_at)
    ended = find_version(connection, one.contract_id, at=span.end_at - _MOMENT)
    first = parse_data(one.contract_data) if begun is None else begun.data
    if ended is None or (begun is not None and begun.valid_from == ended.valid_from):
        return [(None, first)]
    return [(None, first), (date_of(ended.valid_from), ended.data)]


def _fee(texts: list[tuple[date | None, Mapping[str, Any]]], month: Month) -> int | None:
    """The fee of the month by the text in force: what an agreement changes within it counts by its days."""
    fees = [fee_of_month(data, month) for _since, data in texts]
    if any(fee is None for fee in fees):
        return None
    known = [fee for fee in fees if fee is not None]
    since = texts[-1][0]
    if since is None:
        return round_fen(known[0])
    earlier = Fraction((since - month.start_on).days, month.days)
    return round_fen(known[0] * earlier + known[-1] * (1 - earlier))


def _rate_reports(
    data: Mapping[str, Any],
    one: Any,
    month: Month,
    entries: Sequence[ReportEntry],
    *,
    now: datetime,
    calendar: WorkCalendar,
) -> dict[str, int | None]:
    """How many reports belong to the month, and how many of them were late: None where none is known to be and of one
    nobody can say, for the contract gives it no day.
    """
    start_on, end_on = (None if day is None else date.fromisoformat(day) for day in (one.start_on, one.end_on))
    span = (month.start_on, month.end_on)
    expected = plan_reports(data, start_on=start_on, end_on=end_on, calendar=calendar, between=span)
    lines = lines_of(expected, entries, now=now, calendar=calendar)
    late = sum((line.late_days or 0) > 0 for line in lines)
    unsaid = any(line.late_days is None for line in lines)
    return {"reports_due": len(lines), "reports_late": None if unsaid and not late else late}
