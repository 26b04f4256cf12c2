"""The methods of idle resources. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.idle_resources import IdleFile, IdleList, IdleOf

_FILE = Deed("idle_resource.file", "GET", "/idle-resources/file", "read", IdleFile)
_LIST = Deed("idle_resource.list", "GET", "/idle-resources", "read", IdleOf)


class IdleResourcesMethods(Noun):
    """What can be asked and done."""

    def file(
        self,
        *,
        contract: str | None = None,
        days: int = 30,
        cpu_share: str = "0.02",
        bytes_per_day: int = 1048576,
        gap_hours: int = 24,
        state: Literal["idle", "used", "unknown", "new"] | None = None,
        format: Literal["xlsx", "docx"] = "xlsx",
    ) -> Download:
        """The reclaim proposal as a workbook or as a document, with the limits that it rests on."""
        return self._download(
            _FILE,
            {
                "contract": contract,
                "days": days,
                "cpu_share": cpu_share,
                "bytes_per_day": bytes_per_day,
                "gap_hours": gap_hours,
                "state": state,
                "format": format,
            },
        )

    def list(
        self,
        *,
        contract: str | None = None,
        days: int = 30,
        cpu_share: str = "0.02",
        bytes_per_day: int = 1048576,
        gap_hours: int = 24,
        state: Literal["idle", "used", "unknown", "new"] | None = None,
    ) -> IdleList:
        """What is drawn under the contracts that the caller may see and was not used, with what is unknown named
        so.
        """
        return self._answer(
            _LIST,
            {
                "contract": contract,
                "days": days,
                "cpu_share": cpu_share,
                "bytes_per_day": bytes_per_day,
                "gap_hours": gap_hours,
                "state": state,
            },
            IdleList,
        )
