"""What happened in a month -> breach candidates: outages, findings, critical events, other occurrences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from yunqi.cases.incident import IncidentFacts
from yunqi.cases.logbook.protection import CONDITION
from yunqi.contract.clauses.coefficient.rule import APART, COUNT, DURATION, RowHit
from yunqi.contract.clauses.critical_breach import rule as critical_rule
from yunqi.contract.conditions import ALWAYS, NEVER, NO, YES, Condition, all_of, any_of, bind, needs, negate, resolve
from yunqi.contract.terms import number
from yunqi.kernel.period import add_months, date_of
from yunqi.settlement.availability import find_availability_breaches
from yunqi.settlement.averages import find_average_breaches
from yunqi.settlement.banded import find_banded_breaches
from yunqi.settlement.case import (
    AS_EVIDENCE,
    AS_MET,
    UNMEASURED,
    Month,
    ask_responsible,
    incident_draft,
    inherit_answers,
    is_sampled,
    note_dimensions,
    outage_minutes,
)
from yunqi.settlement.complaints import COMPLAINT_COUNT, find_complaint_breach
from yunqi.settlement.drafts import Draft, cube, merge_alternatives
from yunqi.settlement.evidence import YEAR_MONTHS
from yunqi.settlement.inputs import Occurrence
from yunqi.settlement.lateness import LATE, find_late_breaches, said_condition
from yunqi.settlement.scores import find_score_breaches
from yunqi.settlement.sums import About, find_said_counts, find_ways

FINDINGS: Mapping[str, str] = {"tampering": "tampered", "data_loss": "data_lost", "intrusion": "intruded"}


OUTAGES, OUTAGE_WINDOW = "outage_count_or_total", "outage.window"
"""What a row of repeated outages measures, and the reading of over what time they are counted."""
FAILURES = "assessment_failures"
ASSESSED = "assessments:"
"""What the id of a run of monthly assessments begins with; the month follows."""
UNRECTIFIED, RUN_CODE = "unrectified", "assessment.run"
"""The finding that what failed was not mended in time, and the reading of what a further failed assessment in a row is
once so many have made a breach.
"""
RUN_AGAIN, RUN_ANEW = "again", "anew"

_PLAYED_THROUGH = 6
TERM, ROLLING, CONTRACT_YEAR, CALENDAR_YEAR = "term", "year", "contract_year", "calendar_year"
_YEARS = (ROLLING, CONTRACT_YEAR, CALENDAR_YEAR)
"""What "within a year" may mean of a number of events."""


def find_breaches(month: Month) -> None:
    """Writes all candidates of the month into the book."""
    find_average_breaches(month)
    if "availability" in month.law.measures:
        find_availability_breaches(month)
    find_banded_breaches(month)
    find_score_breaches(month)
    find_late_breaches(month)
    for metric in APART:
        find_unmeasured(month, metric)
    _outages(month)
    for incident in month.incidents:
        find_incident_breaches(month, incident)
    find_critical_count(month)
    for occurrence in month.occurrences:
        find_occurrence_breach(month, occurrence)


def find_unmeasured(month: Month, metric: str) -> None:
    """Writes what a figure costs that nobody handed in into the book: it never costs nothing in silence."""
    if metric not in month.law.measures or any(one.measures == metric for one in month.occurrences):
        return
    code, event = f"{UNMEASURED}{metric}", f"{metric}:{month.name}"
    hits = month.law.hits(metric, None)
    if code not in month.known:
        month.book.ask(code, (AS_MET, AS_EVIDENCE), event, hits[0].row.get("source"))
    base = replace(month.blank(event, event, [event]), condition=resolve(needs(code, AS_EVIDENCE), month.known))
    if base.condition:
        month.book.add_rows(base, [(ALWAYS, hits, "")])


def _outages(month: Month) -> None:
    # Repeated outages of one system: their number and total, over the month or the term.
    if OUTAGES not in month.law.measures:
        return
    for system, incidents in outages_by_system(month).items():
        find_outages_of(month, system, incidents)


def outages_by_system(month: Month) -> dict[str, list[IncidentFacts]]:
    """The incidents with an outage since the term's start, by system."""
    systems: dict[str, list[IncidentFacts]] = {}
    for incident in month.until_now:
        if month.evidence.downtimes[incident.id] is not None:
            systems.setdefault(incident.system or incident.object or incident.id, []).append(incident)
    return systems


def find_outages_of(month: Month, system: str, incidents: Sequence[IncidentFacts]) -> None:
    """Writes the candidate of one system's outages into the book."""
    current = {one.id for one in month.incidents}
    dimensions = {OUTAGE_WINDOW: ("month", "term")}
    recent = [one for one in incidents if one.id in current]
    outcomes: list[tuple[dict[str, str], tuple[tuple[RowHit, ...], str]]] = []
    for choice in cube(dimensions, month.known):
        pool = recent if choice[OUTAGE_WINDOW] == "month" else incidents
        total = sum((outage_minutes(month, one) or Fraction(0) for one in pool), Fraction(0))
        figures = {COUNT: Fraction(len(pool)), DURATION: total}
        hits = month.law.hits(OUTAGES, None, figures)
        outcomes.append((choice, (hits, f"{len(pool)}; {total}" if hits else "")))
    if not recent or not any(hits for _, (hits, _) in outcomes):
        return
    event = f"outages.{system}:{month.name}"
    subject = recent[0].id if len(recent) == 1 else event
    if len(recent) > 1:
        inherit_answers(month, subject, [one.id for one in recent])
    base = replace(incident_draft(month, recent[0]), event=event, subject=subject, at=None)
    base = replace(
        base,
        roots=tuple(sorted({month.root(one) for one in recent})),
        facts=tuple(fact for one in recent for fact in (one.facts or (one.id,))),
        sample=any(one.sample or is_sampled(month, one) for one in recent),
        condition=ask_responsible(month, base),
    )
    merged = merge_alternatives(dimensions, month.known, outcomes)
    note_dimensions(month, dimensions, event)
    month.book.add_rows(base, [(condition, hits, measured) for condition, (hits, measured) in merged])


def find_incident_breaches(month: Month, incident: IncidentFacts) -> None:
    """Writes the candidates of one incident by itself under the tables into the book."""
    base = incident_draft(month, incident)
    minutes = outage_minutes(month, incident)
    if minutes is not None and "outage_single" in month.law.measures:
        hits = month.law.hits("outage_single", minutes)
        if hits:
            month.book.add_rows(replace(base, condition=ask_responsible(month, base)), [(ALWAYS, hits, str(minutes))])
    finding = FINDINGS.get(incident.type)
    if finding in month.law.measures:
        hits = month.law.hits(str(finding), None)
        month.book.add_rows(replace(base, condition=ask_responsible(month, base)), [(ALWAYS, hits, "")])
    _critical_alone(month, incident, base)


def _critical_alone(month: Month, incident: IncidentFacts, base: Draft) -> None:
    # An event that several rows describe is one candidate: that of the first of them, found where any of them holds.
    conditions = [(critical_condition(month, incident, row), row) for row in month.law.critical]
    held = [at for at, (condition, row) in enumerate(conditions) if condition and row.get("level") == "A"]
    if held:
        row, together = conditions[held[0]][1], any_of(*(conditions[at][0] for at in held))
        month.book.drafts.append(critical_draft(month, base, row, held[0], together))


def _critical_facts(month: Month, incident: IncidentFacts) -> dict[str, Any]:
    flags = next((one for one in month.inputs.systems if one.id == incident.system), None)
    outage = outage_minutes(month, incident)
    duration = incident.data.get("duration_minutes")
    return {
        "type": incident.type,
        "minutes": outage if outage is not None else number(duration),
        "important": flags.important if flags else None,
        "people": month.known.get(f"people_affected@{incident.id}"),
        "loss_fen": month.known.get(f"loss_fen@{incident.id}"),
    }


def critical_condition(month: Month, incident: IncidentFacts, row: Mapping[str, Any]) -> Condition:
    """When a row of critical events describes an incident; asks what is open of it."""
    facts = _critical_facts(month, incident)
    asked = (row.get("conditions") or {}).get(CONDITION) and row.get("joined") != "or"
    if asked and month.is_protected(incident) is False:
        return NEVER
    if facts["type"] == "interruption" and facts["minutes"] is None:
        return ()
    condition, choices = critical_rule.match_critical(row, facts)
    for code, answers in choices.items():
        month.book.ask(f"{code}@{incident.id}", answers, incident.id, row.get("source"))
    return bind(condition, incident.id, critical_rule.LOCAL_CODES)


def critical_draft(month: Month, base: Draft, row: Mapping[str, Any], index: int, condition: Condition) -> Draft:
    """The draft of a critical breach."""
    source = row.get("source") or {}
    level = str(row.get("level"))
    return replace(
        base,
        id=f"{base.event}/critical.{level}.{row.get('type')}",
        clause=str(source.get("article") or f"{level} {row.get('type')}"),
        text=str(row.get("text") or source.get("text") or ""),
        severity="critical",
        condition=condition,
        source=row.get("source"),
        fixed=month.law.critical_amount() or Fraction(0),
        order=(-1, index),
    )


def find_critical_count(month: Month) -> None:
    """Writes the critical breach that several events of level B make into the book."""
    # B events make a breach together: the month's last one carries it, and it hangs on how many of them are found to
    # be B.
    needed = critical_rule.count_needed(month.law.critical, "B")
    rows = [row for row in month.law.critical if row.get("level") == "B"]
    if needed is None or not rows:
        return
    count, window = needed
    current = {one.id for one in month.incidents}
    possible: list[tuple[IncidentFacts, Condition]] = []
    for incident in sorted(month.until_now, key=lambda one: (one.opened_at, one.id)):
        condition = resolve(any_of(*(critical_condition(month, incident, row) for row in rows)), month.known)
        if condition:
            possible.append((incident, condition))
    recent = [(incident, condition) for incident, condition in possible if incident.id in current]
    if not recent:
        return
    code = "count_window.B"
    choices = _count_windows(month, window)
    agreed = choices[0] if len(choices) == 1 else month.known.get(code)
    certain = sum(condition == ALWAYS for _, condition in possible)
    if len(possible) - certain > _PLAYED_THROUGH:
        # Too many to play through: whether enough of them are B events is one question, that findings on each answer
        # in time.
        _many_possible(month, recent, rows[0], len(possible), count)
        return
    counted = {name: _reached_now(count, possible, current, name, month.law.start_on) for name in choices}
    if agreed in counted:
        together = counted[agreed]
    elif all(one == counted[choices[0]] for one in counted.values()):
        together = counted[choices[0]]
    else:
        month.book.ask(code, choices, recent[-1][0].id, rows[0].get("source"))
        together = any_of(*(all_of(needs(code, name), condition) for name, condition in counted.items()))
    if together:
        base = replace(incident_draft(month, recent[-1][0]), at=None)
        month.book.drafts.append(
            replace(
                critical_draft(month, base, rows[0], len(month.law.critical), together),
                id=f"{base.event}/critical.B*{count}",
            )
        )


def _many_possible(
    month: Month, recent: Sequence[tuple[IncidentFacts, Condition]], row: Mapping[str, Any], position: int, count: int
) -> None:
    last = recent[-1][0]
    code = f"critical.B*{count}@{last.id}"
    month.book.ask(code, (YES, NO), last.id, row.get("source"))
    base = replace(incident_draft(month, last), at=None)
    draft = critical_draft(month, base, row, position, needs(code, YES))
    month.book.drafts.append(replace(draft, id=f"{last.id}/critical.B*{count}"))


def _count_windows(month: Month, stated: str | None) -> tuple[str, ...]:
    # Where the clause says "within a year" it is open which year; where it says nothing, also whether the whole term.
    years = _YEARS if month.law.start_on is not None else tuple(one for one in _YEARS if one != CONTRACT_YEAR)
    return (TERM,) if stated == TERM else years if stated == "year" else (TERM, *years)


def _counts_together(window: str, earlier: date, later: date, start_on: date | None) -> bool:
    """Whether two days are within one window.

    Source: 民法典 第201–202条 (a year begins on the next day and ends with the same day, or a month that lacks it).
    """
    if window == ROLLING:
        return later <= add_months(earlier, YEAR_MONTHS)
    if window == CALENDAR_YEAR:
        return earlier.year == later.year
    if window == CONTRACT_YEAR and start_on is not None:
        years = range(1, later.year - start_on.year + 1)
        edges = (add_months(start_on, YEAR_MONTHS * number) for number in years)
        return not any(earlier < edge <= later for edge in edges)
    return True


def _reached_now(
    count: int,
    pairs: Sequence[tuple[IncidentFacts, Condition]],
    current: set[str],
    window: str,
    start_on: date | None,
) -> Condition:
    """When `count` events make a breach within the month: they are walked through in order, those that have made a
    breach are used up by it, and those that are not in one window with the event count no more.
    """
    fired: Condition = NEVER
    unused: dict[tuple[datetime, ...], Condition] = {(): ALWAYS}
    for incident, condition in pairs:
        on = date_of(incident.opened_at)
        denied = negate(condition)
        after: dict[tuple[datetime, ...], Condition] = {}
        for events, held in unused.items():
            kept = tuple(at for at in events if _counts_together(window, date_of(at), on, start_on))
            reached = (*kept, incident.opened_at)
            done = len(reached) == count
            if done and incident.id in current:
                fired = any_of(fired, all_of(held, condition))
            else:
                _put(after, () if done else reached, all_of(held, condition))
            _put(after, kept, all_of(held, denied))
        unused = after
    return fired


def _put(states: dict[tuple[datetime, ...], Condition], events: tuple[datetime, ...], held: Condition) -> None:
    if held:
        states[events] = any_of(states.get(events, NEVER), held)


def find_occurrence_breach(month: Month, occurrence: Occurrence) -> None:
    """Writes the candidates of something other than an incident into the book."""
    base = occurrence_draft(month, occurrence)
    if occurrence.other_clause is not None:
        _other(month, base, occurrence)
        return
    if occurrence.measures == COMPLAINT_COUNT:
        find_complaint_breach(month, occurrence, replace(base, at=None))
        return
    hits = month.law.hits(occurrence.measures, occurrence.value)
    if base.condition == NEVER:
        return
    held = _run_condition(month, occurrence) if hits and occurrence.id.startswith(ASSESSED) else ALWAYS
    month.book.add_rows(base, [(held, hits, "" if occurrence.value is None else str(occurrence.value))])


def occurrence_draft(month: Month, occurrence: Occurrence) -> Draft:
    """A draft for something other than an incident with nothing but its event, and when it counts."""
    root = occurrence.root_cause if month.law.joins_causes else None
    if occurrence.of:
        root = f"{LATE}:{occurrence.of}"  # of the ledger's word and of people's on one lateness the graver counts
    return replace(
        month.blank(occurrence.id, occurrence.id, [root or occurrence.id]),
        condition=said_condition(month, occurrence),
        system=occurrence.system,
        facts=occurrence.facts or (occurrence.id,),
        sample=occurrence.sample,
        at=occurrence.at,
    )


def _run_condition(month: Month, occurrence: Occurrence) -> Condition:
    # Assessments failed in a row: mended in time they are no breach. Once so many have made one, it is agreed whether
    # each further one makes another, or they are used up by it.
    run = 0 if occurrence.value is None else int(occurrence.value)
    needed = next((count for count in range(1, run + 1) if month.law.hits(FAILURES, Fraction(count))), 1)
    code = f"{UNRECTIFIED}@{occurrence.id}"
    source = month.law.hits(FAILURES, occurrence.value)[0].row.get("source")
    month.book.ask(code, (YES, NO), occurrence.id, source)
    if run % needed == 0:
        return needs(code, YES)
    month.book.ask(RUN_CODE, (RUN_AGAIN, RUN_ANEW), occurrence.id, source)
    return all_of(needs(code, YES), needs(RUN_CODE, RUN_AGAIN))


def _other(month: Month, base: Draft, occurrence: Occurrence) -> None:
    index = occurrence.other_clause or 0
    if index >= len(month.law.others):
        return
    clause = month.law.others[index]
    about = About(base.event, f"other.{index}", clause, occurrence.at)
    counts = find_said_counts(month, about, occurrence.value)
    source = clause.get("source") or {}
    for held, count in counts:
        of_count = f".x{count}" if len(counts) > 1 else ""
        for way in find_ways(month, about, count):
            drafted = replace(
                base,
                id=f"{base.event}/other.{index}{of_count}{way.suffix}",
                clause=str(source.get("article") or clause.get("duty")),
                text=str(source.get("text") or clause.get("duty") or ""),
                severity="other",
                condition=all_of(base.condition, held, way.condition),
                source=clause.get("source"),
                order=(2, index),
                table="other.said",
            )
            month.book.drafts.append(way.price(drafted))
