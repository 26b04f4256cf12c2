"""Finds in a contract's data which obligations it has, with the times that it gives them and where it says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import NUMBER, read_duration, read_number
from yunqi.contract.obligations.kinds import ObligationKind, load_kinds
from yunqi.contract.obligations.owed import is_only_a_right, owed_part, owes_by_right
from yunqi.kernel.errors import Problem

_APART = frozenset(
    {
        "file",
        "parties",
        "documents",
        "systems",
        "price_lines",
        "baseline_services",
        "uncertain",
        "coverage",
        "kpis",
        "term",
    }
)
"""Parts of the contract's data that name things, not duties; the figures of assessment are read by themselves."""
_BREACH, _QUOTED = "penalties", "findings"
"""What a breach costs: no duty is named there but those that are known by their breach. So are the annexes that the
review quotes; of the articles it quotes what became no other datum."""
_ANNEX = re.compile(r"^附[件录表]")
_END = re.compile(r"(?<=[。;])")
_COSTS = re.compile(r"扣减|扣罚|罚款|处以|扣款|扣\d+分")
_COST_OF_DELAY = re.compile(r"[,;](?=[^,;]*违约金)")
_NO_FAULT = re.compile(r"投诉|意见|通报|整改|更换|调换|返工|答复|迁出|移交")
_SOON = re.compile(r"第一时间|立即|立刻|即时|及时|尽快|马上")
_TIMES = re.compile(rf"({NUMBER})[次场](?![日月])")
_EVERY = re.compile(rf"每(?:半年|季度?|个?月|周|旬|(?:{NUMBER})个?月)[^,。;]{{0,8}}?(?:一|1)[次场]")
"""How often, not how many: once every half a year."""
_PIECE = re.compile(r"[,、]|以及|和|及|与|并")
_BY_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:之|以)?前")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_COMPLETION = re.compile(r"完成时间|完成期限")
_RESPONSE_FIGURE = re.compile(r"响应时间")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of the contract in comparable form, where they stand, and the key of the duty that was read from them.

    `owed`: what of the words owes anything but a penalty; `only_a_right`: they say what the using unit may do.
    """

    text: str
    source: Mapping[str, Any]
    breach: bool = False
    key: str = ""
    owed: str = ""
    only_a_right: bool = False


@dataclass(frozen=True, slots=True)
class FoundObligation:
    """An obligation of a contract. `limits`: each `{count, unit}` that the text gives it, none where it gives none;
    `by_on`: a day that it gives; `times`: how often it is owed at least; `soon`: its word where it only says at once.

    `sources`: the sentences that say it, the first one first; `keys`: the duties that were read from them.
    """

    kind: ObligationKind
    limits: tuple[Mapping[str, Any], ...]
    by_on: date | None
    times: int | None
    soon: str
    sources: tuple[Mapping[str, Any], ...]
    keys: tuple[str, ...]

    @property
    def article(self) -> str:
        """Where it stands first."""
        return str(self.sources[0].get("article") or "")


def find_obligations(
    contract: Mapping[str, Any], kinds: Iterable[ObligationKind] | None = None
) -> tuple[FoundObligation, ...]:
    """The obligations of a contract in contract-json form, in the order of the catalogue, each kind once; of some kinds
    only where they are given, which costs a fraction.

    >>> text = "乙方应于服务期满前30日与甲方确认是否续签"
    >>> duty = {"party": "provider", "text": text, "source": {"article": "第五条", "text": text}}
    >>> [(one.kind.code, one.limits, one.article) for one in find_obligations({"obligations": [duty]})]
    [('renewal', ({'count': 30, 'unit': 'day'},), '第五条')]
    """
    sentences = list(_sentences(contract))
    figures = list(_figures(contract))
    completion = _completion(contract)
    found = (
        _find(kind, contract, sentences, figures, completion)
        for kind in (load_kinds().values() if kinds is None else kinds)
    )
    return tuple(one for one in found if one is not None)


def _find(
    kind: ObligationKind,
    contract: Mapping[str, Any],
    sentences: list[Sentence],
    figures: list[Sentence],
    completion: date | None,
) -> FoundObligation | None:
    mine = [one for one in sentences if _says(kind, one)]
    stated = [one for one in figures if any(phrase.fits(one.text) for phrase in kind.phrases)]
    levels = [level for level in contract.get("service_levels") or () if _is_level(kind, level)]
    responses = _response_figures(contract) if "response" in kind.levels else []
    instalments = list(contract.get("instalments") or ()) if kind.instalments else []
    kept = _at(contract, kind.path)
    sources = [
        *(one.source for one in mine),
        *(one.source for one in stated),
        *(one["source"] for one in (*levels, *responses, *instalments) if one.get("source")),
    ]
    if kept and not sources:
        of = contract.get(kind.path[0]) or {}
        sources = [of.get("source") or {"article": "", "text": ""}]
    if not sources:
        return None
    limits = [
        *(_length(level["threshold"], level["unit"]) for level in levels),
        *(_length(*_duration_of(figure)) for figure in responses),
        *(_length(one["within"]["count"], one["within"]["unit"]) for one in instalments if one.get("within")),
        *([_length(kept["count"], kept["unit"])] if kept else []),
        *(limit for one in mine for limit in _limits(kind, one.text)),
    ]
    times = [count for one in (*mine, *stated) for count in _times(kind, one.text)] if kind.counts else []
    soon = next((match[0] for one in mine if (match := _SOON.search(one.text))), "")
    return FoundObligation(
        kind=kind,
        limits=tuple(one for at, one in enumerate(limits) if one is not None and one not in limits[:at]),
        by_on=(_day_in(mine) or completion) if kind.completion else None,
        times=max(times) if times else None,
        soon=soon if not limits else "",
        sources=tuple(one for at, one in enumerate(sources) if one not in sources[:at]),
        keys=tuple(dict.fromkeys(one.key for one in mine if one.key)),
    )


def _is_level(kind: ObligationKind, level: Mapping[str, Any]) -> bool:
    """Whether a service level is of this kind: the times of a fault are none of a complaint or of a replacement."""
    if level.get("metric") not in kind.levels:
        return False
    return kind.trigger != "fault" or not _NO_FAULT.search(str((level.get("source") or {}).get("text") or ""))


def _says(kind: ObligationKind, one: Sentence) -> bool:
    if one.breach and not kind.breach:
        return False
    if one.only_a_right and not kind.breach and owes_by_right(kind):
        return False
    text = one.text if kind.breach else one.owed
    return bool(text) and any(phrase.fits(text) for phrase in kind.phrases)


def _sentences(contract: Mapping[str, Any]) -> Iterator[Sentence]:
    for number, one in enumerate(contract.get("obligations") or (), 1):
        yield from _cut(one.get("text"), one.get("source"), f"obligation:{number}")
    for number, one in enumerate(contract.get("deliverables") or (), 1):
        words = " ".join(str(one.get(name) or "") for name in ("name", "note"))
        yield from _cut(words, one.get("source"), f"deliverable:{number}")
    broken: dict[str, list[str]] = {}
    for one in contract.get("unread") or ():
        yield from _cut(one.get("text"), one)
        broken.setdefault(str(one.get("article") or ""), []).append(str(one.get("text") or ""))
    for article, torn in broken.items():  # a table whose lines were torn apart
        joined = "".join(torn)
        yield from _cut(joined, {"article": article, "text": joined[:200]}, breach=True)
    for name, part in contract.items():
        if name not in _APART and name not in {"obligations", "deliverables", "unread"}:
            for source in _sources(part):
                annex = name == _QUOTED and _ANNEX.match(str(source.get("article") or "")) is not None
                yield from _cut(source.get("text"), source, breach=annex or name == _BREACH)


def _cut(words: object, source: Mapping[str, Any] | None, key: str = "", *, breach: bool = False) -> Iterator[Sentence]:
    text = str(words or "")
    for piece in _END.split(squeeze(text)):
        if piece:
            owed = "" if _COSTS.search(piece) else owed_part(_COST_OF_DELAY.split(piece)[0])
            said = source or {"article": "", "text": text}
            yield Sentence(piece, said, breach, key, owed, is_only_a_right(piece))


def _sources(part: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, Mapping):
        if "article" in part and "text" in part:
            yield part
        for value in part.values():
            yield from _sources(value)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from _sources(value)


def _figures(contract: Mapping[str, Any]) -> Iterator[Sentence]:
    for one in contract.get("kpis") or ():
        words = "".join(str(one.get(name) or "") for name in ("name", "value", "unit"))
        yield from _cut(words, one.get("source"))


def _response_figures(contract: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        one
        for one in contract.get("kpis") or ()
        if _RESPONSE_FIGURE.search(str(one.get("name") or "")) and _duration_of(one)[1]
    ]


def _duration_of(figure: Mapping[str, Any]) -> tuple[object, str | None]:
    try:
        read = read_duration(str(figure.get("value") or ""), str(figure.get("unit") or ""))
    except (Problem, KeyError, ValueError):
        return None, None
    return read if read is not None else (None, None)


def _completion(contract: Mapping[str, Any]) -> date | None:
    for one in contract.get("kpis") or ():
        match = _DAY.search(str(one.get("value") or "")) if _COMPLETION.search(str(one.get("name") or "")) else None
        if match is not None:
            try:
                return date(*(int(part) for part in match.groups()))
            except ValueError:
                return None
    return None


def _limits(kind: ObligationKind, text: str) -> Iterator[Mapping[str, Any]]:
    for pattern in kind.limits:
        for match in pattern.finditer(text):
            read = read_duration(match["count"], match["unit"])
            if read is not None:
                yield {"count": read[0], "unit": read[1]}


def _times(kind: ObligationKind, text: str) -> Iterator[int]:
    """The numbers of times that a sentence gives to this kind: each belongs to what is named before it, else next."""
    owner, waiting = "", list[int]()
    for piece in _PIECE.split(text):
        owner = _counted_in(piece) or owner
        counts = [*waiting, *_counts(piece)]
        waiting = counts if not owner else []
        if owner == kind.code:
            yield from counts
    yield from waiting


def _counted_in(piece: str) -> str:
    """The kind whose counted thing is named last in a piece of a sentence; none as the empty code."""
    found = [
        (match.end(), kind.code)
        for kind in load_kinds().values()
        if kind.counts
        for match in kind.counts.finditer(piece)
    ]
    return max(found)[1] if found else ""


def _counts(piece: str) -> Iterator[int]:
    for match in _TIMES.finditer(_EVERY.sub("", piece)):
        try:
            yield int(read_number(match[1]))
        except Problem:
            continue


def _day_in(sentences: list[Sentence]) -> date | None:
    for one in sentences:
        for match in _BY_DAY.finditer(one.text):
            try:
                return date(*(int(part) for part in match.groups()))
            except ValueError:
                continue
    return None


def _length(count: Any, unit: Any) -> Mapping[str, Any] | None:
    """A length of time as `{count, unit}`; a half hour stays what it is. None for what is no whole number."""
    try:
        return {"count": int(str(count)), "unit": str(unit)}
    except ValueError:
        return None


def _at(contract: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any] | None:
    value: Any = contract
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    good = isinstance(value, Mapping) and value is not contract and value.get("count") is not None
    return value if good else None
