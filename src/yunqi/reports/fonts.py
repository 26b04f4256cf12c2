"""Finds the fonts that PDF documents are set in, and tells which characters they have."""

from __future__ import annotations

import os
import struct
from functools import cache
from pathlib import Path

from yunqi.kernel.errors import Problem

FONT_DIRECTORIES = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/share/fonts/google-noto-cjk"),
)
_SERIF = "NotoSerifCJK-Regular.ttc"
_FILES = (_SERIF, "NotoSerifCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")
_GROUPED = 12


def find_fonts(directories: tuple[Path, ...] = FONT_DIRECTORIES) -> Path:
    """The folder with all four faces of Noto CJK; `YUNQI_FONTS` names another first.

    Raises `Problem` report.no_fonts, which names the package.
    """
    named = os.environ.get("YUNQI_FONTS")
    for directory in ((Path(named),) if named else ()) + directories:
        if all((directory / file).is_file() for file in _FILES):
            return directory
    raise Problem(
        "report.no_fonts",
        "找不到生成 PDF 所需的中文字体 {fonts}",
        field="fonts",
        fonts="、".join(_FILES),
        way_out="请安装 Debian 软件包 fonts-noto-cjk，或用环境变量 YUNQI_FONTS 指明字体所在的文件夹",
    )


@cache
def covered(directory: Path) -> frozenset[int]:
    """The code points that the serif face has, from its character map.

    Source: OpenType 1.9, `ttcf` header, `cmap` format 12.
    """
    data = (directory / _SERIF).read_bytes()
    (face,) = struct.unpack_from(">I", data, 12) if data[:4] == b"ttcf" else (0,)
    (tables,) = struct.unpack_from(">H", data, face + 4)
    cmap = next(
        offset
        for tag, _, offset, _ in (struct.unpack_from(">4sIII", data, face + 12 + 16 * i) for i in range(tables))
        if tag == b"cmap"
    )
    (subtables,) = struct.unpack_from(">H", data, cmap + 2)
    points: set[int] = set()
    for index in range(subtables):
        (offset,) = struct.unpack_from(">I", data, cmap + 4 + 8 * index + 4)
        (form,) = struct.unpack_from(">H", data, cmap + offset)
        if form == _GROUPED:  # the only form that reaches all planes; the others repeat a part of it
            (groups,) = struct.unpack_from(">I", data, cmap + offset + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", data, cmap + offset + 16 + 12 * group)
                points.update(range(first, last + 1))
    return frozenset(points)


def show_missing(text: str, directory: Path) -> str:
    """The same text, each character without a glyph written as its code point in brackets, so that none vanishes.

    A document in PDF/A is refused by the typesetter when a glyph is missing; one hostile name must not stop a month.
    """
    known = covered(directory)
    if all(ord(char) in known or char == "\n" for char in text):
        return text
    return "".join(char if ord(char) in known or char == "\n" else f"[U+{ord(char):04X}]" for char in text)
