"""What a drafted document consists of, before it has a file format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Style = Literal["title", "cover", "article", "annex", "subtitle", "body", "plain", "sign"]
Align = Literal["l", "c", "r"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. Every 「____」 in it is shown as a place to fill in."""

    words: str
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, how its cells stand."""

    head: str
    width: int
    align: Align = "l"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; its head is repeated on every page. `wide`: its annex needs landscape pages."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a page, upright or `wide` (landscape)."""

    wide: bool = False


Block = Text | Grid | PageBreak


@dataclass(slots=True)
class Sheet:
    """A document: its title and number for the page header, and its blocks in order."""

    title: str
    number: str
    blocks: list[Block] = field(default_factory=list)
