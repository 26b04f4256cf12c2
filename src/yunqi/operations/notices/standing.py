"""What was told of an incident, and the clocks of telling: the contract's and the national one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from yunqi.cases.incident.clocks import event_time
from yunqi.cases.incident.national import REPORT, SUMMARY, NationalClock, compute_national
from yunqi.cases.incident.notices import NoticeClock, Receipt, compute_notice_clocks
from yunqi.contract.notification import STAGES, NoticeTerm, is_report_of, list_notice_terms
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import parse_instant
from yunqi.operations.incidents import Standing, read_standing
from yunqi.operations.versions import data_at
from yunqi.store.cases import Case
from yunqi.store.contracts import Contract
from yunqi.store.facts import Fact, list_facts
from yunqi.store.notices import DONE, Delivery, Notice, list_deliveries, list_notices
from yunqi.store.report_lists import list_sent_of_case

GRADED = "incident.graded"
LETTER = "letter"


@dataclass(frozen=True, slots=True)
class ToldStanding:
    """An incident's telling at an instant; `grade`: the last grading's fact, or None."""

    standing: Standing
    clocks: tuple[NoticeClock, ...]
    notices: tuple[Notice, ...]
    deliveries: tuple[Delivery, ...]
    grade: Fact | None
    national: tuple[NationalClock, ...]


def read_told(
    connection: Connection, contract: Contract, found: Case, now: datetime, calendar: WorkCalendar
) -> ToldStanding:
    """What was told of an incident, against the contract of its time and the national text."""
    standing = read_standing(connection, contract, found, now)
    deliveries = list_deliveries(connection, found.id)
    times = {
        name: at
        for name in ("occurred", "reported", "recovered")
        if (at := event_time(standing.facts, name, standing.outage)) is not None
    }
    receipts = [
        Receipt(one.stage, one.channel, one.done_at)
        for one in deliveries
        if one.state == DONE
        and one.done_at is not None
        and one.organisation_id == contract.using_unit_id
        and one.stage in STAGES
    ]
    terms = list_notice_terms(data_at(connection, contract, standing.facts.opened_at, now))
    filed = list(_filed(connection, contract, found))
    clocks = tuple(
        clock
        for term in terms
        for clock in compute_notice_clocks((term,), times, [*receipts, *_receipts_of(filed, term)], now, calendar)
    )
    grades = list_facts(connection, contract.id, kind=GRADED, subject=found.id)
    grade = grades[-1] if grades else None
    national: tuple[NationalClock, ...] = ()
    if grade is not None:
        done = {stage: _first(deliveries, stage) for stage in (REPORT, SUMMARY)}
        known = {name: at for name, at in {**times, **done}.items() if at is not None}
        national = compute_national(
            grade=grade.payload["grade"],
            operator=grade.payload["operator"],
            known_at=parse_instant(grade.payload["known_at"]),
            times=known,
            now=now,
            calendar=calendar,
        )
    return ToldStanding(standing, clocks, list_notices(connection, found.id), deliveries, grade, national)


def _filed(connection: Connection, contract: Contract, found: Case) -> Iterator[tuple[str, str, datetime]]:
    """The reports about an incident that reached the using unit: name, way, and when.

    Through this platform it reached it when its sending was recorded, for then its document is open; by another way
    when its receipt says so.
    """
    rows = [one for one in list_sent_of_case(connection, found.id) if one.receiver_id == contract.using_unit_id]
    kinds = ("report.delivered",)
    sent = {one.subject: one for one in list_facts(connection, contract.id, kind=kinds)} if rows else {}
    for one in rows:
        fact = sent.get(one.id)
        at = max(fact.at, fact.recorded_at) if fact is not None and one.way == "platform" else one.received_at
        if at is not None:
            yield one.kind, one.way or "", at


def _receipts_of(filed: Iterable[tuple[str, str, datetime]], term: NoticeTerm) -> Iterator[Receipt]:
    """What was filed as the report that a term asks for: in writing, and by the channel that it took.

    Source: 民法典 第469条 (electronic data that can be read again are in writing).
    """
    for kind, way, at in filed:
        if is_report_of(kind, term):
            for channel in {LETTER, way if way in ("mail", "fax") else LETTER}:
                yield Receipt(term.stage, channel, at)


def _first(deliveries: tuple[Delivery, ...], stage: str) -> datetime | None:
    """When an authority was first told."""
    done = [one.done_at for one in deliveries if one.stage == stage and one.state == DONE and one.done_at is not None]
    return min(done, default=None)
