"""The numbers that Word writes before paragraphs by itself."""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting"}
)
_PLACE = re.compile(r"%(\d)")


def render_chinese(number: int) -> str:
    """A number from 1 to 99 in everyday Chinese numerals.

    >>> render_chinese(10), render_chinese(21), render_chinese(5)
    ('十', '二十一', '五')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens % 10] + "十")
    return head + (_DIGITS[ones] if ones or not tens else "")


class _Level:
    def __init__(self, node: Any) -> None:
        def value(name: str, default: str) -> str:
            found = node.find(f"{_W}{name}")
            return default if found is None else found.get(f"{_W}val") or default

        self.start = int(value("start", "1"))
        self.form = value("numFmt", "decimal")
        self.text = value("lvlText", "")


class Numbering:
    """Counts the numbered paragraphs of one document in order."""

    def __init__(self, numbers: Any, styles: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        if numbers is None:
            return
        abstract = {
            node.get(f"{_W}abstractNumId"): {int(lvl.get(f"{_W}ilvl")): _Level(lvl) for lvl in node.iter(f"{_W}lvl")}
            for node in numbers.iter(f"{_W}abstractNum")
        }
        for num in numbers.iter(f"{_W}num"):
            link = num.find(f"{_W}abstractNumId")
            if link is not None:
                self._levels[num.get(f"{_W}numId")] = abstract.get(link.get(f"{_W}val"), {})
        for style in () if styles is None else styles.iter(f"{_W}style"):
            found = _number_of(style)
            if found is not None:
                self._styles[style.get(f"{_W}styleId")] = found

    def next_number(self, paragraph: Any) -> str:
        """The number and its marks before this paragraph, or nothing."""
        found = _number_of(paragraph)
        if found is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            found = None if style is None else self._styles.get(style.get(f"{_W}val"))
        if found is None or found[0] not in self._levels:
            return ""
        number, depth = found
        levels = self._levels[number]
        if depth not in levels or levels[depth].form in {"none", "bullet"}:
            return ""
        counts = self._counts.setdefault(number, {})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]

        def render(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            level = levels.get(index)
            count = counts.get(index, level.start if level else 1)
            return render_chinese(count) if level and level.form in _CHINESE else str(count)

        return _PLACE.sub(render, levels[depth].text) + " "


def _number_of(node: Any) -> tuple[str, int] | None:
    properties = node.find(f"{_W}pPr/{_W}numPr")
    if properties is None:
        return None
    number, depth = properties.find(f"{_W}numId"), properties.find(f"{_W}ilvl")
    if number is None or number.get(f"{_W}val") == "0":
        return None
    return number.get(f"{_W}val"), int(depth.get(f"{_W}val")) if depth is not None else 0
