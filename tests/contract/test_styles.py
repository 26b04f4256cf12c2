"""One contract in other numbering styles, table forms and file formats gives the same data."""

# ruff: noqa: SIM905 (lists of words are read as words)
from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from yunqi.contract import read_contract
from yunqi.contract.documents import Table, read_document
from yunqi.contract.numbers import read_number

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {"own": ROOT / "examples/contract-sample.docx", "foreign": ROOT.parent / "shared/contracts/trade-union.txt"}
_PLACES = ("source", "sources")  # as ends of keys: where a figure stands, line and page
_COUNTS = frozenset("file deductions unread coverage findings".split())
_ARTICLE = re.compile(r"^(?:#+ )?(?:\*\*)?第([一二三四五六七八九十]+)条 ?([^\n*]*)(?:\*\*)?$", re.MULTILINE)


def bare(value: Any) -> Any:
    """The data without the places where it stands."""
    if isinstance(value, dict):
        return {key: bare(part) for key, part in value.items() if key not in _COUNTS and not key.endswith(_PLACES)}
    return [bare(part) for part in value] if isinstance(value, list) else value


def read(content: bytes, name: str = "x.txt") -> dict[str, Any]:
    result: dict[str, Any] = bare(read_contract(content, name).model_dump(mode="json"))
    return result


@pytest.fixture(scope="module", params=list(TEXTS))
def text(request: pytest.FixtureRequest) -> str:
    path = TEXTS[request.param]
    if not path.exists():
        pytest.skip(f"the contract text {path.name} does not lie beside the project")
    if path.suffix == ".txt":
        return path.read_text("utf-8")
    lines: list[str] = []
    for block in read_document(path).blocks:
        lines += ["", *("\t".join(row.cells) for row in block.rows), ""] if isinstance(block, Table) else [block.text]
    return "\n".join(lines)


def body(change: Callable[[str], str]) -> Callable[[str], str]:
    """Changes the articles and leaves the annexes."""

    def apply(text: str) -> str:
        end = text.index("以下无正文")
        return change(text[:end]) + text[end:]

    return apply


def dotted(text: str) -> str:
    lines, article = [], 0
    for line in text.split("\n"):
        head = _ARTICLE.match(line)
        item = re.match(r"^(?:#+ )?(?:- )?(?:\*\*)?(\d{1,2})\.(?!\d) ?(.*)$", line)
        if head is not None:
            article = int(read_number(head[1]))
            lines.append(f"{article}. {head[2]}")
        elif item is not None and article:
            lines.append(f"{article}.{item[1]} {item[2]}")
        else:
            lines.append(line)
    return "\n".join(lines)


STYLES: dict[str, Callable[[str], str]] = {
    "一、": body(lambda text: _ARTICLE.sub(lambda m: f"{m[1]}、{m[2]}", text)),
    "1. ": body(lambda text: _ARTICLE.sub(lambda m: f"{read_number(m[1])}. {m[2]}", text)),
    "1. and 1.1": body(dotted),
    "without markup": lambda text: re.sub(r"[#*]{2,} ?", "", text),
    "pipe tables": lambda text: re.sub(
        r"^.*\t.*$", lambda m: "| " + " | ".join(m[0].split("\t")) + " |", text, flags=re.MULTILINE
    ),
    "windows lines": lambda text: text.replace("\n", "\r\n"),
    "wide blanks": lambda text: re.sub(r"(?<=[一-龥])(?=\d)", "\u3000", text.replace("\t", "\t ")),
}


@pytest.mark.parametrize("style", STYLES)
def test_numbering_and_tables(text: str, style: str) -> None:
    changed = STYLES[style](text)
    assert changed != text or (style == "without markup" and "**" not in text)
    got, expected = read(changed.encode(), "x.md"), read(text.encode())
    if style == "wide blanks":
        got, expected = (_squeezed(data) for data in (got, expected))
    assert got == expected


def _squeezed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _squeezed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_squeezed(part) for part in value]
    return re.sub(r"\s", "", value) if isinstance(value, str) else value


def test_articles_are_named_as_written(text: str) -> None:
    def article(changed: str) -> str:
        level = read_contract(changed.encode(), "x.txt").service_levels[0]
        return level.source.article

    assert re.fullmatch(r"第三条 \d", article(text))
    assert re.fullmatch(r"三 \d", article(STYLES["一、"](text)))
    assert re.fullmatch(r"3\.\d", article(STYLES["1. and 1.1"](text)))


def test_word_file(text: str) -> None:
    file = docx.Document()
    for block in read_document(text.encode(), "x.txt").blocks:
        if isinstance(block, Table):
            table = file.add_table(rows=0, cols=len(block.rows[0].cells))
            for row in block.rows:
                for cell, words in zip(table.add_row().cells, row.cells, strict=True):
                    cell.text = words
            file.add_paragraph("")
        else:
            file.add_paragraph(block.text)
    buffer = io.BytesIO()
    file.save(buffer)
    got, expected = read(buffer.getvalue(), "x.docx"), read(text.encode())
    del got["obligations"], expected["obligations"]  # Word keeps the broken lines that the text reader joins
    assert got == expected


def test_pdf(tmp_path: Path) -> None:
    import typst

    lines: list[str] = [
        '#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 10pt)',
        "#set par(leading: 1em)",
    ]
    for block in read_document(TEXTS["own"]).blocks:
        if isinstance(block, Table):
            cells = ", ".join(_quoted(cell) for row in block.rows for cell in row.cells)
            lines.append(f"#table(columns: {len(block.rows[0].cells)}, {cells})")
        else:
            lines.append(f"#par({_quoted(block.text)})")
    source = tmp_path / "contract.typ"
    source.write_text("\n".join(lines), "utf-8")
    contract = read_contract(typst.compile(str(source)), "contract.pdf")
    assert contract.total_fen == 484528352
    assert len(contract.price_lines) == 30
    assert [line.bundle for line in contract.price_lines[24:27]] == [24, 24, 24]
    assert contract.price_lines[0].source.page == 1 or contract.price_lines[0].source.page == 2
    assert len(contract.penalties.coefficients) == 25
    assert [level.metric for level in contract.service_levels][:3] == ["availability", "durability", "scale_out"]


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
