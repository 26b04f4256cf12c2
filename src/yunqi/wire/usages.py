"""The use of a month by information system, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.contracts import OfContract


class UsageFile(OfContract):
    """The use of a month (YYYY-MM) by system and price line, as a workbook or as a document.

    What lies below `cpu_share` and `bytes_per_day` is idle; `gap_hours`: how much of the time the meters may leave open
    before the use counts as unknown.
    """

    month: Annotated[str, Field(min_length=7, max_length=7)]
    format: Literal["xlsx", "docx"] = "xlsx"
    cpu_share: Annotated[str, Field(pattern=r"^0(\.\d{1,6})?$|^1$")] = "0.02"
    bytes_per_day: Annotated[int, Field(ge=0, le=10**15)] = 2**20
    gap_hours: Annotated[int, Field(ge=0, le=10_000)] = 24
