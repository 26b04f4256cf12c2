"""Critical events that articles describe in prose are read with their figures; what is not understood stays open."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kits.events import load_first_figures, load_set, measure_set

from yunqi.contract import read_contract

HEAD = (
    "政务云服务合同\n甲方：某市数据局\n乙方：某云有限公司\n第一条 服务\n1.乙方提供云服务，验收合格后甲方支付服务费。\n"
)


def read(*items: str) -> dict[str, Any]:
    lines = "\n".join(f"{number}.{item}" for number, item in enumerate(items, 1))
    return read_contract(f"{HEAD}第二条 重大违约\n{lines}\n".encode(), "made.txt").model_dump(mode="json")


def open_words(contract: dict[str, Any]) -> list[str]:
    return [
        one["code"] for one in contract["findings"] if one["code"] in {"critical.not_read", "critical.mixed_and_or"}
    ]


@pytest.mark.parametrize("name", sorted(load_first_figures()))
def test_a_set_gives_no_less_than_the_first_time(name: str) -> None:
    first, score = load_first_figures()[name], measure_set(name)
    assert score.found + len(score.missed) == first["events"]
    assert round(score.recall, 4) >= first["recall"], score.missed
    assert round(score.precision, 4) >= first["precision"], score.extra
    assert score.times >= first["facts_right"], score.times_missed
    assert len(score.times_invented) <= first["facts_invented"], score.times_invented
    assert not score.misplaced


@pytest.mark.parametrize("name", sorted(load_first_figures()))
def test_every_event_has_its_exact_words(name: str) -> None:
    for title, noted in load_set(name).items():
        contract = read_contract(noted.text.encode(), f"{title}.txt")
        for event in contract.penalties.critical:
            assert event.source.text in noted.text
            assert event.text == event.source.text


@pytest.mark.parametrize(
    ("words", "operator", "count"),
    [
        ("中断2小时以上", ">=", "2"),
        ("中断超过2小时", ">", "2"),
        ("中断超过2小时以上", ">=", "2"),
        ("持续中断达到2小时", ">=", "2"),
        ("中断两小时（含）以上", ">=", "2"),
    ],
)
def test_the_operator_follows_the_civil_code(words: str, operator: str, count: str) -> None:
    (event,) = read(f"云平台{words}的，构成A级重大违约。")["penalties"]["critical"]
    assert (event["duration"]["operator"], str(event["duration"]["count"])) == (operator, count)


def test_a_time_that_is_one_alternative_is_no_limit_of_the_others() -> None:
    (event,) = read("云平台中断6小时以上，或者影响5万人以上的，构成A级重大违约。")["penalties"]["critical"]
    assert event["duration"] is None
    assert event["conditions"]["lasts"] == {"operator": ">=", "count": 6, "unit": "hour"}
    assert (event["conditions"]["people"]["value"], event["joined"]) == (50000, "or")


def test_and_mixed_with_or_is_an_open_point() -> None:
    made = read("云平台中断6小时以上，且影响5万人以上或者损失50万元以上的，构成A级重大违约。")
    assert made["penalties"]["critical"][0]["duration"]["count"] == 6
    assert open_words(made) == ["critical.mixed_and_or"]


@pytest.mark.parametrize(
    "item",
    [
        "发生使甲方声誉受损的事故的，构成B级重大违约。",
        "系统中断且影响办件10万笔以上的，构成A级重大违约。",
        "任一季度内发生B级重大违约2次的，甲方可以解除合同。",
        "乙方认可甲方对A级重大违约的认定。",
    ],
)
def test_what_is_not_understood_is_an_open_finding(item: str) -> None:
    assert "critical.not_read" in open_words(read(item))


@pytest.mark.parametrize(
    "item",
    [
        "A级故障10分钟响应，B级故障30分钟响应。",
        "机房按国家标准A级机房建设。",
        "乙方违反纪律的，每次支付违约金1000元。",
        "网络安全事件分为特别重大、重大、较大和一般四级。",
    ],
)
def test_other_levels_are_no_events(item: str) -> None:
    made = read(item)
    assert (made["penalties"]["critical"], open_words(made)) == ([], [])


def test_more_than_a_number_of_events_is_one_more() -> None:
    made = read("云平台中断2小时以上的，构成B级重大违约。", "一年内发生B级重大违约超过2次的，甲方有权解除合同。")
    (event,) = made["penalties"]["critical"]
    assert (event["count"]["count"], event["count"]["window"], event["remedy"]) == (3, "year", ["terminate"])


def test_less_than_a_time_is_never_read_as_at_least_that_time() -> None:
    made = read("云平台中断不足30分钟的，构成B级重大违约。")
    assert [(one["duration"], one["conditions"].get("lasts")) for one in made["penalties"]["critical"]] == [
        (None, None)
    ]
    assert "critical.not_read" in open_words(made)


def test_one_window_holds_for_both_levels_that_one_verb_joins() -> None:
    made = read(
        "云平台中断6小时以上的，构成A级重大违约；云平台中断2小时以上的，构成B级重大违约。",
        "一年内发生A级重大违约一次或者B级重大违约两次的，甲方有权解除合同。",
    )
    counts = {one["level"]: (one["count"]["count"], one["count"]["window"]) for one in made["penalties"]["critical"]}
    assert counts == {"A": (1, "year"), "B": (2, "year")}


def test_a_verdict_and_its_remedy_in_one_sentence() -> None:
    (event,) = read("云平台中断30分钟以上的，乙方构成A级违约，甲方有权终止协议。")["penalties"]["critical"]
    assert (event["level"], event["duration"]["count"], event["remedy"]) == ("A", 30, ["terminate"])
    assert (event["count"]["count"], event["remedy_source"]["article"]) == (1, "第二条 1")
