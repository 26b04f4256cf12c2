"""The weekly operations report, on the wire."""

from __future__ import annotations

from datetime import date

from yunqi.wire.contracts import OfContract


class WeeklyReportFile(OfContract):
    """The report of the week of a day (`on`: any day of it; the last week that is over unless said)."""

    on: date | None = None
