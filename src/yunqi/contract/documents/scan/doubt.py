"""Which recognised characters are in doubt, what they may be instead, and which slips the field's words settle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from yunqi.contract.documents.model import Doubt
from yunqi.contract.documents.plain import squeeze

_SURE_FIGURE = 0.97
_SURE_OTHER = 0.6
_FIGURES = frozenset("0123456789.,%零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟元角分年月日×÷+")
_DASHES = frozenset("-—－–―")
_SLIPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("岩(?=机)"), "宕"),
    (re.compile(r"[+＋](?=服务月数|服务期月数|月数|合同月数)"), "÷"),
    (re.compile("(?<=[零壹贰叁肆伍陆柒捌玖])[什任](?=[零壹贰叁肆伍陆柒捌玖元万亿佰拾圆])"), "仟"),
    (re.compile(r"(?<=[\u4e00-\u9fff])[oO°]$"), "。"),
    (re.compile("^》$"), "≥"),  # alone in a cell
    (re.compile("^《$"), "≤"),
)
_DASH_SLIP = re.compile(
    "(?<=[务类品件能备源])一(?=[\u4e00-\u9fffA-Za-z0-9])(?![个次项年月日般定致起式并旦些切律级期类批])"
)
_BLANK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) | (?=[\u3000-\u9fff\uff00-\uffef])")


def mend(text: str, weak: Sequence[Sequence[Any]]) -> tuple[str, tuple[Doubt, ...]]:
    """The text without the recogniser's known slips and stray blanks, and its doubts.

    `weak` holds of each weak character: index, length, score, what else it may be. A slip is mended only where the
    recogniser itself thought of the right character.
    """
    unsure = {(at, length): (score, tuple(others)) for at, length, score, others in weak}
    chars = list(text)
    for pattern, right in _SLIPS:
        for match in pattern.finditer(text):
            found = unsure.get((match.start(), 1))
            if found is not None and right in found[1]:
                chars[match.start()] = right
                del unsure[match.start(), 1]
    for match in _DASH_SLIP.finditer(text):
        found = unsure.get((match.start(), 1))
        if found is not None and _DASHES & set(found[1]):
            chars[match.start()] = "—"
            del unsure[match.start(), 1]
    blanks = {match.start() for match in _BLANK.finditer("".join(chars))}
    place, kept = [], ""
    for index, char in enumerate(chars):
        place.append(len(kept))
        kept += "" if index in blanks else char
    place.append(len(kept))
    doubts = [
        Doubt(place[at], place[at + length], others)
        for (at, length), (score, others) in sorted(unsure.items())
        if _is_doubtful(chars, at, length, score, others)
    ]
    return kept, tuple(doubts)


def _is_doubtful(chars: Sequence[str], at: int, length: int, score: float, others: tuple[str, ...]) -> bool:
    char = chars[at] if length else ""
    if char and squeeze(char) in {squeeze(other) for other in others[:1]} and score > _SURE_OTHER:
        return False  # half or full width is all the doubt
    if length:
        return score < (_SURE_FIGURE if char in _FIGURES else _SURE_OTHER)
    beside = "".join(chars[max(0, at - 1) : at + 1])
    return any(other in _FIGURES for other in others) and any(one in _FIGURES for one in beside)
