"""Where body and annex differ, the order of documents that the contract itself states says which prevails."""

from __future__ import annotations

import pytest

from yunqi.contract.clauses.base import Finding, Source
from yunqi.contract.clauses.party.schema import Ranked
from yunqi.contract.model import Contract
from yunqi.contract.review.parties import tell_precedence

BODY = Source(article="第五条", text="不低于99.99%")
ANNEX = Source(article="附件2 第1项", text="低于99.9%")


def contract(*names: str) -> Contract:
    return Contract.model_construct(documents=[Ranked(name=name, source=BODY) for name in names])


def finding(code: str = "level.threshold_differs", *sources: Source) -> Finding:
    return Finding(
        code=code, severity="warning", message="不同", matters="两个数", sources=list(sources or (BODY, ANNEX))
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("补充协议", "本合同正文", "附件"), "两个数；按合同所定的解释顺序，以本合同正文为准"),
        (("附件", "本合同"), "两个数；按合同所定的解释顺序，以附件为准"),
        (("补充协议", "本合同"), "两个数"),
        ((), "两个数"),
    ],
)
def test_which_prevails(names: tuple[str, ...], said: str) -> None:
    (told,) = tell_precedence(contract(*names), [finding()])
    assert told.matters == said


def test_what_is_no_difference_between_both_is_left_as_it_is() -> None:
    of_one_place, of_another_kind = finding("level.threshold_differs", BODY, BODY), finding("price.sum")
    ranked = contract("本合同", "附件")
    assert list(tell_precedence(ranked, [of_one_place, of_another_kind])) == [of_one_place, of_another_kind]
