"""Which price tables are counted: a summary, a repetition and a bare list of needs are not counted twice."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.clauses.price_line.part import Part, stated_total
from yunqi.contract.documents import squeeze

_MOST_PARTS = 8


def choose_parts(parts: Sequence[Part], amounts: Collection[int]) -> list[Part]:
    """The parts that make up the contract, in order; `amounts` are all amounts of its text, in fen.

    Priced parts count before those with totals alone, these before bare quantities. Parts that repeat each other count
    once, unless the text states the sum of all.
    """
    known = [part for part in parts if part.lines and _is_of_the_field(part)]
    priced = [part for part in known if part.priced]
    totals = [part for part in known if not part.priced and part.sum_fen is not None]
    bare = [part for part in known if not part.priced and part.sum_fen is None]
    if priced:
        sums = {part.sum_fen for part in priced}
        apart = [part for part in totals if not _is_summary(part, priced, sums)]
        return [part for part in parts if part in _without_repeats(priced, amounts) or part in apart]
    if totals:
        return _without_repeats(totals, amounts)
    return _without_repeats(bare, amounts)


def _is_of_the_field(part: Part) -> bool:
    """Whether a part without unit prices is about services of the field at all."""
    if part.priced or any(title.startswith("服务名称") for title in part.header.titles):
        return True
    catalogue = load_catalogue()
    known = sum(bool(catalogue.recognise(line.name, f"{line.group or ''}-{line.name}")) for line in part.lines)
    return known * 2 >= len(part.lines)


def _is_summary(part: Part, priced: Sequence[Part], sums: Collection[int | None]) -> bool:
    """Whether a part with totals alone adds up what other parts price one by one."""
    mine = part.sum_fen
    all_fen = sum(one.sum_fen or 0 for one in priced)
    groups = {squeeze(line.group) for one in priced for line in one.lines if line.group}
    names = {squeeze(line.name) for one in priced for line in one.lines}
    return (
        mine == all_fen
        or all(stated_total(line) in sums for line in part.lines)
        or all(squeeze(line.name) in groups | names for line in part.lines)
    )


def _form(part: Part) -> tuple[tuple[str, str | None, str | None], ...]:
    return tuple(sorted((squeeze(line.name), line.unit_price, line.quantity) for line in part.lines))


def _names(part: Part) -> tuple[str, ...]:
    return tuple(sorted(squeeze(line.name) for line in part.lines))


def _without_repeats(parts: Sequence[Part], amounts: Collection[int]) -> list[Part]:
    if len(parts) < 2:
        return list(parts)
    everything = sum(part.sum_fen or 0 for part in parts)
    if everything and everything in amounts:
        return list(parts)
    kept: list[Part] = []
    for part in parts:
        if not any(_form(part) == _form(one) for one in kept):
            kept.append(part)
    total = sum(part.sum_fen or 0 for part in kept)
    if len(kept) == 1 or not total or total in amounts or len(kept) > _MOST_PARTS:
        return kept
    for count in range(1, len(kept)):  # the fewest tables whose sum the text states
        for chosen in itertools.combinations(kept, count):
            rest = [part for part in kept if part not in chosen]
            names = {name for part in chosen for name in _names(part)}
            explained = all(set(_names(part)) <= names or _is_part_of(part, chosen) for part in rest)
            if explained and sum(part.sum_fen or 0 for part in chosen) in amounts:
                return list(chosen)
    return kept


def _is_part_of(part: Part, chosen: Sequence[Part]) -> bool:
    totals = {stated_total(line) for one in chosen for line in one.lines}
    return part.sum_fen in totals
