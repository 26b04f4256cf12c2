"""Two-sided limits in the words of a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPERATORS = {
    ">=": r"不低于|不少于|不小于|大于等于|大于或等于|高于等于|≥|>=|至少|达到",
    "<=": r"不超过|不高于|不大于|小于等于|小于或等于|低于等于|≤|<=",
    ">": r"大于|高于|超过|>",
    "<": r"低于|小于|不足|不满|不到|<",
}
_WORDS = "|".join(f"(?:{words})" for words in _OPERATORS.values())
_MIRROR = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The ends of an interval as written, each with its operator; null where open."""

    low: str | None = None
    low_operator: str | None = None
    high: str | None = None
    high_operator: str | None = None


def read_limits(words: str, number: str) -> Limits | None:
    """The interval that comparable words name, `number` being the pattern of one figure; None where they are not clear.

    Source: 民法典 第1259条 (以上 and 以下 include the number).

    >>> score = r"[0-9.]+分?"
    >>> read_limits("85分(含)至95分", score)
    Limits(low='85分', low_operator='>=', high='95分', high_operator='<')
    >>> read_limits("60分以下(不含)", score)
    Limits(low=None, low_operator=None, high='60分', high_operator='<')
    >>> read_limits("80≤得分<90", score)
    Limits(low='80', low_operator='>=', high='90', high_operator='<')
    """
    figures = list(re.finditer(number, words))
    if not figures or len(figures) > len("ab"):
        return None
    first, last = figures[0], figures[-1]
    if len(figures) == 1:
        found = _one_end(words, first)
        return None if found is None else _ends([(first[0], found)])
    between = words[first.end() : last.start()]
    if re.fullmatch(r"(?:\((?:不含|含)\))?(?:至|到|-|~|—)", between):
        closed = re.match(r"\(含\)", words[last.end() :]) is not None
        low = ">" if "不含" in between else ">="
        whole_numbers = "含" not in words and re.search(r"-|~|—", between)
        return Limits(first[0], low, last[0], "<=" if closed or whole_numbers else "<")
    pairs = [(match[0], _one_end(words, match)) for match in (first, last)]
    known = [(value, operator) for value, operator in pairs if operator is not None]
    return _ends(known) if len(known) == len(pairs) else None


def _one_end(words: str, match: re.Match[str]) -> str | None:
    before, after = words[: match.start()], words[match.end() :]
    named = re.search(rf"(?P<operator>{_WORDS})$", before)
    if named is not None:
        return _operator(named["operator"])
    if re.match(r"\(?含?\)?(?:及|或|\(含\))?(?:以上|及以上)", after):
        return ">" if "不含" in after else ">="
    if re.match(r"\(?含?\)?(?:及|或|\(含\))?(?:以下|及以下)", after):
        return "<" if "不含" in after else "<="
    mirrored = re.match(r"(?P<operator>≤|>=|<=|≥|<|>)[^\d]*", after)
    if mirrored is not None and not before:
        return _MIRROR[_operator(mirrored["operator"])]
    return None


def _operator(words: str) -> str:
    return next(operator for operator, pattern in _OPERATORS.items() if re.fullmatch(pattern, words))


def _ends(pairs: list[tuple[str, str]]) -> Limits | None:
    lows = [pair for pair in pairs if pair[1].startswith(">")]
    highs = [pair for pair in pairs if pair[1].startswith("<")]
    if len(lows) > 1 or len(highs) > 1:
        return None
    low, low_operator = lows[0] if lows else (None, None)
    high, high_operator = highs[0] if highs else (None, None)
    return Limits(low, low_operator, high, high_operator)
