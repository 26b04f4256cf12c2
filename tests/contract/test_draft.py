"""A drafted contract reads back to the data that it was drafted from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from hypothesis import HealthCheck, Phase, given, settings
from tests.kits.contract_data import contracts
from tests.kits.report import convert_to_pdf
from tests.rules.house import ROOT

from yunqi.contract.draft import find_differences, find_gaps, find_losses, plain_data, render_draft
from yunqi.contract.reader import read_contract

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # a whole contract takes minutes to shrink
SHARED = ROOT.parent / "shared/contracts"
TEXTS = [*sorted(SHARED.glob("*.txt")), *sorted((ROOT / "examples").glob("contract-*.docx"))]


def read(path: Path) -> dict[str, Any]:
    return read_contract(path).model_dump(mode="json")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_contract_that_was_read_is_drafted_without_loss(path: Path) -> None:
    data = read(path)
    assert find_losses(data, render_draft(data)) == []


@settings(
    max_examples=15,
    deadline=None,
    phases=NO_SHRINKING,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(contracts())
def test_any_sound_contract_reads_back_to_the_same_data(data: dict[str, Any]) -> None:
    assert find_losses(data, render_draft(data)) == []


def test_a_second_draft_is_the_first_to_the_byte() -> None:
    data = read(ROOT / "examples/contract-sample.docx")
    content = render_draft(data)
    again = render_draft(read_contract(content, "a.docx").model_dump(mode="json"))
    assert again == content


def test_what_is_unsure_is_left_to_fill_in_and_listed() -> None:
    data = read(ROOT / "examples/contract-sample.docx")
    data["number"], data["total_fen"], data["table_total_fen"] = None, None, None
    data["price_lines"][3]["unit_price"] = None
    data["uncertain"] = [{"path": "total_fen", "candidates": [1, 2]}]
    content = render_draft(data)
    assert find_gaps(data) == ["total_fen", "number", "price_lines[3].unit_price"]
    back = read_contract(content, "a.docx").model_dump(mode="json")
    assert (back["number"], back["total_fen"], back["price_lines"][3]["unit_price"]) == (None, None, None)
    marked = [run for run in Document(_file(content)).element.iter() if run.tag.endswith("}highlight")]
    assert len(marked) >= 4


def test_a_loss_is_seen() -> None:
    data = read(ROOT / "examples/contract-sample.docx")
    content = render_draft(data)
    data["price_lines"][0]["quantity"] = "1"
    data["obligations"].pop()
    assert find_losses(data, content) == ["price_lines[0].quantity", "obligations"]
    assert find_differences(plain_data(data), plain_data(data)) == []


def test_hostile_words_are_only_words() -> None:
    data = read(ROOT / "examples/contract-small.docx")
    data["title"] = "<w:p>&amp;</w:p> a\x00b\u202e \ud800 服务合同"
    assert "<w:p>&amp;</w:p>" in "".join(p.text for p in Document(_file(render_draft(data))).paragraphs)


def test_heads_are_repeated_and_libreoffice_prints_it(tmp_path: Path) -> None:
    content = render_draft(read(ROOT / "examples/contract-sample.docx"))
    document = Document(_file(content))
    assert all(table.rows[0]._tr.trPr.find(_tag("tblHeader")) is not None for table in document.tables)
    path = tmp_path / "draft.docx"
    path.write_bytes(content)
    pages = pypdfium2.PdfDocument(convert_to_pdf(path, tmp_path))
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "第一条" in text
    assert "附件一" in text
    assert len(pages) > 10


def _file(content: bytes) -> Any:
    import io

    return io.BytesIO(content)


def _tag(name: str) -> str:
    return "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}" + name
