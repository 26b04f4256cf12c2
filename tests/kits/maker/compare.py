"""The truth against what was read: right, wrong, missing, uncertain, by clause kind.

Keys that the truth does not hold are not compared. A wrong figure that is not marked uncertain counts as invented.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tally:
    """Counts of figures of one clause kind, with what differs."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    uncertain: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Adds another tally to this one."""
        self.right += other.right
        self.wrong += other.wrong
        self.missing += other.missing
        self.uncertain += other.uncertain
        self.differences += other.differences

    @property
    def precision(self) -> float:
        """The part of what was read that is right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The part of the truth that was read."""
        whole = self.right + self.missing + self.uncertain + self.wrong
        return self.right / whole if whole else 1.0


LISTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "systems": (("name",),),
    "price_lines": (("no", "name"), ("name",), ("no", "item"), ("no",)),
    "baseline_services": (("name",),),
    "service_levels": (
        ("metric", "threshold", "unit", "condition"),
        ("metric", "condition"),
        ("metric", "threshold", "unit"),
    ),
    "kpis": (("no", "name"), ("name",), ("no",)),
    "instalments": (("no",),),
    "deliverables": (("name",),),
    "penalties.critical": (("level", "type"),),
    "penalties.coefficients": (("table", "no"), ("no", "measures"), ("no",)),
    "penalties.other": (
        ("kind", "rate", "amount_fen", "of", "duty"),
        ("kind", "rate", "amount_fen", "of"),
        ("kind", "rate", "amount_fen"),
        ("rate", "amount_fen"),
    ),
    "penalties.credits": (("no",),),
    "penalties.deductions": (("no",),),
    "penalties.score_bands": (("min", "max"),),
}
"""Lists, and by which keys an entry is found again; the first that fits."""

_LOOKALIKES = str.maketrans("OoIlSZB", "0011528")
SETS = frozenset({"triggers", "forms"})
WORDS = frozenset({"name", "text"})
"""What an entry can't be without: it keeps what was read while that stands in `uncertain`."""


def measure(truth: Mapping[str, Any], read: Mapping[str, Any]) -> dict[str, Tally]:
    """Tallies by clause kind. The kind is the first word of the path, for penalties the first two."""
    doubts = [_path(entry["path"]) for entry in read.get("uncertain", [])]
    result: dict[str, Tally] = {}
    for path, expected in _flat(truth):
        tally = result.setdefault(path, Tally())
        got = _at(read, path)
        if path in LISTS:
            _compare_list(path, expected, got if isinstance(got, list) else [], doubts, tally)
        else:
            _compare(path, expected, got, doubts, tally)
    return result


def _flat(truth: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in truth.items():
        if key == "penalties":
            for name, part in value.items():
                yield f"penalties.{name}", part
        else:
            yield key, value


def _at(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _path(words: str) -> str:
    return words.replace("[", ".").replace("]", "")


def _doubted(path: str, doubts: list[str]) -> bool:
    return any(path == doubt or path.startswith(doubt + ".") for doubt in doubts)


def _compare_list(path: str, expected: list[dict[str, Any]], got: list[Any], doubts: list[str], tally: Tally) -> None:
    left = list(enumerate(got))
    pairs: list[tuple[dict[str, Any], tuple[int, dict[str, Any]] | None]] = [(entry, None) for entry in expected]
    for keys in LISTS[path]:
        for index, (entry, found) in enumerate(pairs):
            if found is not None or not all(key in entry for key in keys):
                continue
            same = [place for place in left if all(_plain(place[1].get(key)) == _plain(entry[key]) for key in keys)]
            if same:
                pairs[index] = entry, same[0]
                left.remove(same[0])
    for index, (entry, found) in enumerate(pairs):
        if found is None:  # the figure that it would be known by may be the open one
            open_ones = [place for place in left if any(doubt.startswith(f"{path}.{place[0]}.") for doubt in doubts)]
            if open_ones:
                pairs[index] = entry, open_ones[0]
                left.remove(open_ones[0])
    for entry, found in pairs:
        if found is None:
            figures = sum(1 for _ in _leaves(entry))
            if path in doubts:
                tally.uncertain += figures
            else:
                tally.missing += figures
                tally.differences.append(f"{path}: missing {entry}")
        else:
            for key, value in entry.items():
                _compare(f"{path}.{found[0]}.{key}", value, found[1].get(key), doubts, tally)
    for index, entry in left:
        if _doubted(f"{path}.{index}", doubts):
            tally.uncertain += 1
        else:
            tally.wrong += 1
            words = {key: value for key, value in entry.items() if "source" not in key}
            tally.differences.append(f"{path}: invented {words}")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    else:
        yield value


def _compare(path: str, expected: Any, got: Any, doubts: list[str], tally: Tally) -> None:
    if isinstance(expected, Mapping) and expected:
        for key, value in expected.items():
            _compare(f"{path}.{key}", value, got.get(key) if isinstance(got, Mapping) else None, doubts, tally)
        return
    name = path.rsplit(".", 1)[-1]
    one, other = _plain(expected), _plain(got)
    if name in {"name", "text", "cpu", "disks"} and isinstance(one, str) and isinstance(other, str):
        one, other = one.translate(_LOOKALIKES), other.translate(_LOOKALIKES)  # words stand as they are written
    if name in SETS:
        one, other = sorted(expected or []), sorted(got or [])
    if one == other or (expected in (None, {}, []) and got in (None, {}, [])):
        tally.right += 1
    elif _doubted(path, doubts) and (got in (None, {}, []) or name in WORDS):
        tally.uncertain += 1
        tally.differences.append(f"{path}: uncertain, is {expected!r}")
    elif got in (None, {}, []):
        tally.missing += 1
        tally.differences.append(f"{path}: missing, is {expected!r}")
    else:
        tally.wrong += 1
        tally.differences.append(f"{path}: read {got!r}, is {expected!r}")


def _plain(value: Any) -> Any:
    """Words without blanks and width; other values as they are."""
    if isinstance(value, str):
        return re.sub(r"^1(?=[^\d.])|\s", "", unicodedata.normalize("NFKC", value)).replace("—", "-")
    return value


def tally_of(truth: Mapping[str, Any], read: Mapping[str, Any]) -> Tally:
    """All that differs between what was made and what was read, of every kind together."""
    whole = Tally()
    for tally in measure(truth, read).values():
        whole.add(tally)
    return whole
