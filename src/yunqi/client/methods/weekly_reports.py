"""The methods of weekly reports. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.weekly_reports import WeeklyReportFile

_FILE = Deed("weekly_report.file", "GET", "/contracts/{contract}/weekly-report/file", "read", WeeklyReportFile)


class WeeklyReportsMethods(Noun):
    """What can be asked and done."""

    def file(self, contract: str, *, on: date | None = None) -> Download:
        """The report of a week; one that is not over is marked as of now."""
        return self._download(_FILE, {"contract": contract, "on": on})
