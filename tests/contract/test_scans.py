"""Scanned contracts, however they lie: nothing is invented, and what is not read for sure is open."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.kits.maker import Made, make_contract
from tests.kits.maker.compare import Tally, measure
from tests.kits.maker.paper import render_pdf, render_scan, take_pictures

from yunqi.contract import read_contract
from yunqi.contract.documents import Paragraph, read_document
from yunqi.contract.model import Contract
from yunqi.contract.reader import extract_contract
from yunqi.kernel.errors import Problem

pytestmark = pytest.mark.slow


def tally_of(made: Made, contract: Contract) -> Tally:
    whole = Tally()
    for tally in measure(made.truth, contract.model_dump(mode="json")).values():
        whole.add(tally)
    return whole


def test_figures_of_a_scan_are_right_or_open() -> None:
    made = make_contract(0, "county")
    tally = tally_of(made, read_contract(render_scan(made.blocks, 0), "scan.pdf"))
    assert tally.wrong == 0, tally.differences
    assert tally.missing == 0, tally.differences
    assert tally.recall >= 0.995, tally.differences


def test_pages_lie_as_they_like_among_pages_of_text() -> None:
    made = make_contract(1, "basin")
    scan = pypdfium2.PdfDocument(render_scan(made.blocks, 1, turns=(0, 91.2, 178.6)))
    mixed = pypdfium2.PdfDocument(render_pdf(made.blocks))
    assert len(mixed) == len(scan) == 3
    for page in (2, 1):
        del mixed[page]
    mixed.import_pages(scan, [1, 2])
    buffer = io.BytesIO()
    mixed.save(buffer)
    heard: list[tuple[int, int]] = []
    document = read_document(buffer.getvalue(), "mixed.pdf", lambda done, of: heard.append((done, of)))
    assert document.recognised
    assert heard == [(0, 2), (1, 2), (2, 2)]
    tally = tally_of(made, extract_contract(document))
    assert tally.wrong == 0, tally.differences
    assert tally.recall >= 0.98, tally.differences


def test_a_page_photographed_is_read() -> None:
    made = make_contract(0, "county")
    [picture] = take_pictures(made.blocks, 0, pages=1, turns=(270,))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    contract = read_contract(buffer.getvalue(), "page.jpg")
    assert contract.parties.using_unit == made.truth["parties"]["using_unit"]
    assert contract.total_fen == made.truth["total_fen"]
    assert contract.price_lines[0].source.page == 1


def picture_of(words: str) -> bytes:
    picture = Image.new("RGB", (1200, 300), "white")
    font = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc", 40)
    ImageDraw.Draw(picture).text((80, 80), words, "black", font)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_picture_is_read_or_refused() -> None:
    [block] = read_document(picture_of("本合同总价为12345.67元。"), "some.png").blocks
    assert isinstance(block, Paragraph)
    assert block.text == "本合同总价为12345.67元。"
    for content, code in (
        (picture_of(""), "document.blank"),
        (picture_of("半幅")[:200], "document.scan_failed"),
        (b"II*\x00" + bytes(range(256)), "document.format"),
    ):
        with pytest.raises(Problem) as raised:
            read_contract(content, "some.png")
        assert raised.value.code == code
