"""What the statement in PDF shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports.statement_view import view_statement

_ROW_LIMIT = 600
"""Characters of the longest text up to which each table row surely fits on a page."""


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words and figures of the document."""
    view = view_statement(data)
    return view | {"title": "政务云服务结算单", "keep_rows": _longest(view) < _ROW_LIMIT}


def _longest(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max((_longest(item) for item in items), default=0)
