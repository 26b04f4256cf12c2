"""What was told of an incident, and the clocks of telling: the contract's and the national one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from yunqi.cases.incident.clocks import event_time
from yunqi.cases.incident.national import REPORT, SUMMARY, NationalClock, compute_national
from yunqi.cases.incident.notices import NoticeClock, Receipt, compute_notice_clocks
from yunqi.contract.notification import STAGES, list_notice_terms
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import parse_instant
from yunqi.operations.incidents import Standing, read_standing
from yunqi.operations.versions import data_at
from yunqi.store.cases import Case
from yunqi.store.contracts import Contract
from yunqi.store.facts import Fact, list_facts
from yunqi.store.notices import DONE, Delivery, Notice, list_deliveries, list_notices

GRADED = "incident.graded"


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
    clocks = compute_notice_clocks(terms, times, receipts, now, calendar)
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


def _first(deliveries: tuple[Delivery, ...], stage: str) -> datetime | None:
    """When an authority was first told."""
    done = [one.done_at for one in deliveries if one.stage == stage and one.state == DONE and one.done_at is not None]
    return min(done, default=None)
