"""What a contract's head says line by line or in a table of labels: 「合同编号：…」, 「合同金额 | …」."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yunqi.contract.clauses.base import Source, row_source, source_of
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline, PlacedTable

_LABEL = re.compile(r"[^:。;,]{2,24}")
_LINE = re.compile(r"^([^:。;]{2,24}):(.+)$")
_LONGEST_TABLE = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value, both comparable; `words` are the value's exact words. `in_front` before the articles."""

    label: str
    value: str
    words: str
    source: Source
    in_front: bool


def find_pairs(document: Outline) -> Iterator[Pair]:
    """The pairs of the lines before and after the articles, then those of tables of labels."""
    for clauses, in_front in ((document.front, True), (document.back, False)):
        for clause in clauses:
            match = _LINE.match(clause.text)
            if match is not None:
                words = clause.plain.words(match.start(2), match.end(2)).strip()
                yield Pair(match[1], match[2], words, source_of(clause), in_front)
    for placed in document.tables:
        yield from _table_pairs(placed)


def _table_pairs(placed: PlacedTable) -> Iterator[Pair]:
    if placed.part or len(placed.table.rows) > _LONGEST_TABLE:
        return
    owner = ""
    for index, row in enumerate(placed.table.rows):
        cells = [cell.strip() for cell in row.cells]
        filled = [cell for cell in cells if cell]
        first = squeeze(cells[0]) if cells else ""
        if first in {"甲方", "乙方", "丙方"}:
            owner = first
        elif first:
            owner = ""
        source = row_source(placed, index)
        at = 0
        while at + 1 < len(filled):
            label, value = squeeze(filled[at]).rstrip(":"), filled[at + 1]
            if (
                label in {"甲方", "乙方", "丙方"}
                and len(filled) > at + 2
                and squeeze(value) in {"名称", "单位名称", "全称"}
            ):
                yield Pair(label, squeeze(filled[at + 2]), filled[at + 2], source, False)
                at += 3
                continue
            if _LABEL.fullmatch(label):
                yield Pair(
                    f"{owner}{label}" if owner and label != owner else label, squeeze(value), value, source, False
                )
            at += 2
