"""Official letters: what they say is the statement's, what is open is not claimed, the page is that of the norm."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from tests.kits.report import ReportKit, convert_to_pdf, squeeze

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_daxie, render_yuan
from yunqi.reports import figures, load_report, render_bytes
from yunqi.reports.breach_words import gather as gather_breach
from yunqi.reports.make_letter_layouts import LAYOUTS, make_layout
from yunqi.reports.reclaim_words import gather as gather_reclaim
from yunqi.reports.reclaim_words import list_unused
from yunqi.reports.statement_view import read_statement

MM = 72 / 25.4


class LetterKit(ReportKit):
    """What every letter shows."""

    required = "letter"
    free = frozenset({"sender", "receiver", "contact", "title"})

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        letter = data["letter"]
        yield from (letter["sender"], f"{letter['receiver']}：", letter["contact"], "云职服函〔2026〕3号")
        yield from ("2026年4月8日", "附件：", "第2版", "样例数据", "暂定", *data["sample_labels"])
        yield from (data["contract"]["title"], data["contract"]["number"])


class BreachKit(LetterKit):
    """Each penalty that is settled with fact, clause, computation and amount; what is not settled apart from it."""

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from super().shown(data)
        chosen = [one for one in data["candidates"] if one["state"] == "chosen"]
        for one in chosen:
            yield from (one["event"], one["clause"], one["text"], one["root_cause"], render_yuan(one["amount_fen"]))
            yield data["trace"][one["node"]]["formula"]
        total = sum(one["amount_fen"] for one in chosen)
        yield from (render_yuan(total), render_daxie(total), "不就其主张")
        for one in data["candidates"]:
            if one["state"] == "needs_adjudication":
                yield from (one["text"], *(choice["label"] for choice in one["alternatives"]))


class TestBreachLetter(BreachKit):
    name = "breach_letter"


class TestBreachLetterPdf(BreachKit):
    name = "breach_letter_pdf"


class ReclaimKit(LetterKit):
    """What was used at no time, with its four figures; what was not metered is named, not claimed."""

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from super().shown(data)
        for line in data["delivery"]:
            if line["peak"] is None:
                yield f"未列入本函：{line['name']}"
            elif Fraction(line["peak"]) < Fraction(line["contracted"]):
                unused = Fraction(line["contracted"]) - Fraction(line["peak"])
                yield line["name"]
                yield from (figures.quantity(line[key]) for key in ("contracted", "average", "peak"))
                yield figures.quantity(str(unused))


class TestReclaimLetter(ReclaimKit):
    name = "reclaim_letter"


class TestReclaimLetterPdf(ReclaimKit):
    name = "reclaim_letter_pdf"


def example(name: str) -> dict[str, Any]:
    return {"breach": TestBreachLetter, "reclaim": TestReclaimLetter}[name]().example()


def test_without_a_settled_penalty_there_is_no_letter_of_breach() -> None:
    data = copy.deepcopy(example("breach"))
    for one in data["candidates"]:
        if one["state"] == "chosen":
            one["state"], one["amount_fen"] = "proposed", None
    with pytest.raises(Problem) as refused:
        gather_breach(data)
    assert refused.value.code == "letter.nothing"


def test_where_all_was_used_or_nothing_was_metered_there_is_no_letter_of_reclaim() -> None:
    data = copy.deepcopy(example("reclaim"))
    for at, line in enumerate(data["delivery"]):
        line["peak"] = None if at % 2 else line["contracted"]
    with pytest.raises(Problem) as refused:
        gather_reclaim(data)
    assert refused.value.code == "letter.nothing_unused"


@given(st.fractions(0, 100, max_denominator=7), st.fractions(0, 120, max_denominator=7))
def test_unused_is_what_was_used_at_no_time(contracted: Fraction, peak: Fraction) -> None:
    data = example("reclaim")
    line = {**data["delivery"][0], "contracted": str(contracted), "peak": str(peak)}
    statement = read_statement({**data, "delivery": [line]})
    found = [unused for _line, unused in list_unused(statement)]
    assert found == ([contracted - peak] if peak < contracted else [])


def test_the_reference_is_left_open_where_nobody_told_the_senders_characters() -> None:
    data = copy.deepcopy(example("breach"))
    del data["letter"]["code"]
    assert gather_breach(data)["reference"] == "〔2026〕3号"


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_committed_template_is_the_one_that_is_made(name: str) -> None:
    assert load_report(name).layout.read_bytes() == make_layout(LAYOUTS[name])


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_word_file_has_the_page_and_the_sizes_of_the_norm(name: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(render_bytes(name, example(name.partition("_")[0])))
    document = Document(str(path))
    section = document.sections[0]
    edges = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(edge.mm) for edge in edges if edge is not None] == [37, 35, 28, 26]
    styles = {style.name: style for style in document.styles}
    sizes = {name: styles[name].font.size.pt for name in ("公文标题", "公文正文", "公文小标题", "页码")}
    assert sizes == {"公文标题": 22, "公文正文": 16, "公文小标题": 16, "页码": 14}
    pitch = styles["公文正文"].paragraph_format.line_spacing
    assert int(section.page_height.mm - 37 - 35) == 225  # type: ignore[union-attr]
    assert 21.9 < 225 * MM / pitch.pt < 22.1  # 22 lines a page
    assert '"方正小标宋简体"' in styles["公文标题"].element.xml
    assert '"仿宋"' in styles["公文正文"].element.xml


def test_a_full_line_of_the_pdf_has_28_characters(tmp_path: Path) -> None:
    data = copy.deepcopy(example("breach"))
    data["contract"]["title"] = "云" * 100
    path = tmp_path / "letter.pdf"
    path.write_bytes(render_bytes("breach_letter_pdf", data))
    page = pypdfium2.PdfDocument(path)[0]
    lines = page.get_textpage().get_text_range().splitlines()
    full = [line for line in lines if set(line) == {"云"}]
    assert full
    assert {len(line) for line in full[:-1]} <= {27, 28}
    assert (round(page.get_width() / MM), round(page.get_height() / MM)) == (210, 297)


@pytest.mark.slow
@pytest.mark.parametrize("kit", [TestBreachLetter, TestReclaimLetter])
def test_libreoffice_prints_all_of_the_word_file(kit: type[LetterKit], tmp_path: Path) -> None:
    report = kit()
    pdf = convert_to_pdf(report.make(report.example(), tmp_path), tmp_path)
    pages = pypdfium2.PdfDocument(pdf)
    text = squeeze("".join(page.get_textpage().get_text_range() for page in pages))
    for number in range(1, len(pages) + 1):
        text = text.replace(f"—{number}—", "")
    assert [item for item in map(squeeze, report.shown(report.example())) if item not in text] == []
    last = squeeze(pages[len(pages) - 1].get_textpage().get_text_range())
    assert "附件：" in last  # the signature is not alone on a page
    assert squeeze(report.example()["letter"]["sender"]) in last
