"""A made contract on paper: a PDF with text, and a scan of it with skew, blur, noise and seals."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.kits.maker.draft import Block, Grid

if TYPE_CHECKING:
    from PIL import Image

DPI = 200


def render_pdf(blocks: tuple[Block, ...]) -> bytes:
    """A PDF with a text layer."""
    import typst

    lines = [
        '#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 10.5pt, lang: "zh")',
        '#set page(margin: (x: 2.4cm, y: 2.4cm), numbering: "- 1 -")',
        "#set par(leading: 0.9em, justify: true)",
    ]
    for block in blocks:
        if isinstance(block, Grid):
            lines.append(_grid(block))
            continue
        words = _quoted(block.mark + block.words)
        if block.heading and block.centred:
            lines.append(f"#align(center, text(size: 16pt, weight: 700, {words}))")
        elif block.heading:
            lines.append(f"#par(text(weight: 700, {words}))")
        else:
            lines.append(f"#par({words})")
    return bytes(typst.compile("\n\n".join(lines).encode()))


def _grid(grid: Grid) -> str:
    covered = {
        (row, column): (first_row, first, last_row, last)
        for first_row, first, last_row, last in grid.merges
        for row in range(first_row, last_row + 1)
        for column in range(first, last + 1)
    }
    cells: list[str] = []
    for row, words in enumerate(grid.rows):
        for column, cell in enumerate(words):
            merge = covered.get((row, column))
            if merge is None:
                cells.append(f"[#{_quoted(cell)}]")
            elif merge[:2] == (row, column):
                span = f"rowspan: {merge[2] - merge[0] + 1}, colspan: {merge[3] - merge[1] + 1}"
                cells.append(f"table.cell({span})[#{_quoted(cell)}]")
    widths = [max(len(row[at]) for row in grid.rows) for at in range(len(grid.rows[0]))]
    columns = ", ".join(f"{max(3, min(width, 16))}fr" for width in widths)
    return f"#text(size: 9pt)[#table(columns: ({columns}), {', '.join(cells)})]"


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def render_scan(blocks: tuple[Block, ...], seed: int, pages: int | None = None, turns: Sequence[float] = ()) -> bytes:
    """A PDF of pictures at 200 dpi, slightly turned, blurred and noisy, with a red seal on some pages.

    `turns` says by how many degrees each page lies turned besides.
    """
    pictures = take_pictures(blocks, seed, pages, turns)
    buffer = io.BytesIO()
    pictures[0].save(buffer, "PDF", save_all=True, append_images=pictures[1:], resolution=DPI, quality=80)
    return buffer.getvalue()


def take_pictures(
    blocks: tuple[Block, ...], seed: int, pages: int | None = None, turns: Sequence[float] = ()
) -> list[Image.Image]:
    """The pages as pictures; the same for the same seed."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageDraw, ImageFilter

    pick = random.Random(seed)
    document = pypdfium2.PdfDocument(render_pdf(blocks))
    pictures = []
    for number in range(min(len(document), pages or len(document))):
        picture = document[number].render(scale=DPI / 72).to_pil().convert("RGB")
        if pick.random() < 0.4:
            seal = ImageDraw.Draw(picture, "RGBA")
            x, y = pick.randint(900, 1150), pick.randint(1500, 1850)
            seal.ellipse((x, y, x + 310, y + 310), outline=(205, 30, 40, 120), width=9)
        picture = picture.rotate(pick.uniform(-0.6, 0.6), fillcolor=(250, 250, 248), resample=Image.Resampling.BICUBIC)
        picture = picture.filter(ImageFilter.GaussianBlur(pick.uniform(0.3, 0.7)))
        grain = np.random.default_rng(pick.randrange(2**32)).normal(128, pick.uniform(8, 18), picture.size[::-1])
        noise = Image.fromarray(grain.clip(0, 255).astype(np.uint8)).convert("RGB")
        picture = Image.blend(picture, noise, 0.06)
        turn = turns[number] if number < len(turns) else 0
        if turn:
            picture = picture.rotate(turn, expand=True, fillcolor=(250, 250, 248), resample=Image.Resampling.BICUBIC)
        pictures.append(picture)
    return pictures
