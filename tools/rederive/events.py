"""What else occurred, from the ledger: entered by people, counted from the registers that both parties confirmed, and
what follows from acceptances and monthly assessments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from .calendar_time import BEIJING, TICK, midnight, read_instant
from .chain import Ledger
from .registered import counted_in, is_counted_already

Fact = Mapping[str, Any]
SCORE, RUN = "score", "assessment_failures"
ANSWERS = ("acceptance.pass", "acceptance.rework", "acceptance.fail")


@dataclass(frozen=True)
class Event:
    """Something else that a row or another penalty measures. `other`: the place among the other penalties; `of`: the
    late duty that it is of, "" for none.
    """

    id: str
    measures: str
    at: datetime
    value: Fraction | None
    system: str | None
    cause: str | None
    other: int | None
    of: str = ""


def events_of(ledger: Ledger, known: str, end_at: datetime, term_end: date | None) -> list[Event]:
    """What else occurred before the month's end. What was recorded once stands in place of the same thing entered."""
    entered, assessed = [], []
    for one in ledger.of_kind("occurrence.recorded", known):
        payload, at = one["payload"], read_instant(one["at"])
        measures = str(payload["measures"])
        other = int(measures.removeprefix("other:")) - 1 if measures.startswith("other:") else None
        value = None if payload["value"] is None else Fraction(payload["value"])
        if at >= end_at:
            continue
        if measures == "assessment":
            assessed.append(one)
        else:
            named = (payload["system"], payload["root_cause"])
            order = payload.get("work_order")
            entered.append(Event(one["id"], measures, at, value, *named, other, f"scale_out:{order}" if order else ""))
    counted = counted_in(ledger, known, end_at)
    registered = [Event(name, what, at, value, system, None, None) for name, what, at, value, system in counted]
    found = [*_scores(ledger, known, end_at, term_end), *_runs(assessed)]
    taken = {(one.measures, month_of(one.at)) for one in found}
    left = [one for one in entered if not is_counted_already(one.measures, one.at, counted)]
    return [*(one for one in left if (one.measures, month_of(one.at)) not in taken), *registered, *found]


def month_of(at: datetime) -> str:
    """The month of an instant in Beijing, as text."""
    return at.astimezone(BEIJING).strftime("%Y-%m")


def _scores(ledger: Ledger, known: str, end_at: datetime, term_end: date | None) -> list[Event]:
    answers = [one for kind in ANSWERS for one in ledger.of_kind(kind, known)]
    final = {one["subject"]: one for one in sorted(answers, key=lambda one: str(one["recorded_at"]))}
    found = []
    for one in final.values():
        score, at = one["payload"]["data"].get("score"), read_instant(one["at"])
        if term_end is not None:
            at = min(at, midnight(term_end + timedelta(days=1)) - TICK)
        if one["kind"] != "acceptance.rework" and score is not None and at < end_at:
            found.append(Event(one["id"], SCORE, at, Fraction(score), None, None, None))
    return found


def _runs(facts: Iterable[Fact]) -> list[Event]:
    said = {month_of(read_instant(one["at"])): one for one in sorted(facts, key=lambda one: str(one["recorded_at"]))}
    found, run = [], 0
    for month, one in sorted(said.items()):
        run = run + 1 if one["payload"]["value"] == "0" else 0
        found.append(Event(f"assessments:{month}", RUN, read_instant(one["at"]), Fraction(run), None, None, None))
    return found
