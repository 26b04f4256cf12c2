"""Tables that only blanks align, and tables in HTML, in texts."""

from __future__ import annotations

import pytest

from yunqi.contract.documents.aligned import find_aligned
from yunqi.contract.documents.model import Paragraph, Table
from yunqi.contract.documents.text import parse_text


def test_a_table_aligned_by_blanks_ends_where_a_line_fits_no_head() -> None:
    rows = [
        "序号   名称      数量   单价",
        "1      云主机    20     45",
        "       （含内存）",
        "2      云硬盘           0.3",
    ]
    text = "\n".join(["价目如下", *rows, "", "以上。"])
    before, table, after = parse_text(text)
    assert isinstance(before, Paragraph)
    assert isinstance(after, Paragraph)
    assert isinstance(table, Table)
    assert table.rows[0].cells == ("序号", "名称", "数量", "单价")
    assert table.rows[-1].cells == ("2", "云硬盘", "", "0.3")


@pytest.mark.parametrize(
    "lines",
    [
        ["甲方：云州市水务局    乙方：某公司", "电话：010-1          电话：010-2"],
        ["合同编号  HT-1", "乙方应当在十日内交付。"],
        ["第一条  服务内容", "第二条  服务期限为一年"],
        ["　　甲方应当付款。", "　　乙方应当开票。"],
    ],
)
def test_what_stands_side_by_side_is_no_table(lines: list[str]) -> None:
    found = find_aligned(lines)
    assert not found or "第一条" in lines[0]


def test_a_table_in_html_keeps_its_merged_cells_blank() -> None:
    text = (
        "价目\n<table>\n<tr><th>序号</th><th>名称</th><th>单价</th></tr>\n"
        '<tr><td>1</td><td rowspan="2">云硬盘</td><td>0.3</td></tr><tr><td>2</td><td>0.4</td></tr>\n</table>\n后文'
    )
    _before, table, after = parse_text(text)
    assert isinstance(table, Table)
    assert [row.cells for row in table.rows] == [("序号", "名称", "单价"), ("1", "云硬盘", "0.3"), ("2", "", "0.4")]
    assert isinstance(after, Paragraph)
    assert after.text == "后文"
