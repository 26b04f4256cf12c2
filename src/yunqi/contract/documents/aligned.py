"""Tables in plain text that only blanks align: each column begins where its head begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

_CHUNK = re.compile(r"\S(?:[^\S\u3000]?\S)*")
_LONGEST_HEAD = 24
_SLACK = 1


def find_aligned(lines: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """The cells of every line that is a row of such a table, by the line's index.

    A head has two short words or more, two blanks or more apart; the rows follow it without an empty line, and each of
    their words begins under one of its words.

    >>> find_aligned(["序号  名称    数量", "1     云主机  20", "      内存", "以上为清单。"])
    {0: ('序号', '名称', '数量'), 1: ('1', '云主机', '20'), 2: ('', '内存', '')}
    """
    found: dict[int, tuple[str, ...]] = {}
    index = 0
    while index < len(lines):
        head = _chunks(lines[index])
        last = index
        if _is_head(head):
            starts = [start for start, _words in head]
            while last + 1 < len(lines) and (cells := _row(_chunks(lines[last + 1]), starts)) is not None:
                if last == index:
                    found[index] = tuple(words for _at, words in head)
                last += 1
                found[last] = cells
        index = last + 1
    return found


def _is_head(head: Sequence[tuple[int, str]]) -> bool:
    return len(head) > 1 and all(
        len(words) <= _LONGEST_HEAD and not re.search("[:：。；;]", words) for _at, words in head
    )


def _row(chunks: Sequence[tuple[int, str]], starts: Sequence[int]) -> tuple[str, ...] | None:
    """The cells under the heads; None for a line that is no row: what stands alone at the left may be a paragraph."""
    if not chunks or (len(chunks) == 1 and chunks[0][0] <= starts[0] + _SLACK):
        return None
    cells = [""] * len(starts)
    for at, words in chunks:
        column = next((number for number, start in enumerate(starts) if abs(at - start) <= _SLACK), None)
        if column is None or cells[column]:
            return None
        cells[column] = words
    return tuple(cells)


def _chunks(line: str) -> list[tuple[int, str]]:
    """The words that two blanks part, each with the column it begins at: a wide character takes two."""
    columns, at = [], 0
    for char in line:
        columns.append(at)
        at += 2 if east_asian_width(char) in "WF" else 1
    return [(columns[match.start()], match[0]) for match in _CHUNK.finditer(line)]
