"""The last days of an exit's steps, each with every day that the contract's words may mean. Pure.

Where they may mean more than one, a reading says which; until then each day stands beside the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yunqi.cases.machine import Event
from yunqi.contract.deadlines import compute_due
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _

IMMEDIATELY = "immediately"
SWITCH_FROM, RETURN_DUE, ERASE_DUE = "exit.switch_over_from", "exit.return_due", "exit.erase_due"
"""The readings of when the cut-over begins to count, of within what confidential material is returned, and of by when
the data are erased.
"""
BEGIN, TERM_END = "begin", "term_end"
BODY, ANNEX = "body", "annex"
MIGRATION_PERIOD, BOTH_PERIODS = "migration", "periods"
"""Erased within the time to move out, or by the day on which that and the cut-over are both over."""


@dataclass(frozen=True, slots=True)
class Days:
    """The last days that a step may have, by the answer to the reading `code` ("" where there is nothing to read).

    `unknown` says why a day can't be told.
    """

    by_choice: Mapping[str, date]
    code: str = ""
    unknown: str = ""

    def settle(self, readings: Mapping[str, str]) -> Days:
        """What is left once the parties have agreed what is meant."""
        answer = readings.get(self.code) if self.code else None
        if answer is None:
            return self
        known = {choice: on for choice, on in self.by_choice.items() if choice == answer}
        return Days(known, "", "" if known else self.unknown)

    @property
    def one(self) -> date | None:
        """The day, where all that may be meant is the same day."""
        days = set(self.by_choice.values())
        return days.pop() if len(days) == 1 and self.code != ERASE_DUE else None


NO_DAYS = Days({})


def count_from(on: date, within: Mapping[str, Any], calendar: WorkCalendar) -> tuple[date | None, str]:
    """The last day of a length after a day; without one, why ("" where the length can't be counted in days)."""
    try:
        return compute_due(on, within, calendar).on, ""
    except Problem as problem:
        if problem.code != "calendar.no_notice":
            return None, ""
        return None, _("{year} 年的放假安排尚未发布，期限待定", year=problem.values.get("year"))


def migration_days(clause: Mapping[str, Any], noticed_on: date, calendar: WorkCalendar) -> Days:
    """The last day to help to move out, from the day on which it was asked for."""
    within = clause.get("migration")
    return NO_DAYS if not within else _collect({"": noticed_on}, within, calendar, "")


def cut_over_days(
    clause: Mapping[str, Any], events: Sequence[Event], end_on: date | None, calendar: WorkCalendar
) -> Days:
    """The last day of the cut-over once it began: from its begin, or from the end of the term."""
    within, begun = clause.get("switch_over"), find_first(events, "cut_over_begin")
    if not within or begun is None:
        return NO_DAYS
    starts = {BEGIN: date_of(begun.at)}
    if clause.get("switch_over_from") is None and end_on is not None:
        starts[TERM_END] = end_on
    return _collect(starts, within, calendar, SWITCH_FROM)


def confidential_days(clause: Mapping[str, Any], events: Sequence[Event], calendar: WorkCalendar) -> Days:
    """The last day to return confidential material, from the written notice on: as the body says, or the annex."""
    asked, within = find_first(events, "confidential_asked"), clause.get("return_within")
    if asked is None:
        return NO_DAYS
    on = date_of(asked.at)
    found = NO_DAYS if not within else _collect({BODY: on}, within, calendar, RETURN_DUE)
    if clause.get("annex_return") != IMMEDIATELY:
        return found
    days = {**found.by_choice, ANNEX: on}
    return Days(days, RETURN_DUE if within else "", found.unknown)


def erasure_days(clause: Mapping[str, Any], noticed_on: date, calendar: WorkCalendar, cut_over: Days = NO_DAYS) -> Days:
    """The days by which the data may have to be erased; the contract says after what, and by when it does not say.

    What runs in the new place stops the old service, and then it is erased: within the time to move out, or once that
    and the cut-over (of which the later day counts, where two are possible) are both over. Before a cut-over begins
    nobody knows when it ends.
    """
    on = migration_days(clause, noticed_on, calendar).one
    if not clause.get("erase") or on is None:
        return NO_DAYS
    days = {MIGRATION_PERIOD: on}
    if cut_over.by_choice and not cut_over.unknown:
        days[BOTH_PERIODS] = max(on, *cut_over.by_choice.values())
    return Days(days, ERASE_DUE)


def refund_days(clause: Mapping[str, Any], noticed_on: date, left_on: date | None, calendar: WorkCalendar) -> Days:
    """The last day to give back what an early end gives back, from the day on which the contract ended: the last day of
    service, or that of the notice where it came later. The day itself does not count. Source: 民法典 第201、565条.
    """
    within = clause.get("refund_within")
    if left_on is None or not within:
        return NO_DAYS
    return _collect({"": max(left_on, noticed_on)}, within, calendar, "")


def find_first(events: Sequence[Event], name: str) -> Event | None:
    """The first event of a name."""
    return next((one for one in events if one.name == name), None)


def _collect(starts: Mapping[str, date], within: Mapping[str, Any], calendar: WorkCalendar, code: str) -> Days:
    days, unknown = dict[str, date](), ""
    for choice, start_on in starts.items():
        on, why = count_from(start_on, within, calendar)
        if on is None:
            unknown = unknown or why
        else:
            days[choice] = on
    several = len(starts) > 1 and (unknown or len(set(days.values())) > 1)
    return Days(days, code if several else "", unknown)
