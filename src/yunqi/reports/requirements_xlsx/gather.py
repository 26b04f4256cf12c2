"""What the workbook of requirements holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports.requirements_view import view_requirements


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of all sheets."""
    return view_requirements(data)
