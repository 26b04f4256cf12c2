"""Columns whose header words are lost: found again by what stands below them and by price × quantity = total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.clauses.price_line.columns import Header, match_roles
from yunqi.contract.clauses.price_line.figures import read_price, read_quantity
from yunqi.contract.documents import Table, squeeze

_FIGURE_ROLES = ("unit_price", "quantity", "total")
_FEWEST_ROWS = 3
_MOST_FIGURE_COLUMNS = 6


def repair_header(table: Table, header: Header) -> Header:
    """The header with its words over the right columns, where one of them was lost and the others moved."""
    body = _body(table, header.first, header.last)
    if len(body) < _FEWEST_ROWS or header.titles[-1] or not _is_filled(body, len(header.titles) - 1):
        return header
    words = list(header.titles[:-1])
    options: list[tuple[dict[str, int], tuple[str, ...]]] = []
    for position in range(len(words) + 1):
        titles = (*words[:position], "", *words[position:])
        options.extend((roles, titles) for roles in _with_lost(match_roles(titles), position))
    best = _best(body, options)
    return header if best is None else replace(header, roles=best[0], titles=best[1])


def infer_header(table: Table) -> Header | None:
    """A header for a table that has none: where three columns multiply in every row and the names are services.

    None where price and quantity can't be told apart, or the rows are not of the field.
    """
    body = _body(table, 0, len(table.rows))
    width = len(table.rows[0].cells) if table.rows else 0
    numeric = [column for column in range(width) if _is_numeric(body, column)]
    if len(body) < _FEWEST_ROWS or len(numeric) < len(_FIGURE_ROLES) or len(numeric) > _MOST_FIGURE_COLUMNS:
        return None
    name = next((column for column in range(width) if _is_services(body, column)), None)
    if name is None:
        return None
    counts = [column for column in numeric if _counts_up(body, column)]
    options: list[tuple[dict[str, int], tuple[str, ...]]] = []
    for chosen in permutations([column for column in numeric if column not in counts[:1]], len(_FIGURE_ROLES)):
        roles = {"name": name, **dict(zip(_FIGURE_ROLES, chosen, strict=True))}
        if counts:
            roles["no"] = counts[0]
        options.append((roles, ("",) * width))
    best = _best(body, options)
    return None if best is None else Header(best[0], best[1], 0, len(table.rows))


def _with_lost(roles: Mapping[str, int], position: int) -> Iterator[dict[str, int]]:
    yield dict(roles)
    for role in ("no", "name", *_FIGURE_ROLES):
        if role not in roles and not (role == "name" and "detail" in roles):
            yield {**roles, role: position}


def _best(
    body: Sequence[Sequence[str]], options: Sequence[tuple[dict[str, int], tuple[str, ...]]]
) -> tuple[dict[str, int], tuple[str, ...]] | None:
    scored = [(_score(body, roles), (roles, titles)) for roles, titles in options]
    highest = max((score for score, __ in scored), default=0)
    best = [option for score, option in scored if score == highest]
    if highest * 10 < len(body) * 9 or not best:
        return None
    if len(best) > 1:  # price and quantity change places: only decimals tell them apart
        places = {(roles.get("unit_price"), roles.get("quantity")) for roles, __ in best}
        if len(places) > 1:
            best = [
                (roles, titles)
                for roles, titles in best
                if "quantity" in roles
                and _is_whole(body, roles["quantity"])
                and not _is_whole(body, roles["unit_price"])
            ]
    return max(best, key=lambda option: len(option[0])) if best else None


def _score(body: Sequence[Sequence[str]], roles: Mapping[str, int]) -> int:
    if not set(_FIGURE_ROLES) <= set(roles) or not {"name", "detail"} & set(roles):
        return 0
    if "no" in roles and not _counts_up(body, roles["no"]):
        return 0
    if not _is_words(body, roles["detail"] if "detail" in roles else roles["name"]):
        return 0
    good = 0
    for cells in body:
        price, total = read_price(cells[roles["unit_price"]]), read_price(cells[roles["total"]])
        quantity = read_quantity(cells[roles["quantity"]])
        if not price.value or not quantity.value or not total.value:
            good += all(figure.kind == "blank" for figure in (price, quantity, total))
            continue
        times = Fraction(total.value) / (Fraction(price.value) * Fraction(quantity.value))
        good += times.denominator == 1 and 1 <= times <= 60
    return good


def _body(table: Table, first: int, last: int) -> list[tuple[str, ...]]:
    rows = [row.cells for row in table.rows[first:last]]
    return [cells for cells in rows if sum(bool(cell.strip()) for cell in cells) > 2]


def _is_filled(body: Sequence[Sequence[str]], column: int) -> bool:
    return sum(bool(cells[column].strip()) for cells in body) * 2 > len(body)


def _is_numeric(body: Sequence[Sequence[str]], column: int) -> bool:
    figures = [read_quantity(cells[column]) for cells in body]
    filled = [figure for figure in figures if figure.kind != "blank"]
    return len(filled) * 2 > len(body) and all(figure.value is not None for figure in filled)


def _is_whole(body: Sequence[Sequence[str]], column: int) -> bool:
    values = [read_quantity(cells[column]).value for cells in body]
    return all(value is None or value == value.to_integral_value() for value in values)


def _is_words(body: Sequence[Sequence[str]], column: int) -> bool:
    filled = [squeeze(cells[column]) for cells in body if cells[column].strip()]
    return len(filled) * 2 > len(body) and all(re.search("[A-Za-z一-龥]", cell) for cell in filled)


def _is_services(body: Sequence[Sequence[str]], column: int) -> bool:
    catalogue = load_catalogue()
    return sum(bool(catalogue.recognise(cells[column])) for cells in body) * 2 > len(body)


def _counts_up(body: Sequence[Sequence[str]], column: int) -> bool:
    numbers = [squeeze(cells[column]) for cells in body]
    filled = [int(number) for number in numbers if re.fullmatch(r"\d{1,4}", number)]
    return (
        len(filled) * 10 >= len(body) * 8
        and len(set(filled)) == len(filled)
        and max(filled, default=0) <= 4 * len(body)
        and sorted(filled)[:1] == [1]
    )
