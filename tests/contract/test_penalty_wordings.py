"""What sentences outside the penalty tables cost, who pays, and at most how much."""

# ruff: noqa: E501 (sentences of contracts stand on one line)

from __future__ import annotations

import pytest

from yunqi.contract.clauses.other_penalty.extract import extract
from yunqi.contract.clauses.other_penalty.rule import compute_other_penalty
from yunqi.contract.documents.model import Document
from yunqi.contract.documents.text import parse_text
from yunqi.contract.outline import plan_outline


def read(sentence: str) -> list[tuple[object, ...]]:
    blocks = parse_text(f"第一条 违约责任\n1.{sentence}")
    outline = plan_outline(Document("x.txt", "", 0, blocks, wrapped=False))
    found = extract(outline, {}).values["penalties.other"]
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
