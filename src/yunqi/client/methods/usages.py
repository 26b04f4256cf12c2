"""The methods of usages. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.usages import UsageFile

_FILE = Deed("usage.file", "GET", "/contracts/{contract}/usage/file", "read", UsageFile)


class UsagesMethods(Noun):
    """What can be asked and done."""

    def file(
        self,
        contract: str,
        *,
        month: str,
        format: Literal["xlsx", "docx"] = "xlsx",
        cpu_share: str = "0.02",
        bytes_per_day: int = 1048576,
        gap_hours: int = 24,
    ) -> Download:
        """What each system used of each price line, and its fee under the agreed allocation; what is not known is
        said so.
        """
        return self._download(
            _FILE,
            {
                "contract": contract,
                "month": month,
                "format": format,
                "cpu_share": cpu_share,
                "bytes_per_day": bytes_per_day,
                "gap_hours": gap_hours,
            },
        )
