"""Lists as workbooks, on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from yunqi.wire.base import Request


class ExportTable(Request):
    """A list as a workbook: `list` names its action, `filters` are its request's fields; all pages of it."""

    list: Annotated[str, Field(min_length=3, max_length=60)]
    filters: Annotated[dict[str, Any], Field(default_factory=dict)]
    sort: Annotated[str | None, Field(max_length=60)] = None
