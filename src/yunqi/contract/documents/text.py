"""Plain text and markdown: tab and pipe tables, headings, emphasis; lines joined by layout are joined later."""

from __future__ import annotations

import re

from yunqi.contract.documents.aligned import find_aligned
from yunqi.contract.documents.marked_up import find_marked_up
from yunqi.contract.documents.model import Block, Paragraph, Place, Row
from yunqi.contract.documents.plain import strip_markup
from yunqi.contract.documents.rows import build_table
from yunqi.kernel.errors import Problem

_HEADING = re.compile(r"^#{1,6}\s+")
_BULLET = re.compile(r"^[-*+•]\s+(?=\S)")
_BOLD_LINE = re.compile(r"^\*\*[^*]+\*\*$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_MAX_CONTROL_SHARE = 100
_SAMPLE = 20000
_RARE_SHARE = 10
_MAX_DAMAGED_SHARE = 50


def load_text(content: bytes, file_name: str) -> tuple[Block, ...]:
    """Paragraphs and tables of a text in UTF-8 or UTF-16 (with or without mark), UTF-32 with mark, or GB 18030."""
    return parse_text(_decode(content, file_name))


def parse_text(text: str) -> tuple[Block, ...]:
    r"""Paragraphs and tables of a text; one paragraph a line.

    >>> [type(block).__name__ for block in parse_text("标题\n序号\t名称\n1\t甲\n\n2\t乙\n后文")]
    ['Paragraph', 'Table', 'Paragraph']
    """
    blocks: list[Block] = []
    rows: list[Row] = []
    lines = re.split(r"\r\n|\r|\n|\f|\v", text)
    aligned = find_aligned(lines)
    marked = find_marked_up(lines)
    bare = _find_bare(lines)
    for number, raw in enumerate(lines, start=1):
        place = Place(line=number)
        if number - 1 in marked:
            rows.extend(Row(cells, place) for cells in marked[number - 1])
            continue
        line = raw.strip(" \u3000")
        if not line.strip():
            continue
        cells = _cells(line) or bare.get(number - 1) or aligned.get(number - 1)
        if cells is not None:
            rows.append(Row(cells, place))
            continue
        if rows:
            blocks.extend(build_table(rows))
            rows = []
        paragraph = _paragraph(line.strip(), place)
        if paragraph.text:
            blocks.append(paragraph)
    if rows:
        blocks.extend(build_table(rows))
    return tuple(blocks)


def _cells(line: str) -> tuple[str, ...] | None:
    if "\t" in line:
        return tuple(strip_markup(cell.strip()) for cell in line.split("\t"))
    if line.startswith("|") and line.count("|") >= 3:
        return tuple(strip_markup(cell.strip()) for cell in line.strip().strip("|").split("|"))
    return None


def _find_bare(lines: list[str]) -> dict[int, tuple[str, ...]]:
    """The cells of lines that bars part without standing at the ends, by line: two lines or more with as many bars.

    >>> sorted(_find_bare(["指标 | 要求 | 说明", "响应 | 10分钟 |", "甲 | 乙", "后文"]))
    [0, 1]
    """
    bars = [0 if line.lstrip().startswith("|") else line.count("|") for line in lines]
    found: dict[int, tuple[str, ...]] = {}
    for at, count in enumerate(bars):
        if count >= _BARS and count in (bars[at - 1] if at else 0, bars[at + 1] if at + 1 < len(bars) else 0):
            found[at] = tuple(strip_markup(cell.strip()) for cell in lines[at].split("|"))
    return found


_BARS = 2


def _paragraph(line: str, place: Place) -> Paragraph:
    heading = bool(_HEADING.match(line))
    line = _BULLET.sub("", _HEADING.sub("", line))
    heading = heading or bool(_BOLD_LINE.match(line))
    return Paragraph(strip_markup(line).strip(), place, heading)


def _decode(content: bytes, file_name: str) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and _has_rare(text):
            _refuse_other(content, file_name)
        if len(_CONTROL.findall(text[:_SAMPLE])) * _MAX_CONTROL_SHARE <= min(len(text), _SAMPLE):
            return _CONTROL.sub("", text)
    _refuse_other(content, file_name)
    raise Problem(
        "document.encoding",
        "文件「{value}」不是可识别的文本（UTF-8、UTF-16 或 GB 18030）",
        field="file",
        value=file_name,
        way_out="请将文件另存为 UTF-8 编码的文本，或使用 .docx 文件",
    )


def _refuse_other(content: bytes, file_name: str) -> None:
    """Raises `Problem` for Big5 and for damaged UTF-8, which may decode as GB 18030, into rare characters."""
    if _is_big5(content):
        raise Problem(
            "document.encoding_big5",
            "文件「{value}」是 Big5 编码的繁体中文文本，本系统只读简体中文的合同",
            field="file",
            value=file_name,
            way_out="请将文件转换为简体中文并另存为 UTF-8 编码的文本，或使用 .docx 文件",
        )
    damaged = content.decode("utf-8", "replace")
    if damaged.count("\N{REPLACEMENT CHARACTER}") * _MAX_DAMAGED_SHARE <= len(damaged):
        raise Problem(
            "document.encoding_damaged",
            "文件「{value}」是 UTF-8 编码的文本，但是有 {count} 处字节损坏",
            field="file",
            value=file_name,
            way_out="请重新导出该文件，或者用文本编辑器改正损坏之处后另存为 UTF-8",
            count=damaged.count("\N{REPLACEMENT CHARACTER}"),
        )


def _has_rare(text: str) -> bool:
    """Whether more than a tenth of the characters beyond ASCII are not in GB 2312, which has nearly all of a
    contract's and half of a misreading's.
    """
    beyond = [char for char in text[:_SAMPLE] if char > "\x7f"]
    known = len("".join(beyond).encode("gb2312", "ignore")) // 2
    return (len(beyond) - known) * _RARE_SHARE > len(beyond)


def _is_big5(content: bytes) -> bool:
    """Whether the bytes are Big5, nearly all of its commoner half (lead bytes A1 to C6)."""
    try:
        text = content.decode("cp950")
    except UnicodeDecodeError:
        return False
    leads = [char.encode("cp950")[0] for char in text[:_SAMPLE] if char > "\x7f"]
    rare = sum(not 0xA1 <= lead <= 0xC6 for lead in leads)
    return bool(leads) and rare * _RARE_SHARE <= len(leads)


def _encodings(content: bytes) -> tuple[str, ...]:
    """The encodings that a text may have, by its mark; without one, two bytes a character show in its line ends."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-32", "utf-16") if content[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff") else ("utf-16",)
    if content.startswith(b"\0\0\xfe\xff"):
        return ("utf-32",)
    start = content[: 2 * _SAMPLE]
    for encoding, end in (("utf-16-le", b"\n\0"), ("utf-16-be", b"\0\n")):
        at = 0 if encoding == "utf-16-le" else 1
        ends = sum(start[place : place + 2] == end for place in range(0, len(start) - 1, 2))
        if ends and start[1 - at :: 2].count(0) > start[at::2].count(0):
            return (encoding, "utf-8-sig", "gb18030")
    return ("utf-8-sig", "gb18030")
