"""What the weekly report shows: the week as the ledger has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports.week_view import view_week


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words and figures of the document. Raises `Problem` report.data."""
    return view_week(data)
