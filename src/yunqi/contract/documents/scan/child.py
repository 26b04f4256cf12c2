"""The process that reads scanned pages: a PDF or picture on stdin, one JSON line a page on stdout.

It ends by itself when its stdin is closed, which is when whoever asked is gone.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
import threading
from collections.abc import Iterator
from typing import Any


def main() -> None:
    """Reads the request (length and JSON, length and file), then says one page after another."""
    order = json.loads(_take())
    content = _take()
    limit = order["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    threading.Thread(target=_watch, daemon=True).start()
    say = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is not for the reader of the pages
    from yunqi.contract.documents.scan.words import Reader

    reader = Reader(order["threads"])
    for number, image in _images(content, order["pages"]):
        say.write(json.dumps(read_page(reader, number, image), ensure_ascii=False) + "\n")
        say.flush()


def _take() -> bytes:
    (size,) = struct.unpack("!Q", sys.stdin.buffer.read(8))
    return sys.stdin.buffer.read(size)


def _watch() -> None:
    sys.stdin.buffer.read(1)
    os._exit(1)


def _images(content: bytes, pages: list[int]) -> Iterator[tuple[int, Any]]:
    from yunqi.contract.documents.scan.image import load_picture, render_page

    if not content.startswith(b"%PDF"):
        yield 1, load_picture(content)
        return
    import pypdfium2

    pdf = pypdfium2.PdfDocument(content)
    for number in pages:
        page = pdf[number - 1]
        yield number, render_page(page)
        page.close()


def read_page(reader: Any, number: int, image: Any) -> dict[str, Any]:
    """A page's size, its lines outside of tables and its ruled tables, as JSON."""
    import cv2

    from yunqi.contract.documents.scan.cells import cut_boxes, plan_cells
    from yunqi.contract.documents.scan.grid import find_grids
    from yunqi.contract.documents.scan.image import is_sideways, level_page, remove_seals
    from yunqi.contract.documents.scan.words import are_upright

    image = remove_seals(image)
    if is_sideways(image):
        image = cv2.rotate(image, cv2.ROTATE_90_CLOCKWISE)
    image = level_page(image)
    boxes = reader.find(image)
    if are_upright(boxes):  # what was found speaks against the first look
        image = level_page(cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE))
        boxes = reader.find(image)
    if len(boxes) and reader.is_upside_down(image, boxes):
        image = cv2.rotate(image, cv2.ROTATE_180)
        height, width = image.shape[:2]
        boxes = ([width - 1, height - 1] - boxes)[::-1, [2, 3, 0, 1]].astype("float32")
    grids = find_grids(image)
    words = reader.read(image, cut_boxes(boxes, grids))
    lines, tables = plan_cells(words, grids)
    height, width = image.shape[:2]
    return {"page": number, "width": width, "height": height, "lines": lines, "tables": tables}


if __name__ == "__main__":
    main()
