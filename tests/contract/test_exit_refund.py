"""The time for giving money back after a termination is read wherever the contract says it."""

from __future__ import annotations

import pytest
from tests.contract.test_penalty_wordings import outline_of

from yunqi.contract.clauses.exit.extract import extract


@pytest.mark.parametrize(
    ("sentence", "within"),
    [
        ("甲方解除合同的，乙方应自合同解除之日起三日内退还未履行部分的费用。", (3, "day")),
        ("协议终止后10个工作日内，乙方向甲方返还剩余服务期的服务费。", (10, "working_day")),
        ("合同解除之日起30日内双方办理结算。", None),
        ("合同终止后10个工作日内，甲方退还履约保证金。", None),
        ("合同终止后10个工作日内，甲方应向乙方退还已收取的资料费。", None),
        ("合同期满后10个工作日内，甲方向乙方无息退还履约保证金。", None),
    ],
)
def test_the_time_for_the_refund(sentence: str, within: tuple[int, str] | None) -> None:
    found = extract(outline_of(sentence), {}).values["exit"]
    if within is None:
        assert found is None
        return
    assert (found.refund_within.count, found.refund_within.unit) == within
    assert found.refund_source.text
