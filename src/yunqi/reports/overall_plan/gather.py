"""What the overall plan of service shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports.plan_view import view_plan


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words and figures of the document; raises `Problem` report.data."""
    return view_plan(data, "总体服务方案")
