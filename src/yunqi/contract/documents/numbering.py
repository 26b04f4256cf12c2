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
_OFF = frozenset({"0", "false", "off"})
_ROMAN_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_MOST = 100
_MOST_ROMAN = 40
_CIRCLED = 20
_LETTERS = 26
_LONGEST = 9


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

        self.start = _whole(value("start", "1"))
        self.form = value("numFmt", "decimal")
        self.text = value("lvlText", "")
        self.style = value("pStyle", "")
        self.restarts = value("lvlRestart", "") != "0"
        legal = node.find(f"{_W}isLgl")
        self.legal = legal is not None and legal.get(f"{_W}val") not in _OFF


class Numbering:
    """Counts the numbered paragraphs of one document in order.

    Lists of one definition count on together, unless one of them says that it starts anew.
    """

    def __init__(self, numbers: Any, styles: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._definition: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        if numbers is None:
            return
        abstract = {
            node.get(f"{_W}abstractNumId"): {
                _whole(lvl.get(f"{_W}ilvl")): _Level(lvl) for lvl in node.findall(f"{_W}lvl")
            }
            for node in numbers.iter(f"{_W}abstractNum")
        }
        for num in numbers.iter(f"{_W}num"):
            self._add(num, abstract)
        self._styles = self._numbered_styles(styles)

    def _add(self, num: Any, abstract: dict[str, dict[int, _Level]]) -> None:
        link, name = num.find(f"{_W}abstractNumId"), num.get(f"{_W}numId")
        if link is None:
            return
        self._definition[name] = link.get(f"{_W}val")
        self._levels[name] = dict(abstract.get(self._definition[name], {}))
        for override in num.findall(f"{_W}lvlOverride"):
            depth = _whole(override.get(f"{_W}ilvl"))
            level, start = override.find(f"{_W}lvl"), override.find(f"{_W}startOverride")
            if level is not None:
                self._levels[name][depth] = _Level(level)
            if start is not None:
                self._starts[name, depth] = _whole(start.get(f"{_W}val"), 1)

    def _numbered_styles(self, styles: Any) -> dict[str, tuple[str, int]]:
        """The list and depth of each style that has one, its own or that of the style it is based on."""
        own: dict[str, tuple[str, int]] = {}
        base: dict[str, str] = {}
        for style in () if styles is None else styles.iter(f"{_W}style"):
            name, found, based = style.get(f"{_W}styleId"), _number_of(style), style.find(f"{_W}basedOn")
            if based is not None:
                base[name] = based.get(f"{_W}val")
            if found is not None:
                levels = self._levels.get(found[0], {})
                depth = next((depth for depth, level in levels.items() if level.style == name), found[1])
                own[name] = (found[0], depth)
        made = dict(own)
        for name in base:
            at, seen = name, {name}
            while at not in own and at in base and base[at] not in seen:
                at = base[at]
                seen.add(at)
            if at in own:
                made[name] = own[at]
        return made

    def next_number(self, paragraph: Any) -> str:
        """The number and its marks before this paragraph, or nothing."""
        found = _number_of(paragraph)
        if found is None and not _is_unnumbered(paragraph):
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            found = None if style is None else self._styles.get(style.get(f"{_W}val"))
        if found is None or found[0] not in self._levels:
            return ""
        number, depth = found
        levels = self._levels[number]
        if depth not in levels or levels[depth].form in {"none", "bullet"}:
            return ""
        counts = self._counts.setdefault(self._definition[number], {})
        if (number, depth) in self._starts:
            counts[depth] = self._starts.pop((number, depth)) - 1
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            if deeper not in levels or levels[deeper].restarts:
                del counts[deeper]

        def render(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            level = levels.get(index)
            count = counts.get(index, level.start if level else 1)
            return str(count) if level is None or levels[depth].legal else render_count(count, level.form)

        return _PLACE.sub(render, levels[depth].text) + " "


def render_count(count: int, form: str) -> str:
    """A count in one of Word's number forms; in figures where the form has no sign for it.

    >>> [render_count(4, form) for form in ("decimal", "chineseCounting", "upperRoman", "lowerLetter")]
    ['4', '四', 'IV', 'd']
    """
    if form in _CHINESE and count < _MOST:
        return render_chinese(count)
    if form.startswith("decimalEnclosedCircle") and 0 < count <= _CIRCLED:
        return chr(ord("①") + count - 1)
    if form in {"lowerLetter", "upperLetter"} and 0 < count <= _LETTERS:
        return chr(ord("a" if form == "lowerLetter" else "A") + count - 1)
    if form in {"lowerRoman", "upperRoman"} and 0 < count < _MOST_ROMAN:
        tens, ones = divmod(count, 10)
        roman = "X" * tens + _ROMAN_ONES[ones]
        return roman if form == "upperRoman" else roman.lower()
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _whole(said: str | None, default: int = 0) -> int:
    """A whole number of the file; a damaged one is the default."""
    return int(said) if said is not None and said.isdecimal() and len(said) < _LONGEST else default


def _is_unnumbered(node: Any) -> bool:
    """Whether a paragraph says that it takes no number, whatever its style has."""
    number = node.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    return number is not None and number.get(f"{_W}val") == "0"


def _number_of(node: Any) -> tuple[str, int] | None:
    properties = node.find(f"{_W}pPr/{_W}numPr")
    if properties is None:
        return None
    number, depth = properties.find(f"{_W}numId"), properties.find(f"{_W}ilvl")
    if number is None or number.get(f"{_W}val") == "0":
        return None
    return number.get(f"{_W}val"), _whole(depth.get(f"{_W}val")) if depth is not None else 0
