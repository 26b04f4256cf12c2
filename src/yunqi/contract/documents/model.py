"""One document model for every file format: paragraphs and tables in document order, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a line counted from 1, or a page counted from 1 where the format has pages."""

    line: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Characters that a machine recognised without being sure: a span of the text, and what it may be instead.

    An empty span says that something may be missing there; "" among the candidates that nothing may be there.
    """

    start: int
    end: int
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as read, markup removed; `heading` when the file marks it as one."""

    text: str
    place: Place
    heading: bool = False
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One table row; every row of a table has the same number of cells. `doubts` come by column."""

    cells: tuple[str, ...]
    place: Place
    doubts: Mapping[int, tuple[Doubt, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its parts from several pages joined.

    `covered` names, for a cell that a merged one covers, the (row, column) of the covering cell; a format without
    merged cells leaves it empty, and a blank cell may then be a covered one.
    """

    rows: tuple[Row, ...]
    covered: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file says beside its words: words that a revision put in or took out, hidden ones, comments, dates that
    change by themselves, macros.

    `kind` is inserted, deleted, hidden, comment, date_field or macro; `line` that of the paragraph or row, 0 for none.
    """

    kind: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content in order.

    `wrapped` says that lines were broken by layout, not by the author; `recognised` that at least one page is a
    picture whose characters a machine recognised.
    """

    file_name: str
    sm3: str
    size_bytes: int
    blocks: tuple[Block, ...]
    wrapped: bool
    recognised: bool = False
    marks: tuple[Mark, ...] = ()
