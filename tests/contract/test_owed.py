"""What owes nothing is no obligation: rights, definitions, quotes of law, what is expressly not owed, penalties."""

from __future__ import annotations

import pytest

from yunqi.contract import read_contract
from yunqi.contract.documents.text import parse_text
from yunqi.contract.obligations import find_obligations

HEAD = (
    "政务云服务合同\n甲方：某市数据局\n乙方：某云有限公司\n第一条 服务\n1.乙方提供云服务，验收合格后甲方支付服务费。\n"
)


def kinds_in(sentence: str) -> set[str]:
    data = read_contract(f"{HEAD}2.{sentence}\n".encode(), "made.txt").model_dump(mode="json")
    return {one.kind.code for one in find_obligations(data)}


@pytest.mark.parametrize(
    ("owed", "not_owed", "kind"),
    [
        ("乙方应提交周报。", "乙方无须提交周报。", "report.weekly"),
        ("乙方应提交周报。", "甲方有权调阅周报。", "report.weekly"),
        ("乙方应提交周报。", "“周报”是指每周一份的书面说明。", "report.weekly"),
        ("乙方应提交宕机报告。", "乙方逾期提交宕机报告的，每日支付合同价万分之一的违约金。", "report.downtime"),
        ("发生泄露的，乙方应立即通知甲方。", "《某某保护法》规定，发生泄露的，处理者应立即通知主管部门。", "leak"),
        ("重大活动期间乙方安排人员值守。", "重大活动期间的值守由甲方另行采购。", "protection"),
    ],
)
def test_a_duty_is_found_and_what_only_names_it_is_not(owed: str, not_owed: str, kind: str) -> None:
    assert kind in kinds_in(owed)
    assert kind not in kinds_in(not_owed)


def test_each_count_goes_to_what_it_counts() -> None:
    words = "2.乙方全年完成三次漏洞扫描和两次渗透测试并提交报告，组织演练4次，每半年做一次恢复演练。\n"
    data = read_contract(f"{HEAD}{words}".encode(), "made.txt").model_dump(mode="json")
    times = {one.kind.code: one.times for one in find_obligations(data) if one.kind.counts}
    assert times == {"report.scan": 3, "report.penetration": 2, "drill": 4, "drill.restore": None}


def test_bars_between_the_cells_make_a_table_without_bars_at_the_ends() -> None:
    before, table, after = parse_text("前文\n指标 | 要求 | 说明\n响应 | 10分钟 |\n后文 | 一句")
    assert [row.cells for row in table.rows] == [("指标", "要求", "说明"), ("响应", "10分钟", "")]
    assert (before.text, after.text) == ("前文", "后文 | 一句")


@pytest.mark.parametrize(
    ("sentence", "levels"),
    [
        ("系统宕机的，恢复后24小时之内，乙方须提交宕机报告。", []),
        ("高峰时段乙方提供不超过一个月的免费弹性扩容。", []),
        ("资源扩展：甲方提出需求之日起4个工作日内交付。", [("scale_out", "4")]),
        ("乙方应在30分钟内查明故障原因。", [("location", "30")]),
    ],
)
def test_a_time_of_something_else_is_no_service_level(sentence: str, levels: list[tuple[str, str]]) -> None:
    data = read_contract(f"{HEAD}2.{sentence}\n".encode(), "made.txt")
    assert [(one.metric, str(one.threshold)) for one in data.service_levels] == levels
