"""Reads critical events (A and B) that articles describe in prose: events, counts, remedies, and what was not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from yunqi.contract.clauses.base import Source, source_of
from yunqi.contract.clauses.critical_breach.facts import read_facts
from yunqi.contract.clauses.critical_breach.schema import CriticalBreach, EventCount
from yunqi.contract.numbers import NUMBER, read_number
from yunqi.contract.outline import Clause, Outline

_LEVEL = r"(?P<level>[A-D])[级类]"
_NOUN = r"(?:重大|严重)?(?:安全)?(?:违约|事件|事故|情形|情况)+"
_NAMED = re.compile(rf"{_LEVEL}(?={_NOUN})")
_BARE = re.compile(rf"(?:^|[。;,、]){_LEVEL}:")
_TITLE = re.compile(rf"^{_LEVEL}(?:{_NOUN}:?|:)$")
_LIST = re.compile(rf"{_LEVEL}(?:{_NOUN})?[^。;:]{{0,12}}:$")
_VERDICT = re.compile(
    rf",?(?:即|均|应)?(?:构成|属于|视为|视同|认定为|定为|为|按|以){_LEVEL}{_NOUN}(?:论处|处理|论)?(?:[。;]?$|,(?=甲方|乙方|双方|合同|协议))"
)
_ENDS = (re.compile(r"[。;]"), re.compile(rf"[A-D][级类](?:{_NOUN})?[^,。;:]{{0,6}}:"))
_ITEM = re.compile(r"^\((?:\d{1,2}|[一二三四五六七八九十]{1,3})\)")
_ABOUT = re.compile(r"违约|事件|事故|解除|终止")
_DIVIDES = re.compile(r"[A-D][级类]?[、和及与,]+[A-D][级类]|分为")
_OR = re.compile(r",?(?:或者|或)(?=[^,。;]{0,24}[A-D][级类])")
_COUNTED = (
    re.compile(rf"(?P<times>(?:超过)?{NUMBER}次)[^,。;次]{{0,4}}{_LEVEL}"),
    re.compile(rf"{_LEVEL}[^。;次]{{0,24}}?(?P<times>(?:超过)?{NUMBER}次)"),
)
_AT_ONCE = re.compile(rf"(?:构成|发生|出现|触发){_LEVEL}{_NOUN}[^,。;]{{0,4}}?(?:的|即|时|,)")
_WINDOWS = (
    ("year", r"(?:一|1)年(?:之)?内|(?:十二|12)个月(?:之)?内|连续(?:十二|12)个月|每年|一年中"),
    ("term", r"(?:服务|合同|协议|运营|租用)期(?:限)?(?:间|内)|(?:合同|协议)履行期(?:限)?(?:间|内)"),
)
_OTHER_WINDOW = re.compile(
    r"(?:任一|任何一个?|每|同一)?(?:季度|自然季|月度|自然月|半年|[一二三四五六\d]+个月)(?:之)?内?|[^,。;次]{0,6}[期度]内"
)
_HAPPENS = re.compile(r"发生|出现|触发|累计")
_REMEDIES = (
    ("terminate", r"(?:解除|终止)(?:本)?(?:协议|合同)"),
    ("refund", r"(?:返还|退还|退回)[^。,;]{0,16}(?:款|费)"),
    ("penalty", r"(?:承担|支付)[^。;]{0,20}违约金"),
    ("damages", r"赔偿"),
)


@dataclass(slots=True)
class Unclear:
    """What a sentence says of an event and was not read: its words, and the sentence."""

    level: str
    words: str
    source: Source
    mixed: bool = False


@dataclass(slots=True)
class Prose:
    """What articles say of critical events. `counts` and `remedies` by level, each with its sentence."""

    events: list[CriticalBreach] = field(default_factory=list)
    counts: dict[str, tuple[EventCount, Source]] = field(default_factory=dict)
    remedies: dict[str, tuple[list[str], Source]] = field(default_factory=dict)
    unclear: list[Unclear] = field(default_factory=list)


@dataclass(slots=True)
class _Piece:
    text: str
    clause: Clause
    start: int
    last: bool

    @property
    def source(self) -> Source:
        return source_of(self.clause, self.start, self.start + len(self.text))


@dataclass(slots=True)
class _Open:
    """The level that a heading or a lead opened: for the clauses under `article`, or only within one clause."""

    level: str
    article: str
    within: Clause | None
    responsible: bool

    def holds(self, clause: Clause) -> bool:
        """Whether a clause stands under it."""
        if self.within is not None:
            return clause is self.within
        return clause.article.startswith(self.article) and not clause.is_heading


def read_prose(document: Outline) -> Prose:
    """The events, counts and remedies of levels A and B in the sentences of articles and annexes."""
    found, opened = Prose(), None
    before: CriticalBreach | None = None
    article = ""
    for clause in document.clauses:
        before, unnumbered, article = None, clause.article == article, clause.article
        for piece in _pieces(clause):
            lead = _lead(piece, unnumbered=unnumbered)
            if lead is not None:
                opened, before = lead, None
                if not _is_level_name(lead.level):
                    found.unclear.append(Unclear(lead.level, piece.text.rstrip("。;:"), piece.source))
                continue
            if opened is not None and not opened.holds(clause):
                opened = None
            event = _judged(piece, before) or (_listed(piece, opened, found) if opened is not None else None)
            if event is not None:
                before = event
                _add(found, event, piece)
                if _has_remedy(piece.text):
                    _read_counts(piece, found)
            elif not _read_counts(piece, found):
                _mention(piece, found)
    for event in found.events:
        _attach(event, found)
    for level, (_, source) in found.counts.items():
        if all(event.level != level for event in found.events):
            found.unclear.append(Unclear(level, f"{level}级事件", source))
    return found


def _pieces(clause: Clause) -> Iterator[_Piece]:
    """The sentences of a clause, and what leads a list in a sentence by itself: `A级:`."""
    ends = sorted({hit.end() for pattern in _ENDS for hit in pattern.finditer(clause.text)} | {len(clause.text)})
    start = 0
    for end in ends:
        if end > start:
            yield _Piece(clause.text[start:end], clause, start, end == len(clause.text))
        start = end


def _lead(piece: _Piece, *, unnumbered: bool) -> _Open | None:
    """What opens a list of events of one level: a heading, a lead that ends with a colon, `A级:`. An unnumbered line
    has the article of the item before it, and opens a list beside that item.
    """
    text = piece.text.rstrip("。;")
    match = _TITLE.match(text) or _LIST.search(text)
    levels = {hit[0] for hit in re.findall(r"([A-D])([级类])", text)}
    if match is None or len(levels) != 1:
        return None
    clause = piece.clause
    if not (_NAMED.search(text) or _ABOUT.search(clause.heading + clause.part_title + clause.text)):
        return None
    own = clause.is_heading or (piece.last and not piece.start and not unnumbered)
    article = clause.article if own else _parent(clause.article)
    within = None if piece.last else clause
    return _Open(match["level"], article, within, _is_responsible(piece.text))


def _parent(article: str) -> str:
    """The article above an item: `附件2 (3)` → `附件2`."""
    return re.sub(r"\s*\(?[\d一二三四五六七八九十]+\)?$", "", article) or article


def _judged(piece: _Piece, before: CriticalBreach | None) -> CriticalBreach | None:
    """The event of a sentence that ends with its verdict; without a kind of its own it is that of the one before."""
    match = _VERDICT.search(piece.text)
    if match is None or not _is_level(match):
        return None
    said = piece.text[: match.start()]
    if re.search(r"[A-D][级类]", said):
        return None
    return _event(match["level"], said, piece, _is_responsible(said), before.type if before is not None else None)


def _listed(piece: _Piece, opened: _Open, found: Prose) -> CriticalBreach | None:
    """The event of a sentence under a lead; one that says no kind of event stays open."""
    if not _is_level_name(opened.level) or piece.clause.is_heading or re.search(r"[A-D][级类]", piece.text):
        return None
    text = _ITEM.sub("", piece.text)
    if not text.strip("。;"):
        return None
    event = _event(opened.level, text, piece, opened.responsible or _is_responsible(text), None)
    if event is None:
        found.unclear.append(Unclear(opened.level, text.rstrip("。;"), piece.source))
    return event


def _event(level: str, text: str, piece: _Piece, responsible: bool, kind: str | None) -> CriticalBreach | None:
    facts = read_facts(text)
    if facts.type is None and kind is None:
        return None
    return CriticalBreach(
        level=level,
        type=facts.type or kind,
        object=facts.object,
        conditions=facts.conditions,
        joined=facts.joined,
        duration=facts.duration,
        provider_responsible=True if responsible else None,
        text=piece.source.text,
        source=piece.source,
    )


def _add(found: Prose, event: CriticalBreach, piece: _Piece) -> None:
    found.events.append(event)
    facts = read_facts(piece.text)
    level = event.level or ""
    found.unclear += [Unclear(level, words, piece.source) for words in facts.unread]
    if facts.mixed:
        found.unclear.append(Unclear(level, "", piece.source, mixed=True))


def _read_counts(piece: _Piece, found: Prose) -> bool:
    """Whether the sentence says how many events of a level have which consequence."""
    remedy = [
        name
        for _, name in sorted(
            (hit.start(), name) for name, words in _REMEDIES for hit in [re.search(words, piece.text)] if hit
        )
    ]
    said, window = False, None
    for part in _OR.split(piece.text):
        match = next((hit for pattern in _COUNTED for hit in pattern.finditer(part) if _is_level(hit)), None)
        once = _AT_ONCE.search(part) if match is None and remedy else None
        hit = match or (once if once is not None and _is_level(once) else None)
        if hit is None:
            continue
        level, said = hit["level"], True
        count = _count(hit["times"], part, level, piece, found) if match is not None else EventCount(count=1)
        if not _HAPPENS.search(part):  # 「一年内发生A级事件1次或者B级事件2次」
            count.window = count.window or window
        window = count.window
        found.counts.setdefault(level, (count, piece.source))
        if remedy:
            found.remedies.setdefault(level, (remedy, piece.source))
    return said


def _has_remedy(text: str) -> bool:
    return any(re.search(words, text) for _, words in _REMEDIES)


def _count(times: str, part: str, level: str, piece: _Piece, found: Prose) -> EventCount:
    number = int(read_number(re.sub("超过|次", "", times))) + ("超过" in times)
    window = next((name for name, words in _WINDOWS if re.search(words, part)), None)
    other = _OTHER_WINDOW.search(part) if window is None else None
    if other is not None:
        found.unclear.append(Unclear(level, other[0], piece.source))
    return EventCount(count=number, window=window)


def _mention(piece: _Piece, found: Prose) -> None:
    """A sentence that names a level and became nothing stays open."""
    match = _NAMED.search(piece.text)
    if match is not None and not _DIVIDES.search(piece.text) and not piece.clause.is_heading:
        found.unclear.append(Unclear(match["level"], piece.text.rstrip("。;"), piece.source))


def _attach(event: CriticalBreach, found: Prose) -> None:
    level = event.level or ""
    if level in found.counts:
        event.count = found.counts[level][0]
    if level in found.remedies:
        event.remedy, event.remedy_source = found.remedies[level]


def _is_level(match: re.Match[str]) -> bool:
    return _is_level_name(match["level"])


def _is_level_name(level: str) -> bool:
    return level in {"A", "B"}


def _is_responsible(text: str) -> bool:
    return re.search(r"主责|主要责任|(?:乙方|云服务商|服务商)(?:的)?(?:原因|过错|责任)", text) is not None
