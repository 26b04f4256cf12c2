"""Text made comparable: half-width, without blanks and markup, with the way back to the exact words."""

from __future__ import annotations

import re
from functools import cached_property

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SAME: dict[int, int | str] = {
    **_FULL_WIDTH,
    **dict.fromkeys(map(ord, "–—―‐‑‒−"), "-"),
    ord("～"): "~",
    ord("×"): "*",
    ord("✕"): "*",
    ord("÷"): "/",
    ord("￥"): "¥",
    ord("【"): "",
    ord("】"): "",
    ord("_"): "",
    ord("\u200b"): "",
    ord("\ufeff"): "",
}
_BLANK = re.compile(r"\s+")
_MARKUP = re.compile(r"</?(?:b|i|u|em|strong|sup|sub|br)\s*/?>|\*\*|__(?=\S)|(?<=\S)__|\\(?=[\\*_#\[\](){}.!+\-~|<>])")
_LINK = re.compile(r"\[([^\[\]\n]{0,300})\]\([^()\s]{0,300}\)")
_LONGEST_SENTENCE = 1500


def strip_markup(text: str) -> str:
    r"""The text without markdown emphasis, escapes, links and simple tags.

    >>> strip_markup(r"**甲方：** [a@b.cn](mailto:a@b.cn) 7\*24 <b>总价</b>")
    '甲方： a@b.cn 7*24 总价'
    """
    return _MARKUP.sub("", _LINK.sub(r"\1", text)) if any(mark in text for mark in "<*_\\[") else text


def squeeze(text: str) -> str:
    """The comparable form alone.

    >>> squeeze("可用性 ９９．９９％，（含 税）")
    '可用性99.99%,(含税)'
    """
    return _BLANK.sub("", text.translate(_SAME))


def cut(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """The text without these spans, which follow one another.

    >>> cut("☑保函 ☐现金", ((4, 7),))
    '☑保函 '
    """
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


class Plain:
    """A text in both forms, with offsets from the comparable one into the exact words."""

    __slots__ = ("__dict__", "left_out", "raw", "text")

    def __init__(self, raw: str, left_out: tuple[tuple[int, int], ...] = ()) -> None:
        """`left_out` are spans of the exact words that the comparable form does not have."""
        self.raw = raw
        self.left_out = left_out
        self.text = squeeze(cut(raw, left_out))

    @cached_property
    def _offsets(self) -> list[int]:
        out = {index for start, end in self.left_out for index in range(start, end)}
        return [index for index, char in enumerate(self.raw) if index not in out for _ in squeeze(char)]

    def words(self, start: int, end: int) -> str:
        """The exact words behind `text[start:end]`."""
        if start >= end:
            return ""
        return self.raw[self._offsets[start] : self._offsets[end - 1] + 1]

    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Spans in `text` of its sentences, their end marks included.

        >>> [Plain("甲方付款。乙方开票;完").text[a:b] for a, b in Plain("甲方付款。乙方开票;完").sentences()]
        ['甲方付款。', '乙方开票;', '完']
        """
        return self._sentences

    @cached_property
    def _sentences(self) -> tuple[tuple[int, int], ...]:
        spans: list[tuple[int, int]] = []
        start = 0
        ends = [match.end() for match in re.finditer(r"[。;!?]+[」”\")]*", self.text)]
        for end in (*ends, len(self.text)):
            while end - start > _LONGEST_SENTENCE:  # no sentence of a contract: cut, so that reading stays fast
                spans.append((start, start + _LONGEST_SENTENCE))
                start += _LONGEST_SENTENCE
            if start < end:
                spans.append((start, end))
            start = end
        return tuple(spans)
