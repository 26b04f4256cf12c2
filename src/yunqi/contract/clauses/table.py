"""Tables read by what their columns are called, whatever their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from yunqi.contract.documents import Table, squeeze
from yunqi.contract.documents.rows import is_header

_NOTE = re.compile(r"\([^()]*\)|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; `titles` are the header words, `header_rows` how many rows the header takes."""

    known: Mapping[str, int]
    titles: tuple[str, ...]
    header_rows: int

    def __contains__(self, name: str) -> bool:
        return name in self.known

    @classmethod
    def find(cls, table: Table, patterns: Mapping[str, str]) -> Columns | None:
        """The columns whose header words match; None for a table without a header of that kind.

        A pattern must match the whole header word, a unit in brackets aside. The first pattern wins a column.
        """
        if not table.rows or not is_header(table.rows[0].cells):
            return None
        titles = [squeeze(cell) for cell in table.rows[0].cells]
        header_rows = 1
        if len(table.rows) > 1 and not table.rows[1].cells[0].strip() and is_header(table.rows[1].cells):
            below = [squeeze(cell) for cell in table.rows[1].cells]
            titles = [low or high for high, low in zip(titles, below, strict=True)]
            header_rows = 2
        known: dict[str, int] = {}
        taken: set[int] = set()
        for name, pattern in patterns.items():
            for index, title in enumerate(titles):
                if title and index not in taken and re.fullmatch(pattern, _NOTE.sub("", title)):
                    known[name] = index
                    taken.add(index)
                    break
        return cls(known, tuple(titles), header_rows)

    def title(self, name: str) -> str:
        """The header word of a known column."""
        return self.titles[self.known[name]]

    def body(self, table: Table) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows below the header: their index, and the known cells."""
        for index, row in enumerate(table.rows[self.header_rows :], start=self.header_rows):
            yield index, {name: row.cells[column].strip() for name, column in self.known.items()}
