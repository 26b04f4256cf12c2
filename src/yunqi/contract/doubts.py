"""Which values of a scanned contract rest on a character that the recogniser was not sure of.

Every doubtful character is read again as what else it may be. A value that then differs rests on it, and is open,
unless what else it may be contradicts the contract: a product, a sum, a 大写 amount, a second statement of the same.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from pydantic import BaseModel

from yunqi.contract.changes.paths import Step, find_place, may_be_null, parse_path
from yunqi.contract.clauses.base import Source, Uncertain
from yunqi.contract.documents import Document
from yunqi.contract.documents.readings import Spot, find_spots, put_readings
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.register import find_contradictions
from yunqi.kernel.errors import Problem

Extract: TypeAlias = Callable[[Document], tuple[Contract, Outline]]
Open: TypeAlias = dict[str, list[Any]]
"""What a value that is open may be, by the value's path."""

_VERBATIM = frozenset({"source", "sources", "text", "words", "uncertain", "unread", "findings", "file", "lead"})
_UNCOMPARED = {"findings", "uncertain", "unread", "file"}
_CHINESE = re.compile("[一-龥]")
_PUNCTUATION = re.compile(r"[\W_□]+")


@dataclass(frozen=True, slots=True)
class _Reading:
    """A contract as it reads with some words at doubtful places: its data, and how much in it contradicts itself."""

    data: dict[str, Any]
    conflicts: int
    open: frozenset[str]


class _Readings:
    """A document's contract as it stands, and with other words at a doubtful place; each is read once."""

    def __init__(self, document: Document, extract: Extract) -> None:
        self.document, self._extract = document, extract
        self._known: dict[tuple[tuple[Spot, str], ...], _Reading] = {}
        self.best = self.put()

    def put(self, *words: tuple[Spot, str]) -> _Reading:
        """The reading with these words there."""
        if words not in self._known:
            contract, outline = self._extract(self.changed(*words))
            # An open value and the finding that says why are one conflict or two: all readings are counted alike.
            data = contract.model_dump(mode="json", exclude=_UNCOMPARED)
            conflicts = (
                len(find_contradictions(contract, outline)) + len(contract.uncertain) + _count_out_of_order(data)
            )
            self._known[words] = _Reading(data, conflicts, frozenset(one.path for one in contract.uncertain))
        return self._known[words]

    def changed(self, *words: tuple[Spot, str]) -> Document:
        """The document with these words there."""
        return put_readings(self.document, dict(words)) if words else self.document


def find_open_values(document: Document, extract: Extract) -> tuple[Document, Open]:
    """The document as it is best read, and the values in its contract that stay in doubt.

    A reading that the recogniser thought of takes the place of the one it preferred only where a product, a sum or
    another statement proves it.
    """
    readings = _Readings(document, extract)
    mattering = _find_mattering(readings, find_spots(document))
    for spot in list(mattering):
        proven = _prove_other(readings, spot) if readings.best.conflicts and spot in mattering else None
        if proven is not None:
            readings = _Readings(readings.changed((spot, proven)), extract)
            mattering = _moved(mattering, spot, readings.document)
    found: Open = {}
    for spot in mattering:
        for path, other, thought_of in _find_open(readings, spot):
            place = _nullable(path) or path
            candidates = found.setdefault(place, [])
            steps = parse_path(place)
            for value in (_at(readings.best.data, steps), _at(other.data, steps) if thought_of else None):
                if value is not None and value not in candidates:
                    candidates.append(value)
    return readings.document, found


def _find_mattering(readings: _Readings, spots: Sequence[Spot]) -> list[Spot]:
    """The places where another reading changes any value: all at once first, then by halves."""
    mattering: set[Spot] = set()

    def search(group: list[tuple[Spot, str]]) -> None:
        group = [(spot, said) for spot, said in group if spot not in mattering]
        if not group:
            return
        other = readings.put(*group)
        if other.open == readings.best.open and not any(True for _ in _differences(readings.best.data, other.data)):
            return
        if len(group) == 1:
            mattering.add(group[0][0])
            return
        middle = len(group) // 2
        search(group[:middle])
        search(group[middle:])

    for turn in range(max((len(spot.readings) for spot in spots), default=0)):
        search([(spot, spot.readings[turn]) for spot in spots if turn < len(spot.readings)])
    return [spot for spot in spots if spot in mattering]


def _prove_other(readings: _Readings, spot: Spot) -> str | None:
    """The candidate that resolves a contradiction, where any other numeral in its place makes one."""
    for candidate in spot.candidates:
        other = readings.put((spot, candidate))
        rivals = [said for said in spot.probes if said != candidate]
        if (
            candidate
            and len(rivals) > 1
            and other.conflicts < readings.best.conflicts
            and all(_is_worse(readings.put((spot, said)), other) for said in rivals)
        ):
            return candidate
    return None


def _is_worse(one: _Reading, other: _Reading) -> bool:
    """Whether a reading contradicts itself more than another, or only makes nothing of what the other reads."""
    lost = [after is None for __, __, after in _differences(other.data, one.data)]
    return one.conflicts > other.conflicts or (bool(lost) and all(lost))


def _moved(spots: Sequence[Spot], settled: Spot, document: Document) -> list[Spot]:
    """The same places in the document in which one of them was settled: those behind it in its text may have moved."""
    place = (settled.block, settled.row, settled.column)
    kept = [spot for spot in spots if (spot.block, spot.row, spot.column) != place]
    return [*kept, *(spot for spot in find_spots(document) if (spot.block, spot.row, spot.column) == place)]


def _find_open(readings: _Readings, spot: Spot) -> Iterator[tuple[str, _Reading, bool]]:
    """The paths whose value differs in a reading that does not contradict itself more than the preferred one.

    With that reading, and whether the recogniser thought of it.
    """
    for said in spot.readings:
        other = readings.put((spot, said))
        if other.conflicts > readings.best.conflicts:
            continue
        for path, before, after in _differences(readings.best.data, other.data):
            if after is not None and not (before is None and said in spot.probes) and not _same_words(before, after):
                yield path, other, said in spot.candidates


def _same_words(one: Any, other: Any) -> bool:
    """Whether two names differ in nothing but punctuation."""
    if not (isinstance(one, str) and isinstance(other, str) and _CHINESE.search(one)):
        return False
    return _PUNCTUATION.sub("", one) == _PUNCTUATION.sub("", other) and "□" not in _PUNCTUATION.sub("", other)


def _differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The paths where two readings' values differ, with both; of two lists those of the items that correspond."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in one.keys() | other.keys():
            if key in _VERBATIM or key.endswith(("_source", "_sources")):
                continue
            yield from _differences(one.get(key), other.get(key), f"{path}.{key}" if path else key)
    elif isinstance(one, list) and isinstance(other, list):
        for mine, theirs in _pairs(one, other):
            yield from _differences(one[mine], other[theirs], f"{path}[{mine}]")
    elif one != other:
        yield path, one, other


def _pairs(one: list[Any], other: list[Any]) -> Iterator[tuple[int, int]]:
    if len(one) == len(other):
        yield from ((index, index) for index in range(len(one)))
        return
    forms = [[json.dumps(_bare(item), sort_keys=True, ensure_ascii=False) for item in items] for items in (one, other)]
    for kind, a, b, c, d in SequenceMatcher(None, forms[0], forms[1], autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            yield from zip(range(a, b), range(c, d), strict=True)


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _bare(part) for key, part in value.items() if key not in _VERBATIM and "source" not in key}
    return [_bare(part) for part in value] if isinstance(value, list) else value


def apply_open_values(contract: Contract, found: Open) -> None:
    """Makes the values null and notes them in `uncertain`, in place; what may not be null stays, and is noted."""
    known = {entry.path: entry for entry in contract.uncertain}
    for path, candidates in sorted(found.items()):
        if path in known:
            known[path].candidates.extend(value for value in candidates if value not in known[path].candidates)
            continue
        if any(path.startswith((f"{other}.", f"{other}[")) for other in (*known, *found)):
            continue
        steps = parse_path(path)
        contract.uncertain.append(Uncertain(path=path, candidates=candidates, source=_source(contract, steps)))
        if _nullable(path) == path:
            _clear(contract, steps)


def _nullable(path: str) -> str | None:
    """The path, or what holds it, that may be null; None where that would be a whole item of a list."""
    while not path.endswith("]"):
        try:
            if may_be_null(find_place(path)):
                return path
        except Problem:  # no place of the form: what holds it may be one
            pass
        path, dot, _last = path.rpartition(".")
        if not dot:
            return None
    return None


def _count_out_of_order(data: Mapping[str, Any]) -> int:
    """How many items of numbered lists have another number than the one after that of the item before."""
    lists = [*data.values(), *data["penalties"].values()]
    numbered = [[item["no"] for item in items] for items in lists if isinstance(items, list) and _are_numbered(items)]
    return sum(after != before + 1 for numbers in numbered for before, after in itertools.pairwise(numbers))


def _are_numbered(items: Sequence[Any]) -> bool:
    return all(isinstance(item, Mapping) and isinstance(item.get("no"), int) for item in items)


def _at(value: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _source(contract: Contract, steps: Sequence[Step]) -> Source | None:
    """The source of the nearest thing around a path that has one."""
    found: Source | None = None
    value: Any = contract
    for step in steps:
        beside = f"{str(step).removesuffix('_fen').removesuffix('_on')}_source"
        sources = [getattr(value, beside, None)]
        value = _part(value, step)
        sources += [getattr(value, "source", None), *(getattr(value, "sources", None) or ())]
        found = next((source for source in sources if isinstance(source, Source)), found)
    return found


def _clear(contract: Contract, steps: Sequence[Step]) -> None:
    """Makes the value at a path null; of a table of free keys the key goes."""
    holder: Any = contract
    for step in steps[:-1]:
        holder = _part(holder, step)
    last = str(steps[-1])
    if isinstance(holder, dict):
        holder.pop(last, None)
    else:
        setattr(holder, _attribute(holder, last), None)


def _part(value: Any, step: Step) -> Any:
    if isinstance(step, int) or isinstance(value, dict):
        return value[step]
    return getattr(value, _attribute(value, step)) if isinstance(value, BaseModel) else None


def _attribute(model: BaseModel, name: str) -> str:
    return next((key for key, one in type(model).model_fields.items() if one.alias == name), name)
