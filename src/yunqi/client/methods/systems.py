"""The methods of systems. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.parties import AddSystem, DeploySystem, FlagSystem, ListSystems, SystemDetail, SystemRow

_ADD = Deed("system.add", "POST", "/systems", "write", AddSystem)
_DEPLOY = Deed("system.deploy", "POST", "/systems/{id}/deployments", "write", DeploySystem)
_FLAG = Deed("system.flag", "POST", "/systems/{id}/flags", "write", FlagSystem)
_LIST = Deed("system.list", "GET", "/systems", "read", ListSystems)
_READ = Deed("system.read", "GET", "/systems/{id}", "read", ById)


class SystemsMethods(Noun):
    """What can be asked and done."""

    def add(self, *, name: str, using_unit: str | None = None, key: str | None = None) -> SystemDetail:
        """A new information system of the caller's own organisation; root at the machine names the using unit."""
        return self._answer(_ADD, {"name": name, "using_unit": using_unit}, SystemDetail, key=key)

    def deploy(self, id: str, *, provider: str, key: str | None = None) -> SystemDetail:
        """That the system runs in its using unit's tenant at a provider; raises `Problem` tenant.missing."""
        return self._answer(_DEPLOY, {"id": id, "provider": provider}, SystemDetail, key=key)

    def flag(
        self,
        id: str,
        *,
        flag: Literal["grade", "important", "internet_facing", "fee_share"],
        value: str,
        valid_from: datetime | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> SystemDetail:
        """Records a flag from an instant on: an earlier month is still settled with what held then."""
        return self._answer(
            _FLAG,
            {"id": id, "flag": flag, "value": value, "valid_from": valid_from},
            SystemDetail,
            key=key,
            if_match=if_match,
        )

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        using_unit: str | None = None,
        tenant: str | None = None,
        text: str | None = None,
    ) -> Page[SystemRow]:
        """Information systems with the flags of the moment and where they run."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "using_unit": using_unit, "tenant": tenant, "text": text},
            Page[SystemRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        using_unit: str | None = None,
        tenant: str | None = None,
        text: str | None = None,
    ) -> Iterator[SystemRow]:
        """Information systems with the flags of the moment and where they run; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "using_unit": using_unit, "tenant": tenant, "text": text, "limit": PAGE_LIMIT},
            Page[SystemRow],
        )

    def read(self, id: str) -> SystemDetail:
        """A system with its flags: since when each holds, and when that was recorded."""
        return self._answer(_READ, {"id": id}, SystemDetail)
