"""The catalogue of obligations, and how many of them are found in contracts, with which times."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.kits.maker import make_contract
from tests.kits.maker.layouts import LAYOUTS
from tests.kits.obligations import TEXTS, figures_of, load_truth, measure
from tests.kits.obligations.made import load_sentences, make_text, read_structured

from yunqi.contract import read_contract
from yunqi.contract.obligations import find_obligations, load_kinds

LEAST = 0.95


def duty(text: str, **more: Any) -> dict[str, Any]:
    return {"party": "provider", "text": text, "source": {"article": "第一条", "text": text}, **more}


def found_in(*sentences: str) -> dict[str, set[str]]:
    contract = {"obligations": [duty(text) for text in sentences]}
    return {one.kind.code: figures_of(one) for one in find_obligations(contract)}


def test_the_catalogue_has_the_79_and_a_sentence_for_each() -> None:
    kinds = load_kinds()
    numbers = {kind.no for kind in kinds.values()} - {None}
    assert len(numbers) == 79
    assert set(load_sentences()) == {*kinds, "none"}
    for kind in kinds.values():
        assert kind.party in {"provider", "using_unit", "both"}, kind.code
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", kind.code)


@pytest.mark.parametrize("name", sorted(load_truth()))
def test_the_obligations_of_a_text_are_found(name: str) -> None:
    if not (TEXTS / name).exists():
        pytest.skip(f"the contract text {name} does not lie beside the project")
    data = read_contract(TEXTS / name).model_dump(mode="json")
    score = measure(name, load_truth()[name], find_obligations(data))
    assert score.recall >= LEAST, score.missed
    assert score.precision >= LEAST, score.extra
    assert (score.times_invented, score.times_missed, score.misplaced) == ([], [], [])


@pytest.mark.parametrize("seed", range(3))
def test_the_obligations_of_a_made_text_are_found(seed: int) -> None:
    text, truth = make_text(seed)
    data = read_contract(text.encode(), f"made-{seed}.txt").model_dump(mode="json")
    score = measure("made", truth, find_obligations(data))
    assert score.recall >= LEAST, score.missed
    assert score.precision >= LEAST, score.extra
    assert (score.times_invented, score.times_missed) == ([], [])


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_made_contract_keeps_the_times_of_its_clauses(layout: str) -> None:
    made = make_contract(3, layout)
    data = read_contract(*made.render("txt")).model_dump(mode="json")
    got = {one.kind.code: figures_of(one) for one in find_obligations(data)}
    for code, figures in read_structured(made.truth).items():
        assert figures <= got.get(code, set()), code


@pytest.mark.parametrize(
    ("sentence", "code", "figures"),
    [
        ("验收不合格的,乙方应在3日内返工。", "rework", {"3 day"}),
        ("乙方应在收到甲方书面通知后20个工作日内归还涉密文件。", "secrecy.returned", {"20 working_day"}),
        ("乙方应归还涉密文件。", "secrecy.returned", set()),
        ("合同终止满3年后,乙方应归还涉密文件。", "secrecy.returned", set()),
        ("乙方应在服务期满前30日与甲方确认是否续签。", "renewal", {"30 day"}),
        ("每年开展至少两次应急演练。", "drill", {"2 times"}),
        ("乙方在收到整改通知后5日内完成监管要求的整改。", "rectification", {"5 day"}),
        ("乙方应在监管服务商提出整改要求的期限内完成整改。", "rectification", set()),
    ],
)
def test_a_time_is_read_where_it_belongs_and_nowhere_else(sentence: str, code: str, figures: set[str]) -> None:
    assert found_in(sentence).get(code) == figures


@pytest.mark.parametrize("sentence", load_sentences()["none"])
def test_what_owes_nothing_is_no_obligation(sentence: str) -> None:
    assert found_in(sentence) == {}


def test_what_a_breach_costs_is_no_duty_to_do_it() -> None:
    costs = {"coefficients": [{"source": {"article": "附件2", "text": "未提交运维月报的"}}]}
    assert find_obligations({"penalties": costs}) == ()
    assert [one.kind.code for one in find_obligations({"unread": [{"article": "第一条", "text": "提交运维月报"}]})] == [
        "report.monthly"
    ]


def test_the_report_of_a_fault_has_no_recovery_time() -> None:
    text = "政务云服务合同\n甲方：某市数据局\n乙方：某云有限公司\n第一条 服务\n"
    text += "1、系统宕机的，乙方应在恢复后4小时内提交宕机报告。\n"
    text += "2、系统宕机时，乙方应在2小时内恢复正常。\n第二条 其他\n1、本合同一式四份。\n第三条 期限\n1、一年。\n"
    data = read_contract(text.encode(), "a.txt").model_dump(mode="json")
    levels = [(one["metric"], one["threshold"]) for one in data["service_levels"]]
    assert levels == [("recovery", "2")]
    got = {one.kind.code: figures_of(one) for one in find_obligations(data)}
    assert got["report.downtime"] == {"4 hour"}
    assert got["incident.recover"] == {"2 hour"}


def test_a_list_whose_table_was_lost_is_read_line_by_line() -> None:
    lines = [
        "阶段 输出成果 备注",
        "系统运行阶段",
        "运维月报",
        "故障处置记录 按实际",
        "验收阶段 阶段性总结报告",
        "以上为准",
    ]
    text = "政务云服务合同\n甲方：某市数据局\n乙方：某云有限公司\n第一条 服务\n1、乙方提供服务。\n第二条 验收\n"
    text += (
        "1、乙方应在验收前向甲方提交验收材料。\n2、验收材料清单如下：\n"
        + "\n\n".join(lines)
        + "\n第三条 其他\n1、一式四份。\n"
    )
    data = read_contract(text.encode(), "a.txt").model_dump(mode="json")
    read = [(one["name"], one["phase"], one["frequency"], one["trigger"]) for one in data["deliverables"]]
    assert read == [
        ("运维月报", "系统运行阶段", "monthly", "calendar"),
        ("故障处置记录", "系统运行阶段", "as_needed", "as_needed"),
        ("阶段性总结报告", "验收阶段", None, "acceptance"),
    ]
    assert [one["source"]["article"] for one in data["deliverables"]] == ["第二条 2"] * len(read)
