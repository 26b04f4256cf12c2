"""The suite that every report inherits. A subclass names its report, and which texts of the example it shows."""

from __future__ import annotations

import copy
import gettext
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from docx import Document

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import use_catalogue
from yunqi.reports import Report, load_report, render_report

# Each would do harm, or stop the document, where text is taken for markup, for a formula or for bytes.
# Beside each stands what of it must be readable in the document.
HOSTILE = (
    ('=HYPERLINK("http://a.invalid","点此")', ('HYPERLINK("http', "点此")),
    ("+1+1", ("+1+1",)),
    ("-2+3", ("-2+3",)),
    ("@SUM(A1:A9)", ("@SUM(A1:A9)",)),
    ("<w:p>&amp;</w:p><!--", ("<w:p>&amp;</w:p><!--",)),
    ("]]>&#0;", ("]]>&#0;",)),
    ("{{ 7*191 }}{% raw %}{%tr for x in y %}", ("{{7*191}}{%raw%}", "{%trforxiny%}")),
    ('#set page(width: 1mm)\n= 标题 *粗* $x^2$ @ref <lab> \\ "', ("#setpage(width:1mm)=标题*粗*$x^2$@ref<lab>\\",)),
    ("a\x00b\x07c\x0bd\x1be\x7ff", ("a〓b〓c〓d〓e〓f",)),
    ("12\u202e43\u2066", ("12〓43〓",)),
    ("\ud800半个字符\uffff", ("半个字符",)),
    ("表情😀与生僻字𠮷\U000313ac末", ("表情", "与生僻字𠮷", "末")),
    ("a\r\nb\tc\u2028d", ("abcd",)),
)
TOO_LONG = "长名称" * 100 + "unbroken" * 50


def squeeze(text: str) -> str:
    """The text without any white space, as lines are broken differently everywhere."""
    return "".join(text.split())


def read_docx(path: Path) -> str:
    """All text of a Word document in order, headers and footers too."""
    document = Document(str(path))
    parts = [document.element.body, document.sections[0].header._element, document.sections[0].footer._element]
    return "".join(node.text or "" for part in parts for node in part.iter() if node.tag.endswith("}t"))


def read_xlsx(path: Path) -> str:
    """All cells of a workbook: texts, numbers as displayed; formulas are left out (their values are read elsewhere)."""
    book = openpyxl.load_workbook(path)
    return "\n".join(show_cell(cell) for sheet in book for row in sheet.iter_rows() for cell in row)


def show_cell(cell: Any) -> str:
    """What a person sees in a cell."""
    if cell.data_type == "n" and cell.value is not None:
        if cell.number_format == "#,##0.00":
            return render_yuan(round(cell.value * 100))
        if cell.number_format.endswith("%"):
            return f"{cell.value * 100:.6f}".rstrip("0") + "%"
        return f"{cell.value:,}"
    return "" if cell.value is None else str(cell.value)


def read_pdf(path: Path) -> str:
    """All text of a PDF in the order in which it was set, page by page."""
    pages = (page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
    # PDFium takes a hyphen at the end of a line for one of hyphenation, and gives a mark of its own for it.
    return "\n".join(text.replace("\r\n", "\n").replace("\ufffe", "-").replace("\x02", "-") for text in pages)


READERS: dict[str, Callable[[Path], str]] = {".docx": read_docx, ".xlsx": read_xlsx, ".pdf": read_pdf}


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every leaf with the keys that lead to it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from walk(item, (*path, "[]"))
    else:
        yield path, value


def change(value: Any, free: frozenset[str], to: Callable[[str], str], key: str = "") -> Any:
    """The same data, each free text changed."""
    if isinstance(value, dict):
        return {name: change(item, free, to, name) for name, item in value.items()}
    if isinstance(value, list):
        return [change(item, free, to, key) for item in value]
    return to(value) if isinstance(value, str) and key in free else value


class ReportKit:
    """What holds for every report."""

    name: str
    free: frozenset[str]
    """Keys whose texts people type."""
    required: str
    """A field of the data without which there is no document."""

    @property
    def report(self) -> Report:
        return load_report(self.name)

    def example(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.report.folder / "example.json").read_text("utf-8"))
        return loaded

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        """Each text that the document must show."""
        raise NotImplementedError

    def make(self, data: dict[str, Any], folder: Path, name: str = "out") -> Path:
        return render_report(self.name, data, folder / (name + self.report.suffix))

    def read(self, path: Path) -> str:
        return squeeze(READERS[path.suffix](path))

    def test_the_report_says_what_it_is(self) -> None:
        assert self.report.title
        assert self.report.about
        assert self.report.takes in {
            "statement",
            "erasure",
            "requirements",
            "letter",
            "incident",
            "week",
            "period",
            "plan",
        }
        assert self.report.layout.exists()

    def test_every_figure_of_the_example_is_shown(self, tmp_path: Path) -> None:
        data = self.example()
        text = self.read(self.make(data, tmp_path))
        wanted = [squeeze(item) for item in self.shown(data)]
        assert len(wanted) > 10
        assert [item for item in wanted if item not in text] == []

    def test_the_same_data_gives_the_same_bytes(self, tmp_path: Path) -> None:
        first = self.make(self.example(), tmp_path, "a").read_bytes()
        assert self.make(self.example(), tmp_path, "b").read_bytes() == first

    def test_other_data_gives_another_document(self, tmp_path: Path) -> None:
        changed = change(self.example(), self.free, lambda text: text + "鑫")
        assert "鑫" not in self.read(self.make(self.example(), tmp_path, "a"))
        assert "鑫" in self.read(self.make(changed, tmp_path, "b"))

    @pytest.mark.parametrize(("hostile", "readable"), HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_text_is_only_text(self, hostile: str, readable: tuple[str, ...], tmp_path: Path) -> None:
        path = self.make(change(self.example(), self.free, lambda text: f"{hostile}{text}"), tmp_path)
        text = self.read(path)
        assert "1337" not in text  # 7*191 was not computed
        assert [part for part in readable if part not in text] == []
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
            formulas = [cell.value for cell in cells if cell.data_type == "f"]
            assert all(str(formula).startswith(("=SUM(", "=SUMIF(")) for formula in formulas)
            assert not any(cell.hyperlink for cell in cells)
        assert "\u202e" not in text

    def test_long_names_stay_on_the_page(self, tmp_path: Path) -> None:
        path = self.make(change(self.example(), self.free, lambda text: text + TOO_LONG), tmp_path)
        assert squeeze(TOO_LONG) in self.read(path)
        if path.suffix == ".pdf":
            for page in pypdfium2.PdfDocument(path):
                text = page.get_textpage()
                boxes = [text.get_charbox(index) for index in range(text.count_chars())]
                assert all(left >= 0 and right <= page.get_width() for left, _, right, _ in boxes)
                assert all(bottom >= 0 and top <= page.get_height() for _, bottom, _, top in boxes)

    def test_the_document_stays_chinese_for_a_reader_of_another_language(self, tmp_path: Path) -> None:
        plain = self.make(self.example(), tmp_path, "a").read_bytes()

        class Shouting(gettext.NullTranslations):
            def gettext(self, message: str) -> str:
                return "TRANSLATED " + message

        use_catalogue(Shouting())
        try:
            assert self.make(self.example(), tmp_path, "b").read_bytes() == plain
        finally:
            use_catalogue(gettext.NullTranslations())

    def test_data_without_a_field_is_refused_and_nothing_is_written(self, tmp_path: Path) -> None:
        data = copy.deepcopy(self.example())
        del data[self.required]
        target = tmp_path / f"old{self.report.suffix}"
        target.write_bytes(b"as it was")
        with pytest.raises(Problem) as refused:
            render_report(self.name, data, target)
        assert refused.value.code == "report.data"
        assert refused.value.field == self.required
        assert target.read_bytes() == b"as it was"
        assert list(tmp_path.iterdir()) == [target]

    def test_a_wrong_file_ending_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Problem) as refused:
            render_report(self.name, self.example(), tmp_path / "statement.doc")
        assert refused.value.code == "report.suffix"
        assert list(tmp_path.iterdir()) == []


def convert_to_pdf(path: Path, folder: Path) -> Path:
    """The document as LibreOffice prints it."""
    return convert_all_to_pdf([path], folder)[0]


def convert_all_to_pdf(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Documents as LibreOffice prints them, in one go; its profile is thrown away with the folder.

    Without LibreOffice the test is skipped by name, and in CI it fails.
    """
    if shutil.which("soffice") is None:
        missing = "soffice is missing: apt install libreoffice-writer-nogui libreoffice-calc-nogui"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return [folder / f"{path.stem}.pdf" for path in paths]
