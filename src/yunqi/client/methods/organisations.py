"""The methods of organisations. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.parties import AddOrganisation, ListOrganisations, OrganisationRow

_ADD = Deed("organisation.add", "POST", "/organisations", "write", AddOrganisation)
_LIST = Deed("organisation.list", "GET", "/organisations", "read", ListOrganisations)
_READ = Deed("organisation.read", "GET", "/organisations/{id}", "read", ById)


class OrganisationsMethods(Noun):
    """What can be asked and done."""

    def add(
        self,
        *,
        name: str,
        role: Literal["using_unit", "provider", "administration", "supervisor", "integrator"],
        key: str | None = None,
    ) -> OrganisationRow:
        """A new party with its one role."""
        return self._answer(_ADD, {"name": name, "role": role}, OrganisationRow, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        role: Literal["using_unit", "provider", "administration", "supervisor", "integrator"] | None = None,
        text: str | None = None,
    ) -> Page[OrganisationRow]:
        """Organisations that the caller may know of: its own, its counterparts, whoever oversees."""
        return self._answer(
            _LIST, {"limit": limit, "cursor": cursor, "sort": sort, "role": role, "text": text}, Page[OrganisationRow]
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        role: Literal["using_unit", "provider", "administration", "supervisor", "integrator"] | None = None,
        text: str | None = None,
    ) -> Iterator[OrganisationRow]:
        """Organisations that the caller may know of: its own, its counterparts, whoever oversees; of all pages, one
        after another.
        """
        return self._iterate(
            _LIST, {"sort": sort, "role": role, "text": text, "limit": PAGE_LIMIT}, Page[OrganisationRow]
        )

    def read(self, id: str) -> OrganisationRow:
        """An organisation that the caller may know of."""
        return self._answer(_READ, {"id": id}, OrganisationRow)
