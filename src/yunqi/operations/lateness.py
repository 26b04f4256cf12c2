"""What a provider is late with, by the ledger: reports, duties with a day, the bond and its renewal, rework.

Only what a clause of the contract prices is kept, each once: as a fact when it is late, and as another when it is
done. A month is settled by these facts, so that it comes out the same again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.clauses.acceptance.rule import judge_acceptance
from yunqi.contract.duties import OBLIGATION, plan_duties
from yunqi.contract.report_state import Line
from yunqi.kernel.clock import parse_instant, render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.words import _
from yunqi.operations.acceptances import KIND as ACCEPTANCE
from yunqi.operations.bonds import move_of, read_bond
from yunqi.operations.effective import read_dates
from yunqi.operations.installation import Installation
from yunqi.operations.material import read_handed
from yunqi.operations.report_calendar import expected_of, lines_of
from yunqi.operations.versions import data_at
from yunqi.settlement.bond import Move, find_renewals
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.late import PROVIDER
from yunqi.settlement.lateness import find_late_clauses
from yunqi.settlement.law import Law
from yunqi.store.bonds import list_bond_facts
from yunqi.store.cases import list_cases, list_events_of_cases
from yunqi.store.contracts import Contract, list_contracts, require_contract
from yunqi.store.facts import MEASURED, NewFact, list_facts, record_facts
from yunqi.store.locks import lock_contract
from yunqi.store.report_lists import list_contract_reports

FOUND, ENDED = "lateness.found", "lateness.ended"
KINDS = (FOUND, ENDED)
_DAY = timedelta(days=1)
BOND, BOND_RENEWAL, REWORK = "bond", "bond_renewal", "rework"


def record_lateness(installation: Installation) -> tuple[str, ...]:
    """Records what the providers of all running contracts are late with, once; returns a line for each new one."""
    with installation.database.read() as connection:
        contracts = [one.id for one in list_contracts(connection) if one.state == "signed"]
    return tuple(line for one in contracts for line in record_lateness_of(installation, one))


def record_lateness_of(installation: Installation, contract: str) -> tuple[str, ...]:
    """Records what the provider of one contract is late with; nothing where no clause prices it."""
    now = installation.clock.now()
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
        fresh = list(_fresh(connection, installation, found, now)) if found.state == "signed" else []
    if not fresh:
        return ()
    with installation.database.write() as connection:
        lock_contract(connection, found.id)
        fresh = list(_fresh(connection, installation, found, now))
        record_facts(connection, [one for one, _line in fresh], now=now)
    return tuple(line for _fact, line in fresh)


def _fresh(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> Iterator[tuple[NewFact, str]]:
    law = Law(data_at(connection, found, now), {})
    known = {(one.key, one.due_at): one for one in read_late(connection, found.id, end_at=now, known_at=now)}
    for one in list_late(connection, installation, found, now):
        if not find_late_clauses(law, one.kind):
            continue
        due = render_instant(one.due_at)
        kept = known.get((one.key, one.due_at))
        words = {"contract": found.number, "title": one.title}
        if kept is None:
            payload = {"key": one.key, "kind": one.kind, "title": one.title, "due_at": due}
            line = _("逾期：{contract} {title}，{due} 前应完成", **words, due=render_local(one.due_at))
            yield NewFact(found.id, FOUND, one.key, one.due_at, payload, MEASURED), line
        if one.done_at is not None and (kept is None or kept.done_at != one.done_at):
            payload = {"key": one.key, "due_at": due, "done_at": render_instant(one.done_at)}
            line = _("逾期后完成：{contract} {title}，{done}", **words, done=render_local(one.done_at))
            yield NewFact(found.id, ENDED, one.key, one.done_at, payload, MEASURED), line


def read_late(
    connection: Connection, contract_id: str, *, end_at: datetime, known_at: datetime
) -> tuple[LateDuty, ...]:
    """What was due before `end_at` and late, as known at an instant; the last word on when it was done counts."""
    facts = list_facts(connection, contract_id, kind=KINDS, known_at=known_at)
    late: dict[tuple[str, str], LateDuty] = {}
    for one in sorted(facts, key=lambda each: (each.recorded_at, each.kind != FOUND, each.id)):
        name = (str(one.payload["key"]), str(one.payload["due_at"]))
        if one.kind == FOUND and one.at < end_at:
            kind, title = str(one.payload["kind"]), str(one.payload["title"])
            late[name] = LateDuty(name[0], kind, title, one.at, facts=(one.id,), sample=one.sample)
        elif one.kind == ENDED and name in late:
            done_at = parse_instant(str(one.payload["done_at"]))
            late[name] = replace(late[name], done_at=done_at, facts=(late[name].facts[0], one.id))
    return tuple(sorted(late.values(), key=lambda one: (one.due_at, one.key)))


def list_late(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> tuple[LateDuty, ...]:
    """Everything that the provider was or is late with, by what the ledger holds now."""
    return (
        *_late_papers(connection, installation, found, now),
        *_late_bond(connection, installation, found, now),
        *_late_rework(connection, installation, found, now),
    )


def _late_papers(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> Iterator[LateDuty]:
    """Reports by their register, duties with a day; either may have been handed in with the acceptance material."""
    calendar = installation.calendar
    handed: dict[str, date] = {}
    for one in read_handed(connection, found.id):
        handed[one.key] = min(one.on, handed.get(one.key, one.on))
    entries = list_contract_reports(connection, found.id)
    lines = lines_of(expected_of(connection, found, calendar, now), entries, now=now, calendar=calendar)
    for line in lines:
        if line.expected.party == PROVIDER and line.due_at is not None:
            arrived = None if line.filed is None else line.filed.received_at or line.filed.delivered_at
            yield from _late(_name_line(line), line.due_at, [arrived, _start(handed.get(line.expected.key))], now)
    reports = {line.expected.key for line in lines}
    signed_on = read_dates(connection, found).get("effective")
    data = data_at(connection, found, now)
    for duty in plan_duties(data, start_on=found.start_on, end_on=found.end_on, signed_on=signed_on, calendar=calendar):
        if duty.kind == OBLIGATION and duty.party == PROVIDER and duty.due_on and duty.key not in reports:
            named = (duty.key, OBLIGATION, duty.text)
            yield from _late(named, day_start(duty.due_on + _DAY), [_start(handed.get(duty.key))], now)


def _name_line(line: Line) -> tuple[str, str, str]:
    one, filed = line.expected, line.filed
    kind, _colon, _rest = one.key.partition(":")
    if filed is not None and filed.occasion_at is not None:
        return f"{one.key}:{render_instant(filed.occasion_at)}", kind, one.kind
    period = "" if one.period is None else f"（{one.period[0]} – {one.period[1]}）"
    return one.key, kind, f"{one.kind}{period}"


def _start(on: date | None) -> datetime | None:
    return None if on is None else day_start(on)


def _late(
    named: tuple[str, str, str], due_at: datetime, done: Iterable[datetime | None], now: datetime
) -> Iterator[LateDuty]:
    """The duty, if it was done too late or is not done and its time is over."""
    known = [one for one in done if one is not None]
    done_at = min(known, default=None)
    if due_at <= (done_at or now):
        key, kind, title = named
        yield LateDuty(key, kind, title[:200], due_at, done_at)


def _late_bond(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> Iterator[LateDuty]:
    today = date_of(now)
    bond = read_bond(connection, found, installation.calendar, as_of=today, known_at=now)
    if bond is None:
        return
    if bond.due_on is not None and bond.late_days and bond.handed_in_on is not None:
        # One that the ledger holds no deed of may lie elsewhere: the list of duties asks for it.
        named = (BOND, BOND, _("提交履约保证金"))
        yield from _late(named, day_start(bond.due_on + _DAY), [_start(bond.handed_in_on)], now)
    moves: list[Move] = [move_of(one) for one in list_bond_facts(connection, found.id, end_at=now, known_at=now)]
    clause: Mapping[str, Any] = data_at(connection, found, now).get("bond") or {}
    for one in find_renewals(clause, moves, installation.calendar, until_on=bond.until_on):
        key = f"{BOND_RENEWAL}:{one.guarantee}:{one.expires_on}"
        named = (key, BOND_RENEWAL, _("重新提供履约保函（{number}）", number=one.guarantee or "—"))
        yield from _late(named, day_start(one.renew_by + _DAY), [_start(one.renewed_on)], now)


def _late_rework(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> Iterator[LateDuty]:
    clause = data_at(connection, found, now).get("acceptance") or {}
    if not clause.get("rework"):
        return
    rows = list_cases(connection, found.id, kind=ACCEPTANCE, known_at=now)
    events = list_events_of_cases(connection, tuple(row.id for row in rows), known_at=now)
    for row in rows:
        mine = sorted(events.get(row.id, ()), key=lambda one: one.at)
        for place, one in enumerate(mine):
            if one.event != REWORK:
                continue
            on = date_of(one.at)
            try:
                due = judge_acceptance(clause, on, (on, False), on, installation.calendar)[1]
            except Problem:  # a year whose working days are not published
                continue
            again = next((each.at for each in mine[place + 1 :] if each.event == "resubmit"), None)
            if due is not None:
                named = (f"{REWORK}:{row.id}:{on}", REWORK, _("验收返工（{number}）", number=row.number))
                yield from _late(named, day_start(due + _DAY), [again], now)
