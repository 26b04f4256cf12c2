"""The requirements as a workbook (the kit of reports) and as a document."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from tests.kits.report import HOSTILE, ReportKit, change, convert_to_pdf, squeeze

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.reports.requirements_document import render_requirements

FREE = frozenset({"title", "using_unit", "provider", "name", "system", "unit"})


class TestRequirementsXlsx(ReportKit):
    name = "requirements_xlsx"
    free = FREE
    required = "reserve"

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        for line in data["lines"]:
            yield line["name"]
            if line["budget_fen"] is not None:
                yield render_yuan(line["budget_fen"])
        yield from (one["system"] for one in data["systems"] if one["system"])
        yield from ("128.5714", "400", "198", "45分钟", "99.95%", "应急演练", "2025-12", "第5项", "未指明信息系统")

    def test_the_document_shows_the_same(self, tmp_path: Path) -> None:
        data = self.example()
        content = render_requirements(data)
        assert content == render_requirements(data)
        text = squeeze(_text(content))
        wanted = [one for one in self.shown(data) if squeeze(one) not in text]
        assert wanted == []
        path = tmp_path / "requirements.docx"
        path.write_bytes(content)
        assert len(pypdfium2.PdfDocument(convert_to_pdf(path, tmp_path))) >= 3

    @pytest.mark.parametrize("hostile", [hostile for hostile, _readable in HOSTILE], ids=range(len(HOSTILE)))
    def test_hostile_text_is_only_text_in_the_document(self, hostile: str) -> None:
        text = _text(render_requirements(change(self.example(), FREE, lambda words: f"{hostile}{words}")))
        assert "1337" not in text
        assert "\u202e" not in text

    def test_the_document_refuses_data_without_a_field(self) -> None:
        data = self.example()
        del data["basis"]
        with pytest.raises(Problem) as refused:
            render_requirements(data)
        assert refused.value.code == "report.data"


def _text(content: bytes) -> str:
    return "".join(node.text or "" for node in Document(io.BytesIO(content)).element.iter() if node.tag.endswith("}t"))
