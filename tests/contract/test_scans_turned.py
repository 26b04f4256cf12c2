"""Scanned pages that lie turned, among pages of text, or photographed: read as they lie."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from tests.kits.maker import make_contract
from tests.kits.maker.compare import tally_of
from tests.kits.maker.paper import render_pdf, render_scan, take_pictures

from yunqi.contract import read_contract
from yunqi.contract.documents import read_document
from yunqi.contract.reader import extract_contract

pytestmark = pytest.mark.slow


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
    tally = tally_of(made.truth, extract_contract(document).model_dump(mode="json"))
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
