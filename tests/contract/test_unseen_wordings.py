"""Wordings that other contracts have: who owes, from when, in which order, in made sentences."""

from __future__ import annotations

from typing import Any

import pytest

from yunqi.contract import Contract, read_contract

FRAME = """政务云服务合同
甲方：云州市政务服务中心
乙方：云岭数字技术有限公司
{documents}
第一条 服务内容
{services}
第二条 服务要求
{promises}
第三条 违约责任
{liability}
第四条 其他
{rest}
"""
EVENTS = "附件1 重大违约行为表\n类型\t级别\t范围\t事件描述\t影响时间\t次数\n"


def read(**parts: str) -> Contract:
    blank = dict.fromkeys(("documents", "services", "promises", "liability", "rest"), "")
    return read_contract(FRAME.format(**blank | parts).encode(), "x.txt")


@pytest.mark.parametrize(
    ("documents", "rest", "expected"),
    [
        (
            "本合同由下列文件组成：本合同书、中标通知书、投标文件（含澄清）、招标文件。文件之间不一致的，以上述排列顺序在先者为准。",
            "",
            ["本合同书", "中标通知书", "投标文件(含澄清)", "招标文件"],
        ),
        (
            "下列文件构成本合同：\n（1）合同书\n（2）成交通知书\n（3）响应文件\n各文件有矛盾的，按上述顺序在前的优先。",
            "",
            ["合同书", "成交通知书", "响应文件"],
        ),
        (
            "本合同由下列文件组成：合同书、招标文件。以上述顺序在前者为准。",
            "双方可另签补充协议，补充协议与本合同不一致的，以补充协议为准。",
            ["补充协议", "合同书", "招标文件"],
        ),
        ("投标文件、招标文件是本合同的组成部分。", "", []),
    ],
)
def test_the_order_of_documents(documents: str, rest: str, expected: list[str]) -> None:
    contract = read(documents=documents, rest=rest)
    assert [one.name for one in contract.documents] == expected
    assert ("documents.no_order" in {one.code for one in contract.findings}) is (not expected)


@pytest.mark.parametrize(
    ("promises", "expected"),
    [
        (
            "远程不能处理的，乙方应在收到甲方电话2小时内，派人提供现场支持。",
            [("arrival", "2", "hour", None, "notice")],
        ),
        (
            "主机发生宕机时，乙方应在40分钟内恢复；面向互联网的系统，应在20分钟内恢复。",
            [
                ("recovery", "40", "minute", "down", "occurrence"),
                ("recovery", "20", "minute", "internet_facing", "occurrence"),
            ],
        ),
        ("乙方应在接到通知3日内，提交故障恢复报告。", []),
        ("乙方应在接到通知3日内，甲方提供现场办公条件。", []),
    ],
)
def test_limits(promises: str, expected: list[tuple[Any, ...]]) -> None:
    found = read(promises=promises).service_levels
    assert [(o.metric, o.threshold, o.unit, o.condition, o.clock_start) for o in found] == expected


@pytest.mark.parametrize(
    ("promises", "expected"),
    [
        ("每周提交备份检查结果。", [("provider", False, "weekly", None)]),
        ("应能满足等保三级的要求。", [("provider", False, None, None)]),
        ("云平台应通过等保三级测评。", [("provider", False, None, None)]),
        ("乙方收到甲方报修后应登记，并提交处理记录。", [("provider", False, None, None)]),
        ("乙方派驻项目经理，未经甲方同意不得更换。", [("provider", True, None, None)]),
        ("甲方在期满后20日内验收，不合格的，乙方应在9日内整改。", [("provider", False, None, 9)]),
    ],
)
def test_who_owes(promises: str, expected: list[tuple[Any, ...]]) -> None:
    found = read(promises=promises).obligations
    assert [(o.party, o.forbidden, o.frequency, o.deadline and o.deadline.count) for o in found] == expected


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (
            "乙方为下列信息系统提供服务：（1）能源监测系统；（2）数据共享平台；（3）办事门户。",
            "能源监测系统 数据共享平台 办事门户",
        ),
        ("本次上云的业务系统包括：\n1.档案管理系统\n2.热线受理平台\n其他要求另行约定。", "档案管理系统 热线受理平台"),
        ("乙方按以下要求提供服务：稳定、安全、可控。", ""),
        ("信息系统包括：服务器、存储设备。", ""),
    ],
)
def test_systems_in_prose(services: str, expected: str) -> None:
    found = read(services=services).systems
    assert [one.name for one in found] == expected.split()
    assert [one.no for one in found] == list(range(1, len(found) + 1))


def test_a_right_to_end_behind_a_semicolon_belongs_to_the_penalty_before_it() -> None:
    words = "乙方迟延的，每延迟一日按合同总额的0.02%支付违约金；迟延超过【20】日的，甲方有权解除本合同。"
    (late,) = read(liability=words).penalties.other
    assert late.terminates is not None
    assert (late.terminates.metric, late.terminates.min, late.terminates.min_operator) == ("lateness", "20", ">")
    assert late.terminates_source is not None
    assert not any("有权解除" in one.text for one in read(liability=words).unread)


def test_a_begun_day_counts_for_what_is_counted_by_days_alone() -> None:
    words = (
        "乙方造成服务中断的，每中断一日（不足24小时的，按照一日计算）支付合同总额0.02%的违约金，"
        "连续中断超过48小时的，支付合同总额10%的违约金。"
    )
    assert [(one.kind, one.begun) for one in read(liability=words).penalties.other] == [
        ("daily", True),
        ("percentage", None),
    ]


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        ("造成20%以上信息系统中断、影响人数2万以上、造成20万元以上经济损失的", None),
        ("造成信息系统中断或影响人数2万以上或造成20万元以上经济损失的", "or"),
        ("造成信息系统中断且影响人数2万以上的", "and"),
    ],
)
def test_a_list_comma_says_neither_and_nor_or(words: str, joined: str | None) -> None:
    table = f"{EVENTS}服务中断\tB级\t云平台整体\t{words}\t2小时以上\t1次"
    (event,) = read(rest="发生附件1所列B级事件1次的，甲方有权解除合同。\n" + table).penalties.critical
    assert event.joined == joined


def test_how_much_data_was_lost_is_a_condition() -> None:
    table = EVENTS + "数据丢失\tA级\t核心业务数据\t超过2个信息系统丢失超过3个月的数据且无法恢复\t\t1次"
    (event,) = read(rest=table).penalties.critical
    assert event.conditions["systems"] == {"operator": ">", "value": 2}
    assert event.conditions["data_lost_for"] == {"operator": ">", "count": 3, "unit": "month"}
