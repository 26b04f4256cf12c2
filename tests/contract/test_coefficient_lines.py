"""A table of coefficients whose columns were lost is read by its numbers and shares, and by nothing less."""

from __future__ import annotations

import pytest

from yunqi.contract import Contract, read_contract

BODY = """政务云服务合同
甲方：云州市政务服务中心
乙方：云岭数字技术有限公司
第一条 服务期限
服务期自2026年1月1日起至2026年12月31日止。
第二条 费用
合同总价为人民币1200000元，验收合格后支付。
第三条 违约责任
乙方违约的，按附件1支付违约金。
（以下无正文）
附件1 一般违约行为表
违约金=信息系统云服务费/服务月数*系数
"""
LINES = """序号 问题描述 惩罚系数

1

云服务可用性低于99.95%，出现问题但未造成
重大损失的
40%

2 现场无人值守超过1小时，出现问题但未造成重大影响 25%

3
因所提供的云服务出现故障，造成某系统宕机3次
以上或累计5小时以上
75%
"""


def read(lines: str) -> Contract:
    return read_contract((BODY + lines).encode(), "x.txt")


def test_rows_over_several_lines() -> None:
    contract = read(LINES)
    assert [(one.table, one.no, one.coefficient, one.measures) for one in contract.penalties.coefficients] == [
        ("minor", 1, "0.4", "availability"),
        ("minor", 2, "0.25", "unattended"),
        ("minor", 3, "0.75", "outage_count_or_total"),
    ]
    first = contract.penalties.coefficients[0]
    assert first.source.article == "附件1"
    assert "重大损失的" in first.source.text
    assert "40%" in first.source.text
    assert not [one for one in contract.unread if one.article == "附件1" and "%" in one.text]


@pytest.mark.parametrize(
    ("old", "new", "rows"),
    [
        ("2 现场", "4 现场", 0),  # one row is no table
        ("\n3\n", "\n4\n", 0),  # the second row would end nowhere
        ("惩罚系数", "备注", 0),
        ("40%", "40", 0),
    ],
)
def test_lines_that_are_not_surely_rows_are_left_unread(old: str, new: str, rows: int) -> None:
    contract = read(LINES.replace(old, new, 1))
    assert len(contract.penalties.coefficients) == rows
    assert [one for one in contract.unread if "云服务可用性" in one.text]
