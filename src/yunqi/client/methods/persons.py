"""The methods of persons. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.parties import AddPerson, ListPeople, PersonDetail, PersonRow, SetRole

_ADD = Deed("person.add", "POST", "/people", "write", AddPerson)
_LIST = Deed("person.list", "GET", "/people", "read", ListPeople)
_READ = Deed("person.read", "GET", "/people/{id}", "read", ById)
_ROLES = Deed("person.roles", "POST", "/people/{id}/roles", "write", SetRole)


class PersonsMethods(Noun):
    """What can be asked and done."""

    def add(self, *, name: str, organisation: str | None = None, key: str | None = None) -> PersonDetail:
        """A new person of an organisation, without any role yet."""
        return self._answer(_ADD, {"name": name, "organisation": organisation}, PersonDetail, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        organisation: str | None = None,
        text: str | None = None,
    ) -> Page[PersonRow]:
        """People with the roles of the moment."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "organisation": organisation, "text": text},
            Page[PersonRow],
        )

    def iterate(
        self, *, sort: str | None = None, organisation: str | None = None, text: str | None = None
    ) -> Iterator[PersonRow]:
        """People with the roles of the moment; of all pages, one after another."""
        return self._iterate(
            _LIST, {"sort": sort, "organisation": organisation, "text": text, "limit": PAGE_LIMIT}, Page[PersonRow]
        )

    def read(self, id: str) -> PersonDetail:
        """A person, and all that was ever said of their roles."""
        return self._answer(_READ, {"id": id}, PersonDetail)

    def roles(
        self,
        id: str,
        *,
        role: Literal[
            "reader", "operator", "approver", "administrator", "system_admin", "security_admin", "audit_admin"
        ],
        granted: bool = True,
        valid_from: datetime | None = None,
        valid_until: datetime | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> PersonDetail:
        """Gives a role over a span, or takes it back; the three administrators stay three people without another
        role.
        """
        return self._answer(
            _ROLES,
            {"id": id, "role": role, "granted": granted, "valid_from": valid_from, "valid_until": valid_until},
            PersonDetail,
            key=key,
            if_match=if_match,
        )
