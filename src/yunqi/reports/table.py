"""Plain tables of typed cells, for documents that are worked with in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "centre", "number", "yuan", "share", "label"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, width in characters, the kind of its cells and the row's key.

    yuan: whole fen, shown in yuan; number: exact text; share: exact text of a share of one; label: indented by the
    row's `depth`. With `total` the column is summed below; when `total_when` is given, (key, value), only rows that
    have that value count.
    """

    head: str
    width: float
    key: str
    kind: Kind = "text"
    total: bool = False
    total_when: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One table of a sheet: `rows` names the list in the view. A row's `<key>_kind` overrides the kind of a cell."""

    title: str
    rows: str
    columns: tuple[Column, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: blocks beneath each other; the first one's head stays in view and is printed on each page.

    `pages_tall` 0 lets it grow downwards; it is always printed one page wide.
    """

    name: str
    blocks: tuple[Block, ...]
    pages_tall: int = 0


Row = dict[str, Any]
