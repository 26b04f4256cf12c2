"""Forms of other contracts, in made sentences: what they say is read, and nothing is made of other words."""

from __future__ import annotations

from typing import Any

import pytest

from yunqi.contract import Contract, read_contract

FRAME = """云资源服务采购合同
{first}
{second}
签订日期：2026年3月15日
第一条 服务期限
服务期为24个月，自2026年4月1日起至2028年3月31日止。
第二条 合同价款
合同总价为人民币贰佰肆拾万元整（￥2400000.00）。
第三条 付款方式
{payment}
第四条 服务质量
{quality}
第五条 违约责任
{liability}
第六条 退出与迁移
{leaving}
第七条 不可抗力
{force}
"""


def read(**parts: str) -> Contract:
    blank = dict.fromkeys(("payment", "quality", "liability", "leaving", "force"), "")
    known = {"first": "甲方：云州市数据局", "second": "乙方：云岭数字技术有限公司"}
    return read_contract(FRAME.format(**blank | known | parts).encode(), "x.txt")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("采购人（甲方）：云州市数据局", "供应商（乙方）：云岭数字技术有限公司"),
        ("甲方（采购单位）：云州市数据局", "乙方（成交供应商）：云岭数字技术有限公司"),
        ("委托方甲方：云州市数据局", "受托方乙方：云岭数字技术有限公司（盖章）"),
        ("买方：云州市数据局（下称甲方）", "卖方：云岭数字技术有限公司（以下简称“乙方”）"),
    ],
)
def test_parties(first: str, second: str) -> None:
    parties = read(first=first, second=second).parties
    assert (parties.using_unit, parties.provider) == ("云州市数据局", "云岭数字技术有限公司")


def test_so_much_for_each_step_below_a_limit_is_a_limit_and_an_open_penalty_never_a_credit_for_keeping_it() -> None:
    contract = read(quality="云平台月度可用率不低于99.9%，每低于0.01个百分点扣减当月服务费的2%。")
    (level,) = contract.service_levels
    assert (level.metric, level.threshold, level.window) == ("availability", "0.999", "month")
    assert contract.penalties.credits == []
    assert [one.path for one in contract.uncertain] == ["penalties.credits[0]"]


def test_limits_by_the_grade_of_a_fault_hold_for_that_grade_alone() -> None:
    words = (
        "一级故障（业务中断）响应时间不超过10分钟，恢复时间不超过2小时；"
        "二级故障响应时间不超过30分钟，恢复时间不超过4小时。"
    )
    assert [(one.metric, one.threshold, one.condition) for one in read(quality=words).service_levels] == [
        ("response", "10", "grade_1_fault"),
        ("recovery", "2", "grade_1_fault"),
        ("response", "30", "grade_2_fault"),
        ("recovery", "4", "grade_2_fault"),
    ]


@pytest.mark.parametrize(
    ("leaving", "expected"),
    [
        ("合同终止后10个工作日内返还全部数据。", None),
        ("合同解除之日起10日内退还已付未用的费用。", 10),
        ("合同终止后10日内返还保密资料和载体。", None),
    ],
)
def test_data_given_back_is_no_refund(leaving: str, expected: int | None) -> None:
    found = read(leaving=leaving).exit
    within = None if found is None else found.refund_within
    assert (None if within is None else within.count) == expected


def test_a_migration_counted_from_being_told() -> None:
    found = read(leaving="甲方需要迁出的，乙方应自收到通知之日起50日内完成迁移，不另行收费。").exit
    assert found is not None
    assert found.migration is not None
    assert (found.migration.count, found.migration_from, found.free_of_charge) == (50, "request", True)


@pytest.mark.parametrize(
    ("force", "expected"),
    [
        ("发生不可抗力的一方应在48小时内通知对方，并于12日内提交证明。", (12, "day")),
        ("发生不可抗力的一方应在48小时内通知对方，并提交证明。", (48, "hour")),
        ("发生不可抗力的一方应在48小时内通知对方。", None),
    ],
)
def test_the_time_for_proof_is_not_that_of_the_notice(force: str, expected: tuple[int, str] | None) -> None:
    found = read(force=force).force_majeure
    assert found is not None
    within = found.proof_within
    assert (None if within is None else (within.count, within.unit)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("期满后10日内，乙方提出验收申请；甲方应在收到申请之日起20日内组织验收。", (20, "request")),
        ("服务期满后25日内甲方组织验收。", (25, "expiry")),
        ("期满后10日内，乙方提出验收申请。", None),
    ],
)
def test_the_time_to_accept_is_not_that_to_ask_for_it(words: str, expected: tuple[int, str] | None) -> None:
    within = read(leaving=words).acceptance.deadline
    assert (None if within is None else (within.count, within.starts_from)) == expected


def test_what_is_paid_late_is_the_base_of_its_own_penalty() -> None:
    words = "甲方逾期支付的，每逾期1日，按逾期支付金额的0.5‰支付违约金，总额不超过逾期支付金额的5%。"
    (late,) = read(liability=words).penalties.other
    assert (late.kind, late.rate, late.of, late.cap_share, late.cap_of) == (
        "daily",
        "0.0005",
        "overdue",
        "0.05",
        "overdue",
    )


def test_documents_in_a_numbered_order() -> None:
    words = "合同文件优先顺序：（1）补充协议；（2）本合同；（3）采购文件。"
    assert [one.name for one in read(force=words).documents] == ["补充协议", "本合同", "采购文件"]


def test_a_guarantee_is_a_bond() -> None:
    bond = read(payment="乙方应于合同签订后7日内向甲方提交合同总价4%的履约保函；期满后甲方于30日内退还。").bond
    assert bond is not None
    assert bond.due is not None
    assert (bond.share, bond.due.count, bond.due.unit) == ("0.04", 7, "day")


def test_a_share_paid_so_many_times_is_so_many_instalments() -> None:
    words = (
        "1.合同签订后支付合同总价的30%。\n2.每半年甲方收到发票后10日内支付合同总价的15%，共支付4次。\n"
        "3.服务期满且终验合格后支付剩余的10%。"
    )
    contract = read(payment=words)
    assert [one.amount_fen for one in contract.instalments] == [72000000, *([36000000] * 4), 24000000]
    assert contract.instalments[-1].triggers == ["expiry", "acceptance"]
    assert "instalment.sum" not in {one.code for one in contract.findings}


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        ("乙方每半年开展一次切换演练。", [(None, None)]),
        ("每月5日前提交上月运维月报。", [("monthly", None)]),
        ("每季度首月10日前提交上季度安全报告。", [("quarterly", None)]),
        ("重大事件发生后24小时内提交初步报告，5个工作日内提交分析报告。", [(None, (24, "hour"))]),
    ],
)
def test_duties_without_a_subject(quality: str, expected: list[Any]) -> None:
    found = read(quality=quality).obligations
    assert [(o.frequency, o.deadline and (o.deadline.count, o.deadline.unit)) for o in found] == expected
    assert {one.party for one in found} == {"provider"}


def test_what_a_score_earns_in_sentences() -> None:
    words = "考核90分（含）以上的，全额支付；80分（含）至90分的，支付当期款项的90%；60分以下的，不予支付当期款项。"
    bands = read(quality=words).penalties.score_bands
    assert [(one.min, one.max, one.share) for one in bands] == [
        ("90", None, "1"),
        ("80", "90", "0.9"),
        (None, "60", "0"),
    ]
    assert read(quality="考核90分（含）以上的，全额支付。").penalties.score_bands == []


def test_a_number_and_a_blank_before_dotted_items_are_articles() -> None:
    text = """云资源服务合同书
委托方（以下简称"甲方"）：云州市数据局
受托方（以下简称"乙方"）：云岭数字技术有限公司
1 服务期：合同生效之日起12个月，生效日期为2026年5月1日。
2 服务级别
2.1 云主机可用率不低于99.95%。
2.2 统计周期为自然月，可用率=（当月总分钟数－不可用分钟数）/当月总分钟数×100%。
2.3 响应时间不超过10分钟，响应时间自甲方提交工单时起算。
3 验收
3.1 甲方在收到申请后15个工作日内组织验收；逾期未组织又未提出异议的，视为验收合格。
4 退出
4.1 乙方应提供不少于90日的过渡期服务。
5 争议：提交甲方所在地人民法院诉讼解决。
"""
    contract = read_contract(text.encode(), "x.txt")
    assert (contract.parties.using_unit, contract.parties.provider) == ("云州市数据局", "云岭数字技术有限公司")
    assert str(contract.term.start_on) == "2026-05-01"
    assert str(contract.term.end_on) == "2027-04-30"
    assert [(one.metric, one.threshold, one.window, one.clock_start) for one in contract.service_levels] == [
        ("availability", "0.9995", "month", None),
        ("response", "10", None, "notice"),
    ]
    assert contract.acceptance.deadline is not None
    assert (contract.acceptance.deadline.count, contract.acceptance.deadline.starts_from) == (15, "request")
    assert contract.acceptance.silence_accepts
    assert contract.exit is not None
    assert contract.exit.switch_over is not None
    assert contract.exit.switch_over.count == 90
    assert contract.disputes is not None
    assert contract.disputes.place == "甲方所在地"
    assert [one.article for one in contract.unread] == []


def test_what_is_paid_for_use_is_no_equal_part_of_the_total() -> None:
    words = "甲方按季度结算，双方确认实际用量，甲方收到发票后20个工作日内付清当季费用。"
    assert [(one.every, one.share, one.amount_fen) for one in read(payment=words).instalments] == [
        ("quarter", None, None)
    ]


def test_what_missing_a_measure_costs_in_words_of_a_cell_is_open() -> None:
    table = (
        "附件1 服务级别指标\n指标\t目标值\t扣减比例\n云主机可用率\t99.95%\t99.9%≤可用率＜99.95%扣5%；可用率＜99.9%扣50%"
    )
    contract = read(force="受影响一方应立即通知对方。\n" + table)
    assert [(one.metric, one.threshold) for one in contract.service_levels] == [("availability", "0.9995")]
    assert contract.penalties.credits == []
    assert [one.path for one in contract.uncertain] == ["penalties.credits[0]"]


@pytest.mark.parametrize(
    ("liability", "kind"),
    [
        ("驻场人员缺勤的，每超1日扣减1500元。", "daily"),
        ("数据泄露的，乙方应支付合同暂定总价25%的违约金。", "percentage"),
    ],
)
def test_costs(liability: str, kind: str) -> None:
    (cost,) = read(liability=liability).penalties.other
    assert cost.kind == kind


def test_so_much_for_each_point_below_a_score_is_open_and_no_flat_penalty() -> None:
    words = "考核得分低于85分的，每低1分扣减年度服务费的0.5%。\n乙方泄露数据的，支付10万元违约金。"
    contract = read(liability=words)
    assert [one.amount_fen for one in contract.penalties.other] == [10_000_000]
    assert [one.path for one in contract.uncertain] == ["penalties.other[1]"]


def test_limits_before_a_report_are_no_times_of_the_report() -> None:
    words = "一般故障两小时内修复，重大故障五小时内修复，并于故障修复后两个工作日内提交书面报告。"
    assert [(one.metric, one.threshold, one.condition) for one in read(quality=words).service_levels] == [
        ("recovery", "2", "general_fault"),
        ("recovery", "5", "serious_fault"),
    ]


def test_a_window_said_behind_a_limit() -> None:
    words = "云平台可用性达到99.99%，按年度统计；数据库服务可用性达到99.9%，按月统计。"
    assert [(one.threshold, one.window) for one in read(quality=words).service_levels] == [
        ("0.9999", "year"),
        ("0.999", "month"),
    ]


def test_a_payment_that_waits_for_an_assessment() -> None:
    (paid,) = read(payment="年度考核合格后15个工作日内支付合同总价的100%。").instalments
    assert paid.triggers == ["assessment"]


def test_articles_below_chapters() -> None:
    text = """云服务协议
买方：云州市数据局（下称甲方）
卖方：云岭数字技术有限公司（下称乙方）
签署日：2026年6月30日
第一章 总则
第一条 甲方租用政务云，用于一网通办平台、电子证照系统两个业务系统。
第二条 本协议有效期三年，自2026年7月1日至2029年6月30日。
第二章 其他
第三条 协议终止后，乙方应在30日内协助甲方完成迁移，并彻底销毁数据。
第四条 不可抗力发生后，受影响方应于24小时内通知对方，7日内提供证明。
第五条 争议提交云川仲裁委员会仲裁。
第六条 费用按年支付，违约的依法承担责任。
"""
    contract = read_contract(text.encode(), "x.txt")
    assert str(contract.signed_on) == "2026-06-30"
    assert (str(contract.term.start_on), str(contract.term.end_on)) == ("2026-07-01", "2029-06-30")
    assert [one.name for one in contract.systems] == ["一网通办平台", "电子证照系统"]
    assert contract.exit is not None
    assert contract.exit.erase
    assert contract.force_majeure is not None
    assert contract.force_majeure.proof_within is not None
    assert contract.force_majeure.proof_within.count == 7
    assert contract.disputes is not None
    assert contract.disputes.place == "云川仲裁委员会"
    assert not any("第二章" in one.text for one in contract.unread)
