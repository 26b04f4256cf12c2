"""The methods of assumptions. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, Nothing, Page
from yunqi.wire.identity import AssumptionRow, BeginAssumption, DecideConsent, ListAssumptions, SessionBegun

_BEGIN = Deed("assumption.begin", "POST", "/assumptions", "write", BeginAssumption)
_END = Deed("assumption.end", "POST", "/assumptions/end", "write", Nothing)
_LIST = Deed("assumption.list", "GET", "/assumptions", "read", ListAssumptions)
_STOP = Deed("assumption.stop", "POST", "/assumptions/{id}/stop", "write", DecideConsent)


class AssumptionsMethods(Noun):
    """What can be asked and done."""

    def begin(
        self,
        *,
        consent: str,
        roles: tuple[Literal["reader", "operator"], ...],
        reason: str,
        until_at: datetime | None = None,
        key: str | None = None,
    ) -> SessionBegun:
        """Goes on in a using unit's name under its consent, in a session with a new token."""
        return self._answer(
            _BEGIN, {"consent": consent, "roles": roles, "reason": reason, "until_at": until_at}, SessionBegun, key=key
        )

    def end(self, *, key: str | None = None) -> SessionBegun:
        """Goes on as oneself, in a session with a new token."""
        return self._answer(_END, {}, SessionBegun, key=key)

    def list(
        self, *, limit: int = 100, cursor: str | None = None, sort: str | None = None, live: bool = False
    ) -> Page[AssumptionRow]:
        """Roles assumed in the name of the caller's organisation or by its people, the latest first."""
        return self._answer(_LIST, {"limit": limit, "cursor": cursor, "sort": sort, "live": live}, Page[AssumptionRow])

    def iterate(self, *, sort: str | None = None, live: bool = False) -> Iterator[AssumptionRow]:
        """Roles assumed in the name of the caller's organisation or by its people, the latest first; of all pages,
        one after another.
        """
        return self._iterate(_LIST, {"sort": sort, "live": live, "limit": PAGE_LIMIT}, Page[AssumptionRow])

    def stop(self, id: str, *, reason: str = "", key: str | None = None) -> AssumptionRow:
        """Ends somebody's assumed role at once: by the using unit, the security administrator, or the person
        elsewhere.
        """
        return self._answer(_STOP, {"id": id, "reason": reason}, AssumptionRow, key=key)
