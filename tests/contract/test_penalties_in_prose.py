"""Penalties as articles word them: what is counted, of what, up to what, from which measure on, and who pays."""

from __future__ import annotations

from typing import Any

import pytest

from yunqi.contract import read_contract

TEXT = """云岭市政务云服务合同
合同编号：YL-2026-09
甲方：云岭市大数据中心
乙方：云海科技有限公司
第一条 服务期限
服务期自2026年1月1日起至2026年12月31日止。
第二条 价格
合同总金额为人民币1200.00元。
第三条 验收与保密
双方按约定办理。
第五条 违约责任
{sentence}
"""
CASES: list[tuple[str, dict[str, Any]]] = [
    (
        "乙方逾期交付的，每迟延一周，应按合同总金额的1%向甲方支付违约金，违约金总额不超过合同总金额的10%。",
        {"kind": "per_period", "rate": "0.01", "of": "contract_total", "cap_share": "0.1", "party": "provider"},
    ),
    (
        "乙方驻场人员未按时到岗的，每人每次扣减500元服务费。",
        {"kind": "per_case", "amount_fen": 50000, "counted": "person_time", "party": "provider"},
    ),
    (
        "故障恢复每超时30分钟，扣减当月服务费的1%。",
        {"kind": "per_period", "rate": "0.01", "of": "service_fee", "window": "month", "party": None},
    ),
    (
        "乙方未履行保密义务的，应双倍返还甲方已支付的费用。",
        {"kind": "percentage", "rate": "2", "of": "paid_fee", "duty": "confidentiality", "party": "provider"},
    ),
    (
        "乙方逾期超过15日的，每逾期一日按合同总金额的千分之五支付违约金。",
        {"kind": "daily", "rate": "0.005", "of": "contract_total", "party": "provider"},
    ),
]


def read(sentence: str) -> Any:
    return read_contract(TEXT.format(sentence=sentence).encode(), "合同.txt")


@pytest.mark.parametrize(("sentence", "expected"), CASES)
def test_what_a_sentence_costs(sentence: str, expected: dict[str, Any]) -> None:
    (found,) = read(sentence).penalties.other
    assert {name: getattr(found, name) for name in expected} == expected


def test_the_length_that_is_counted_and_the_lateness_it_begins_at() -> None:
    weekly, half_hours = read(CASES[0][0]).penalties.other[0], read(CASES[2][0]).penalties.other[0]
    assert (weekly.per.count, weekly.per.unit) == (7, "day")
    assert (half_hours.per.count, half_hours.per.unit) == (30, "minute")
    band = read(CASES[4][0]).penalties.other[0].band
    assert (band.metric, band.min, band.min_operator, band.unit) == ("lateness", "15", ">", "day")


def test_a_rate_of_what_is_not_said_is_open() -> None:
    contract = read("甲方逾期付款的，按日万分之五支付违约金。")
    (found,) = contract.penalties.other
    assert (found.rate, found.of) == ("0.0005", None)
    assert [one.path for one in contract.uncertain] == ["penalties.other[0].of"]


@pytest.mark.parametrize(
    "sentence",
    [
        "乙方应在每月5日前提交上月服务费结算单。",
        "乙方提供的云主机数量不少于500台。",
        "服务费按季度支付，每季度支付合同总金额的25%。",
    ],
)
def test_what_is_no_penalty_is_none(sentence: str) -> None:
    assert read(sentence).penalties.other == []


def band(metric: str, low: str, unit: str, operator: str = ">", high: str | None = None) -> dict[str, Any]:
    return {"metric": metric, "min": low, "min_operator": operator, "max": high,
            "max_operator": "<" if high else None, "unit": unit}  # fmt: skip


@pytest.mark.parametrize(
    ("body", "bands", "open_at"),
    [
        # a limit behind a semicolon is of what was named before it
        ("服务中断超过2小时的，乙方支付违约金5000元；超过8小时的，支付违约金20000元。",
         [band("outage_single", "2", "hour"), band("outage_single", "8", "hour")], []),
        ("乙方逾期提供服务的，每逾期一日按合同总金额的千分之一支付违约金；超过30日的，按合同总金额的10%支付违约金。",
         [None, band("lateness", "30", "day")], []),
        ("故障恢复时间超过8小时不足24小时的，扣减8000元；24小时以上的，扣减20000元。",
         [band("recovery", "8", "hour", high="24"), band("recovery", "24", "hour", ">=")], []),
        # named anew, it is of that; nothing named before, or a number of times: nobody invents what it is of
        ("响应时间超过30分钟的，扣减500元；中断时间超过2小时的，扣减2000元。",
         [band("response", "30", "minute"), band("outage_single", "2", "hour")], []),
        ("乙方擅自更换人员的，每人次扣减1000元；超过3次的，扣减5000元。", [None, None], [1]),
        ("乙方违反保密义务的，支付违约金10000元。超过30日的，支付违约金20000元。", [None, None], [1]),
        # the share of a month's fee is a credit by availability, never a penalty without a condition
        ("月度可用性低于99.9%的，扣减当月服务费的5%；低于99%的，扣减当月服务费的20%。", [], []),
    ],
)  # fmt: skip
def test_a_limit_that_names_nothing_is_of_what_was_named(
    body: str, bands: list[dict[str, Any] | None], open_at: list[int]
) -> None:
    data = read(body).model_dump(mode="json")
    assert [one["band"] for one in data["penalties"]["other"]] == bands
    asked = [one["path"] for one in data["uncertain"] if one["path"].endswith(".band")]
    assert asked == [f"penalties.other[{place}].band" for place in open_at]
