"""What must be handed in or done by when, over the term: every date that a contract's text makes computable. Pure.

A date that the text does not give is not there (`due_on` None): a monthly report without a day belongs to its month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from yunqi.contract.deadlines import compute_due
from yunqi.contract.report_plan import Expected, plan_reports
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import add_months

DELIVERABLE, OBLIGATION, INSTALMENT, BOND, BOND_END, TERM_END, ACCEPTANCE, EXIT_NOTICE = (
    "deliverable",
    "obligation",
    "instalment",
    "bond",
    "bond_end",
    "term_end",
    "acceptance",
    "exit_notice",
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do. `period`: the first and the last day it is of, for what recurs; `due_on`: the last day on which
    it is in time. `trigger` and `why` say what is waited for where there is no date. `key` names it within the
    contract: the same duty has the same key whenever it is computed. `of`: the kind of obligation that it is one of, by
    its code in the catalogue, "" where its key says so or it is none.
    """

    key: str
    kind: str
    party: str
    text: str
    due_on: date | None
    period: tuple[date, date] | None = None
    trigger: str = ""
    evidence: str = ""
    source: Mapping[str, Any] | None = None
    of: str = ""


def plan_duties(
    contract: Mapping[str, Any],
    *,
    start_on: date | None,
    end_on: date | None,
    signed_on: date | None,
    calendar: WorkCalendar,
    reports: Sequence[Expected] | None = None,
    bond_until_on: date | None = None,
) -> tuple[Duty, ...]:
    """All duties of a contract, those with dates first, in their order.

    `reports`: what `plan_reports` says of the same contract and term, where the caller has it already.
    `bond_until_on`: until when the bond is wanted, where a prolonged term has moved it; None: as the text says.
    """
    if reports is None:
        reports = plan_reports(contract, start_on=start_on, end_on=end_on, calendar=calendar)
    found = [
        *_deliverables(contract, reports),
        *_obligations(contract, signed_on, calendar),
        *_milestones(contract, end_on, signed_on, bond_until_on, calendar),
    ]
    return tuple(sorted(found, key=lambda one: (_when(one) or date.max, one.key)))


def _when(one: Duty) -> date | None:
    return one.due_on or (one.period[1] if one.period else None)


def _deliverables(contract: Mapping[str, Any], reports: Sequence[Expected]) -> Iterator[Duty]:
    given, daily = contract.get("deliverables") or (), set()
    for each in reports:
        one = each
        kind, _colon, rest = one.key.partition(":")
        if kind != DELIVERABLE:
            continue
        number = int(rest.partition(":")[0])
        if one.frequency == "daily":  # one line for all its days: no plan lists each of them
            if number in daily:
                continue
            daily.add(number)
            one = replace(one, key=f"{kind}:{number}", due_on=None, period=None)
        of = given[number - 1]
        yield _deliverable(one, str(of.get("name") or ""), str(of.get("evidence") or ""))


def _deliverable(one: Expected, name: str, evidence: str) -> Duty:
    return Duty(
        one.key,
        DELIVERABLE,
        one.party,
        name,
        one.due_on,
        period=one.period,
        trigger="" if one.period else one.trigger,
        evidence=evidence,
        source=one.source,
    )


def _obligations(contract: Mapping[str, Any], signed_on: date | None, calendar: WorkCalendar) -> Iterator[Duty]:
    for number, one in enumerate(contract.get("obligations") or (), 1):
        within = one.get("deadline")
        if within is None and not one.get("frequency"):
            continue  # a duty without any time stands in the contract, not in a calendar
        trigger = str(one.get("trigger") or "")
        starts_at_signature = trigger == "signature" or (within or {}).get("from") == "signature"
        due_on = _due(signed_on, within, calendar) if within and starts_at_signature else None
        yield Duty(
            f"{OBLIGATION}:{number}",
            OBLIGATION,
            str(one.get("party") or ""),
            str(one.get("text") or ""),
            due_on,
            trigger=trigger,
            evidence=str(one.get("evidence") or ""),
            source=one.get("source"),
        )


def _milestones(
    contract: Mapping[str, Any],
    end_on: date | None,
    signed_on: date | None,
    bond_until_on: date | None,
    calendar: WorkCalendar,
) -> Iterator[Duty]:
    bond = contract.get("bond") or {}
    if bond:
        due = bond.get("due") or {}
        due_on = _due(signed_on, due, calendar) if due.get("from") == "signature" else None
        yield Duty(BOND, BOND, "provider", "", due_on, trigger="signature", source=bond.get("source"), of="bond.in")
        if bond.get("until_on"):
            until = bond_until_on or date.fromisoformat(bond["until_on"])
            yield Duty(BOND_END, BOND_END, "provider", "", until, source=bond.get("source"))
    if end_on is not None:
        yield Duty(TERM_END, TERM_END, "", "", end_on, source=(contract.get("term") or {}).get("source"))
    acceptance = contract.get("acceptance") or {}
    if acceptance.get("deadline"):
        asked = acceptance["deadline"].get("from") == "request"
        due_on = None if asked else _due(end_on, acceptance["deadline"], calendar)
        source, trigger = acceptance.get("source"), "request" if asked else "term_end"
        yield Duty(ACCEPTANCE, ACCEPTANCE, "using_unit", "", due_on, trigger=trigger, source=source, of="acceptance")
    leaving = contract.get("exit") or {}
    notice = leaving.get("notice") or {}
    if notice.get("unit") == "month" and end_on is not None:
        latest = add_months(end_on, -int(notice["count"]))
        yield Duty(EXIT_NOTICE, EXIT_NOTICE, "provider", "", latest, source=leaving.get("source"), of="exit.apply")


def _due(start: date | None, within: Mapping[str, Any] | None, calendar: WorkCalendar) -> date | None:
    """The last day in time; None where the start is not known, or the year's working days are not published yet."""
    if start is None or not within:
        return None
    try:
        return compute_due(start, within, calendar).on
    except Problem:
        return None
