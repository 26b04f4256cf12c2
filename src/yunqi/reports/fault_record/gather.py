"""What the record of a fault shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports.fault_view import view_fault


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words and figures of the document; raises `Problem` report.data for data that is no incident."""
    return view_fault(data, "故障处置记录")
