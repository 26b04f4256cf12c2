"""What was asked for of resources in a month, when it was there, and whether that was in time.

An order and a change stand beside each other: each is a generation of a resource, with the fact that shows it to be
there. The time is that of its work order, where the contract gives one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from yunqi.kernel.period import Span
from yunqi.operations.installation import Installation
from yunqi.operations.late_duties import list_built
from yunqi.settlement.inputs import LateDuty
from yunqi.store.contracts import Contract
from yunqi.store.ordered import Ordered, list_ordered_between

IN_TIME, LATE, RUNNING, OVERDUE, UNCLEAR, NO_TIME = "in_time", "late", "running", "overdue", "unclear", "no_time"


@dataclass(frozen=True, slots=True)
class AskedFor:
    """An order or a change, with the last instant of its time by each day that may be meant (none: no time is given).

    `state`: in_time, late, running, overdue, gone; unclear where the days that may be meant differ in it.
    """

    ordered: Ordered
    due_at: tuple[datetime, ...]
    state: str
    article: str = ""


def list_asked_for(
    connection: Connection, installation: Installation, found: Contract, span: Span, now: datetime
) -> tuple[AskedFor, ...]:
    """What was asked for in a span under a contract, in order of time, as it stands now."""
    ordered = list_ordered_between(connection, found.id, span.start_at, span.end_at)
    if not ordered:
        return ()
    by_order = by_work_order(list_built(connection, installation, found, now))
    return tuple(_judge(one, by_order.get(one.work_order_id, ()), now) for one in ordered)


def by_work_order(duties: Iterable[LateDuty]) -> dict[str, tuple[LateDuty, ...]]:
    """What was to be built by a day, by the work order that asks for it."""
    found: dict[str, tuple[LateDuty, ...]] = {}
    for one in duties:
        name = one.key.partition(":")[2]
        found[name] = (*found.get(name, ()), one)
    return found


def _judge(one: Ordered, duties: tuple[LateDuty, ...], now: datetime) -> AskedFor:
    states = set(_states(one, duties, now)) or {NO_TIME}
    state = states.pop() if len(states) == 1 else UNCLEAR
    if one.gone and one.ready_at is None:
        state = "gone"
    return AskedFor(one, tuple(each.due_at for each in duties), state, duties[0].article if duties else "")


def _states(one: Ordered, duties: tuple[LateDuty, ...], now: datetime) -> Iterator[str]:
    for each in duties:
        if one.ready_at is not None:
            yield IN_TIME if one.ready_at < each.due_at else LATE
        else:
            yield RUNNING if now < each.due_at else OVERDUE
