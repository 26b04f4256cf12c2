"""What contracts say of people and exercises, in sentences of our own making; the near miss beside each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.contract import staff_terms
from yunqi.contract.staff_terms import StaffTerms, find_staff_terms


def terms(*sentences: str) -> StaffTerms:
    rows = [{"source": {"article": f"第{number}条", "text": text}} for number, text in enumerate(sentences, 1)]
    return find_staff_terms({"obligations": rows})


FIGURES: list[tuple[str, str, Any]] = [
    ("连续3个月驻场人员的人数少于投标承诺的，甲方可以终止协议。", "short_months", (3, ">=")),
    ("连续两个月，乙方配备的运维团队人数不足的，甲方可以终止协议。", "short_months", (2, ">=")),
    ("连续3个月可用性未达到约定的，甲方可以终止协议。", "short_months", None),
    ("连续3个月运维人员到场并签到的，予以表扬。", "short_months", None),
    ("擅自更换人员或者人员脱岗，累计4次以上的，甲方可以终止合同。", "breach_limit", (4, ">=")),
    ("未经甲方同意更换驻场人员，累计超过3次的，甲方可以终止合同。", "breach_limit", (3, ">")),
    ("系统故障累计发生5次以上的，甲方可以终止合同。", "breach_limit", None),
    ("无故脱离岗位的，甲方可以要求改正。", "breach_limit", None),
]


@pytest.mark.parametrize(
    ("sentence", "name", "expected"), FIGURES, ids=[f"{n}-{e}" for n, (_s, _f, e) in enumerate(FIGURES)]
)
def test_a_figure_is_read_with_its_operator_or_not_at_all(sentence: str, name: str, expected: Any) -> None:
    found = getattr(terms(sentence), name)
    assert (None if found is None else (found.count, found.operator)) == expected


def test_what_two_sentences_say_differently_is_not_known() -> None:
    twice = ("甲方认为人员不称职的，乙方应在3日内更换人员。", "乙方应在3日内更换甲方指出的人员。")
    found = terms(*twice).replace_within
    assert found is not None
    assert found.within == {"count": 3, "unit": "day"}
    assert terms(twice[0], "乙方应在5个工作日内更换甲方指出的人员。").replace_within is None


PLAIN: list[tuple[str, str, bool]] = [
    ("未经甲方书面同意，乙方不得更换项目经理。", "change_consent", True),
    ("更换驻场工程师的，应当事先经甲方同意。", "change_consent", True),
    ("设备更换后，乙方应当告知甲方。", "change_consent", False),
    ("重要时期，承诺的关键人员缺席的，视为违约。", "key_staff", True),
    ("重要时期，乙方应当编制方案。", "key_staff", False),
    ("驻场人员应为乙方签有劳动合同的正式员工。", "employees", True),
    ("接触数据的人员应当签署保密承诺书。", "undertaking", True),
    ("双方应当签订保密协议。", "undertaking", False),
    ("上岗之前，乙方应当完成背景调查。", "background", True),
    ("经甲方书面同意后，乙方组织云平台演练。", "drill_permission", True),
    ("乙方应当配合甲方的应急演练。", "drill_permission", False),
]


@pytest.mark.parametrize(
    ("sentence", "name", "expected"), PLAIN, ids=[f"{n}-{f}" for n, (_s, f, _e) in enumerate(PLAIN)]
)
def test_a_rule_without_a_figure_is_found_with_its_article(sentence: str, name: str, *, expected: bool) -> None:
    found = getattr(terms("本合同一式两份。", sentence), name)
    assert (found is not None) == expected
    assert found is None or found.source["article"] == "第2条"


EXERCISES: list[tuple[str, list[tuple[str, int | None, str]]]] = [
    ("乙方每年组织不少于3次应急演练。", [("drill", 3, "year")]),
    ("服务期内，至少开展一次以上的演练，确保全年平稳。", [("drill", 1, "term")]),
    ("每年为使用人员提供安全培训不少于两次。", [("training", 2, "year")]),
    ("定期对备份做恢复演练。", [("restore_drill", None, "term")]),
    ("每年进行2次恢复测试。", [("restore_drill", 2, "year")]),
    ("乙方应当配合应急演练。", []),
    ("演练2次，培训3次。", []),
]


@pytest.mark.parametrize(("sentence", "expected"), EXERCISES, ids=range(len(EXERCISES)))
def test_how_many_exercises_are_wanted_and_by_when(sentence: str, expected: list[tuple[str, int | None, str]]) -> None:
    assert [(one.kind, one.count, one.every) for one in terms(sentence).exercises] == expected


def test_who_is_promised_is_read_by_role() -> None:
    found = terms("乙方派驻2名驻场工程师，并安排一名项目经理。", "双方各指派一名代表为负责人。").promised
    assert [(one.count, one.role) for one in found] == [(2, "驻场工程师"), (1, "项目经理")]


def test_what_was_left_unread_and_what_the_review_cites_is_read_too() -> None:
    text = "连续2个月值守人员人数少于承诺。"
    unread = {"unread": [{"article": "9", "text": text}]}
    cited = {"findings": [{"sources": [{"article": "9", "text": text}], "proposal": "连续9个月运维人员人数不足"}]}
    for data in (unread, cited):
        found = find_staff_terms(data).short_months
        assert found is not None
        assert (found.count, found.source["article"]) == (2, "9")
    assert find_staff_terms({}) == StaffTerms()


SAYING = ("_MONTHS", "_STAFF_BREACH", "_REPLACE", "_CONSENT", "_KEY", "_EMPLOYEES", "_UNDERTAKING", "_BACKGROUND")
SAYING += ("_PERMISSION", "_PROMISED")
PATTERNS = [getattr(staff_terms, name) for name in SAYING] + list(staff_terms._EXERCISES.values())


@given(st.one_of(*(st.from_regex(pattern) for pattern in PATTERNS)))
def test_no_sentence_that_says_something_is_passed_over(sentence: str) -> None:
    assert staff_terms.SPOKEN_OF.search(sentence)


def test_the_same_words_of_two_articles_are_read_of_the_first_and_once() -> None:
    text = "乙方派驻2名驻场工程师"
    rows = [{"article": article, "text": text} for article in ("3", "3", "5")]
    found = find_staff_terms({"price_lines": [{"uncertain": rows[2], "source": rows[0]}], "unread": rows})
    assert [one.source["article"] for one in found.promised] == ["3", "5"]
