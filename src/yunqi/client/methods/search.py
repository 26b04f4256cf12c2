"""The methods of search. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.search import Search, SearchAnswer

_READ = Deed("search.read", "GET", "/search", "read", Search)


class SearchMethods(Noun):
    """What can be asked and done."""

    def read(
        self,
        *,
        text: str,
        group: Literal[
            "contract",
            "line",
            "system",
            "resource",
            "work_order",
            "incident",
            "person",
            "organisation",
            "document",
            "statement",
        ]
        | None = None,
    ) -> SearchAnswer:
        """What holds the words, grouped by kind, the best first; at most eight of a kind."""
        return self._answer(_READ, {"text": text, "group": group}, SearchAnswer)
