"""The breaches that a month may have while it is undecided which times of force majeure excuse: those of every way to
decide, at once.

What one incident makes is worked out for each thing that may become of it. A figure of several (an average, an
availability, a number of outages) is taken as far as it may go by itself, and stands under a cause of its own: so
nothing that any way to decide comes to is left out, and the sum may be more than any of them comes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from yunqi.cases.incident import IncidentFacts
from yunqi.contract.clauses.coefficient.rule import APART, COUNT, DURATION, RowHit
from yunqi.contract.clauses.critical_breach import rule as critical_rule
from yunqi.contract.conditions import ALWAYS, NO, YES, Condition, all_of, any_of, needs, resolve
from yunqi.settlement.availability import (
    OBJECTS,
    WINDOWS,
    availability_dimensions,
    availability_events,
    find_availability_of,
    involved_in,
)
from yunqi.settlement.averages import (
    AVERAGES,
    average_dimensions,
    average_floor,
    average_pool,
    find_average,
    incident_minutes,
)
from yunqi.settlement.banded import AVAILABILITY, Banded, add_banded, asked_clauses, find_banded_of, find_credits_of
from yunqi.settlement.breaches import (
    OUTAGE_WINDOW,
    OUTAGES,
    critical_condition,
    critical_draft,
    find_critical_count,
    find_incident_breaches,
    find_occurrence_breach,
    find_outages_of,
    find_unmeasured,
    occurrence_draft,
    outages_by_system,
)
from yunqi.settlement.case import Month, ask_responsible, common_value, incident_draft, note_dimensions, outage_minutes
from yunqi.settlement.complaints import (
    COMPLAINT_COUNT,
    WINDOW,
    asks_availability,
    complaint_dimensions,
    count_complaints,
    handed_in,
)
from yunqi.settlement.drafts import Draft, cube
from yunqi.settlement.evidence import Evidence
from yunqi.settlement.excused import covers_unmanned
from yunqi.settlement.fates import find_fates
from yunqi.settlement.inputs import Occurrence, Suspension
from yunqi.settlement.lateness import find_late_breaches
from yunqi.settlement.scores import find_score_breaches
from yunqi.settlement.spread import Reach, Share, find_edges, list_values, reach_of_availability, reach_of_mean

_PROOFS = "proofs"
_OBJECT = "availability.object"
_INNER = ("availability.window", "availability.unknown_time")
Alternatives = list[tuple[Condition, tuple[RowHit, ...], str]]


def find_possible_breaches(
    month: Month, least: Evidence, undecided: Sequence[Suspension], unread: frozenset[str]
) -> bool:
    """Writes all that any way to decide may make into the book. `month` has none of the undecided excused, `least` is
    the evidence with all of them; `unread` are readings that are open besides. Returns whether a figure of several
    stands under a cause of its own.
    """
    finder = _Finder(month, least, undecided, unread)
    finder.find()
    return finder.loose


class _Finder:
    """The search of one month."""

    def __init__(self, month: Month, least: Evidence, undecided: Sequence[Suspension], unread: frozenset[str]) -> None:
        self.month, self.least, self.undecided, self.unread = month, least, undecided, unread
        self.fates = find_fates(month.inputs, month.evidence, undecided)
        self.edges = find_edges(month.law)
        self.loose = False

    def find(self) -> None:
        """Writes all candidates into the book."""
        month = self.month
        for measures, metric in AVERAGES.items():
            if measures in month.law.measures:
                self._average(measures, metric)
        clauses = asked_clauses(month)
        self._availability([one for one in clauses if one.metric == AVAILABILITY])
        find_score_breaches(month)
        find_late_breaches(month)
        for metric in APART:
            find_unmeasured(month, metric)
        for system, incidents in outages_by_system(month).items() if OUTAGES in month.law.measures else ():
            self._outages(system, incidents)
        for incident in month.incidents:
            self._incident(incident, clauses)
        self._critical_count()
        for occurrence in month.occurrences:
            self._occurrence(occurrence)

    # --- what one event makes -----------------------------------------------------------------------------------------

    def _incident(self, incident: IncidentFacts, clauses: Sequence[Banded]) -> None:
        fate, drafts = self.fates[incident.id], self.month.book.drafts
        made = []
        for month in self._months_of(incident):
            start = len(drafts)
            find_banded_of(month, incident, clauses)
            find_incident_breaches(month, incident)
            made.append(self._take(start))
        self._put(incident.id, [*made, []] if fate.gone else made)

    def _occurrence(self, occurrence: Occurrence) -> None:
        start = len(self.month.book.drafts)
        asks = occurrence.measures == COMPLAINT_COUNT and occurrence.other_clause is None
        if asks and asks_availability(self.month.law) and not self._asks_the_same():
            self._complaint(occurrence)
            return
        find_occurrence_breach(self.month, occurrence)
        if any(covers_unmanned(one, occurrence) for one in self.undecided):
            self._put(occurrence.id, [self._take(start), []])

    def _put(self, event: str, made: Sequence[Sequence[Draft]]) -> None:
        """The drafts of an event by each thing that may become of it, into the book."""
        book, code = self.month.book, f"{_PROOFS}@{event}"
        if len(made) > 1:
            book.ask(code, tuple(str(place) for place in range(len(made))), event)
        same: list[tuple[Draft, list[tuple[int, Condition]]]] = []
        for place, drafts in enumerate(made):
            for draft in drafts:
                plain = replace(draft, condition=ALWAYS)
                places = next((places for one, places in same if one == plain), None)
                if places is None:
                    same.append((plain, places := []))
                places.append((place, draft.condition))
        for number, (plain, places) in enumerate(same):
            held = {condition for _place, condition in places}
            if len(places) == len(made) and len(held) == 1:
                condition = held.pop()
            else:
                condition = any_of(*(all_of(one, needs(code, str(place))) for place, one in places))
            book.drafts.append(replace(plain, id=f"{plain.id}~{number}", condition=condition))

    def _take(self, start: int) -> list[Draft]:
        drafts = self.month.book.drafts
        made = [one for one in drafts[start:] if not self.month.is_not_owed(one.id)]
        del drafts[start:]
        return made

    def _months_of(self, incident: IncidentFacts) -> list[Month]:
        downtimes = self.fates[incident.id].downtimes
        evidence = self.month.evidence
        return [replace(self.month, evidence=evidence.with_downtime(incident.id, one)) for one in downtimes]

    # --- figures of several -------------------------------------------------------------------------------------------

    def _is_touched(self, incidents: Iterable[IncidentFacts]) -> bool:
        return any(not self.fates[one.id].is_settled for one in incidents)

    def _is_same(self, parts: Iterable[str]) -> bool:
        """Whether the time that counts of some objects is the same however it is decided."""
        whole, least = self.month.evidence, self.least
        return all(whole.share(part, name) == least.share(part, name) for part in parts for name in WINDOWS)

    def _asks_the_same(self) -> bool:
        unread = any(code in self.unread for code in complaint_dimensions(self.month)[0])
        objects, incidents = self.month.evidence.objects, self.month.incidents
        return not unread and self._is_same(objects) and not self._is_touched(incidents)

    def _bases(self, event: str, involved: Sequence[IncidentFacts], systems: Iterable[str | None]) -> list[Draft]:
        """A draft for each way in which the event may be one of several incidents, or of one alone."""
        month, code = self.month, f"{_PROOFS}@{event}"
        month.book.ask(code, (YES, NO), event)
        self.loose = True
        self._deny(event, involved)
        blank = replace(month.blank(event, event, [event]), condition=needs(code, YES))
        bases = [replace(blank, system=system) for system in sorted(set(systems), key=str)]
        return bases + [replace(one, subject=each.id) for one in bases for each in involved]

    def _deny(self, event: str, involved: Sequence[IncidentFacts]) -> None:
        """Findings denied of every incident are denied of the event, unless it may be one without any incident."""
        known = self.month.known
        if not any(self.fates[one.id].is_settled for one in involved):
            return
        for code in {code.partition("@")[0] for code in known if "@" in code}:
            if all(known.get(f"{code}@{one.id}") == NO for one in involved):
                known.setdefault(f"{code}@{event}", NO)

    def _add_rows(self, bases: Iterable[Draft], alternatives: Alternatives) -> None:
        for number, base in enumerate(bases):
            start = len(self.month.book.drafts)
            self.month.book.add_rows(base, alternatives)
            self._rename(start, number)

    def _rename(self, start: int, number: int) -> None:
        self.month.book.drafts += [replace(one, id=f"{one.id}~{number}") for one in self._take(start)]

    def _average(self, measures: str, metric: str) -> None:
        month = self.month
        dimensions, known = average_dimensions(month, metric)
        if not self._is_touched(month.inputs.incidents) and self.unread.isdisjoint(dimensions):
            find_average(month, measures, metric)
            return
        code, floor = f"clock_start.{metric}", average_floor(month.law, measures)
        starts = dimensions[code]
        shares = {
            (start, one.id): self._share(one, [incident_minutes(each, one, metric, start) for each in months])
            for one in month.inputs.incidents
            for months in (self._months_of(one),)
            for start in starts
        }
        alternatives: Alternatives = []
        for cell in cube(dimensions, known):
            pool = [shares[cell[code], one.id] for one in average_pool(month, cell)]
            reach = reach_of_mean([one for one in pool if one is not None])
            for value in () if reach is None else list_values(reach, self.edges):
                alternatives.append((_held(cell, known), month.law.hits(measures, value), str(value)))
        heavy = [
            one
            for one in month.inputs.incidents
            if any((share := shares[start, one.id]) is not None and share.most > floor for start in starts)
        ]
        if any(hits for _held_if, hits, _text in alternatives):
            event = f"average.{metric}:{month.name}"
            note_dimensions(month, dimensions, event)
            self._add_rows(self._bases(event, heavy, [None, *(one.system for one in heavy)]), alternatives)

    def _share(self, incident: IncidentFacts, values: Sequence[Fraction | None]) -> Share | None:
        known = [one for one in values if one is not None]
        sure = len(known) == len(values) and not self.fates[incident.id].gone
        return Share(min(known), max(known), sure) if known else None

    def _reach(self, parts: tuple[str, ...], window: str, unknown: str) -> Reach | None:
        whole, least = self.month.evidence, self.least
        if not parts or not all(whole.share(part, window).over for part in parts):
            return None
        return reach_of_availability(whole.join(parts, window), least.join(parts, window), unknown)

    def _availability(self, clauses: Sequence[Banded]) -> None:
        month = self.month
        dimensions, known = availability_dimensions(month)
        in_rows = AVAILABILITY in month.law.measures
        for choice in (known[_OBJECT],) if _OBJECT in known else OBJECTS:
            for name, parts in availability_events(month, choice) if in_rows or clauses else ():
                if not self._is_same(parts) or self._is_touched(involved_in(month, choice, parts)):
                    self._availability_of(dimensions, known, choice, name, parts, clauses)
                    continue
                if in_rows:
                    find_availability_of(month, dimensions, known, choice, name, parts)
                find_credits_of(month, dimensions, known, choice, name, parts, clauses)

    def _availability_of(
        self,
        dimensions: Mapping[str, tuple[str, ...]],
        known: Mapping[str, str],
        choice: str,
        name: str,
        parts: tuple[str, ...],
        clauses: Sequence[Banded],
    ) -> None:
        month = self.month
        values: list[tuple[Condition, Fraction]] = []
        for cell in cube({code: dimensions[code] for code in _INNER}, known):
            reach = self._reach(parts, *(cell[code] for code in _INNER))
            values += [(_held(cell, known), one) for one in (list_values(reach, self.edges) if reach else ())]
        event, involved = f"availability.{name}:{month.name}", involved_in(month, choice, parts)
        systems = {None, *(one.system for one in involved)}
        if choice in {"system", "resource"}:
            systems = {common_value(month.evidence.objects[part].system for part in parts)}
        chosen = ALWAYS if _OBJECT in known else needs(_OBJECT, choice)
        rows = [(held, month.law.hits(AVAILABILITY, one), str(one)) for held, one in values]
        bases = [replace(one, condition=all_of(one.condition, chosen)) for one in self._bases(event, involved, systems)]
        note_dimensions(month, dimensions, event)
        self._add_rows(bases, rows)
        at = month.inputs.month.span.start_at
        for one in clauses:
            holding = [(held, str(value)) for held, value in values if one.holds(value)]
            for number, base in enumerate(bases if holding else ()):
                start, held = len(month.book.drafts), any_of(*(held for held, _text in holding))
                add_banded(month, base, one, at, [(held, 1)], [text for _held_if, text in holding])
                self._rename(start, number)

    def _outages(self, system: str, incidents: Sequence[IncidentFacts]) -> None:
        month = self.month
        if not self._is_touched(incidents):
            find_outages_of(month, system, incidents)
            return
        current = {one.id for one in month.incidents}
        recent = [one for one in incidents if one.id in current]
        alternatives: Alternatives = []
        for cell in cube({OUTAGE_WINDOW: ("month", "term")}, month.known) if recent else ():
            found = [
                share
                for one in (recent if cell[OUTAGE_WINDOW] == "month" else incidents)
                if (share := self._share(one, [outage_minutes(each, one) for each in self._months_of(one)]))
            ]
            total = sum((one.least for one in found if one.sure), Fraction(0)), sum(one.most for one in found)
            for count in range(sum(one.sure for one in found), len(found) + 1):
                for minutes in list_values((total[0], Fraction(total[1])), self.edges):
                    figures = {COUNT: Fraction(count), DURATION: minutes}
                    hits = month.law.hits(OUTAGES, None, figures)
                    alternatives.append((_held(cell, month.known), hits, f"{count}; {minutes}" if hits else ""))
        if not any(hits for _held_if, hits, _text in alternatives):
            return
        event = f"outages.{system}:{month.name}"
        note_dimensions(month, {OUTAGE_WINDOW: ("month", "term")}, event)
        for one in recent:
            first = incident_draft(month, one)
            bases = [
                replace(first, event=event, subject=base.subject, roots=base.roots, at=None, condition=base.condition)
                for base in self._bases(event, recent, [None])
            ]
            answered = [replace(base, condition=all_of(base.condition, ask_responsible(month, base))) for base in bases]
            self._add_rows(answered, alternatives)

    def _critical_count(self) -> None:
        month = self.month
        needed = critical_rule.count_needed(month.law.critical, "B")
        rows = [row for row in month.law.critical if row.get("level") == "B"]
        if needed is None or not rows or not self._is_touched(month.until_now):
            find_critical_count(month)
            return
        current = {one.id for one in month.incidents}
        possible = [
            one
            for one in month.until_now
            if any(
                resolve(critical_condition(each, one, row), month.known)
                for each in self._months_of(one)
                for row in rows
            )
        ]
        recent = [one for one in possible if one.id in current]
        if recent and len(possible) >= needed[0]:
            (base,) = self._bases(f"critical.B:{month.name}", (), [None])
            month.book.drafts.append(critical_draft(month, base, rows[0], len(month.law.critical), base.condition))

    def _complaint(self, occurrence: Occurrence) -> None:
        month = self.month
        dimensions, known = complaint_dimensions(month)
        alternatives: Alternatives = []
        for cell in cube(dimensions, known):
            value = count_complaints(month, occurrence, cell[WINDOW])
            said = handed_in(month)
            reaches = [
                reach
                for _name, parts in availability_events(month, cell[_OBJECT])
                if (reach := self._reach(parts, *(cell[code] for code in _INNER)))
            ]
            given = [said[AVAILABILITY]] if AVAILABILITY in said else []
            ends = [min([*given, *(one[side] for one in reaches)]) for side in (0, 1)] if reaches else []
            shares: list[Fraction | None] = [*list_values((ends[0], ends[1]), self.edges)] if ends else []
            for share in [*shares, None]:
                figures = said if share is None else said | {AVAILABILITY: share}
                hits = month.law.hits(COMPLAINT_COUNT, value, figures)
                alternatives.append((_held(cell, known), hits, "" if value is None or not hits else str(value)))
        drafted = replace(occurrence_draft(month, occurrence), at=None)
        (base,) = self._bases(occurrence.id, (), [drafted.system])
        note_dimensions(month, {code: each for code, each in dimensions.items() if code not in known}, occurrence.id)
        self._add_rows([replace(drafted, roots=base.roots, condition=base.condition)], alternatives)


def _held(cell: Mapping[str, str], known: Mapping[str, str]) -> Condition:
    return all_of(*(needs(code, choice) for code, choice in cell.items() if code not in known))
