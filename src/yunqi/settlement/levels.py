"""Service levels against what was measured, and the incidents with their clocks."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

from yunqi.cases.incident import Clock, IncidentFacts, compute_clocks
from yunqi.cases.incident.clocks import STOPS
from yunqi.cases.logbook.protection import CONDITION
from yunqi.contract.clauses.service_level.rule import Measured, judge_level
from yunqi.contract.terms import number
from yunqi.kernel.clock import render_instant
from yunqi.kernel.money import render_share
from yunqi.kernel.units import is_exact_unit, render_length, render_minutes, to_minutes
from yunqi.kernel.words import _
from yunqi.settlement.availability import OBJECTS, UNKNOWN_TIME, WINDOWS, availability_events
from yunqi.settlement.case import AS_EVIDENCE, AS_MET, UNMEASURED, Month, is_sampled, outage_minutes
from yunqi.settlement.inputs import PLATFORM
from yunqi.settlement.model import IncidentLine, LevelResult
from yunqi.settlement.readings import choice_label
from yunqi.settlement.titles import level_figure, level_title, state_title
from yunqi.settlement.trace import Trace

State = Literal["met", "breached", "unknown", "open", "not_due"]
_AVAILABILITY = "availability"
_ON_DEMAND = frozenset({"scale_out", "creation", "replacement", "rework"})


class Levels:
    """The levels of a month, its incidents' clocks, and the breaches that no penalty row prices."""

    def __init__(self, month: Month, trace: Trace) -> None:
        self._month = month
        self._trace = trace
        flags = {
            one.id: {"important": one.important, "internet_facing": one.internet_facing} for one in month.inputs.systems
        }
        self.clocks: dict[str, tuple[Clock, ...]] = {
            incident.id: compute_clocks(
                incident,
                month.law.levels,
                {**flags.get(incident.system or "", {}), CONDITION: month.is_protected(incident)},
                month.evidence.downtimes[incident.id],
                month.inputs.known_at,
                _clock_starts(month.known_at(incident.opened_at)),
            )
            for incident in month.incidents
        }
        self._names = {one.id: one.name for one in month.inputs.systems}
        self._incident_nodes: dict[str, str] = {}
        self.open_codes: dict[str, list[str]] = {}
        self.incidents = tuple(self._incident(incident) for incident in month.incidents)
        self.results = tuple(self._level(index, level) for index, level in enumerate(month.law.levels))
        trace.add(
            "levels",
            _("服务水平"),
            _("{count} 项", count=len(self.results)),
            children=tuple(one.node for one in self.results),
        )

    def _ask(self, code: str, subject: str) -> None:
        named = self.open_codes.setdefault(code, [])
        if subject not in named:
            named.append(subject)

    def _incident(self, incident: IncidentFacts) -> IncidentLine:
        minutes = outage_minutes(self._month, incident)
        downtime = self._month.evidence.downtimes[incident.id]
        sample = incident.sample or is_sampled(self._month, incident)
        events = [{"event": name, "at": render_instant(at)} for name, at in incident.times.items()]
        if downtime is not None:
            events.append({"event": "outage_started", "at": render_instant(downtime.start_at)})
            if downtime.end_at is not None:
                events.append({"event": "outage_ended", "at": render_instant(downtime.end_at)})
        self._incident_nodes[incident.id] = self._trace.add(
            f"incident.{incident.id}",
            f"{incident.number} {incident.title}",
            _("无中断记录") if minutes is None else _("中断 {length}", length=render_minutes(minutes)),
            facts=incident.facts or (incident.id,),
            sample=sample,
        )
        return IncidentLine.model_construct(
            id=incident.id,
            number=incident.number,
            title=incident.title,
            system=self._names.get(incident.system or "", incident.system),
            opened_at=render_instant(incident.opened_at),
            outage_minutes=None if minutes is None else str(minutes),
            clocks=tuple(self._clock(clock, incident) for clock in self.clocks[incident.id]),
            events=tuple(sorted(events, key=lambda event: event["at"])),
            sample=sample,
        )

    def _clock(self, clock: Clock, incident: IncidentFacts) -> dict[str, Any]:
        if clock.state == "open" and len({one.state for one in clock.alternatives}) != 1:
            self._ask(clock.why, incident.number)
        source = clock.source or {}
        return {
            "name": clock.metric,
            "started_at": None if clock.started_at is None else render_instant(clock.started_at),
            "start_event": clock.start,
            "stopped_at": None if clock.stopped_at is None else render_instant(clock.stopped_at),
            "minutes": None if clock.minutes is None else str(clock.minutes),
            "limit": {"count": str(clock.limit_minutes), "unit": "minute", "operator": clock.operator},
            "state": clock.state,
            "why": clock.why,
            "clause": str(source.get("article") or ""),
            "condition": clock.condition,
            "alternatives": [
                {"choice": one.start, "minutes": None if one.minutes is None else str(one.minutes), "state": one.state}
                for one in clock.alternatives
            ],
        }

    def _level(self, index: int, level: Mapping[str, Any]) -> LevelResult:
        metric = str(level.get("metric"))
        if metric == _AVAILABILITY:
            return self._availability(index, level)
        if metric in STOPS and is_exact_unit(level.get("unit")):
            return self._timed(index, level)
        asked = [one for one in self._month.occurrences if one.measures == metric]
        if metric in _ON_DEMAND:
            if not asked:
                return self._result(index, level, None, "not_due")
        elif not any(one.value is not None for one in asked):
            return self._unmeasured(index, level, metric)
        values = [one.value for one in asked if one.value is not None]
        higher_is_better = str(level.get("operator")) in {">", ">="}
        worst = (min if higher_is_better else max)(values, default=None)
        state: State = judge_level(level, None if worst is None else Measured(worst, worst))
        names = tuple(one.id for one in asked)
        sample = any(one.sample for one in asked)
        return self._result(index, level, None if worst is None else str(worst), state, events=names, sample=sample)

    def _unmeasured(self, index: int, level: Mapping[str, Any], metric: str) -> LevelResult:
        # No probe measures it and nobody handed it in: what that means is agreed once, never assumed.
        answer = self._month.known.get(f"{UNMEASURED}{metric}")
        if answer == AS_MET:
            return self._result(index, level, None, "met")
        self._ask(f"evidence.level:{metric}" if answer == AS_EVIDENCE else f"{UNMEASURED}{metric}", level_title(level))
        return self._result(index, level, None, "unknown")

    def _timed(self, index: int, level: Mapping[str, Any]) -> LevelResult:
        found = [
            (incident, clock)
            for incident in self._month.incidents
            for clock in self.clocks[incident.id]
            if clock.source is level.get("source") or clock.source == level.get("source")
            if clock.metric == level.get("metric") and clock.condition == level.get("condition")
        ]
        states = {clock.state for _, clock in found}
        breached = [(incident, clock) for incident, clock in found if clock.state == "breached"]
        spent = [clock.minutes for _, clock in found if clock.minutes is not None]
        state: State = "not_due"
        if breached:
            state = "breached"
        elif "open" in states:
            state = "open"
        elif "met" in states:
            state = "met"
        unit = to_minutes(Fraction(1), str(level["unit"]))
        return self._result(
            index,
            level,
            str(max(spent) / unit) if spent else None,
            state,
            events=tuple(incident.number for incident, _ in breached),
            children=tuple(self._incident_nodes[incident.id] for incident, _ in found),
            sample=any(incident.sample or is_sampled(self._month, incident) for incident, _ in found),
        )

    def _availability(self, index: int, level: Mapping[str, Any]) -> LevelResult:
        known = self._month.known
        stated = level.get("window")
        windows = (str(stated),) if stated in WINDOWS else _agreed(known, "availability.window", WINDOWS)
        outcomes: list[tuple[dict[str, str], State]] = []
        for window in windows:
            for choice in _agreed(known, "availability.object", OBJECTS):
                measured, state = self._share(level, window, choice)
                label = f"{choice_label('availability.window', window)}、{choice_label('availability.object', choice)}"
                text = "" if measured is None else str(measured)
                outcomes.append(
                    ({"choice": f"{window}/{choice}", "label": label, "measured": text, "state": state}, state)
                )
        state = self._joint_state(outcomes)
        distinct = {alternative["measured"] for alternative, _ in outcomes if alternative["measured"]}
        objects = tuple(self._object_node(name) for name in self._month.evidence.objects)
        outages = [one.number for one in self._month.incidents if self._month.evidence.downtimes[one.id] is not None]
        return self._result(
            index,
            level,
            distinct.pop() if len(distinct) == 1 else None,
            state,
            alternatives=tuple(alternative for alternative, _ in outcomes) if len(outcomes) > 1 else (),
            events=tuple(outages) if state in {"breached", "open"} else (),
            children=objects,
            sample=any(
                self._month.evidence.share(name, "month").measured.sample for name in self._month.evidence.objects
            ),
        )

    def _joint_state(self, outcomes: list[tuple[dict[str, str], State]]) -> State:
        # Met and not yet due are both no breach; what differs beyond that hangs on the code that tells the outcomes
        # apart.
        states = {state for _, state in outcomes}
        if states <= {"met", "not_due"}:
            return "met" if "met" in states else "not_due"
        if len(states) == 1:
            only = states.pop()
            if only == "unknown":
                for alternative, _state in outcomes:
                    meant = alternative["choice"].partition("/")[2]
                    self._ask(self._unknown_code(outcomes), choice_label("availability.object", meant))
            return only
        for place, code in enumerate(("availability.window", "availability.object")):
            by_rest: dict[str, set[bool]] = {}
            for alternative, state in outcomes:
                parts = alternative["choice"].split("/")
                by_rest.setdefault(parts[1 - place], set()).add(state in {"met", "not_due"})
            if any(len(found) > 1 for found in by_rest.values()):
                self._ask(code, "availability")
        return "open"

    @staticmethod
    def _unknown_code(outcomes: list[tuple[dict[str, str], State]]) -> str:
        measured = any(alternative["measured"] for alternative, _state in outcomes)
        return "availability.unknown_time" if measured else "evidence.availability"

    def _share(self, level: Mapping[str, Any], window: str, choice: str) -> tuple[Fraction | None, State]:
        # The worst object decides; a window that is not over is judged only where it is already lost.
        worst: tuple[Fraction | None, State] = (None, "unknown")
        rank: dict[State, int] = {"breached": 0, "unknown": 1, "not_due": 2, "met": 3, "open": 4}
        first = True
        for _name, parts in availability_events(self._month, choice):
            found = self._one_share(level, window, parts)
            better = first or (rank[found[1]], found[0] or Fraction(1)) < (rank[worst[1]], worst[0] or Fraction(1))
            worst = found if better else worst
            first = False
        return worst

    def _one_share(
        self, level: Mapping[str, Any], window: str, parts: tuple[str, ...]
    ) -> tuple[Fraction | None, State]:
        shares = [self._month.evidence.share(name, window) for name in parts]
        joined = self._month.evidence.join(parts, window)
        if not shares or joined.share is None or joined.low is None or joined.high is None:
            return None, "unknown"
        if not all(share.over for share in shares):
            best = min((share.best for share in shares if share.best is not None), default=None)
            lost = best is not None and len(parts) == 1 and judge_level(level, Measured(best, best)) == "breached"
            return joined.share, "breached" if lost else "not_due"
        agreed = self._month.known.get("availability.unknown_time")
        if agreed in UNKNOWN_TIME:
            value = {"excluded": joined.share, "up": joined.high, "down": joined.low}[agreed]
            return value, judge_level(level, Measured(value, value))
        return joined.share, judge_level(level, Measured(joined.low, joined.high))

    def _object_node(self, name: str) -> str:
        found = self._month.evidence.share(name, "month").measured
        one = self._month.evidence.objects[name]
        outages = self._month.evidence.month_outages(name)
        return self._trace.add(
            f"object.{name}",
            _("云平台整体") if one.kind == PLATFORM and one.name == name else one.name,
            _("未知") if found.share is None else render_share(found.share),
            formula=_(
                "可用 {up}，中断 {down}（{count} 次），未知 {unknown}，剔除 {excluded}",
                up=render_length(found.up),
                down=render_length(found.down),
                count=len(outages),
                unknown=render_length(found.unknown),
                excluded=render_length(found.excluded),
            ),
            facts=one.facts,
            sample=found.sample,
        )

    def _result(
        self,
        index: int,
        level: Mapping[str, Any],
        measured: str | None,
        state: State,
        *,
        alternatives: tuple[dict[str, str], ...] = (),
        events: tuple[str, ...] = (),
        children: tuple[str, ...] = (),
        sample: bool = False,
    ) -> LevelResult:
        title = level_title(level)
        node = self._trace.add(
            f"level.{index + 1}",
            title,
            "—" if measured is None else level_figure(level, measured),
            formula=_(
                "约定 {operator} {limit}；{state}",
                operator=level.get("operator"),
                limit=level_figure(level, level.get("threshold")),
                state=state_title(state),
            ),
            source=level.get("source"),
            children=children,
            sample=sample,
        )
        return LevelResult.model_construct(
            metric=str(level.get("metric")),
            title=title,
            object=str(level.get("object") or ""),
            operator=str(level.get("operator")),
            threshold=str(number(level.get("threshold")) if level.get("threshold") is None else level.get("threshold")),
            unit=str(level.get("unit") or ""),
            measured=measured,
            state=state,
            alternatives=alternatives,
            events=events,
            source=level.get("source"),
            sample=sample,
            node=node,
        )

    def incident_node(self, name: str) -> str | None:
        """The trace node of an incident of the month."""
        return self._incident_nodes.get(name)


def _clock_starts(known: Mapping[str, str]) -> dict[str, str]:
    return {code.partition(".")[2]: value for code, value in known.items() if code.startswith("clock_start.")}


def _agreed(known: Mapping[str, str], code: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    return (known[code],) if known.get(code) in choices else choices
