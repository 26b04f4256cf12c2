"""The methods of contacts. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Done, Page
from yunqi.wire.notices import AddContact, ContactRow, ListContacts

_ADD = Deed("contact.add", "POST", "/contacts", "write", AddContact)
_LIST = Deed("contact.list", "GET", "/contacts", "read", ListContacts)
_REMOVE = Deed("contact.remove", "POST", "/contacts/{id}/remove", "write", ById)
_TEST = Deed("contact.test", "POST", "/contacts/{id}/test", "write", ById)


class ContactsMethods(Noun):
    """What can be asked and done."""

    def add(
        self,
        *,
        contract: str,
        party: Literal["using_unit", "provider"],
        name: str,
        channel: Literal["mail", "sms", "wecom", "dingtalk"],
        address: str,
        secret: str = "",
        minutes_left: int | None = None,
        key: str | None = None,
    ) -> Done:
        """Names somebody who is told; raises `Problem` contact.mail, contact.phone, contact.twice, contact.many,
        address.….
        """
        return self._answer(
            _ADD,
            {
                "contract": contract,
                "party": party,
                "name": name,
                "channel": channel,
                "address": address,
                "secret": secret,
                "minutes_left": minutes_left,
            },
            Done,
            key=key,
        )

    def list(
        self, *, limit: int = 100, cursor: str | None = None, sort: str | None = None, contract: str | None = None
    ) -> Page[ContactRow]:
        """Who is told, under the contracts that the caller may see."""
        return self._answer(
            _LIST, {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract}, Page[ContactRow]
        )

    def iterate(self, *, sort: str | None = None, contract: str | None = None) -> Iterator[ContactRow]:
        """Who is told, under the contracts that the caller may see; of all pages, one after another."""
        return self._iterate(_LIST, {"sort": sort, "contract": contract, "limit": PAGE_LIMIT}, Page[ContactRow])

    def remove(self, id: str, *, key: str | None = None) -> Done:
        """Nobody is told there any more; raises `Problem` contact.unknown."""
        return self._answer(_REMOVE, {"id": id}, Done, key=key)

    def test(self, id: str, *, key: str | None = None) -> Done:
        """Sends a message that tells of nothing; what comes of it stands among the tellings (`notice.list`)."""
        return self._answer(_TEST, {"id": id}, Done, key=key)
