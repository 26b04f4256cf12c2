"""值班: who is on duty by shift, and when nobody was. Pure.

Somebody is on duty from taking a shift over until handing it over; who never hands over counts until the shift's
planned end. What was entered long after it is said to have happened shows what its author says, no more: it is told
apart.

Source: the clauses on continuous service and on unmanned time of each contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from yunqi.kernel.period import Span, subtract
from yunqi.kernel.words import _

POSTS: Mapping[str, str] = {
    "onsite": "现场值守",
    "hotline": "服务热线",
    "monitoring": "监控值守",
    "protection": "重大保障值守",
}
IN_TIME = timedelta(minutes=15)
"""An entry so soon after the fact is one made at the time."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A planned span of one post, with who came and who left. `taken_at` None: nobody took it."""

    id: str
    post: str
    person: str
    start_at: datetime
    end_at: datetime
    taken_at: datetime | None = None
    taken_recorded_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unmanned:
    """A span in which a post that had to be manned was not.

    `planned`: the ids of the shifts that should have covered it, none where no shift was planned at all.
    `claimed`: somebody entered later to have been there. `lasts`: it goes on.
    """

    post: str
    start_at: datetime
    end_at: datetime
    planned: tuple[str, ...]
    claimed: bool
    lasts: bool


def post_word(code: str) -> str:
    """What a post is called."""
    return _(POSTS[code]) if code in POSTS else code


def find_unmanned(
    shifts: Iterable[Shift], window: Span, now: datetime, *, continuous: Iterable[str] = ()
) -> tuple[Unmanned, ...]:
    """When posts were unmanned within a window and before now, in order of posts and time.

    A post is required while a shift of it is planned; one of `continuous` from its first shift on without a break.
    """
    by_post: dict[str, list[Shift]] = {}
    for one in shifts:
        by_post.setdefault(one.post, []).append(one)
    past = window.intersect(Span(min(window.start_at, now), now))
    if past is None:
        return ()
    always = frozenset(continuous)
    return tuple(
        gap for post, mine in sorted(by_post.items()) for gap in _gaps(post, mine, past, now, whole=post in always)
    )


def _gaps(post: str, shifts: list[Shift], past: Span, now: datetime, *, whole: bool) -> Iterator[Unmanned]:
    planned = [Span(one.start_at, one.end_at) for one in shifts]
    first = min(span.start_at for span in planned)
    wanted = [Span(first, max(first, now))] if whole else planned
    required = [part for part in (span.intersect(past) for span in wanted) if part is not None]
    claimed = [span for one in shifts if (span := _presence(one, now, certain=False)) is not None]
    certain = [span for one in shifts if (span := _presence(one, now, certain=True)) is not None]
    empty = subtract(required, claimed)
    late = subtract(subtract(required, certain), empty)
    for span, said in sorted([*((one, False) for one in empty), *((one, True) for one in late)]):
        mine = tuple(one.id for one in shifts if one.start_at < span.end_at and span.start_at < one.end_at)
        lasts = span.end_at == now and (whole or any(one.contains(now) for one in planned))
        yield Unmanned(post, span.start_at, span.end_at, mine, said, lasts)


def _presence(one: Shift, now: datetime, *, certain: bool) -> Span | None:
    """While somebody was there for a shift; `certain`: only as far as entries made at the time show."""
    if one.taken_at is None:
        return None
    start = one.taken_at
    if certain and one.taken_recorded_at is not None and one.taken_recorded_at - start > IN_TIME:
        start = one.taken_recorded_at
    end = min(one.left_at or one.end_at, now)
    return Span(start, end) if start < end else None
