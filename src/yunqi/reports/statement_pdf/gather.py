"""What the statement in PDF shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports.statement_view import view_statement


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The words and figures of the document."""
    view = view_statement(data)
    return view | {"title": "政务云服务结算单"}
