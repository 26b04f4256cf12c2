"""One page of a PDF or a picture file as a small picture to look at, made in a process of its own."""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
from functools import lru_cache

from yunqi.kernel.errors import Problem

_MEMORY_BYTES = 2 * 2**30
_LONGEST_S = 30
_DPI, _POINTS_PER_INCH = 110, 72
_LONGEST_PX = 2000
_QUALITY = 72
_KEPT = 64
_PACKED = b"PK\x03\x04"
MEDIA = "image/jpeg"


@lru_cache(maxsize=_KEPT)
def render_picture(content: bytes, number: int) -> bytes:
    """The page of a number (from 1) as a grey JPEG.

    A file from outside is opened apart from the server, bounded in memory and time. Raises `Problem` document.page for
    a file without pages, a page that is not there, or one that can't be shown.
    """
    if content.startswith(_PACKED):
        raise _no_page(number)  # a Word or Excel file: no process is needed to see that
    order = struct.pack("!Q", number) + content
    command = [sys.executable, "-m", "yunqi.contract.documents.scan.picture"]
    try:
        done = subprocess.run(command, input=order, capture_output=True, timeout=_LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        raise _no_page(number) from None
    if done.returncode or not done.stdout:
        raise _no_page(number)
    return done.stdout


def _no_page(number: int) -> Problem:
    return Problem(
        "document.page",
        "原文没有可显示的第 {value} 页",
        field="page",
        value=number,
        way_out="请核对页码；只有 PDF 和图片文件分页，其他格式请下载原文",
    )


def main() -> None:
    """Reads number and file from stdin, writes the picture to stdout; exit code 1 without one."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_BYTES, _MEMORY_BYTES))
    import cv2

    given = sys.stdin.buffer.read()
    (number,) = struct.unpack("!Q", given[:8])
    content = given[8:]
    if content.startswith(b"%PDF"):
        import pypdfium2

        pdf = pypdfium2.PdfDocument(content)
        if not 1 <= number <= len(pdf):
            sys.exit(1)
        page = pdf[number - 1]
        scale = min(_DPI / _POINTS_PER_INCH, _LONGEST_PX / max(*page.get_size(), 1.0))
        image = cv2.cvtColor(page.render(scale=scale).to_numpy()[:, :, :3], cv2.COLOR_BGR2GRAY)
    else:
        import numpy as np

        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE) if number == 1 else None
        if picture is None:
            sys.exit(1)
        scale = min(1.0, _LONGEST_PX / max(picture.shape[:2]))
        image = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    made, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not made:
        sys.exit(1)
    sys.stdout.buffer.write(coded.tobytes())


if __name__ == "__main__":
    main()
