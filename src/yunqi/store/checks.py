"""Checks of plain input that a database would take or refuse differently, and digests of what is kept."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.store.types import canonical_json

MICRO = 1_000_000
_CONTROL = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def check_text(field: str, value: str, limit: int) -> str:
    """The text without outer spaces; raises `Problem` text.empty, text.too_long and text.characters.

    SQLite keeps any length and PostgreSQL refuses NUL: both are caught here, so that both databases behave alike.

    >>> check_text("name", " 市民服务局 ", 20)
    '市民服务局'
    """
    text = value.strip()
    if not text:
        raise Problem("text.empty", "「{field}」不能为空", field=field, way_out="请填写内容")
    if len(text) > limit:
        raise Problem(
            "text.too_long",
            "「{name}」共 {length} 个字，超过上限 {limit} 个字",
            field=field,
            name=field,
            length=len(text),
            limit=limit,
            way_out="请缩短后重试",
        )
    for char in text:
        if unicodedata.category(char) in _CONTROL:
            raise Problem(
                "text.characters",
                "「{name}」含有不可见字符 U+{point}",
                field=field,
                name=field,
                point=f"{ord(char):04X}",
                way_out="请删除该字符后重试",
            )
    return text


def to_micro(quantity: Fraction | int | str) -> int:
    """A quantity in millionths, exact; raises `Problem` quantity.precision when it has smaller parts.

    >>> to_micro(Fraction(1, 4)), to_micro("14.51")
    (250000, 14510000)
    """
    try:
        scaled = Fraction(quantity) * MICRO
    except (ValueError, ZeroDivisionError) as error:
        raise Problem("quantity.unreadable", "数量「{value}」无法识别", value=quantity, way_out="请填写数字") from error
    if scaled.denominator != 1:
        raise Problem(
            "quantity.precision", "数量「{value}」的小数位太多", value=quantity, way_out="数量最多保留六位小数"
        )
    return scaled.numerator


def from_micro(quantity_micro: int) -> Fraction:
    """The exact quantity.

    >>> from_micro(250000)
    Fraction(1, 4)
    """
    return Fraction(quantity_micro, MICRO)


def sm3_hex(data: bytes) -> str:
    """The SM3 digest in lower-case hex.

    Source: GM/T 0004-2012, example 1.

    >>> sm3_hex(b"abc")
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'
    """
    return hashlib.new("sm3", data).hexdigest()


def sm3_of_file(path: Path) -> str:
    """The SM3 digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new("sm3")).hexdigest()


def sm3_of_json(value: Mapping[str, Any]) -> str:
    """The SM3 digest of a value's canonical JSON."""
    return sm3_hex(canonical_json(value).encode())
