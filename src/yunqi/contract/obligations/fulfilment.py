"""What people record of an obligation: that it was done, the other party's word on it, and its withdrawal. Pure.

Nothing is overwritten: what somebody said stays, and how a record stands follows from all that was said, whatever the
order in which it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from yunqi.contract.obligations.standing import Deed

FULFILLED, CONFIRMED, CONTESTED, WITHDRAWN = (
    "obligation.fulfilled",
    "obligation.confirmed",
    "obligation.contested",
    "obligation.withdrawn",
)
KINDS = (FULFILLED, CONFIRMED, CONTESTED, WITHDRAWN)
RecordState = Literal["recorded", "confirmed", "contested", "withdrawn"]
_STATES: Mapping[str, RecordState] = {CONFIRMED: "confirmed", CONTESTED: "contested", WITHDRAWN: "withdrawn"}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said: `kind` is one of `KINDS`, `record` the id of the record that it is about."""

    id: str
    kind: str
    record: str
    payload: Mapping[str, Any]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """That an obligation was done on a day. `key` is its line in the list; `event_on` the day of the event upon which
    it was owed; `said`: what followed, in order. What is contested or withdrawn does not count.
    """

    id: str
    key: str
    on: date
    event_on: date | None
    state: RecordState
    recorded_at: datetime
    payload: Mapping[str, Any]
    said: tuple[Said, ...]

    @property
    def counts(self) -> bool:
        """Whether it shows that the obligation was done."""
        return self.state in ("recorded", "confirmed")

    def deed(self, due_on: date | None) -> Deed:
        """What it shows, against the last day in time."""
        return Deed(self.event_on or self.on, due_on, self.on, "record", self.id, str(self.payload["words"]))


def compute_records(said: Iterable[Said]) -> tuple[Record, ...]:
    """The records as they stand, the oldest first: a withdrawal ends one, else the other party's last word holds."""
    given = sorted(said, key=lambda one: (one.recorded_at, one.id))
    followed: dict[str, list[Said]] = {}
    for one in given:
        if one.kind != FULFILLED:
            followed.setdefault(one.record, []).append(one)
    return tuple(_record(one, tuple(followed.get(one.id, ()))) for one in given if one.kind == FULFILLED)


def _record(first: Said, said: tuple[Said, ...]) -> Record:
    words = [_STATES[one.kind] for one in said]
    state: RecordState = "withdrawn" if "withdrawn" in words else words[-1] if words else "recorded"
    event_on = first.payload.get("event_on")
    return Record(
        first.id,
        str(first.payload["key"]),
        date.fromisoformat(str(first.payload["on"])),
        None if not event_on else date.fromisoformat(str(event_on)),
        state,
        first.recorded_at,
        first.payload,
        said,
    )
