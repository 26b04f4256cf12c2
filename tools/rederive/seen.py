"""A month's evidence, laid out once: availability by object and window, and the outage behind each incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from .calendar_time import day_of, midnight, minutes_between, months_on
from .clauses import as_number
from .month_case import Incident, MonthCase
from .observed import Piece, Times, lay_out, outages_in, sum_up
from .table_rows import Placed, rows_of

EVERY = "*"
PLATFORM = "platform"
WINDOWS = ("month", "year", "term")
OBJECTS = ("platform", "average", "system", "resource")
UNKNOWN_TIME = ("excluded", "up", "down")


@dataclass(frozen=True)
class Downtime:
    """The outage behind an incident; `end_at` None while it lasts."""

    start_at: datetime
    end_at: datetime | None


class Seen:
    """What was seen of the objects of a month, from the term's start to the month's end."""

    def __init__(self, case: MonthCase) -> None:
        self.case = case
        law = case.clauses
        self.first = case.start_at if law.start_on is None else midnight(law.start_on)
        self.last = None if law.end_on is None else midnight(law.end_on + timedelta(days=1))
        begin = min(self.first, case.start_at)
        self.served_until = case.end_at if self.last is None else min(case.end_at, self.last)
        self._lasting: set[tuple[str, datetime]] = set()
        self.stretches: dict[str, list[Piece]] = {}
        for name, pieces in case.pieces.items():
            holes = [(start, end) for target, start, end in case.holes if target in {EVERY, name}]
            self.stretches[name] = lay_out(pieces, holes, begin, case.end_at)
        self.outages = {name: self._outages_of(name, begin) for name in self.stretches}
        self.downtimes = {one.id: self._downtime(one) for one in case.incidents}
        self._shares: dict[tuple[tuple[str, ...], str, str], Fraction | None] = {}
        self._rows: dict[tuple[object, ...], list[Placed]] = {}

    def _outages_of(self, name: str, begin: datetime) -> list[tuple[datetime, datetime]]:
        """The outages that began while the service ran and the month lasted, each to its own end as far as it was seen;
        what is after the term's end is no outage.
        """
        case, limit = self.case, self.case.known_at if self.last is None else min(self.case.known_at, self.last)
        seen_until = max([self.served_until, *(min(ended, limit) for _begun, ended, _kind in case.pieces[name])])
        holes = [(start, end) for target, start, end in case.holes if target in {EVERY, name}]
        whole = lay_out(case.pieces[name], holes, begin, seen_until)
        found = [one for one in outages_in(whole) if one[0] < self.served_until]
        if found and found[-1][1] >= seen_until:
            self._lasting.add((name, found[-1][0]))
        return found

    def kind_of(self, name: str) -> str:
        """platform, system or resource."""
        kind = name.partition(":")[0]
        return kind if kind in {"system", PLATFORM} else "resource"

    def window(self, name: str) -> tuple[datetime, datetime]:
        """The window that the month lies in: the month, the contract year or the term."""
        if name == "month":
            return min(max(self.case.start_at, self.first), self.served_until), self.served_until
        start, end = self.first, self.last
        if name == "year":
            day = day_of(self.first)
            while midnight(months_on(day, 12)) <= self.case.start_at:
                day = months_on(day, 12)
            start, end = midnight(day), midnight(months_on(day, 12))
            end = end if self.last is None else min(end, self.last)
        return start, self.case.end_at if end is None else end

    def is_over(self, window: str) -> bool:
        """Whether the window has ended with the month."""
        return self.window(window)[1] <= self.case.end_at

    def times(self, names: Iterable[str], window: str) -> Times:
        """Several objects over a window as one: their times add up."""
        start, end = self.window(window)
        total = Times()
        for name in names:
            total = total.plus(sum_up(self.stretches[name], start, min(end, self.case.end_at)))
        return total

    def best(self, name: str, window: str) -> Fraction | None:
        """The share of an object if all that is unknown or still to come were up."""
        start, end = self.window(window)
        times = sum_up(self.stretches[name], start, end)
        return times.share("up")

    def groups(self, choice: str) -> list[tuple[str, list[str]]]:
        """What a choice of object means: a name for each, with the watched objects that it is made of."""
        names = sorted(self.stretches)
        if choice == PLATFORM:
            return [(PLATFORM, [one for one in names if self.kind_of(one) == PLATFORM])]
        resources = [one for one in names if self.kind_of(one) == "resource"]
        if choice == "average":
            return [("average", resources or [one for one in names if self.kind_of(one) == "system"])]
        if choice == "system":
            systems = dict.fromkeys(system for one in names if (system := self.case.object_systems[one]))
            return [(system, self.objects_of(system)) for system in systems]
        return [(one, [one]) for one in resources]

    def objects_of(self, system: str) -> list[str]:
        """What carries a system: what was watched as the system itself, else its resources."""
        mine = [one for one in sorted(self.stretches) if self.case.object_systems[one] == system]
        return [one for one in mine if self.kind_of(one) == "system"] or mine

    def places_of(self, incident: Incident) -> list[str]:
        """Where an incident's outage is looked for."""
        if incident.object is not None:
            return [incident.object] if incident.object in self.outages else []
        return self.objects_of(incident.system) if incident.system else []

    def share_of(self, parts: list[str], window: str, unknown: str) -> Fraction | None:
        """The availability that counts; None without evidence, or before the window's end."""
        key = (tuple(parts), window, unknown)
        if key not in self._shares:
            times = self.times(parts, window)
            counts = parts and self.is_over(window) and times.up + times.down
            self._shares[key] = times.share(unknown) if counts else None
        return self._shares[key]

    def rows(
        self, measures: str, value: Fraction | None, figures: Mapping[str, Fraction] | None = None
    ) -> list[Placed]:
        """The rows of the tables that may apply, each set looked up once: a month may be played through many times."""
        key = (measures, value, tuple(sorted((figures or {}).items())))
        if key not in self._rows:
            self._rows[key] = rows_of(self.case.clauses.rows, measures, value, figures or {})
        return self._rows[key]

    def minutes_down(self, incident: Incident) -> Fraction | None:
        """How long the outage behind an incident lasted, up to now while it lasts."""
        found = self.downtimes[incident.id]
        return None if found is None else minutes_between(found.start_at, found.end_at or self.case.known_at)

    def minutes_of(self, incident: Incident) -> Fraction | None:
        """How long an incident lasted: its outage, else what was stated of it."""
        measured = self.minutes_down(incident)
        return as_number(incident.data.get("duration_minutes")) if measured is None else measured

    def when(self, incident: Incident, event: str) -> datetime | None:
        """When an event happened: what was measured stands before what was entered."""
        outage = self.downtimes[incident.id]
        if event == "occurred":
            return outage.start_at if outage else incident.times.get("occurred", incident.opened_at)
        if event == "recovered" and outage is not None:
            return outage.end_at
        return incident.times.get(event)

    def _downtime(self, incident: Incident) -> Downtime | None:
        moments = [incident.opened_at, *incident.times.values()]
        first = min(moments)
        last = max(first, incident.times.get("recovered", max(moments)))
        found = [
            (outage, (name, outage[0]) in self._lasting)
            for name in self.places_of(incident)
            for outage in self.outages[name]
            if outage[0] <= last and outage[1] >= first
        ]
        if found:
            (start, end), _last = max(found, key=lambda one: (one[0][1] - one[0][0], one[0]))
            if any(lasts and outage == (start, end) for outage, lasts in found):
                said = incident.times.get("recovered")
                return self._within_term(Downtime(start, None if said is None else max(end, said)))
            return self._within_term(Downtime(start, end))
        if incident.type == "interruption" and {"occurred", "recovered"} <= set(incident.times):
            return self._within_term(self._stated(incident))
        return None

    def _within_term(self, found: Downtime | None) -> Downtime | None:
        """No longer than to the term's end, where that has come."""
        if found is None or self.last is None or found.start_at >= self.last:
            return found
        end = self.case.known_at if found.end_at is None else found.end_at
        return Downtime(found.start_at, self.last) if end >= self.last else found

    def _stated(self, incident: Incident) -> Downtime | None:
        """What was said of an interruption, less what is excluded; of several parts the longest."""
        start, end = incident.times["occurred"], incident.times["recovered"]
        targets = {EVERY, incident.object, f"system:{incident.system}"}
        holes = [(begun, ended) for target, begun, ended in self.case.holes if target in targets]
        if start >= end:
            return Downtime(start, end)
        down = outages_in(lay_out([(start, end, "down")], holes, start, end))
        return Downtime(*max(down, key=lambda one: (one[1] - one[0], one))) if down else None
