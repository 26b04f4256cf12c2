"""Service levels against what was measured, the clocks of incidents, and breaches that no penalty row prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from .breaches import STARTS, STOPS
from .calendar_time import UNIT_MINUTES, minutes_between
from .clauses import COMPARE, Row, limit_minutes
from .month_case import Incident, MonthCase
from .observed import Times
from .people import is_protected
from .seen import OBJECTS, UNKNOWN_TIME, WINDOWS, Seen

MET, BREACHED, NOT_DUE, OPEN, NOTHING = "met", "breached", "not_due", "open", "unknown"
ON_DEMAND = frozenset({"scale_out", "creation", "replacement", "rework"})
PRICED_BY = {"availability": "availability.", "response": "average.response:", "recovery": "average.recovery:"}


@dataclass(frozen=True)
class Clock:
    """How long one level took for one incident; `minutes` up to now while it runs."""

    minutes: Fraction | None
    state: str


@dataclass
class LevelOutcome:
    """One level of the month: the worst that was measured (in its own unit), its state, the incidents behind it."""

    level: Row
    measured: Fraction | None
    state: str
    incidents: list[str] = field(default_factory=list)


def judge(level: Row, low: Fraction, high: Fraction) -> str:
    """Met or breached where every value between the two is; else unknown."""
    limit = limit_minutes(level)
    if limit is None:
        return NOTHING
    outcomes = {COMPARE[level["operator"]](value, limit) for value in (low, high)}
    return NOTHING if len(outcomes) > 1 else MET if outcomes.pop() else BREACHED


class Levels:
    """All levels of a month."""

    def __init__(self, case: MonthCase, seen: Seen) -> None:
        self._case, self._seen = case, seen
        self._flags = {one.id: one for one in case.systems}
        self.outcomes = [self._outcome(level) for level in case.clauses.levels]

    def _outcome(self, level: Row) -> LevelOutcome:
        metric = str(level.get("metric"))
        if metric == "availability":
            return self._availability(level)
        if metric in STOPS and level.get("unit") in UNIT_MINUTES:
            return self._timed(level)
        asked = [
            one for one in self._case.events
            if one.measures == metric and self._case.start_at <= one.at < self._case.end_at
        ]  # fmt: skip
        values = [one.value for one in asked if one.value is not None]
        if metric in ON_DEMAND and not asked:
            return LevelOutcome(level, None, NOT_DUE)
        if metric not in ON_DEMAND and not values:
            agreed = self._case.known.get(f"unmeasured.{metric}")
            return LevelOutcome(level, None, MET if agreed == "met" else NOTHING)
        worst = None if not values else min(values) if level["operator"] in {">", ">="} else max(values)
        state = NOTHING if worst is None else judge(level, worst, worst)
        return LevelOutcome(level, worst, state, [one.id for one in asked])

    def _applies(self, level: Row, incident: Incident) -> bool | None:
        flags = self._flags.get(incident.system or "")
        down: bool | None = False
        if self._seen.downtimes[incident.id] is not None:
            down = True
        elif incident.type == "interruption":
            down = None
        known = {
            "important_system": flags.important if flags else None,
            "internet_facing": flags.internet_facing if flags else None,
            "down": down,
            "not_down": None if down is None else not down,
            "guarantee_period": is_protected(self._case, self._seen, incident),
        }
        return True if level.get("condition") is None else known.get(str(level.get("condition")))

    def clock(self, level: Row, incident: Incident) -> Clock | None:
        """The clock that a level sets on an incident; None where it sets none, or another level stands in its place."""
        metric = level["metric"]
        here = self._applies(level, incident)
        special = any(
            other.get("metric") == metric and other.get("condition") and self._applies(other, incident)
            for other in self._case.clauses.levels
            if other.get("unit") in UNIT_MINUTES
        )
        if here is False or (not level.get("condition") and special):
            return None
        start = level.get("clock_start") or self._case.known_of(f"clock_start.{metric}", incident.opened_at)
        if limit_minutes(level) is None or start is None:
            return Clock(None, OPEN)
        begun = self._seen.when(incident, STARTS.get(str(start), str(start)))
        stopped = self._stopped(incident, metric)
        if begun is None:
            return Clock(None, OPEN if here is None else "not_started")
        minutes = minutes_between(begun, max(begun, stopped or self._case.known_at))
        state = judge(level, minutes, minutes)
        if stopped is None and state == MET:
            state = "running"
        return Clock(minutes, OPEN if here is None else state)

    def _stopped(self, incident: Incident, metric: str) -> datetime | None:
        stopped = self._seen.when(incident, STOPS[metric])
        if stopped is None and metric in {"location", "arrival"}:
            return self._seen.when(incident, "recovered")
        return stopped

    def _timed(self, level: Row) -> LevelOutcome:
        clocks = [(one, clock) for one in self._case.recent if (clock := self.clock(level, one)) is not None]
        states = {clock.state for _one, clock in clocks}
        late = [one.number for one, clock in clocks if clock.state == BREACHED]
        spent = [clock.minutes for _one, clock in clocks if clock.minutes is not None]
        state = next((one for one in (BREACHED, OPEN, MET) if one in states), NOT_DUE)
        worst = max(spent) / UNIT_MINUTES[str(level["unit"])] if spent else None
        return LevelOutcome(level, worst, state, late)

    def _availability(self, level: Row) -> LevelOutcome:
        known, stated = self._case.known, level.get("window")
        windows = (str(stated),) if stated in WINDOWS else _agreed(known, "availability.window", WINDOWS)
        found = [
            self._worst(level, window, choice)
            for window in windows
            for choice in _agreed(known, "availability.object", OBJECTS)
        ]
        states = {state for _value, state in found}
        if states <= {MET, NOT_DUE}:
            state = MET if MET in states else NOT_DUE
        else:
            state = states.pop() if len(states) == 1 else OPEN
        values = {value for value, _state in found if value is not None}
        down = [one.number for one in self._case.recent if self._seen.downtimes[one.id] is not None]
        measured = values.pop() if len(values) == 1 else None
        return LevelOutcome(level, measured, state, down if state in {BREACHED, OPEN} else [])

    def _worst(self, level: Row, window: str, choice: str) -> tuple[Fraction | None, str]:
        rank = {BREACHED: 0, NOTHING: 1, NOT_DUE: 2, MET: 3}
        found = [self._share(level, window, parts) for _name, parts in self._seen.groups(choice)]
        return min(found, key=lambda one: (rank[one[1]], one[0] or Fraction(1)), default=(None, NOTHING))

    def _share(self, level: Row, window: str, parts: list[str]) -> tuple[Fraction | None, str]:
        times: Times = self._seen.times(parts, window)
        share, low, high = times.share(), times.share("down"), times.share("up")
        if not parts or share is None or low is None or high is None:
            return None, NOTHING
        if not self._seen.is_over(window):
            best = self._seen.best(parts[0], window) if len(parts) == 1 else None
            lost = best is not None and judge(level, best, best) == BREACHED
            return share, BREACHED if lost else NOT_DUE
        agreed = self._case.known.get("availability.unknown_time")
        if agreed in UNKNOWN_TIME:
            value = {"excluded": share, "up": high, "down": low}[str(agreed)]
            return value, judge(level, value, value)
        return share, judge(level, low, high)


def _agreed(known: Mapping[str, str], code: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    return (known[code],) if known.get(code) in choices else choices


@dataclass(frozen=True)
class Damages:
    """What agreed damages add for breached levels that no row prices; `open_codes` what is not agreed or found yet."""

    fen: int
    open_codes: tuple[str, ...]
    by_code: tuple[tuple[str, int | None], ...]


def unpriced_damages(case: MonthCase, seen: Seen, levels: Levels, named: set[str]) -> Damages:
    """The breached levels without a row: agreed to cost nothing, agreed damages, or open. `named`: events with rows."""
    total, waiting, counted = 0, list[str](), set[str]()
    by_code: list[tuple[str, int | None]] = []
    numbers = {one.number: one.id for one in case.recent}
    codes: list[str] = []
    for outcome in levels.outcomes:
        metric, condition = str(outcome.level.get("metric")), outcome.level.get("condition")
        plain = f"unpriced.{metric}" + (f".{condition}" if condition else "")
        same = sum(one.partition("#")[0] == plain for one in codes)
        code = f"{plain}#{same + 1}" if same else plain
        codes.append(code)
        if outcome.state != BREACHED or _has_price(case, seen, metric, named, outcome.incidents):
            continue
        answer = case.known.get(code)
        if answer == "none" or case.is_not_owed(code):
            by_code.append((code, 0))
            continue
        fresh = [one for one in outcome.incidents if one not in counted]
        losses = [case.known.get(f"loss_fen@{numbers.get(one, one)}") for one in fresh]
        if answer != "damages" or not outcome.incidents or None in losses:
            waiting.append(code)
            by_code.append((code, None))
            counted.update(outcome.incidents if answer == "damages" else ())
            continue
        counted.update(outcome.incidents)
        fen = sum(int(loss) for loss in losses if loss is not None)
        total += fen
        by_code.append((code, fen))
    return Damages(total, tuple(waiting), tuple(by_code))


def _has_price(case: MonthCase, seen: Seen, metric: str, named: set[str], events: list[str]) -> bool:
    prefix = PRICED_BY.get(metric)
    if prefix is None:
        return bool(named & set(events))
    if metric == "availability" and metric in case.clauses.measured():
        stated = (case.clauses.general_level("availability") or {}).get("window")
        window = stated if stated in WINDOWS else case.known.get("availability.window")
        if window in WINDOWS and not seen.is_over(str(window)):
            return True
    numbers = {one.number: one.id for one in case.recent}
    if events and all(f"other.{metric}:{numbers.get(one, one)}" in named for one in events):
        return True
    return any(event.startswith(prefix) for event in named)
