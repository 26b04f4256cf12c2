"""The methods of shifts. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Done, Page
from yunqi.wire.duty import HandOverShift, ListShifts, ListUnmanned, PlanShift, ShiftRow, TakeShift, Unmanned

_DROP = Deed("shift.drop", "POST", "/shifts/{id}/drop", "write", ById)
_HAND_OVER = Deed("shift.hand_over", "POST", "/shifts/{id}/hand-over", "write", HandOverShift)
_LIST = Deed("shift.list", "GET", "/shifts", "read", ListShifts)
_PLAN = Deed("shift.plan", "POST", "/shifts", "write", PlanShift)
_TAKE = Deed("shift.take", "POST", "/shifts/{id}/take", "write", TakeShift)
_UNMANNED = Deed("shift.unmanned", "GET", "/contracts/{contract}/unmanned", "read", ListUnmanned)


class ShiftsMethods(Noun):
    """What can be asked and done."""

    def drop(self, id: str, *, key: str | None = None) -> Done:
        """Drops a shift that has not begun; raises `Problem` shift.begun and shift.unknown."""
        return self._answer(_DROP, {"id": id}, Done, key=key)

    def hand_over(
        self, id: str, *, note: str, to: str | None = None, at: datetime | None = None, key: str | None = None
    ) -> Done:
        """Ends a shift; the incidents that last are handed over with it. Raises `Problem` shift.…."""
        return self._answer(_HAND_OVER, {"id": id, "note": note, "to": to, "at": at}, Done, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        post: Literal["onsite", "hotline", "monitoring", "protection"] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Page[ShiftRow]:
        """The shifts that the caller may see, the latest first."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "contract": contract,
                "post": post,
                "since": since,
                "until": until,
            },
            Page[ShiftRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        post: Literal["onsite", "hotline", "monitoring", "protection"] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[ShiftRow]:
        """The shifts that the caller may see, the latest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "contract": contract, "post": post, "since": since, "until": until, "limit": PAGE_LIMIT},
            Page[ShiftRow],
        )

    def plan(
        self,
        *,
        contract: str,
        post: Literal["onsite", "hotline", "monitoring", "protection"],
        person: str,
        telephone: str,
        start_at: datetime,
        end_at: datetime,
        key: str | None = None,
    ) -> Done:
        """Plans a shift; raises `Problem` shift.span, shift.past and shift.twice."""
        return self._answer(
            _PLAN,
            {
                "contract": contract,
                "post": post,
                "person": person,
                "telephone": telephone,
                "start_at": start_at,
                "end_at": end_at,
            },
            Done,
            key=key,
        )

    def take(self, id: str, *, at: datetime | None = None, key: str | None = None) -> Done:
        """Somebody is there; raises `Problem` shift.taken, shift.over, shift.future and shift.unknown."""
        return self._answer(_TAKE, {"id": id, "at": at}, Done, key=key)

    def unmanned(self, contract: str, *, since: datetime | None = None, until: datetime | None = None) -> Unmanned:
        """Who is on duty now, and when nobody was; raises `Problem` shift.span for a span that ends before it
        begins.
        """
        return self._answer(_UNMANNED, {"contract": contract, "since": since, "until": until}, Unmanned)
