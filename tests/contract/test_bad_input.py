"""Files that are refused, each with field, value and way out; and hostile ones that only take their time."""

# ruff: noqa: SIM905 (lists of words are read as words)
from __future__ import annotations

import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.contract import read_contract
from yunqi.contract.documents import MAX_SIZE_BYTES, Table, read_document
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import render_error

SAMPLE = Path(__file__).resolve().parents[2] / "examples/contract-sample.docx"


def sample_text() -> str:
    lines: list[str] = []
    for block in read_document(SAMPLE).blocks:
        if isinstance(block, Table):
            lines += ["\t".join(row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)


TEXT = sample_text()


def refused(content: bytes | Path, name: str | None = "x.txt") -> Problem:
    with pytest.raises(Problem) as caught:
        read_contract(content, name)
    assert caught.value.way_out
    assert caught.value.field
    assert "{" not in render_error(caught.value)
    return caught.value


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]><a>&m;</a>"
)
ENGLISH = "SERVICE AGREEMENT\n" + "\n".join(
    f"{n}. The Provider shall provide cloud services to the Customer and be paid USD {n}00,000." for n in range(1, 30)
)
JAPANESE = "業務委託契約書\n" + "\n".join(
    f"第{n}条 甲は、乙に対し、クラウドサービスの提供を委託し、乙はこれを受託する。費用は{n}00円とする。"
    for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "x.txt", "document.empty"),
        (b" \n\t\n", "x.docx", "document.empty"),
        (os.urandom(4000).replace(b"P", b"\x00"), "x.txt", "document.encoding"),
        (b"GIF89a" + bytes(400), "x.gif", "document.format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(400), "x.png", "document.scan_failed"),
        (OLE + bytes(512), "x.docx", "document.old_format"),
        (OLE + bytes(512) + "WordDocument".encode("utf-16-le") + bytes(512), "x.doc", "document.old_format"),
        (OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512), "x.docx", "document.encrypted"),
        (b"{\\rtf1\\ansi abc}", "x.txt", "document.format"),
        (TEXT.encode(), "x.pdf", "document.not_what_it_says"),
        (("甲方应当付款，" * 180_000).encode(), "x.txt", "document.too_long"),
        (zipped(word__document_dot_xml=b"<a>" + bytes(49 * 2**20)), "x.docx", "document.too_long"),
        (b"<a>" * 300 + b"</a>" * 300, "x.docx", "document.not_what_it_says"),
        (zipped(word__document_dot_xml=b"<a>" * 300 + b"</a>" * 300), "x.docx", "document.damaged"),
        (zipped(word__document_dot_xml=LAUGHS), "x.docx", "document.damaged"),
        (b"PK\x03\x04" + bytes(400), "x.docx", "document.damaged"),
        (SAMPLE.read_bytes()[:20000], "x.docx", "document.damaged"),
        (TEXT.encode(), "x.docx", "document.not_what_it_says"),
        (zipped(xl__workbook_dot_xml=b"<a/>"), "x.xlsx", "document.not_word"),
        (zipped(word__document_dot_xml=b"<a"), "x.docx", "document.damaged"),
        (zipped(word__document_dot_xml=bytes(201 * 2**20)), "x.docx", "document.bomb"),
        (b"%PDF-1.4\nnothing", "x.pdf", "document.damaged"),
        ("今天天气很好。\n我们去公园。".encode(), "x.txt", "contract.not_a_contract"),
        (ENGLISH.encode(), "x.txt", "contract.not_a_contract"),
        (JAPANESE.encode(), "x.txt", "contract.not_a_contract"),
        ("购物清单\n1. 牛奶 2盒\n2. 鸡蛋 10个\n3. 服务费 5元".encode(), "x.txt", "contract.not_a_contract"),
        (b"# A readme\n\nNothing here.\n", "README.md", "contract.not_a_contract"),
    ],
)
def test_refused_files(content: bytes, name: str, code: str) -> None:
    assert refused(content, name).code == code


def test_a_hundred_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.docx"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    started = time.perf_counter()
    problem = refused(path, None)
    assert problem.code == "document.too_large"
    assert time.perf_counter() - started < 0.5
    assert MAX_SIZE_BYTES == 50 * 2**20


@pytest.mark.parametrize("name", ["missing.docx", "", "a\0b"])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path / name, None).code in {"document.missing", "document.unreadable"}


@pytest.mark.parametrize("column", ["序号", "分项名称", "单价（元）", "数量", "合价（元）"])
@pytest.mark.parametrize("body", [True, False])
def test_a_missing_column_leaves_its_values_open_and_a_lost_header_is_found_again(column: str, body: bool) -> None:
    lines = []
    position = "序号 分项名称 单价（元） 数量 合价（元）".split().index(column)
    for line in TEXT.split("\n"):
        cells = line.split("\t")
        if (
            len(cells) == 5
            and (column in cells or (body and (cells[0].isdigit() or cells[0] == "总价")))
            and "三级" not in line
        ):
            cells.pop(position)
        lines.append("\t".join(cells))
    got = read_contract("\n".join(lines).encode(), "x.txt")
    expected = read_contract(TEXT.encode(), "x.txt")
    keys = {"序号": "", "分项名称": "name", "单价（元）": "unit_price", "数量": "quantity", "合价（元）": "total_fen"}
    nameless = body and column == "分项名称"
    wanted = [line for line in expected.price_lines if line.bundle is None or not nameless]
    assert len(got.price_lines) == len(wanted) == (27 if nameless else 30)
    for one, other in zip(got.price_lines, wanted, strict=True):
        for key in ("no", "name", "unit_price", "quantity", "total_fen"):
            if body and key == keys[column]:
                assert getattr(one, key) in (None, ""), "nothing is invented for a column that is not there"
            else:
                assert getattr(one, key) == getattr(other, key), (one.no, key)


@pytest.mark.parametrize(
    ("old", "new", "path", "candidates"),
    [
        ("肆佰捌拾肆万伍仟", "肆佰捌拾伍万伍仟", "total_fen", [484528352, 485528352]),
        ("¥4,845,283.52", "¥4,845,283.53", "total_fen", [484528353, 484528352]),
        ("贰佰肆拾贰万贰仟", "贰佰肆拾叁万贰仟", "instalments[2].amount_fen", [242264176, 243264176]),
        ("小写：242,264.18", "小写：242,264.19", "bond.amount_fen", [24226418, 24226419]),
        ("肆佰捌拾肆万伍仟", "肆佰捌拾拾万伍仟", "total_fen", [484528352]),
    ],
)
def test_an_amount_that_differs_from_its_capitals_is_open_with_both(
    old: str, new: str, path: str, candidates: list[int]
) -> None:
    assert old in TEXT
    contract = read_contract(TEXT.replace(old, new, 1).encode(), "x.txt")
    assert [(entry.path, entry.candidates) for entry in contract.uncertain] == [(path, candidates)]
    conflict = contract.amount_conflicts[0]
    assert new.removeprefix("小写：").removeprefix("¥") in f"{conflict.daxie}{conflict.digits}"
    assert "money.daxie" in {entry.code for entry in contract.findings if entry.severity == "error"}


@pytest.mark.parametrize(
    ("old", "new", "key", "candidates"),
    [
        ("\t3435\t", "\t三千\t", "quantity", ["三千"]),
        ("\t3435\t", "\t34 35x2\t", "quantity", ["3435x2"]),
        ("\t120\t3435", "\t-120\t3435", "unit_price", ["-120"]),
        ("\t120\t3435", "\t120\t", "quantity", ["3435"]),
        ("\t412200", "\t412201", "total_fen", [41220100, 41220000]),
    ],
)
def test_a_wrong_figure_is_open_with_what_it_may_be(old: str, new: str, key: str, candidates: list[object]) -> None:
    assert old in TEXT
    contract = read_contract(TEXT.replace(old, new, 1).encode(), "x.txt")
    assert getattr(contract.price_lines[0], key) is None
    assert (f"price_lines[0].{key}", candidates) in [(entry.path, entry.candidates) for entry in contract.uncertain]
    if key == "total_fen":
        assert "price.line_product" in {entry.code for entry in contract.findings if entry.severity == "error"}


@pytest.mark.parametrize(
    ("words", "coefficient"),
    [("六倍", "6"), ("6倍", "6"), ("百分之六百", "6"), ("6O0%", None), ("较高", None), ("", None)],
)
def test_a_coefficient_that_is_no_number_is_open(words: str, coefficient: str | None) -> None:
    contract = read_contract(TEXT.replace("\t600%", f"\t{words}", 1).encode(), "x.txt")
    clean = read_contract(TEXT.encode(), "x.txt").penalties.coefficients
    at = next(at for at, row in enumerate(clean) if "600%" in row.source.text)
    assert contract.penalties.coefficients[at].coefficient == coefficient
    doubted = f"penalties.coefficients[{at}].coefficient" in {one.path for one in contract.uncertain}
    assert doubted == (coefficient is None)


def test_what_does_not_add_up_is_a_finding() -> None:
    contract = read_contract(TEXT.replace("\t4845283.52", "\t4845283.51").encode(), "x.txt")
    assert {"price.sum", "price.total"} <= {entry.code for entry in contract.findings if entry.severity == "error"}


def test_hostile_names_are_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "../../etc/passwd;$(touch x)<script>{0}{name}%s"
    contract = read_contract(TEXT.replace("云州市公共服务事务中心", name).encode(), "../../../tmp/evil\n.txt")
    assert contract.parties.using_unit == name
    assert contract.file.name == "evil\n.txt"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(encoding: str) -> None:
    assert read_contract(TEXT.encode(encoding), "x.txt").total_fen == 484528352


@pytest.mark.parametrize("fragment", ["1", "一", "壹", "甲方", "[", "15分钟", "自2026年1月1日起", "1\t", "(", "*"])
def test_no_text_makes_the_reading_slow(fragment: str) -> None:
    text = TEXT.replace("第三条 服务水平", "9. " + fragment * (20000 // len(fragment)) + "\n第三条 服务水平")
    started = time.perf_counter()
    read_contract(text.encode(), "x.txt")
    assert time.perf_counter() - started < 5


def test_forty_pages_are_read_in_half_a_second() -> None:
    padding = "\n".join(
        f"{number}. 乙方应当按照约定向甲方提供服务，并对服务质量负责，接受甲方的监督检查。" for number in range(20, 90)
    )
    text = TEXT.replace("第九条 违约责任", padding * 7 + "\n第九条 违约责任")
    assert len(text) > 25000
    read_contract(text.encode(), "x.txt")
    started = time.process_time()
    read_contract(text.encode(), "x.txt")
    assert time.process_time() - started < 0.5


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_is_read_or_refused_never_a_crash(data: st.DataObject) -> None:
    lines = TEXT.split("\n")
    for __ in range(data.draw(st.integers(1, 6))):
        index = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "double", "cut", "swap", "noise"]))
        if kind == "drop":
            lines[index] = ""
        elif kind == "double":
            lines.insert(index, lines[index])
        elif kind == "cut":
            lines[index] = lines[index][: data.draw(st.integers(0, 40))]
        elif kind == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[index], lines[other] = lines[other], lines[index]
        else:
            lines[index] += data.draw(st.text(max_size=12))
    try:
        contract = read_contract("\n".join(lines).encode("utf-8", "replace"), "x.txt")
    except Problem as problem:
        if not problem.way_out:
            raise
    else:
        contract.model_dump_json()
