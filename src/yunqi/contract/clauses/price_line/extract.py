"""Reads the price tables, wherever their headers stand and whatever their columns are called, and lists in prose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.contract.catalogue import code_of_title, load_catalogue
from yunqi.contract.clauses.base import Extraction, Uncertain
from yunqi.contract.clauses.code_words import is_nothing
from yunqi.contract.clauses.price_line.choice import choose_parts
from yunqi.contract.clauses.price_line.columns import find_headers
from yunqi.contract.clauses.price_line.inferred import infer_header, repair_header
from yunqi.contract.clauses.price_line.lines import read_part
from yunqi.contract.clauses.price_line.parameters import read_parameters
from yunqi.contract.clauses.price_line.part import Part
from yunqi.contract.clauses.price_line.prose import read_prose
from yunqi.contract.clauses.price_line.schema import PriceLine
from yunqi.contract.numbers import find_amounts
from yunqi.contract.outline import Outline

AFTER = ("term",)


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """The price lines and the total of their tables. A line whose product differs has no total, but both candidates."""
    term = so_far.get("term")
    months = None if term is None else term.whole_months
    parts = [
        read_part(placed, repair_header(placed.table, header), months)
        for placed in document.tables
        for header in find_headers(placed.table)
    ]
    if not any(part.priced for part in parts):
        inferred = [(placed, infer_header(placed.table)) for placed in document.tables]
        parts += [read_part(placed, header, months) for placed, header in inferred if header is not None]
    chosen = choose_parts(parts, _amounts(document, parts))
    result = Extraction(values={"price_lines": [], "table_total_fen": None, "table_total_source": None})
    _number(chosen)
    for part in chosen:
        for line in part.lines:
            _finish(part, line, len(result.values["price_lines"]), result)
            result.values["price_lines"].append(line)
    _take_totals(chosen, result)
    if not result.values["price_lines"]:
        prose = read_prose(document)
        result.values.update(prose.values)
        result.uncertain.extend(prose.uncertain)
    return result


def _amounts(document: Outline, parts: list[Part]) -> set[int]:
    found = {
        amount.fen for clause in document.everything() for amount in find_amounts(clause.text) if amount.fen is not None
    }
    return found | {part.total_fen for part in parts if part.total_fen is not None}


def _number(parts: list[Part]) -> None:
    """Numbers that begin again, or are no plain numbers, give way to one count over all tables."""
    lines = [line for part in parts for line in part.lines]
    repeated = len({line.no for line in lines}) < len(lines)
    again = repeated and (len(parts) > 1 or any(part.restarts for part in parts))
    if not again and not any(part.labelled for part in parts):
        return
    number = 0
    for part in parts:
        heads: dict[int, int] = {}
        for line in part.lines:
            number += 1
            if line.label is None and line.no != number:
                line.label = str(line.no)
            if line.bundle is not None:
                line.bundle = heads.get(line.bundle, line.bundle)
            else:
                heads[line.no] = number
            line.no = number


def _finish(part: Part, line: PriceLine, position: int, result: Extraction) -> None:
    catalogue = load_catalogue()
    note = part.notes.get(id(line), "")
    codes: tuple[str, ...] = catalogue.recognise(
        line.name, f"{line.group or ''}-{line.name}", f"{line.name}-{note}" if note else ""
    )
    stated = part.items.get(id(line))
    if len(codes) > 1:
        units = [code for code in codes if catalogue.fits(code, line.unit)]
        codes = tuple(units) if len(units) == 1 else codes
    line.parameters = {**line.parameters, **read_parameters(f"{line.name},{note}")}
    if stated is not None:
        codes = () if is_nothing(stated) else (code_of_title(stated),)
    if len(codes) == 1:
        line.item = codes[0]
    else:
        result.uncertain.append(
            Uncertain(path=f"price_lines[{position}].item", candidates=list(codes), source=line.source)
        )
    for doubt in part.doubts:
        if doubt.line is line:
            result.uncertain.append(
                Uncertain(path=f"price_lines[{position}].{doubt.name}", candidates=doubt.candidates, source=line.source)
            )


def _take_totals(parts: list[Part], result: Extraction) -> None:
    stated = [part for part in parts if part.total_fen is not None or part.total_candidates]
    if not stated:
        return
    last = stated[-1]
    values = result.values
    values["table_total_source"] = last.total_source
    doubtful = [part for part in stated if part.total_fen is None]
    if doubtful:
        if len(parts) == 1:
            result.uncertain.append(
                Uncertain(
                    path="table_total_fen",
                    candidates=list(doubtful[0].total_candidates),
                    source=doubtful[0].total_source,
                )
            )
        return
    everything = sum(part.sum_fen or 0 for part in parts)
    if len(parts) == 1 or (last.total_fen == everything and last is parts[-1]):
        values["table_total_fen"] = last.total_fen
    elif len(stated) == len(parts):
        values["table_total_fen"] = sum(part.total_fen or 0 for part in stated)
