"""Makes foreign text safe to print: what is invisible, or turns the reading direction, is shown as a mark."""

from __future__ import annotations

import re
from typing import Any

_MARK = "〓"  # what printers set for a character they lack; every Chinese font has it
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters: not allowed in XML
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the direction: could swap the digits of an amount
    "\ud800-\udfff\ufffe\uffff\ufdd0-\ufdef"  # halves of pairs, and code points that are no characters
    "]"
)
_DROPPED = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")


def clean_text(text: str) -> str:
    r"""The same text with a mark for each character that can't be shown; line ends become one kind.

    >>> clean_text("a\x00b\r\nc"), clean_text("12\u202e34")
    ('a〓b\nc', '12〓34')
    """
    plain = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
        .replace("\t", " ")
    )
    return _DROPPED.sub("", _INVISIBLE.sub(_MARK, plain))


def clean_data(value: Any) -> Any:
    """The same JSON value with every text in it made safe, keys too."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(str(key)): clean_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_data(item) for item in value]
    return value
