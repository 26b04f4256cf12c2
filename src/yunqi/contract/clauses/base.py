"""What every clause kind shares: the source of a value, findings, uncertain values, the result of an extraction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from yunqi.contract.documents import Place
from yunqi.contract.outline import Clause, Outline, PlacedTable


class Term(BaseModel):
    """Base of the contract's data: the keys of the documented form are fixed, more may be added."""

    model_config = ConfigDict(extra="allow")


class Source(Term):
    """Where a value stands: article, exact words, line or page, and for a table the row."""

    article: str
    text: str
    line: int | None = None
    page: int | None = None
    cell: str | None = None


class Duration(Term):
    """A count of a unit: minute, hour, day, working_day, month, year."""

    count: int
    unit: str


class Worth(Term):
    """What a finding is worth: an amount between two limits in fen, or a time between two; words say which is which."""

    fen_low: int | None = None
    fen_high: int | None = None
    duration: Duration | None = None
    duration_high: Duration | None = None
    words: str = ""


class Alternative(Term):
    """A possible reading of what is open, and its figure where it has one."""

    choice: str
    words: str = ""
    fen: int | None = None
    duration: Duration | None = None


class Finding(Term):
    """What the review found wrong or open; `proposal` is the text to agree instead, `reading` the point it opens."""

    code: str
    severity: Literal["error", "warning", "note"]
    message: str
    sources: list[Source] = []
    matters: str = ""
    proposal: str = ""
    worth: Worth | None = None
    reading: str | None = None
    alternatives: list[Alternative] = []


class Uncertain(Term):
    """A value that could not be read for sure: its path, and what it may be. The value itself is null."""

    path: str
    candidates: list[Any] = []
    source: Source | None = None


@dataclass(slots=True)
class Extraction:
    """What one clause kind found: values by dotted key of the contract's form."""

    values: dict[str, Any] = field(default_factory=dict)
    uncertain: list[Uncertain] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Extractor(Protocol):
    """The module `extract.py` of a clause kind; `AFTER` names the kinds whose values it reads in `so_far`."""

    AFTER: tuple[str, ...]

    @staticmethod
    def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
        """The clauses of this kind in a document."""


def source_of(clause: Clause, start: int = 0, end: int | None = None) -> Source:
    """The source of a span of a clause's comparable text, in exact words; the whole clause by default."""
    stop = len(clause.text) if end is None else end
    return Source(
        article=clause.article, text=clause.plain.words(start, stop), line=_line(clause.place), page=clause.place.page
    )


def sentence_source(clause: Clause, at: int) -> Source:
    """The source of the sentence around a position of a clause's comparable text."""
    for start, end in clause.plain.sentences():
        if start <= at < end:
            return source_of(clause, start, end)
    return source_of(clause)


def row_source(placed: PlacedTable, row: int, number: str = "") -> Source:
    """The source of a table row; `number` is the row's own number where it has one."""
    found = placed.table.rows[row]
    article = f"{placed.article} #{number}" if number else placed.article
    text = " ".join(cell.strip() for cell in found.cells if cell.strip())
    return Source(
        article=article.strip(), text=text, line=_line(found.place), page=found.place.page, cell=f"行 {row + 1}"
    )


def _line(place: Place) -> int | None:
    return place.line if place.page is None else None


def place_behind(result: Extraction, path: str, known: int) -> None:
    """Gives what is open of a list, and is no item of it, the places behind its `known` items: `penalties.other[3]`."""
    for one in result.uncertain:
        if re.fullmatch(rf"{re.escape(path)}\[\d+\]", one.path):
            one.path = f"{path}[{known}]"
            known += 1
