"""The process that reads the text of a PDF: the file on stdin, its pages as JSON on stdout.

A page's drawing is a program, and a small file can hold one that runs for hours or fills the memory: so it is read
apart, with a bound on both.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections import Counter
from typing import Any

_MOSTLY = 0.7
_FEW_WORDS = 8
_MOST_OF_WORDS = 0.6
_STRAIGHT = 0.02
OUT_OF_MEMORY = 3
"""What the process ends with where the memory is not enough; a damaged file ends it with 1, as any error does."""


def main() -> None:
    """Reads the file and says its pages; arguments are the most pages, bytes of memory and seconds."""
    pages, memory_bytes, seconds = map(int, sys.argv[1:4])
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    content = sys.stdin.buffer.read()
    say = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is not for the reader of the pages
    try:
        said = read_pdf(content, pages)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    say.write(json.dumps(said, ensure_ascii=False))
    say.flush()


def read_pdf(content: bytes, most_pages: int) -> dict[str, Any]:
    """The pages that have text and the numbers of those that are pictures, or why the file can't be read."""
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > most_pages:
                return {"refused": "long", "pages": len(pdf.pages)}
            read, turned = _read_pages(pdf.pages, range(1, len(pdf.pages) + 1))
        if turned:
            with pdfplumber.open(io.BytesIO(_turn(content, turned))) as pdf:
                again, __ = _read_pages([pdf.pages[number - 1] for number in turned], turned)
            read |= again
    except PdfminerException as error:
        return {"refused": "locked" if _is_locked(error) else "damaged"}
    return {
        "pages": [page for page in read.values() if page is not None],
        "pictures": [number for number, page in read.items() if page is None],
    }


def _read_pages(pages: Any, numbers: Any) -> tuple[dict[int, Any], dict[int, int]]:
    """The pages by number, None for a picture; and by how much those are to be turned whose text lies on a side."""
    read: dict[int, Any] = {}
    turned: dict[int, int] = {}
    for number, page in zip(numbers, pages, strict=True):
        angle = _angle_of(page)
        if _is_picture(page):
            read[number] = None
        elif angle:
            turned[number] = angle
            read[number] = _read_page(page, number)
        else:
            read[number] = _read_page(page, number)
        page.close()
    return read, turned


def _is_locked(error: Exception) -> bool:
    from pdfminer.pdfdocument import PDFEncryptionError

    return any(isinstance(one, PDFEncryptionError) for one in (error, error.__cause__, *error.args))


def _angle_of(page: Any) -> int:
    """By how many degrees clockwise the page is to be turned so that most of its text runs from left to right."""
    counts = Counter(_direction(char["matrix"]) for char in page.chars)
    if not counts:
        return 0
    angle, count = counts.most_common(1)[0]
    return angle if count >= _FEW_WORDS and count > _MOST_OF_WORDS * len(page.chars) else 0


def _direction(matrix: tuple[float, ...]) -> int:
    across, up = matrix[:2]
    if abs(across) >= abs(up):
        return 0 if across >= 0 else 180
    return 90 if up > 0 else 270


def _turn(content: bytes, angles: dict[int, int]) -> bytes:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(content)
    for number, angle in angles.items():
        page = pdf[number - 1]
        page.set_rotation((page.get_rotation() + angle) % 360)
    made = io.BytesIO()
    pdf.save(made)
    return made.getvalue()


def _is_picture(page: Any) -> bool:
    """Whether the page is a picture: one that covers most of it, or one with hardly any words beside it."""
    if not page.images:
        return False
    area = float(page.width) * float(page.height)
    covered = sum(
        max(0.0, image["x1"] - image["x0"]) * max(0.0, image["bottom"] - image["top"]) for image in page.images
    )
    return covered > _MOSTLY * area or (len(page.chars) < _FEW_WORDS and covered > 0)


def _is_straight(item: dict[str, Any]) -> bool:
    """False for a character that stands at a slant, as those of a watermark over the page do."""
    if item["object_type"] != "char":
        return True
    across, up = (abs(part) for part in item["matrix"][:2])
    return bool(min(across, up) <= _STRAIGHT * max(across, up))


def _read_page(page: Any, number: int) -> dict[str, Any]:
    page = page.filter(_is_straight)
    tables = page.find_tables()
    boxes = [table.bbox for table in tables]

    def is_outside(item: dict[str, Any]) -> bool:
        middle = (item.get("top", 0) + item.get("bottom", 0)) / 2
        return not any(box[1] <= middle <= box[3] for box in boxes)

    lines = [
        [line["text"].strip(), *(float(line[side]) for side in ("x0", "x1", "top", "bottom"))]
        for line in page.filter(is_outside).extract_text_lines()
    ]
    grids = [[float(table.bbox[1]), _cells(table)] for table in tables]
    return {"page": number, "height": float(page.height), "lines": lines, "grids": grids}


def _cells(table: Any) -> list[list[str]]:
    """A ruled table; a position that no cell of its own begins at is covered by the one that reaches over it."""
    return [[(cell or "").replace("\n", "") for cell in row] for row in table.extract()]


if __name__ == "__main__":
    main()
