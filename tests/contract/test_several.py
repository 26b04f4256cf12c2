"""A file with more than one contract is refused by name; the agreements that a contract has as annexes are none."""

from __future__ import annotations

import pytest
from tests.kits.maker import make_contract
from tests.kits.maker.layouts import LAYOUTS

from yunqi.contract.documents import read_document
from yunqi.contract.reader import read_contract
from yunqi.contract.several import find_beginnings
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import render_error

NAMES = sorted(LAYOUTS)
ANNEX = """附件九
政务云{title}
合同编号：BM-2026-77
甲方：某某单位
乙方：某某公司
第一条 乙方应当遵守本协议。
第二条 服务费用总额为100,000元。
第三条 本协议自双方盖章之日起生效。
"""


def text_of(seed: int, layout: str) -> str:
    return make_contract(seed, layout).render("txt")[0].decode()


@pytest.mark.parametrize(("first", "second"), list(zip(NAMES, [*NAMES[3:], *NAMES[:3]], strict=True)))
def test_two_contracts_in_one_file_are_refused_with_where_each_begins(first: str, second: str) -> None:
    one, other = text_of(1, first), text_of(8, second)
    with pytest.raises(Problem) as caught:
        read_contract(f"{one}\n{other}".encode(), "both.txt")
    assert caught.value.code == "contract.several"
    assert caught.value.way_out
    found = find_beginnings(read_document(f"{one}\n{other}".encode(), "both.txt"))
    assert len(found) == 2
    assert found[1].line > len(one.splitlines())
    said = render_error(caught.value)
    assert all(str(each.line) in said for each in found)


@pytest.mark.parametrize("layout", NAMES)
def test_the_same_contract_twice_is_two(layout: str) -> None:
    text = text_of(2, layout)
    assert len(find_beginnings(read_document(f"{text}\n{text}".encode(), "twice.txt"))) == 2


@pytest.mark.parametrize("layout", NAMES)
@pytest.mark.parametrize("form", ["txt", "docx", "md", "noisy", "split"])
def test_one_contract_is_one(layout: str, form: str) -> None:
    for seed in range(2):
        document = read_document(*make_contract(seed, layout).render(form))
        assert len(find_beginnings(document)) <= 1, (seed, find_beginnings(document))


@pytest.mark.parametrize(
    "title", ["保密协议", "廉政合同", "服务水平协议", "补充协议", "数据安全责任协议", "运维服务合同"]
)
def test_an_agreement_that_is_an_annex_is_no_second_contract(title: str) -> None:
    text = f"{text_of(3, NAMES[0])}\n{ANNEX.format(title=title)}"
    assert len(find_beginnings(read_document(text.encode(), "annex.txt"))) == 1
