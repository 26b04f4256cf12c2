"""A text in an encoding of traditional Chinese, or damaged, is refused by name and never read as other characters."""

from __future__ import annotations

import pytest
from tests.contract.test_bad_input import TEXT

from yunqi.contract.documents import read_document
from yunqi.kernel.errors import Problem

TRADITIONAL = (
    "政務雲服務契約\n甲方：某市資訊局\n乙方：某雲端股份有限公司\n"
    + "第一條 乙方應於驗收合格後二十日內開立發票，甲方應支付服務費用；乙方應保證系統可用性，並每月提交維運報告。\n" * 9
)


def code_of(content: bytes) -> str:
    with pytest.raises(Problem) as raised:
        read_document(content, "x.txt")
    return raised.value.code


def test_rare_characters_of_gb18030_are_kept() -> None:
    document = read_document((TEXT + "\n联系人：㙍𠀀。").encode("gb18030"), "x.txt")
    assert "㙍𠀀" in document.blocks[-1].text


@pytest.mark.parametrize("encoding", ["big5", "cp950", "big5hkscs"])
def test_big5_is_refused_by_its_name(encoding: str) -> None:
    assert code_of(TRADITIONAL.encode(encoding)) == "document.encoding_big5"


@pytest.mark.parametrize("place", [300, 301, 302, 1500])
def test_damaged_utf8_is_not_read_as_other_characters(place: int) -> None:
    content = bytearray(TEXT.encode())
    content[place] = 0xFF
    assert code_of(bytes(content)) == "document.encoding_damaged"


def test_traditional_characters_in_gb_are_read() -> None:
    document = read_document(TRADITIONAL.encode("gbk"), "x.txt")
    assert document.blocks[0].text == "政務雲服務契約"
