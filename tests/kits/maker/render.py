"""A made contract as text or markdown, in several forms of table."""

from __future__ import annotations

import unicodedata

from tests.kits.maker.draft import Block, Grid, Text

TABLE_FORMS = ("tab", "pipe", "aligned")


def render_text(blocks: tuple[Block, ...], tables: str = "tab") -> str:
    """Plain text; `tables`: tab, pipe, or aligned by blanks."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Text):
            lines += [block.mark + block.words, ""]
        else:
            lines += ["", *_table(block, tables), ""]
    return "\n".join(lines) + "\n"


def render_markdown(blocks: tuple[Block, ...]) -> str:
    """Markdown: headings, emphasis, pipe tables with their rule."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Grid):
            rows = _table(block, "pipe")
            lines += ["", rows[0], "|" + "---|" * len(block.rows[0]), *rows[1:], ""]
        elif block.centred and block.heading:
            lines += [f"# {block.words}", ""]
        elif block.heading:
            lines += [f"## {block.mark}{block.words}", ""]
        else:
            lines += [_bold_label(block.mark + block.words), ""]
    return "\n".join(lines) + "\n"


def _bold_label(words: str) -> str:
    label, colon, rest = words.partition("：")
    return f"**{label}：**{rest}" if colon and rest and len(label) <= 6 else words


def _table(grid: Grid, form: str) -> list[str]:
    rows = [[cell.replace("\n", " ") for cell in row] for row in grid.rows]
    if form == "tab":
        return ["\t".join(row) for row in rows]
    if form == "pipe":
        return ["| " + " | ".join(row) + " |" for row in rows]
    widths = [max(_width(row[at]) for row in rows) + 3 for at in range(len(rows[0]))]
    return [
        "".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in words)
