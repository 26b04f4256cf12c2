"""Scanned contracts, however they lie: nothing is invented, and what is not read for sure is open."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.kits.maker import make_contract
from tests.kits.maker.compare import tally_of
from tests.kits.maker.paper import render_scan

from yunqi.contract import read_contract
from yunqi.contract.documents import Paragraph, read_document
from yunqi.kernel.errors import Problem

pytestmark = pytest.mark.slow


def test_figures_of_a_scan_are_right_or_open() -> None:
    made = make_contract(0, "county")
    tally = tally_of(made.truth, read_contract(render_scan(made.blocks, 0), "scan.pdf").model_dump(mode="json"))
    assert tally.wrong == 0, tally.differences
    assert tally.missing == 0, tally.differences
    assert tally.recall >= 0.995, tally.differences


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
