"""What sentences outside the penalty tables cost, who pays, and at most how much."""

# ruff: noqa: E501 (sentences of contracts stand on one line)

from __future__ import annotations

import pytest

from yunqi.contract.clauses.other_penalty.extract import extract
from yunqi.contract.clauses.other_penalty.rule import compute_other_penalty
from yunqi.contract.documents.model import Document
from yunqi.contract.documents.text import parse_text
from yunqi.contract.outline import Outline, plan_outline


def outline_of(sentence: str) -> Outline:
    blocks = parse_text(f"第一条 违约责任\n1.{sentence}")
    return plan_outline(Document("x.txt", "", 0, blocks, wrapped=False))


def read(sentence: str) -> list[tuple[object, ...]]:
    found = extract(outline_of(sentence), {}).values["penalties.other"]
    return [(one.kind, one.rate, one.amount_fen, one.party, one.cap, one.cap_share) for one in found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("乙方每延误1天，按合同总价的千分之三支付违约金。", [("daily", "0.003", None, "provider", None, None)]),
        ("乙方每逾期一日，应支付合同总价0.1%的违约金，累计不超过合同总价的10%。", [("daily", "0.001", None, "provider", None, "0.1")]),
        ("乙方支付的违约金总额不超过合同总价的20%。", []),
        ("甲方有权不予支付剩余款项，并要求乙方支付合同总价的10%作为违约金。", [("percentage", "0.1", None, "provider", None, None)]),
        ("甲方有权要求乙方承担合同总价5%的违约金。", [("percentage", "0.05", None, "provider", None, None)]),
        ("甲方逾期付款的，每逾期一个工作日按应付款项的万分之五向乙方支付违约金。", [("daily", "0.0005", None, "using_unit", None, None)]),
    ],
)  # fmt: skip
def test_sentences(sentence: str, expected: list[tuple[object, ...]]) -> None:
    assert read(sentence) == expected


def test_a_cap_that_is_a_share_of_the_price_ends_the_days() -> None:
    clause = {"kind": "daily", "rate": "0.001", "of": "contract_total", "cap_share": "0.1"}
    assert compute_other_penalty(clause, 1_000_000, 99) == 99_000
    assert compute_other_penalty(clause, 1_000_000, 101) == 100_000


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("乙方每迟延一周，支付合同总价1%的违约金，不足一周的按一周计。", {"kind": "per_period", "rate": "0.01", "of": "contract_total", "per": {"count": 7, "unit": "day"}, "begun": True}),
        ("乙方故障恢复每超时30分钟，扣减当月服务费的1%。", {"kind": "per_period", "rate": "0.01", "of": "service_fee", "window": "month", "per": {"count": 30, "unit": "minute"}}),
        ("乙方人员离岗的，每人每次扣减500元。", {"kind": "per_case", "amount_fen": 50000, "counted": "person_time"}),
        ("乙方虚报用量的，双倍返还该项服务费用。", {"kind": "percentage", "rate": "2", "of": "affected_fee"}),
        ("乙方未按时提交月报的，扣款1000元/次，累计不超过当月服务费的10%。", {"kind": "per_case", "amount_fen": 100000, "cap_share": "0.1", "cap_of": "service_fee", "cap_window": "month", "cap_over": "month"}),
        ("乙方未按时提交月报的，每次扣减当月服务费的1%，累计不超过合同总价的5%。", {"kind": "per_case", "window": "month", "cap_share": "0.05", "cap_of": None, "cap_over": "term"}),
        ("乙方未按时提交月报的，每次扣减1000元，每月累计不超过5000元。", {"cap": 500000, "cap_over": "month"}),
        ("乙方未按时提交月报的，每次扣减1000元，累计不超过5000元。", {"cap": 500000, "cap_over": None}),
        ("乙方未按时提交月报的，每次扣减1000元，全年累计不超过5000元。", {"cap": 500000, "cap_over": "year"}),
        ("乙方未按时提交月报的，每次扣减1000元，服务期内累计不超过5000元。", {"cap": 500000, "cap_over": "term"}),
        ("乙方每逾期一日，支付合同总价0.1%的违约金，累计不超过合同总价的10%。", {"kind": "daily", "cap_share": "0.1", "cap_over": None}),
        ("乙方逾期超过15日的，每日按合同总价的千分之三支付违约金。", {"kind": "daily", "rate": "0.003", "band": {"metric": "lateness", "unit": "day", "min": "15", "min_operator": ">"}}),
        ("乙方故障恢复时间(30,60]分钟的，扣减当月服务费的5%。", {"band": {"metric": "recovery", "unit": "minute", "min": "30", "min_operator": ">", "max": "60", "max_operator": "<="}}),
        ("乙方服务每中断一日（不满24小时的，按照一日计算），支付合同总价0.02%的违约金。", {"kind": "daily", "begun": True, "duty": "interruption"}),
        ("乙方每迟延一日支付合同总价0.01%的违约金，迟延超过30日仍未履行的，甲方有权解除合同。", {"kind": "daily", "duty": "late_performance", "terminates": {"metric": "lateness", "unit": "day", "min": "30", "min_operator": ">"}}),
        ("乙方逾期5日以内的，支付合同总价1%的违约金。", {"kind": "percentage", "band": {"metric": "lateness", "unit": "day", "max": "5", "max_operator": "<="}}),
        ("乙方擅自停止服务的，按当日服务费的两倍支付违约金。", {"kind": "percentage", "rate": "2", "of": "service_fee", "window": "day"}),
    ],
)  # fmt: skip
def test_other_countings(sentence: str, expected: dict[str, object]) -> None:
    (found,) = extract(outline_of(sentence), {}).values["penalties.other"]
    said = found.model_dump(exclude_none=True)
    assert {key: said.get(key) for key in expected} == expected


def test_a_rate_of_nothing_that_is_said_is_open() -> None:
    result = extract(outline_of("乙方故障恢复每超时30分钟扣1%。"), {})
    assert result.values["penalties.other"][0].of is None
    assert [entry.path for entry in result.uncertain] == ["penalties.other[0].of"]


@pytest.mark.parametrize(
    "sentence",
    ["甲方按合同总价的5%扣留质保金。", "甲方退还履约保证金时扣除已发生的费用。", "每次考核扣5分。", "每周提交周报一次，费用1000元含在合同价内。"],
)  # fmt: skip
def test_no_penalty_is_invented(sentence: str) -> None:
    assert extract(outline_of(sentence), {}).values["penalties.other"] == []


def test_lengths_of_time_count_and_a_cap_of_the_same_base_ends_them() -> None:
    clause = {"kind": "per_period", "rate": "0.02", "of": "service_fee", "cap_share": "0.1", "cap_of": "service_fee"}
    assert compute_other_penalty(clause, 100_000, 3) == 6_000
    assert compute_other_penalty(clause, 100_000, 9) == 10_000
