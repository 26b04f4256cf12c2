"""The evidence of one statement, ordered once: verdict spans by object, outages, availability by window, outages of
incidents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from yunqi.cases.incident import Downtime, IncidentFacts
from yunqi.kernel.period import Span, add_months, date_of, day_start, subtract
from yunqi.kernel.units import microseconds
from yunqi.metering import (
    Availability,
    Exclusion,
    Observation,
    Outage,
    Verdict,
    VerdictSpan,
    compute_availability,
    compute_outages,
    compute_spans,
    join_availability,
)
from yunqi.settlement.inputs import EVERY_OBJECT, Inputs, ObjectEvidence

YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class WindowShare:
    """An object's availability over a window. `left` is time of the window that has not come yet; over is when it is
    0.
    """

    measured: Availability
    left: timedelta

    @property
    def over(self) -> bool:
        """Whether the window has ended."""
        return not self.left

    @property
    def best(self) -> Fraction | None:
        """The share if all that is unknown or still to come were up."""
        counted = microseconds(self.measured.up + self.measured.down + self.measured.unknown + self.left)
        up = microseconds(self.measured.up + self.measured.unknown + self.left)
        return Fraction(up, counted) if counted else None


class Evidence:
    """What the month's evidence says, computed once for each object."""

    def __init__(self, inputs: Inputs, start_on: date | None, end_on: date | None) -> None:
        self.month = inputs.month.span
        self.known_at = inputs.known_at
        self.start_at = day_start(start_on) if start_on else self.month.start_at
        self.end_at = day_start(end_on + timedelta(days=1)) if end_on else None
        self._served_until = self.month.end_at if self.end_at is None else min(self.month.end_at, self.end_at)
        self.objects: Mapping[str, ObjectEvidence] = {one.object: one for one in inputs.objects}
        self._seen = Span(min(self.start_at, self.month.start_at), self.month.end_at)
        self._excluded: dict[str, list[Exclusion]] = {}
        for name, exclusion in inputs.exclusions:
            self._excluded.setdefault(name, []).append(exclusion)
        self._histories: dict[str, tuple[VerdictSpan, ...]] = {}
        self._shares: dict[tuple[str, str], WindowShare] = {}
        self.spans = {one.object: self._month_spans(one) for one in inputs.objects}
        self._lasting: set[tuple[str, Outage]] = set()
        self.outages = {name: self._follow(name, compute_outages(spans)) for name, spans in self.spans.items()}
        self.by_system: dict[str, list[str]] = {}
        for one in inputs.objects:
            if one.system:
                self.by_system.setdefault(one.system, []).append(one.object)
        self.downtimes = {incident.id: self._downtime(incident) for incident in inputs.incidents}

    def _month_spans(self, one: ObjectEvidence) -> tuple[VerdictSpan, ...]:
        # Longer windows are asked for seldom; an outage that reaches back over the month's edge is followed back.
        near = [item for item in one.observations if item.span.end_at > self.month.start_at]
        first = min((item.span.start_at for item in near), default=self.month.start_at)
        spans = self._compute(one, near, max(self._seen.start_at, min(first, self.month.start_at)))
        return self.history(one.object) if spans[0].verdict is Verdict.DOWN else spans

    def _compute(
        self, one: ObjectEvidence, observations: Iterable[Observation], start_at: datetime
    ) -> tuple[VerdictSpan, ...]:
        return self._compute_over(one, observations, Span(start_at, self.month.end_at))

    def _compute_over(
        self, one: ObjectEvidence, observations: Iterable[Observation], span: Span
    ) -> tuple[VerdictSpan, ...]:
        holes = [*self._excluded.get(EVERY_OBJECT, ()), *self._excluded.get(one.object, ())]
        return compute_spans(observations, span, holes)

    def _follow(self, name: str, outages: Sequence[Outage]) -> tuple[Outage, ...]:
        # An outage that reaches the month's end is followed to its own, as far as that was seen; none is owed for
        # what is after the term's end.
        served = self._served_until
        found = [one for one in outages if one.span.start_at < served]
        if not found or found[-1].span.end_at < served:
            return tuple(found)
        last, limit = found.pop(), self.known_at if self.end_at is None else min(self.known_at, self.end_at)
        one = self.objects[name]
        seen_until = min(max((item.span.end_at for item in one.observations), default=served), limit)
        if served < seen_until:
            later = self._compute_over(one, one.observations, Span(served, seen_until))[0]
            end_at = later.span.end_at if later.verdict is Verdict.DOWN else served
            last = replace(last, span=Span(last.span.start_at, end_at), sample=last.sample or later.sample)
        else:
            last = replace(last, span=Span(last.span.start_at, served))
        if last.span.end_at >= max(served, seen_until):
            self._lasting.add((name, last))
        return (*found, last)

    def history(self, name: str) -> tuple[VerdictSpan, ...]:
        """The spans of an object since the term's start, or since its first evidence."""
        if name not in self._histories:
            one = self.objects[name]
            first = min((item.span.start_at for item in one.observations), default=self.month.start_at)
            start_at = max(self._seen.start_at, min(first, self.month.start_at))
            self._histories[name] = self._compute(one, one.observations, start_at)
        return self._histories[name]

    def window(self, name: str) -> Span:
        """The window that the month lies in: the month, the contract year, or the term. Of a month in which the term
        begins or ends, only what is in the term.
        """
        if name == "month":
            return Span(min(max(self.month.start_at, self.start_at), self._served_until), self._served_until)
        start, end = self.start_at, self.end_at
        if name == "year":
            first = date_of(self.start_at)
            while day_start(add_months(first, YEAR_MONTHS)) <= self.month.start_at:
                first = add_months(first, YEAR_MONTHS)
            start = day_start(first)
            year_end = day_start(add_months(first, YEAR_MONTHS))
            end = year_end if end is None else min(end, year_end)
        return Span(start, self.month.end_at if end is None else end)

    def share(self, name: str, window: str) -> WindowShare:
        """The availability of one object over a window, up to the end of the month; time before its first evidence is
        unknown.
        """
        key = (name, window)
        if key not in self._shares:
            whole = self.window(window)
            seen = Span(whole.start_at, min(whole.end_at, self.month.end_at))
            clipped = [
                VerdictSpan(inside, one.verdict, one.sample, one.exclusion)
                for one in (self.spans[name] if window == "month" else self.history(name))
                if (inside := one.span.intersect(seen)) is not None
            ]
            found = compute_availability(clipped)
            missing = seen.length - found.up - found.down - found.unknown - found.excluded
            full = Availability(found.up, found.down, found.unknown + missing, found.excluded, found.sample)
            self._shares[key] = WindowShare(full, whole.end_at - seen.end_at)
        return self._shares[key]

    def join(self, names: Iterable[str], window: str) -> Availability:
        """Several objects over a window as one: their times add up."""
        return join_availability(self.share(name, window).measured for name in names)

    def month_outages(self, name: str) -> tuple[Outage, ...]:
        """The outages of an object within the month, or over one of its ends."""
        return tuple(one for one in self.outages[name] if one.span.end_at > self.month.start_at)

    def objects_of(self, system: str) -> list[str]:
        """The objects that carry an information system: its own where there is one, else its resources."""
        names = self.by_system.get(system, [])
        return [name for name in names if self.objects[name].kind == "system"] or names

    def incident_objects(self, incident: IncidentFacts) -> Iterable[str]:
        """Where an incident's outage is looked for: its object, else the objects of its system."""
        if incident.object is not None:
            return [incident.object] if incident.object in self.outages else []
        return self.objects_of(incident.system) if incident.system else []

    def outages_near(self, incident: IncidentFacts) -> Iterator[tuple[str, Outage, bool]]:
        """All outages of the objects where an incident's is looked for, each with its object and whether it lasts."""
        begun_at = min([incident.opened_at, *incident.times.values()])
        for name in self.incident_objects(incident):
            near = begun_at >= self.month.start_at
            some = self.outages[name] if near else self._follow(name, compute_outages(self.history(name)))
            for outage in some:
                yield name, outage, (name, outage) in self._lasting

    def with_downtime(self, incident: str, downtime: Downtime | None) -> Evidence:
        """The same, with another outage behind one incident."""
        changed = copy(self)
        changed.downtimes = {**self.downtimes, incident: downtime}
        return changed

    def _downtime(self, incident: IncidentFacts) -> Downtime | None:
        outages = list(self.outages_near(incident))
        lasting = [one for _name, one, lasts in outages if lasts]
        places = (EVERY_OBJECT, incident.object, f"system:{incident.system}")
        excluded = [one.span for place in places if place for one in self._excluded.get(place, ())]
        return self.within_term(choose_downtime(incident, [one for _name, one, _lasts in outages], lasting, excluded))

    def within_term(self, found: Downtime | None) -> Downtime | None:
        """An outage no longer than to the term's end, where that has come."""
        if found is None or self.end_at is None or found.start_at >= self.end_at:
            return found
        over = found.end_at is None and self.known_at >= self.end_at
        past = found.end_at is not None and found.end_at > self.end_at
        return replace(found, end_at=self.end_at) if over or past else found


def choose_downtime(
    incident: IncidentFacts, outages: Iterable[Outage], lasting: Iterable[Outage], excluded: Iterable[Span] = ()
) -> Downtime | None:
    """The outage behind an incident among those of its objects: the longest that overlaps with it; where none was
    measured, what was said of an interruption, less what is excluded. One that reaches the end of what was seen
    (`lasting`) is over when that was said, and lasts where it was not.
    """
    times: list[datetime] = [incident.opened_at, *incident.times.values()]
    first, last = min(times), incident.times.get("recovered", max(times))
    found = [one for one in outages if one.span.start_at <= max(first, last) and one.span.end_at >= first]
    if found:
        longest = max(found, key=lambda outage: (outage.span.length, outage.span))
        end_at: datetime | None = longest.span.end_at
        if longest in set(lasting):
            said = incident.times.get("recovered")
            end_at = None if said is None else max(longest.span.end_at, said)
        return Downtime(longest.span.start_at, end_at, longest.sample)
    if incident.type == "interruption" and "occurred" in incident.times and "recovered" in incident.times:
        stated = (incident.times["occurred"], incident.times["recovered"])
        parts = subtract([Span(*stated)], excluded) if excluded and stated[0] < stated[1] else (Span(*stated),)
        longest_part = max(parts, key=lambda part: (part.length, part), default=None)
        if longest_part is not None:
            return Downtime(longest_part.start_at, longest_part.end_at, incident.sample)
    return None
