"""The methods of undertakings. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, Page
from yunqi.wire.identity import ListUndertakings, RecordUndertaking, UndertakingRow

_LIST = Deed("undertaking.list", "GET", "/undertakings", "read", ListUndertakings)
_RECORD = Deed("undertaking.record", "POST", "/undertakings", "write", RecordUndertaking)


class UndertakingsMethods(Noun):
    """What can be asked and done."""

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        person: str | None = None,
        organisation: str | None = None,
    ) -> Page[UndertakingRow]:
        """Signed undertakings, the latest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "person": person, "organisation": organisation},
            Page[UndertakingRow],
        )

    def iterate(
        self, *, sort: str | None = None, person: str | None = None, organisation: str | None = None
    ) -> Iterator[UndertakingRow]:
        """Signed undertakings, the latest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "person": person, "organisation": organisation, "limit": PAGE_LIMIT},
            Page[UndertakingRow],
        )

    def record(
        self,
        *,
        person: str,
        signed_on: date,
        reference: str,
        sm3: str | None = None,
        expires_on: date | None = None,
        key: str | None = None,
    ) -> UndertakingRow:
        """Records a signed undertaking: without a valid one no account works."""
        return self._answer(
            _RECORD,
            {"person": person, "signed_on": signed_on, "reference": reference, "sm3": sm3, "expires_on": expires_on},
            UndertakingRow,
            key=key,
        )
