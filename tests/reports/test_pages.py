"""Word documents as they are printed: nothing is lost, no heading ends a page, fonts are those of the standard."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw
import pytest
from docx import Document
from docx.oxml import parse_xml
from tests.kits.report import convert_all_to_pdf, read_pdf, squeeze

from yunqi.reports import list_reports, load_report, render_report
from yunqi.reports.make_layouts import make_layouts

WORD = [one.name for one in list_reports() if one.suffix == ".docx"]
_BEGIN = 12
_NUMBER = re.compile(r"[\d.,]+%?")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_lines(page: Any) -> list[str]:
    lines: list[str] = page.get_textpage().get_text_range().splitlines()
    return lines


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Each example as Word document and as LibreOffice prints it."""
    folder = tmp_path_factory.mktemp("printed")
    examples = {name: json.loads((load_report(name).folder / "example.json").read_text("utf-8")) for name in WORD}
    words = [render_report(name, data, folder / f"{name}.docx") for name, data in examples.items()]
    return dict(zip(WORD, zip(words, convert_all_to_pdf(words, folder), strict=True), strict=True))


@pytest.mark.parametrize("name", WORD)
def test_what_the_document_holds_is_printed(name: str, printed: dict[str, tuple[Path, Path]]) -> None:
    word, pdf = printed[name]
    text = squeeze(read_pdf(pdf))
    pieces = [
        squeeze(node.text or "")[:_BEGIN]  # the rest may stand on the next page
        for node in Document(str(word)).element.body.iter(f"{_W}t")
        if len(squeeze(node.text or "")) > 1
    ]
    assert len(pieces) > 10
    assert [one for one in pieces if one not in text] == []


@pytest.mark.parametrize("name", WORD)
def test_no_number_is_broken_over_two_lines(name: str, printed: dict[str, tuple[Path, Path]]) -> None:
    word, pdf = printed[name]
    whole = Counter(one for page in pypdfium2.PdfDocument(pdf) for line in read_lines(page) for one in line.split())
    numbers = Counter(
        said
        for table in Document(str(word)).tables
        for row in table.rows
        for cell in row.cells
        for said in [cell.text.strip()]
        if _NUMBER.fullmatch(said)
    )
    assert numbers - whole == Counter()


@pytest.mark.parametrize("name", WORD)
def test_no_heading_stands_alone_at_the_foot_of_a_page(name: str, printed: dict[str, tuple[Path, Path]]) -> None:
    word, pdf = printed[name]
    styles = ("Heading 1", "Heading 2", "公文小标题")
    headings = {
        squeeze(one.text)
        for one in Document(str(word)).paragraphs
        if one.style is not None and one.style.name in styles
    }
    pages = list(pypdfium2.PdfDocument(pdf))
    for number, page in enumerate(pages[:-1], 1):
        lines = [squeeze(one) for one in read_lines(page)]
        said = [one for one in lines if one and one != f"—{number}—"]
        pictures = list(page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)))
        assert said[-1] not in headings or pictures, (number, said[-1])


@pytest.mark.parametrize("name", WORD)
def test_fonts_are_those_of_the_standard_and_each_says_what_is_like_it(name: str) -> None:
    with zipfile.ZipFile(load_report(name).layout) as layout:
        used = {
            node.get(f"{_W}eastAsia")
            for part in ("word/document.xml", "word/styles.xml")
            for node in parse_xml(layout.read(part)).iter(f"{_W}rFonts")
        }
        table = {
            str(font.get(f"{_W}name")): str(font.find(f"{_W}altName").get(f"{_W}val"))
            for font in parse_xml(layout.read("word/fontTable.xml")).iter(f"{_W}font")
        }
    assert used - {None} <= set(table)
    assert "FangSong" in table["仿宋"].split(",")
    assert all(table.values())


def test_each_committed_template_is_the_made_one() -> None:
    made = dict(make_layouts())
    assert {path.parent.name for path in made} == set(WORD)
    for path, content in made.items():
        assert path.read_bytes() == content, path.parent.name
