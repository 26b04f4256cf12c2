"""What Word files hold beside plain paragraphs: revisions, hidden words, boxes, notes, fields, numbers, tables."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from yunqi.contract import read_contract
from yunqi.contract.documents import Document, Paragraph, Table, read_document

SAMPLE = Path(__file__).resolve().parents[2] / "examples/contract-sample.docx"
SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{rest}"'
    for prefix, rest in (
        ("w", "wordprocessingml/2006/main"),
        ("mc", "markup-compatibility/2006"),
        ("m", "officeDocument/2006/math"),
        ("v", "x"),
    )
)


def word(body: str, **parts: str) -> Document:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content.replace(">", f" {SPACES}>", 1))
    return read_document(buffer.getvalue(), "x.docx")


def p(inner: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def marks(document: Document) -> list[tuple[str, str]]:
    return [(mark.kind, mark.text) for mark in document.marks]


def box(inner: str) -> str:
    content = f"<w:txbxContent>{inner}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{content}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


REVISED = [
    (
        p(f"{r('每')}<w:ins>{r('季度')}</w:ins><w:del><w:r><w:delText>月</w:delText></w:r></w:del>{r('付款')}"),
        ["每季度付款"],
        [("inserted", "季度"), ("deleted", "月")],
    ),
    (
        p(f"<w:moveFrom>{r('甲')}</w:moveFrom>{r('乙')}") + p(f"<w:moveTo>{r('甲')}</w:moveTo>"),
        ["乙", "甲"],
        [("deleted", "甲"), ("inserted", "甲")],
    ),
    (p(r("前"), "<w:rPr><w:del/></w:rPr>") + p(r("后")) + p(r("末")), ["前后", "末"], []),
    (p(r("明") + r("暗", "<w:vanish/>") + r("亮", '<w:vanish w:val="0"/>')), ["明亮"], [("hidden", "暗")]),
    (
        p(f'<w:fldSimple w:instr=" DATE \\@ yyyy ">{r("2026年3月1日")}</w:fldSimple>'),
        ["2026年3月1日"],
        [("date_field", "2026年3月1日")],
    ),
    (
        p(f"<w:r><w:instrText> TIME </w:instrText></w:r>{r('签于今日')}"),
        ["签于今日"],
        [("date_field", "签于今日")],
    ),
    (p(f'<w:fldSimple w:instr=" PAGE ">{r("3")}</w:fldSimple>{r("号")}'), ["3号"], []),
]


@pytest.mark.parametrize(("body", "said", "marked"), REVISED)
def test_revisions_hidden_words_and_fields(body: str, said: list[str], marked: list[tuple[str, str]]) -> None:
    document = word(body)
    assert texts(document) == said
    assert marks(document) == marked


def test_a_row_that_a_revision_took_out_is_no_row() -> None:
    document = word(
        table(
            row(cell(p(r("序号"))), cell(p(r("名称")))),
            row(cell(p(r("1"))), cell(p(r("甲"))), properties="<w:del/>"),
            row(cell(p(r("2"))), cell(p(r("乙"))), properties="<w:ins/>"),
        )
    )
    (found,) = document.blocks
    assert isinstance(found, Table)
    assert [line.cells for line in found.rows] == [("序号", "名称"), ("2", "乙")]
    assert [mark.kind for mark in document.marks] == ["deleted", "inserted"]


def test_text_boxes_and_notes_stand_after_their_paragraph_once() -> None:
    note = '<w:footnotes><w:footnote w:type="separator" w:id="0"/><w:footnote w:id="2">{}</w:footnote></w:footnotes>'
    document = word(
        p(r("第一条 价款") + box(p(r("总价100元")))) + p(r("第二条") + '<w:r><w:footnoteReference w:id="2"/></w:r>'),
        footnotes=note.format(p(r("含税"))),
    )
    assert texts(document) == ["第一条 价款", "总价100元", "第二条", "含税"]


def test_comments_are_marks_and_no_text() -> None:
    document = word(p(r("正文")), comments=f"<w:comments><w:comment>{p(r('单价待定'))}</w:comment></w:comments>")
    assert texts(document) == ["正文"]
    assert marks(document) == [("comment", "单价待定")]


@pytest.mark.parametrize(
    ("body", "heads", "said"),
    [
        ("标题", ["合同编号：AB-12"], ["合同编号：AB-12", "标题"]),
        ("标题", ["合同编号：AB-12", "合同编号：AB-13"], ["标题"]),
        ("标题", ["某某市机密"], ["标题"]),
        ("合同编号：CD-1", ["合同编号：AB-12"], ["合同编号：CD-1"]),
    ],
)
def test_only_a_number_that_stands_nowhere_else_comes_from_a_page_head(
    body: str, heads: list[str], said: list[str]
) -> None:
    parts = {f"header{number}": f"<w:hdr>{p(r(head))}</w:hdr>" for number, head in enumerate(heads, 1)}
    assert texts(word(p(r(body)), **parts)) == said


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ('<w:sym w:font="Wingdings" w:char="F0FE"/>', "☑"),
        ('<w:sym w:font="Wingdings 2" w:char="F0A3"/>', "☐"),
        ('<w:sym w:font="Wingdings" w:char="zz"/>', ""),
        ('<w:fldChar><w:ffData><w:checkBox><w:checked w:val="1"/></w:checkBox></w:ffData></w:fldChar>', "☑"),
        ('<w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar>', "☐"),
    ],
)
def test_check_boxes_are_characters(inner: str, said: str) -> None:
    assert texts(word(p(f"<w:r>{inner}</w:r>{r('保函')}"))) == [f"{said}保函"]


def test_a_formula_is_read() -> None:
    run = "<m:r><m:t>{}</m:t></m:r>".format
    over = f"<m:f><m:num>{run('A+B')}</m:num><m:den>{run('365')}</m:den></m:f>"
    assert texts(word(p(f"<m:oMath>{run('违约金=')}{over}</m:oMath>"))) == ["违约金=(A+B)/365"]


def level(depth: int, form: str, text: str, extra: str = "") -> str:
    inner = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>{extra}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}">{inner}</w:lvl>'


def number(name: int, depth: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{name}"/></w:numPr>'


NUMBERING = (
    '<w:numbering><w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCountingThousand", "第%1条")
    + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    + level(2, "lowerLetter", "（%3）")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="7"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'
)


def test_numbers_that_word_writes_itself() -> None:
    style = (
        '<w:styles><w:style w:styleId="base"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="made"><w:basedOn w:val="base"/></w:style></w:styles>'
    )
    body = (
        p(r("范围"), number(1))
        + p(r("一项"), number(1, 1))
        + p(r("甲项"), number(1, 2))
        + p(r("价款"), number(2))  # another list of the same definition goes on
        + p("", number(1))  # an empty line has its number, too
        + p(r("期限"), '<w:pStyle w:val="made"/>')
        + p(r("无号"), '<w:pStyle w:val="made"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + p(r("附件条"), number(3))
        + p(r("又一项"), number(3, 1))
    )
    assert texts(word(body, numbering=NUMBERING, styles=style)) == [
        "第一条 范围",
        "1.1 一项",
        "（a） 甲项",
        "第二条 价款",
        "第四条 期限",
        "无号",
        "第一条 附件条",
        "1.1 又一项",
    ]


def test_an_article_that_a_revision_took_out_has_no_number() -> None:
    gone = "<w:del><w:r><w:delText>作废</w:delText></w:r></w:del>"
    body = p(r("范围"), number(1)) + p(gone, number(1) + "<w:rPr><w:del/></w:rPr>") + p(r("价款"), number(1))
    assert texts(word(body, numbering=NUMBERING)) == ["第一条 范围", "第二条 价款"]


def test_a_frame_of_one_cell_is_no_table_and_a_table_in_a_cell_is_one() -> None:
    inner = table(row(cell(p(r("序号"))), cell(p(r("单价")))), row(cell(p(r("1"))), cell(p(r("5")))))
    framed = word(table(row(cell(p(r("第一条 价款")) + inner + p(r("第二条 期限"))))))
    assert [type(block).__name__ for block in framed.blocks] == ["Paragraph", "Table", "Paragraph"]
    nested = word(table(row(cell(p(r("项目"))), cell(p(r("要求")))), row(cell(p(r("甲"))), cell(p(r("见内")) + inner))))
    outer, within = nested.blocks
    assert isinstance(outer, Table)
    assert isinstance(within, Table)
    assert outer.rows[1].cells == ("甲", "见内")
    assert within.rows[1].cells == ("1", "5")


def test_deep_tables_take_no_time_and_lose_no_words() -> None:
    body = p(r("底"))
    for depth in range(20):
        body = table(row(cell(p(r(f"层{depth}")) + body), cell(p(r("旁")))))
    document = word(body)
    said = "".join(
        text for block in document.blocks if isinstance(block, Table) for each in block.rows for text in each.cells
    )
    assert said.count("旁") == 20
    assert "底" in said


def test_merged_cells_over_rows_and_columns() -> None:
    wide, down, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    document = word(
        table(
            row(cell(p(r("甲")), wide + down), cell(p(r("1")))),
            row(cell(p(""), wide + on), cell(p(r("2")))),
        )
    )
    (found,) = document.blocks
    assert isinstance(found, Table)
    assert [line.cells for line in found.rows] == [("甲", "", "1"), ("", "", "2")]
    assert dict(found.covered) == {(0, 1): (0, 0), (1, 0): (0, 0), (1, 1): (0, 0)}


def test_a_sample_with_macros_open_revisions_and_comments_is_read_and_told() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(SAMPLE) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = re.sub(rb"(<w:r>|<w:r [^>]*>)", rb"<w:ins>\1", content, count=1)
                content = content.replace(b"</w:r>", b"</w:r></w:ins>", 1)
            new.writestr(name, content)
        new.writestr("word/vbaProject.bin", b"\xcc\x61" + bytes(400))
        new.writestr("word/comments.xml", f"<w:comments {SPACES}><w:comment>{p(r('待定'))}</w:comment></w:comments>")
    contract = read_contract(buffer.getvalue(), "renamed.docx")
    plain = read_contract(SAMPLE)
    assert contract.total_fen == plain.total_fen
    assert contract.price_lines == plain.price_lines
    more = {one.code for one in contract.findings} - {one.code for one in plain.findings}
    assert more == {"file.tracked_changes", "file.comments", "file.macros"}


def test_a_signing_date_that_changes_by_itself_is_open() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(SAMPLE) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                field = "<w:r><w:instrText> DATE </w:instrText></w:r>"
                run = r"(<w:r>(?:(?!</w:r>).)*2026年6月25日)"
                content = re.sub(run, rf"{field}\1", content.decode()).encode()
            new.writestr(name, content)
    contract, plain = read_contract(buffer.getvalue(), "x.docx"), read_contract(SAMPLE)
    assert plain.signed_on is not None
    assert contract.signed_on is None
    assert [(one.path, one.candidates) for one in contract.uncertain] == [("signed_on", [plain.signed_on.isoformat()])]
    assert "file.date_field" in {one.code for one in contract.findings}
