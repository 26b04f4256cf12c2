"""Reads a table of coefficients that lost its columns: numbers, words and shares in lines, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from yunqi.contract.clauses.base import Source, source_of
from yunqi.contract.outline import Clause, Outline

_HEADER = re.compile(r"(?:序号|编号).{0,12}?系数|^(?:惩罚|扣罚|违约金)?系数")
_SHARE = r"(?<![\d.])\d{1,4}%"
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its number, its exact words, and those of its coefficient; `title` is its annex's."""

    title: str
    no: int
    text: str
    coefficient: str
    source: Source


def read_lines(document: Outline) -> list[Line]:
    """The rows of each annex whose heading names coefficients, as far as they are numbered 1, 2, 3 … in order."""
    have = {placed.part for placed in document.tables}
    found: list[Line] = []
    for part, clauses in groupby(document.clauses, key=lambda one: one.part):
        if part and part not in have:
            found.extend(_read_part(list(clauses)))
    return found


def _read_part(clauses: list[Clause]) -> list[Line]:
    header = next((at for at, one in enumerate(clauses) if _HEADER.search(one.text) and "=" not in one.text), None)
    if header is None:
        return []
    below = clauses[header + 1 :]
    text = "".join(one.text for one in below)
    rows: list[Line] = []
    at = 0
    while (match := _row(len(rows) + 1).match(text, at)) is not None:
        span = match.span("text")
        source = _source(below, match.start(), match.end())
        rows.append(Line(below[0].part_title, len(rows) + 1, _words(below, *span), match["coefficient"], source))
        at = match.end()
    return rows if len(rows) >= _LEAST else []


def _row(no: int) -> re.Pattern[str]:
    """A row by its number: it ends with the first share that a number, or nothing, follows; that number is the next."""
    return re.compile(rf"{no}(?P<text>[^\d%](?:(?!{_SHARE}\d).)*?)(?P<coefficient>{_SHARE})(?={no + 1}[^\d%.]|$)")


def _pieces(clauses: list[Clause], start: int, end: int) -> Iterator[tuple[Clause, int, int]]:
    begin = 0
    for clause in clauses:
        first, last = max(start - begin, 0), min(end - begin, len(clause.text))
        if first < last:
            yield clause, first, last
        begin += len(clause.text)


def _words(clauses: list[Clause], start: int, end: int) -> str:
    return "".join(clause.plain.words(first, last) for clause, first, last in _pieces(clauses, start, end))


def _source(clauses: list[Clause], start: int, end: int) -> Source:
    clause, first, last = next(_pieces(clauses, start, end))
    source = source_of(clause, first, last)
    source.text = _words(clauses, start, end)
    return source
