"""The methods of tenants. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, Page
from yunqi.wire.parties import AddTenant, ListTenants, TenantRow

_ADD = Deed("tenant.add", "POST", "/tenants", "write", AddTenant)
_LIST = Deed("tenant.list", "GET", "/tenants", "read", ListTenants)


class TenantsMethods(Noun):
    """What can be asked and done."""

    def add(
        self, *, using_unit: str, provider: str | None = None, name: str | None = None, key: str | None = None
    ) -> TenantRow:
        """A using unit's tenant at a provider: at most one at each."""
        return self._answer(_ADD, {"using_unit": using_unit, "provider": provider, "name": name}, TenantRow, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        using_unit: str | None = None,
        provider: str | None = None,
        text: str | None = None,
    ) -> Page[TenantRow]:
        """Tenants that the caller may see, with both parties."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "using_unit": using_unit,
                "provider": provider,
                "text": text,
            },
            Page[TenantRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        using_unit: str | None = None,
        provider: str | None = None,
        text: str | None = None,
    ) -> Iterator[TenantRow]:
        """Tenants that the caller may see, with both parties; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "using_unit": using_unit, "provider": provider, "text": text, "limit": PAGE_LIMIT},
            Page[TenantRow],
        )
