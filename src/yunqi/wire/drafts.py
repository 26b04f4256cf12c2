"""Drafts and requirements on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer
from yunqi.wire.contracts import OfContract


class DraftCheck(Answer):
    """Paths of a contract's data: left to fill in; not the same when the draft is read back (mostly none)."""

    gaps: tuple[str, ...]
    losses: tuple[str, ...]


class RequirementsOf(OfContract):
    """What was used between two days (the last year of the term unless named), and how next year follows from it.

    `basis`: the figure of the past to start from; `reserve`: a share of it on top, as decimal text; `months` to buy.
    """

    start_on: date | None = None
    end_on: date | None = None
    basis: Literal["peak", "percentile", "average"] = "peak"
    reserve: Annotated[str, Field(pattern=r"^\d(\.\d{1,4})?$")] = "0"
    months: Annotated[int, Field(ge=1, le=60)] = 12


class RequirementsFile(RequirementsOf):
    """The requirements as a file."""

    format: Literal["xlsx", "docx"] = "xlsx"


class Requirements(Answer):
    """Next year's requirements as the documents take them; quantities and prices are exact, as "n" or "n/d"."""

    data: dict[str, Any]


class OpinionOf(OfContract):
    """What the review found, as a document (docx) or a workbook (xlsx)."""

    format: Literal["docx", "xlsx"] = "docx"


class SupplementOf(OfContract):
    """Which findings' proposals go into a supplementary agreement: codes or numbers with commas, all unless named."""

    only: Annotated[str, Field(max_length=2000)] = ""
    effective_on: date | None = None
