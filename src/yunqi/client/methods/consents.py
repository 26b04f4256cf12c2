"""The methods of consents. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.identity import AskConsent, ConsentRow, DecideConsent, ListConsents, RefuseConsent

_ASK = Deed("consent.ask", "POST", "/consents", "write", AskConsent)
_GIVE = Deed("consent.give", "POST", "/consents/{id}/giving", "write", DecideConsent)
_LIST = Deed("consent.list", "GET", "/consents", "read", ListConsents)
_READ = Deed("consent.read", "GET", "/consents/{id}", "read", ById)
_REFUSE = Deed("consent.refuse", "POST", "/consents/{id}/refusal", "write", RefuseConsent)
_WITHDRAW = Deed("consent.withdraw", "POST", "/consents/{id}/withdrawal", "write", RefuseConsent)


class ConsentsMethods(Noun):
    """What can be asked and done."""

    def ask(
        self,
        *,
        using_unit: str,
        scope: Literal["tenant_data", "assume_role"],
        reason: str,
        valid_until: datetime,
        valid_from: datetime | None = None,
        roles: tuple[Literal["reader", "operator"], ...] | None = None,
        systems: tuple[str, ...] | None = None,
        person: str | None = None,
        key: str | None = None,
    ) -> ConsentRow:
        """Asks a using unit that the caller's organisation serves; its approver decides."""
        return self._answer(
            _ASK,
            {
                "using_unit": using_unit,
                "scope": scope,
                "reason": reason,
                "valid_until": valid_until,
                "valid_from": valid_from,
                "roles": roles,
                "systems": systems,
                "person": person,
            },
            ConsentRow,
            key=key,
        )

    def give(self, id: str, *, reason: str = "", key: str | None = None) -> ConsentRow:
        """The using unit's approver consents; it may be withdrawn at any time."""
        return self._answer(_GIVE, {"id": id, "reason": reason}, ConsentRow, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        state: Literal["asked", "given", "refused", "withdrawn", "over"] | None = None,
    ) -> Page[ConsentRow]:
        """Consents that the caller's organisation gave or was given, the latest first."""
        return self._answer(_LIST, {"limit": limit, "cursor": cursor, "sort": sort, "state": state}, Page[ConsentRow])

    def iterate(
        self, *, sort: str | None = None, state: Literal["asked", "given", "refused", "withdrawn", "over"] | None = None
    ) -> Iterator[ConsentRow]:
        """Consents that the caller's organisation gave or was given, the latest first; of all pages, one after
        another.
        """
        return self._iterate(_LIST, {"sort": sort, "state": state, "limit": PAGE_LIMIT}, Page[ConsentRow])

    def read(self, id: str) -> ConsentRow:
        """One consent, and what became of it."""
        return self._answer(_READ, {"id": id}, ConsentRow)

    def refuse(self, id: str, *, reason: str, key: str | None = None) -> ConsentRow:
        """The using unit's approver refuses, with a reason."""
        return self._answer(_REFUSE, {"id": id, "reason": reason}, ConsentRow, key=key)

    def withdraw(self, id: str, *, reason: str, key: str | None = None) -> ConsentRow:
        """The using unit takes it back: roles assumed under it end at once."""
        return self._answer(_WITHDRAW, {"id": id, "reason": reason}, ConsentRow, key=key)
