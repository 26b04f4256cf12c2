"""Deductions from a score, the fee that a score earns, and credits: in tables of several wordings, and in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from yunqi.contract import read_contract
from yunqi.contract.clauses.score.limits import Limits, read_limits

FRAME = """云州市政务云服务合同
甲方：云州市档案馆
乙方：云岭数字技术有限公司
第一条 服务期限
服务期限为12个月，自2026年1月1日起至2026年12月31日止。
第二条 费用支付
合同总金额为人民币100,000.00元。
第三条 考核
{text}
第四条 违约责任
乙方违约的，应当赔偿甲方的损失。
第五条 保密
乙方应当保密。
"""


def read(text: str) -> dict[str, Any]:
    penalties: dict[str, Any] = read_contract(FRAME.format(text=text).encode(), "x.txt").model_dump(mode="json")[
        "penalties"
    ]
    return penalties


@pytest.mark.parametrize(
    ("words", "points", "per"),
    [
        ("每次扣2分", "2", "case"),
        ("每发生1起扣0.5分", "0.5", "case"),
        ("扣3分/件", "3", "case"),
        ("每日扣1分", "1", "day"),
        ("扣5分", "5", None),
    ],
)
def test_deductions_of_a_table(words: str, points: str, per: str | None) -> None:
    (found,) = read(f"考核标准：\n序号\t考核内容\t扣分标准\n1\t未按时提交报告\t{words}\n")["deductions"]
    assert (found["points"], found["per"], found["text"]) == (points, per, "未按时提交报告")


def test_deductions_of_a_sentence_and_two_figures_in_one_cell() -> None:
    (found,) = read("值班人员脱岗的，每次扣2分。")["deductions"]
    assert (found["points"], found["per"]) == ("2", "case")
    (found,) = read("考核标准：\n序号\t考核内容\t扣分标准\n1\t逾期\t一般扣2分，严重扣5分\n")["deductions"]
    assert found["points"] is None


def test_bands_of_the_score_paid_or_taken_away() -> None:
    table = "考核得分\t{share}\n90分（含）以上\t{a}\n80分（含）至90分\t{b}\n低于80分\t{c}\n"
    paid = read(table.format(share="支付比例", a="100%", b="95%", c="80%"))["score_bands"]
    taken = read(table.format(share="扣减比例", a="0%", b="5%", c="20%"))["score_bands"]
    assert [band["share"] for band in paid] == [band["share"] for band in taken] == ["1", "0.95", "0.8"]
    assert [(band["min"], band["min_operator"], band["max"], band["max_operator"]) for band in paid] == [
        ("90", ">=", None, None), ("80", ">=", "90", "<"), (None, None, "80", "<"),
    ]  # fmt: skip


def test_credits() -> None:
    table = "序号\t月度可用性\t违约金比例\n1\t低于99.9%且不低于99%\t10%\n2\t低于99%\t30%\n"
    first, second = read(table)["credits"]
    assert (first["band"]["max"], first["band"]["min"], first["coefficient"]) == ("0.999", "0.99", "0.1")
    assert (second["band"]["max"], second["band"]["min"], second["coefficient"]) == ("0.99", None, "0.3")


@pytest.mark.parametrize(
    ("words", "limits"),
    [
        ("85-94分", Limits("85", ">=", "94分", "<=")),
        ("≥90分", Limits("90分", ">=", None, None)),
        ("60分以下", Limits(None, None, "60分", "<=")),
        ("60分以下(不含)", Limits(None, None, "60分", "<")),
        ("80≤得分<90", Limits("80", ">=", "90", "<")),
        ("得分良好", None),
        ("90分,80分,70分", None),
    ],
)
def test_limits(words: str, limits: Limits | None) -> None:
    assert read_limits(words, r"\d{1,3}分?") == limits
