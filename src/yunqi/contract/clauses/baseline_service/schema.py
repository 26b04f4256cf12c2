"""The form of services without a price."""

from __future__ import annotations

from typing import Any

from yunqi.contract.clauses.base import Source, Term


class BaselineService(Term):
    """A service owed for free."""

    name: str
    group: str | None = None
    description: str | None = None
    parameters: dict[str, Any] = {}
    source: Source


class UnpricedService(Term):
    """A service that the text promises without a price line."""

    name: str
    item: str | None = None
    source: Source
