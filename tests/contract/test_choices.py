"""Options with boxes: what was not ticked is no term of the contract, and is listed."""

from __future__ import annotations

import pytest
from tests.kits.maker import make_contract

from yunqi.contract import read_contract
from yunqi.contract.documents.choices import find_unticked

TEXT = make_contract(0, "monthly").render("txt")[0].decode()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("☑分期支付 ☐一次性支付", "☑分期支付 "),
        ("☐现金；☑保函。", "☑保函。"),
        ("□ 银行转账 ☒ 保函 □ 支票", "☒ 保函 "),
        ("√ 同意", "√ 同意"),
        ("面积20□", "面积20□"),
    ],
)
def test_an_option_goes_up_to_the_next_box_or_the_end_of_the_sentence(text: str, left: str) -> None:
    for start, end in reversed(find_unticked(text)):
        text = text[:start] + text[end:]
    assert text == left


@pytest.mark.parametrize("ticked", ["☑", "☒", "■", "√"])
def test_an_option_that_is_not_ticked_is_no_data_and_listed(ticked: str) -> None:
    at = TEXT.index("第二条")
    unticked = "☐逾期支付的，每逾期一日按应付金额的百分之七支付违约金，并另付违约金30,000元。"
    option = f"9. {ticked}适用本条。{unticked}\n"
    clean = read_contract(TEXT.encode(), "x.txt")
    contract = read_contract((TEXT[:at] + option + TEXT[at:]).encode(), "x.txt")
    assert len(contract.penalties.other) == len(clean.penalties.other)
    assert unticked in {one.text for one in contract.unread}


def test_without_a_tick_nothing_is_left_out() -> None:
    at = TEXT.index("第二条")
    contract = read_contract((TEXT[:at] + "9. ☐乙方应当在5日内答复。\n" + TEXT[at:]).encode(), "x.txt")
    cited = contract.model_dump_json()
    assert "乙方应当在5日内答复" in cited
