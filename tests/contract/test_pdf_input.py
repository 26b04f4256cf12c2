"""PDF files that are turned, locked, damaged, too long or a bomb: read as they are, or refused in bounded time."""

from __future__ import annotations

import io
import zlib

import pypdfium2
import pytest
from tests.kits.maker import make_contract
from tests.kits.maker.compare import measure

from yunqi.contract import read_contract
from yunqi.contract.documents import portable
from yunqi.kernel.errors import Problem

MADE = make_contract(1, "coast")
CONTENT = MADE.render("pdf")[0]


def saved(pdf: pypdfium2.PdfDocument) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def turned(angles: list[int]) -> bytes:
    pdf = pypdfium2.PdfDocument(CONTENT)
    for number in range(len(pdf)):
        pdf[number].set_rotation(angles[number % len(angles)])
    return saved(pdf)


def built(drawing: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of one page with a compressed drawing."""
    squeezed = zlib.compress(drawing, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(squeezed), squeezed),
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer<</Size 5/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (trailer, len(content))
    return content + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def refusal(content: bytes) -> str:
    with pytest.raises(Problem) as caught:
        read_contract(content, "x.pdf")
    assert caught.value.way_out
    assert caught.value.field
    return caught.value.code


@pytest.mark.parametrize("angles", [[90], [180], [270], [0, 180, 90]])
def test_pages_that_lie_on_a_side_or_upside_down_are_read_whole(angles: list[int]) -> None:
    read = read_contract(turned(angles), "x.pdf").model_dump(mode="json")
    assert [line for tally in measure(MADE.truth, read).values() for line in tally.differences] == []


def test_damaged_locked_and_blank_files_are_refused() -> None:
    lock = b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"11" * 32, b"22" * 32)
    assert refusal(CONTENT[: len(CONTENT) * 2 // 3]) == "document.damaged"
    assert refusal(built(b"BT (x) Tj ET", lock)) == "document.encrypted"
    assert refusal(built(b"")) == "document.blank"


def test_five_hundred_pages_are_refused_unread() -> None:
    pdf, source = pypdfium2.PdfDocument.new(), pypdfium2.PdfDocument(CONTENT)
    while len(pdf) < 500:
        pdf.import_pages(source)
    assert refusal(saved(pdf)) == "document.too_many_pages"


def test_a_drawing_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable, "_CPU_S", 2)
    content = built(b"BT (x) Tj ET " * 2_000_000)
    assert len(content) < 100_000
    assert refusal(content) == "document.too_heavy"


def test_a_drawing_that_fills_the_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable, "_MEMORY_BYTES", 2**28)
    assert refusal(built(bytes(2**29))) in {"document.too_heavy", "document.damaged"}
