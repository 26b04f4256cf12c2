"""What the provider had to do by an instant, by the ledger, and when it was done: what it is late with among it.

A duty is judged by the text that was in force when its time ran out: a supplementary agreement that comes later moves
no day that has passed, one that comes before moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.clauses.acceptance.rule import judge_acceptance
from yunqi.contract.clauses.term.rule import compute_term
from yunqi.contract.duties import OBLIGATION, plan_duties
from yunqi.contract.report_plan import plan_reports
from yunqi.contract.report_state import Line
from yunqi.contract.terms import article_of
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.words import _
from yunqi.operations.acceptances import KIND as ACCEPTANCE
from yunqi.operations.bonds import move_of, read_bond
from yunqi.operations.effective import read_dates
from yunqi.operations.installation import Installation
from yunqi.operations.late_capacity import Asked, list_capacity_duties, read_asked
from yunqi.operations.late_cases import list_exit_duties
from yunqi.operations.material import read_handed
from yunqi.operations.obligation_records import read_agreed_days
from yunqi.operations.report_calendar import lines_of
from yunqi.operations.terms import read_early_end, read_wanted
from yunqi.operations.versions import Text, read_texts
from yunqi.settlement.bond import Move, find_renewals
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.late import PROVIDER
from yunqi.settlement.lateness import is_priced
from yunqi.settlement.law import Law
from yunqi.store.bonds import list_bond_facts
from yunqi.store.cases import list_cases, list_events_of
from yunqi.store.contracts import Contract
from yunqi.store.report_lists import list_contract_reports

_DAY = timedelta(days=1)
BOND, BOND_RENEWAL, REWORK = "bond", "bond_renewal", "rework"


@dataclass(frozen=True, slots=True)
class _View:
    # What is asked, as of one instant.
    connection: Connection
    installation: Installation
    contract: Contract
    now: datetime
    texts: tuple[Text, ...]
    asked: tuple[Asked, ...]


def list_late(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> tuple[LateDuty, ...]:
    """Everything that the provider was or is late with, by what the ledger holds now."""
    return tuple(one for one in list_dated(connection, installation, found, now) if one.due_at <= (one.done_at or now))


def list_dated(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> tuple[LateDuty, ...]:
    """Every duty of the provider with an instant by which it is due that a clause prices, done or not, late or not."""
    view = _view(connection, installation, found, now)
    return tuple(one for text, one in _list_by_texts(view, _by_text) if is_priced(Law(text.data, {}), one))


def list_built(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> tuple[LateDuty, ...]:
    """What had to be built by a day, priced or not, done or not: more capacity, and the first resources."""
    view = _view(connection, installation, found, now)
    return tuple(one for _text, one in _list_by_texts(view, _capacity)) if view.asked else ()


def _view(connection: Connection, installation: Installation, found: Contract, now: datetime) -> _View:
    texts = read_texts(connection, found, now)
    asked = read_asked(connection, found, (one.data for one in texts), now)
    return _View(connection, installation, found, now, tuple(texts), asked)


def _list_by_texts(view: _View, find: Callable[[_View, Text], Iterator[LateDuty]]) -> Iterator[tuple[Text, LateDuty]]:
    """Each duty once, by the text that counts."""
    by_name: dict[tuple[str, str], list[tuple[Text, LateDuty]]] = {}
    for text in view.texts:
        for one in find(view, text):
            by_name.setdefault((one.key, one.choice), []).append((text, one))
    chosen = (_choose(pairs, view.texts[-1]) for pairs in by_name.values())
    return (pair for pair in chosen if pair is not None)


def _choose(pairs: list[tuple[Text, LateDuty]], last: Text) -> tuple[Text, LateDuty] | None:
    """The day by the text that was in force when it ran out. Where a new text names a day that was over before it came,
    and the old one a later day, that later day is left. What a text does away with before its day is owed no more.
    """
    in_force = [(text, one) for text, one in pairs if text.holds_until(one.due_at)]
    if in_force:
        return min(in_force, key=lambda pair: pair[1].due_at)
    return max(pairs, key=lambda pair: pair[1].due_at) if pairs[-1][0] is last else None


def _by_text(view: _View, text: Text) -> Iterator[LateDuty]:
    yield from _papers(view, text.data)
    yield from _bond(view, text.data)
    yield from _rework(view, text.data)
    yield from list_exit_duties(view.connection, view.installation, view.contract, text.data, view.now)
    yield from _capacity(view, text)


def _capacity(view: _View, text: Text) -> Iterator[LateDuty]:
    yield from list_capacity_duties(view.asked, view.installation.calendar, view.contract, text.data, view.now)


def _papers(view: _View, data: Mapping[str, Any]) -> Iterator[LateDuty]:
    """Reports by their register, duties with a day; either may have been handed in with the acceptance material, or be
    recorded as done on a day that the using unit stands by.
    """
    connection, found, now, calendar = view.connection, view.contract, view.now, view.installation.calendar
    handed: dict[str, date] = {}
    for one in read_handed(connection, found.id):
        handed[one.key] = min(one.on, handed.get(one.key, one.on))
    for key, on in read_agreed_days(connection, found.id).items():
        handed[key] = min(on, handed.get(key, on))
    entries = list_contract_reports(connection, found.id)
    signed_on = read_dates(connection, found).get("effective")
    start_on, end_on = compute_term(data.get("term") or {}, signed_on)
    left_on = read_early_end(connection, found, now)
    if left_on is not None:
        end_on = left_on if end_on is None else min(end_on, left_on)
    expected = plan_reports(data, start_on=start_on, end_on=end_on, calendar=calendar)
    lines = lines_of(expected, entries, now=now, calendar=calendar)
    for line in lines:
        if line.expected.party == PROVIDER and line.due_at is not None:
            arrived = None if line.filed is None else line.filed.received_at or line.filed.delivered_at
            done = [arrived, _start(handed.get(line.expected.key))]
            yield _duty(_name_line(line), line.due_at, done, line.expected.source)
    reports = {line.expected.key for line in lines}
    term = {"start_on": start_on, "end_on": end_on, "signed_on": signed_on}
    for duty in plan_duties(data, **term, calendar=calendar, reports=expected):
        if duty.kind == OBLIGATION and duty.party == PROVIDER and duty.due_on and duty.key not in reports:
            named = (duty.key, OBLIGATION, duty.text)
            yield _duty(named, day_start(duty.due_on + _DAY), [_start(handed.get(duty.key))], duty.source)


def _name_line(line: Line) -> tuple[str, str, str]:
    one, filed = line.expected, line.filed
    kind, _colon, _rest = one.key.partition(":")
    if filed is not None and filed.occasion_at is not None:
        return f"{one.key}:{render_instant(filed.occasion_at)}", kind, one.kind
    period = "" if one.period is None else f"（{one.period[0]} – {one.period[1]}）"
    return one.key, kind, f"{one.kind}{period}"


def _start(on: date | None) -> datetime | None:
    return None if on is None else day_start(on)


def _duty(
    named: tuple[str, str, str],
    due_at: datetime,
    done: Iterable[datetime | None],
    source: Mapping[str, Any] | None,
) -> LateDuty:
    key, kind, title = named
    done_at = min((one for one in done if one is not None), default=None)
    return LateDuty(key, kind, title[:200], due_at, done_at, article=article_of(source))


def _bond(view: _View, data: Mapping[str, Any]) -> Iterator[LateDuty]:
    connection, found, now, calendar = view.connection, view.contract, view.now, view.installation.calendar
    clause: Mapping[str, Any] = data.get("bond") or {}
    if not clause:
        return
    bond = read_bond(connection, found, calendar, as_of=date_of(now), known_at=now, clause=clause)
    if bond is None:
        return
    if bond.due_on is not None and (bond.handed_in_on is not None or bond.state != "released"):
        # One that the ledger holds no deed of may lie elsewhere: the parties say so, or record it with its day.
        named = (BOND, BOND, _("提交履约保证金"))
        yield _duty(named, day_start(bond.due_on + _DAY), [_start(bond.handed_in_on)], clause.get("source"))
    moves: list[Move] = [move_of(one) for one in list_bond_facts(connection, found.id, end_at=now, known_at=now)]
    wanted = read_wanted(connection, found, now)
    for one in find_renewals(clause, moves, calendar, wanted=wanted):
        key = f"{BOND_RENEWAL}:{one.guarantee}:{one.expires_on}"
        named = (key, BOND_RENEWAL, _("重新提供履约保函（{number}）", number=one.guarantee or "—"))
        yield _duty(named, day_start(one.renew_by + _DAY), [_start(one.renewed_on)], clause.get("source"))


def _rework(view: _View, data: Mapping[str, Any]) -> Iterator[LateDuty]:
    connection, now = view.connection, view.now
    clause = data.get("acceptance") or {}
    if not clause.get("rework"):
        return
    rows = list_cases(connection, view.contract.id, kind=ACCEPTANCE, known_at=now)
    events = list_events_of(connection, rows, known_at=now)
    for row in rows:
        mine = sorted(events.get(row.id, ()), key=lambda one: one.at)
        for place, one in enumerate(mine):
            if one.event != REWORK:
                continue
            on = date_of(one.at)
            try:
                due = judge_acceptance(clause, on, (on, False), on, view.installation.calendar)[1]
            except Problem:  # a year whose working days are not published
                continue
            again = next((each.at for each in mine[place + 1 :] if each.event == "resubmit"), None)
            if due is not None:
                named = (f"{REWORK}:{row.id}:{on}", REWORK, _("验收返工（{number}）", number=row.number))
                duty = _duty(named, day_start(due + _DAY), [again], clause.get("source"))
                yield replace(duty, system=row.system_id)
