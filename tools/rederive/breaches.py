"""What happened in a month -> what each event would cost under which row, and what must be answered for it to count.

Source: 附件1–3 of a contract, and its articles on liability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from .answers import Answers, might_hold, surely_holds
from .assessed import run_counts
from .banded import add_banded
from .breach import About, Breach, completed, event_windows, responsible, starts_of
from .calendar_time import minutes_between
from .clauses import HANDED_IN, Row, as_number, row_name, single_range
from .complaints import COMPLAINTS, add_complaints
from .events import Event
from .late import add_late, found_otherwise, was_said_before
from .month_case import Incident, MonthCase
from .people import is_outside
from .scores import add_scores
from .seen import OBJECTS, PLATFORM, UNKNOWN_TIME, WINDOWS, Seen
from .sums import Priced, said_counts, settle_count, sum_of
from .table_rows import Placed, applies, is_critical

AVERAGES = {"response_average": "response", "recovery_average": "recovery"}
STOPS = {
    "response": "responded",
    "location": "located",
    "recovery": "recovered",
    "handling": "recovered",
    "arrival": "arrived",
}
STARTS = {"occurrence": "occurred", "notice": "reported", "response": "responded"}
FINDINGS = {"tampering": "tampered", "data_loss": "data_lost", "intrusion": "intruded"}
PLAYED_THROUGH = 6


class Breaches:
    """Collects the breaches of a month. `found` has them; `named` the events that any row could price."""

    def __init__(self, case: MonthCase, seen: Seen, answers: Answers) -> None:
        self.case, self.seen, self.answers = case, seen, answers
        self.law = case.clauses
        self.measured = self.law.measured()
        self.found: list[Breach] = []
        self.named: set[str] = set()
        for measures, metric in AVERAGES.items():
            if measures in self.measured:
                self._average(measures, metric)
        if "availability" in self.measured:
            self._availability()
        add_banded(self)
        add_scores(self)
        add_late(self)
        for metric in HANDED_IN:
            if metric in self.measured:
                self._not_handed_in(metric)
        if "outage_count_or_total" in self.measured:
            self._repeated_outages()
        for incident in case.recent:
            answers.of(incident.opened_at)
            self._incident(incident)
        answers.of(None)
        self._critical_count()
        for event in sorted(case.events, key=lambda one: (one.at, one.id)):
            if case.start_at <= event.at < case.end_at:
                answers.of(event.at)
                self._event(event)
        answers.of(None)
        self.found = [one for one in self.found if not case.is_not_owed(one.id)]

    def root(self, incident: Incident) -> str:
        """What an incident has in common with others: its cause, where the contract joins by cause."""
        return (incident.cause if self.law.by_cause else None) or incident.id

    def about(self, incident: Incident) -> About:
        """What the breaches of one incident share."""
        lines = tuple(int(no) for no in incident.data.get("line_nos") or ()) or self._drawn_lines(incident)
        return About(
            incident.id, incident.id, frozenset({self.root(incident)}), incident.system, lines, incident.opened_at
        )

    def _drawn_lines(self, incident: Incident) -> tuple[int, ...]:
        """The price lines that the resource drew on when the incident began."""
        at = incident.opened_at
        return tuple(
            sorted(
                {
                    one.line
                    for one in self.case.draws
                    if one.line is not None and one.resource is not None and one.resource == incident.object
                    and one.start_at <= at and (one.end_at is None or at < one.end_at)
                }
            )
        )  # fmt: skip

    def _inherit(self, subject: str, parts: Sequence[Incident]) -> None:
        """Found for one of several contributing incidents, it is found for all; denied for each, it is denied."""
        known = self.answers.known
        for code in {code.partition("@")[0] for code in known if "@" in code}:
            said = [known.get(f"{code}@{one.id}") for one in parts]
            if "yes" in said:
                known.setdefault(f"{code}@{subject}", "yes")
            elif said and set(said) == {"no"}:
                known.setdefault(f"{code}@{subject}", "no")

    def add_rows(
        self, about: About, measures: str, placed: Sequence[Placed], when: Callable[[Answers], bool] | None = None
    ) -> None:
        """Adds a breach for each row that may apply, under a further condition where there is one."""
        if placed:
            self.named.add(about.event)
        for one in placed:
            row = one[0]

            def holds(answers: Answers, one: Placed = one) -> bool:
                return (when is None or when(answers)) and applies(one, placed, about.subject, measures, answers)

            self.found.append(
                Breach(
                    f"{about.event}/{row_name(row)}",
                    about.event,
                    about.roots,
                    (0 if row["table"] == "severe" else 1, int(row["no"])),
                    holds,
                    str(row["table"]),
                    Fraction(str(row["coefficient"])),
                    None,
                    False,
                    about.system,
                    about.lines,
                    at=about.at,
                )
            )

    def _rows(self, measures: str, value: Fraction | None) -> list[Placed]:
        return [] if value is None else self.seen.rows(measures, value)

    def minutes(self, incident: Incident, metric: str, start: str) -> Fraction | None:
        """How long a metric took, up to now while it lasts; None where its clock never started."""
        begun = self.seen.when(incident, STARTS.get(start, start))
        if begun is None:
            return None
        stopped = self.seen.when(incident, STOPS[metric]) or self.case.known_at
        return minutes_between(begun, max(begun, stopped))

    def _average(self, measures: str, metric: str) -> None:
        starts = starts_of(self.case, metric)
        dimensions = {
            "average.population": ("faults", "tickets"),
            "average.window": ("month", "term"),
            f"clock_start.{metric}": starts,
        }
        over = self.seen.last is not None and self.seen.last <= self.case.end_at

        def measure(cell: Mapping[str, str]) -> tuple[Fraction | None, tuple[str, ...]]:
            whole = cell["average.window"] == "term"
            pool = self.case.recent if not whole else self.case.incidents if over else []
            if cell["average.population"] == "faults":
                pool = [one for one in pool if one.is_fault]
            start = cell[f"clock_start.{metric}"]
            timed = [(one.id, spent) for one in pool if (spent := self.minutes(one, metric, start)) is not None]
            total = sum((spent for _name, spent in timed), Fraction(0))
            return (total / len(timed) if timed else None), tuple(name for name, _spent in timed)

        if len(starts) == 1:
            self.answers.fix(f"clock_start.{metric}", starts[0])
        possible = [measure(cell) for cell in self.answers.possible_cells(dimensions)]
        counted = {name for _value, names in possible for name in names}
        lows = [reach.low for row in self.law.rows if row.get("measures") == measures
                and (reach := single_range(row)) and reach.low is not None]  # fmt: skip
        floor = min(lows, default=Fraction(0))
        heavy = [
            one
            for one in self.case.incidents
            if one.id in counted and any((self.minutes(one, metric, start) or 0) > floor for start in starts)
        ]
        about = self.together(f"average.{metric}:{self.case.name}", heavy, [one.system for one in heavy])
        if any(self._rows(measures, value) for value, _names in possible):
            self.named.add(about.event)
        placed = self.answers.settle(dimensions, lambda cell: self._rows(measures, measure(cell)[0]))
        self.add_rows(about, measures, placed)

    def together(self, event: str, parts: Sequence[Incident], systems: Iterable[str | None]) -> About:
        """What the breaches of one event share that several incidents made."""
        subject = parts[0].id if len(parts) == 1 else event
        if len(parts) > 1:
            self._inherit(subject, parts)
        roots = frozenset(self.root(one) for one in parts) or frozenset({event})
        different = set(systems)
        return About(event, subject, roots, different.pop() if len(different) == 1 else None)

    def dimensions(self) -> dict[str, tuple[str, ...]]:
        """What the figure of an object's availability hangs on."""
        level = self.law.general_level("availability") or {}
        stated = level.get("window")
        windows = (str(stated),) if stated in WINDOWS else WINDOWS
        if len(windows) == 1:
            self.answers.fix("availability.window", windows[0])
        return {"availability.window": windows, "availability.unknown_time": UNKNOWN_TIME}

    def _availability(self) -> None:
        dimensions = self.dimensions()
        known = self.answers.find("availability.object")
        possible: dict[str, list[About]] = {}
        for choice in OBJECTS if known not in OBJECTS else (str(known),):
            for name, parts in self.seen.groups(choice):
                if self._could_breach(parts, dimensions):
                    possible.setdefault(choice, []).append(self.about_object(choice, name, parts))
        if not possible:
            return
        chosen = self.answers.ask("availability.object", OBJECTS)
        named = {about.event: about for about in possible.get(chosen, ())}
        for name, parts in self.seen.groups(chosen):
            about = named.get(f"availability.{name}:{self.case.name}")
            if about is None:
                continue

            def placed(cell: Mapping[str, str], parts: list[str] = parts) -> list[Placed]:
                value = self.seen.share_of(parts, cell["availability.window"], cell["availability.unknown_time"])
                return self._rows("availability", value)

            self.add_rows(about, "availability", self.answers.settle(dimensions, placed))

    def _could_breach(self, parts: list[str], dimensions: Mapping[str, tuple[str, ...]]) -> bool:
        for cell in self.answers.possible_cells(dimensions):
            value = self.seen.share_of(parts, cell["availability.window"], cell["availability.unknown_time"])
            if self._rows("availability", value):
                return True
        return False

    def about_object(self, choice: str, name: str, parts: list[str]) -> About:
        """What the breaches of one object's availability share."""
        event = f"availability.{name}:{self.case.name}"
        if choice in {PLATFORM, "average"}:
            involved = [one for one in self.case.recent if self.seen.downtimes[one.id] is not None]
            systems: list[str | None] = [one.system for one in involved]
        else:
            involved = [one for one in self.case.recent if set(self.seen.places_of(one)) & set(parts)]
            systems = [self.case.object_systems[part] for part in parts]
        self.named.add(event)
        return self.together(event, involved, systems)

    def _not_handed_in(self, metric: str) -> None:
        month, code = self.case, f"unmeasured.{metric}"
        if any(one.measures == metric and month.start_at <= one.at < month.end_at for one in month.events):
            return
        event = f"{metric}:{month.name}"
        about = About(event, event, frozenset({event}), None)
        rows = self.seen.rows(metric, None)
        self.add_rows(about, metric, rows, lambda one: one.ask(code, ("met", "evidence")) == "evidence")

    def _repeated_outages(self) -> None:
        by_system: dict[str, list[Incident]] = {}
        for one in self.case.until_now:
            if self.seen.downtimes[one.id] is not None:
                by_system.setdefault(one.system or one.object or one.id, []).append(one)
        current = {one.id for one in self.case.recent}
        for system, incidents in by_system.items():
            recent = [one for one in incidents if one.id in current]
            if not recent:
                continue

            def placed(
                cell: Mapping[str, str], recent: list[Incident] = recent, whole: list[Incident] = incidents
            ) -> list[Placed]:
                pool = recent if cell["outage.window"] == "month" else whole
                total = sum((self.seen.minutes_down(one) or Fraction(0) for one in pool), Fraction(0))
                figures = {"count": Fraction(len(pool)), "minutes": total}
                return self.seen.rows("outage_count_or_total", None, figures)

            dimensions = {"outage.window": ("month", "term")}
            if not any(placed(cell) for cell in self.answers.possible_cells(dimensions)):
                continue
            about = self.together(f"outages.{system}:{self.case.name}", recent, [recent[0].system])
            lines = self.about(recent[0]).lines
            about = About(about.event, about.subject, about.roots, recent[0].system, lines)
            rows = self.answers.settle(dimensions, placed)
            self.add_rows(about, "outage_count_or_total", rows, responsible(about.subject))

    def _incident(self, incident: Incident) -> None:
        about, minutes = self.about(incident), self.seen.minutes_down(incident)
        for measures, value in (("outage_single", minutes), (FINDINGS.get(incident.type, ""), None)):
            if measures in self.measured and (value is not None or measures != "outage_single"):
                rows = self.seen.rows(measures, value)
                self.add_rows(about, measures, rows, responsible(incident.id))
        grave = [one for one in enumerate(self.law.critical) if one[1].get("level") == "A"]
        alike = [(index, row) for index, row in grave if row.get("type") == incident.type]
        if alike:  # one event, however many rows it meets
            tests = [self._critical_test(incident, row) for _, row in alike]
            self._add_critical(about, alike[0][1], alike[0][0], lambda one: any(test(one) for test in tests))

    def _critical_test(self, incident: Incident, row: Row) -> Callable[[Answers], bool]:
        flags = next((one for one in self.case.systems if one.id == incident.system), None)
        facts: dict[str, Any] = {
            "type": incident.type,
            "minutes": self.seen.minutes_of(incident),
            "important": flags.important if flags else None,
            "people": self.answers.find(f"people_affected@{incident.id}"),
            "loss_fen": self.answers.find(f"loss_fen@{incident.id}"),
        }
        lacks = incident.type == "interruption" and facts["minutes"] is None
        if lacks or is_outside(row, self.case, self.seen, incident):
            return lambda _answers: False
        return lambda answers: is_critical(row, facts, incident.id, answers)

    def _add_critical(
        self, about: About, row: Row, index: int, holds: Callable[[Answers], bool], name: str = ""
    ) -> None:
        self.found.append(
            Breach(
                f"{about.event}/{name or 'critical.{}.{}'.format(row.get('level'), row.get('type'))}",
                about.event,
                about.roots,
                (-1, index),
                holds,
                fixed=self.law.critical_fen(),
                critical=True,
                system=about.system,
                lines=about.lines,
                at=None if name else about.at,
            )
        )

    def _critical_count(self) -> None:
        """So many B events make a breach together; the last one of the month that completes them carries it."""
        rows = [row for row in self.law.critical if row.get("level") == "B"]
        counts = [row.get("count") for row in rows if row.get("count")]
        count = as_number(counts[0].get("count") if isinstance(counts[0], Mapping) else counts[0]) if counts else None
        if count is None:
            return
        windows = event_windows(counts[0].get("window") if isinstance(counts[0], Mapping) else None, self.law.start_on)
        ordered = sorted(self.case.until_now, key=lambda one: (one.opened_at, one.id))
        tests = {one.id: [self._critical_test(one, row) for row in rows] for one in ordered}
        possible = [one for one in ordered if might_hold(tests[one.id], self.answers)]
        current = {one.id for one in self.case.recent}
        recent = [one for one in possible if one.id in current]
        if not recent:
            return
        last, name = recent[-1], f"critical.B*{int(count)}"
        sure = sum(surely_holds(tests[one.id], self.answers) for one in possible)
        if len(possible) - sure > PLAYED_THROUGH:
            code = f"{name}@{last.id}"
            self._add_critical(self.about(last), rows[0], len(self.law.critical), lambda one: one.is_yes(code), name)
            return

        def holds(answers: Answers) -> bool:
            events = [one for one in possible if any(test(answers) for test in tests[one.id])]
            made = {name: completed(events, current, int(count), name, self.law.start_on) for name in windows}
            same = len(set(made.values())) == 1
            return made[windows[0] if same else answers.ask("count_window.B", windows)]

        self._add_critical(self.about(last), rows[0], len(self.law.critical), holds, name)

    def _event(self, event: Event) -> None:
        root = f"late:{event.of}" if event.of else (event.cause if self.law.by_cause else None) or event.id
        about = About(event.id, event.id, frozenset({root}), event.system, (), event.at)
        if event.measures == COMPLAINTS:
            self.answers.of(None)
            add_complaints(self, event, replace(about, at=None))
            return
        if event.other is None:
            rows = self.seen.rows(event.measures, event.value)
            assessed = bool(rows) and event.id.startswith("assessments:")
            if event.of and was_said_before(self, event.of):
                return
            when = run_counts(self, event) if assessed else found_otherwise(self, event.of) if event.of else None
            self.add_rows(about, event.measures, rows, when)
            return
        if event.other >= len(self.law.others):
            return
        self.named.add(event.id)
        clause, name = self.law.others[event.other], f"other.{event.other}"
        priced = Priced(event.id, name, clause, event.at)
        ways = said_counts(clause, event.value)
        count = settle_count(self, priced, ways)
        of_count = f".x{count}" if len(set(ways.values())) > 1 else ""
        asked = sum_of(self, priced, count)
        self.found.append(
            Breach(
                f"{event.id}/{name}{of_count}{asked.suffix}",
                event.id,
                about.roots,
                (2, event.other),
                lambda _answers: True,
                "other.said",
                asked.coefficient,
                asked.fixed,
                system=event.system,
                limit=asked.limit,
                ceiling=asked.ceiling,
                at=event.at,
            )
        )
