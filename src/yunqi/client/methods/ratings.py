"""The methods of ratings. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.ratings import RatingFile, RatingGroupList, RatingGroupsOf, RatingList, RatingsOf

_FILE = Deed("rating.file", "GET", "/ratings/file", "read", RatingFile)
_GROUPS = Deed("rating.groups", "GET", "/ratings/groups", "read", RatingGroupsOf)
_LIST = Deed("rating.list", "GET", "/ratings", "read", RatingsOf)


class RatingsMethods(Noun):
    """What can be asked and done."""

    def file(
        self,
        *,
        month: str | None = None,
        provider: str | None = None,
        using_unit: str | None = None,
        sort: str | None = None,
        format: Literal["xlsx", "docx"] = "xlsx",
    ) -> Download:
        """The comparison as a workbook, or as a document with contracts, providers and agencies."""
        return self._download(
            _FILE, {"month": month, "provider": provider, "using_unit": using_unit, "sort": sort, "format": format}
        )

    def groups(
        self,
        *,
        month: str | None = None,
        provider: str | None = None,
        using_unit: str | None = None,
        sort: str | None = None,
        by: Literal["provider", "using_unit"] = "provider",
    ) -> RatingGroupList:
        """The same summed up by provider or agency; what is unknown is counted beside each sum."""
        return self._answer(
            _GROUPS,
            {"month": month, "provider": provider, "using_unit": using_unit, "sort": sort, "by": by},
            RatingGroupList,
        )

    def list(
        self,
        *,
        month: str | None = None,
        provider: str | None = None,
        using_unit: str | None = None,
        sort: str | None = None,
    ) -> RatingList:
        """What the month's statements say of each contract that the caller may see; raises `Problem` list.sort."""
        return self._answer(
            _LIST, {"month": month, "provider": provider, "using_unit": using_unit, "sort": sort}, RatingList
        )
