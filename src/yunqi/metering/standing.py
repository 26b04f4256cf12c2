"""How resources stood at an instant and when they had to be repaired, from the records of what became of them. Pure.

A resource that was delivered and found otherwise than ordered is repaired until all was read back again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yunqi.kernel.period import Span

ORDERED, READY, CHANGING, REPAIRING, LEAVING, ADOPTED, GONE = (
    "ordered",
    "ready",
    "changing",
    "repairing",
    "leaving",
    "adopted",
    "gone",
)
IN_SERVICE = frozenset({READY, CHANGING, REPAIRING, ADOPTED})
"""The states of what was delivered, or taken over, and not asked back."""
_ENDING = frozenset({"delete_asked", "erase_approved", "erased"})
_OVER = frozenset({"gone", "adoption_undone"})


@dataclass(frozen=True, slots=True)
class Change:
    """One record of a resource: what became of it (ordered, ready, repairing …) and when."""

    resource: str
    at: datetime
    event: str


@dataclass(frozen=True, slots=True)
class Repair:
    """A difference from what was ordered: when it was found and when all was as ordered again; None while it lasts."""

    resource: str
    found_at: datetime
    mended_at: datetime | None


def compute_states(changes: Iterable[Change], at: datetime) -> dict[str, str]:
    """How each resource stood just before an instant, by resource; records of the instant itself come too late.

    The records of one resource are taken in the order given. What has ended stands as gone.
    """
    found: dict[str, str] = {}
    for one in changes:
        if one.at < at:
            found[one.resource] = _after(found.get(one.resource), one.event)
    return found


def find_served(changes: Iterable[Change], window: Span) -> frozenset[str]:
    """The resources that were in service when a window began or at some instant within it."""
    states: dict[str, str] = {}
    served: set[str] = set()
    begun = False
    for one in changes:
        if one.at >= window.end_at:
            continue
        if one.at > window.start_at and not begun:
            begun = True
            served |= {name for name, state in states.items() if state in IN_SERVICE}
        states[one.resource] = _after(states.get(one.resource), one.event)
        if begun and states[one.resource] in IN_SERVICE:
            served.add(one.resource)
    if not begun:
        served |= {name for name, state in states.items() if state in IN_SERVICE}
    return frozenset(served)


def _after(state: str | None, event: str) -> str:
    if event in _OVER:
        return GONE
    if event in _ENDING or (state == LEAVING and event != "ordered"):
        return LEAVING
    if event == "changed":
        return state if state in (ORDERED, ADOPTED) else CHANGING
    if event in (ORDERED, READY, REPAIRING, ADOPTED):
        return event
    return state or ORDERED


def find_repairs(changes: Iterable[Change], window: Span) -> tuple[Repair, ...]:
    """The repairs that touch a window, in the order in which they were found; what ends after it still lasts.

    A repair ends when all is as ordered again, or when the resource is given up.
    """
    open_: dict[str, datetime] = {}
    found: list[Repair] = []
    for one in changes:
        if one.at >= window.end_at:
            continue
        if one.event == REPAIRING:
            open_.setdefault(one.resource, one.at)
        elif one.event == READY or one.event in _ENDING or one.event in _OVER:
            begun = open_.pop(one.resource, None)
            if begun is not None and one.at > window.start_at:
                found.append(Repair(one.resource, begun, one.at if one.event == READY else None))
    found += [Repair(resource, begun, None) for resource, begun in open_.items()]
    return tuple(sorted(found, key=lambda one: (one.found_at, one.resource)))
