"""What a person decides about contract data: checked against the form, recorded, and taken back to the byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.contract.changes.paths import find_place, parse_path, read_at
from yunqi.contract.changes.settling import (
    apply_correction,
    apply_note,
    apply_removal,
    apply_settling,
    blocking_paths,
    undo,
)
from yunqi.contract.changes.values import check_value, choices_of, kind_of, read_value
from yunqi.kernel.errors import Problem

BY = {"by": "某办事员", "by_id": "per_1", "at": "2026-07-02T01:00:00Z", "why": "原件如此"}
SOURCE = {"article": "第三条", "text": "合价见下表", "line": 7, "page": None, "cell": None}


def line(no: int, quantity: str | None) -> dict[str, Any]:
    return {
        "no": no, "item": "compute.vcpu", "name": f"云主机 {no}", "group": None, "unit": "核", "unit_price": "12.5",
        "quantity": quantity, "periods": None, "total_fen": None, "parameters": {}, "bundle": None, "source": SOURCE,
    }  # fmt: skip


def doubtful(path: str, *candidates: Any) -> dict[str, Any]:
    return {"path": path, "candidates": list(candidates), "source": SOURCE}


def make_data() -> dict[str, Any]:
    return {
        "number": "A-1",
        "term": {"start_on": None, "end_on": None, "months": None, "from": None, "source": SOURCE},
        "total_fen": None,
        "price_lines": [line(1, "3"), line(2, None), line(3, None), line(4, "9")],
        "bond": None,
        "uncertain": [
            doubtful("total_fen", 100_00, 700_00),
            doubtful("price_lines[1].quantity", "8", "3"),
            doubtful("price_lines[2].quantity", "1", "7"),
            doubtful("term", {"start_on": "2026-07-01", "end_on": "2027-06-30", "months": 12, "from": "date"}),
        ],
        "unread": [
            {"article": "第九条", "text": "本页无正文", "line": 90, "page": None},
            {"article": "第九条", "text": "以下空白", "line": 91, "page": None},
        ],
    }


def code_of(call: Any) -> str:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code


def test_a_candidate_is_written_at_its_path_and_its_entry_moves() -> None:
    before = make_data()
    after = apply_settling(before, "price_lines[1].quantity", "8", by=BY)
    assert read_at(after, "price_lines[1].quantity") == "8"
    assert [one["path"] for one in after["uncertain"]] == ["total_fen", "price_lines[2].quantity", "term"]
    deed = after["settled"][0]
    assert {key: deed[key] for key in ("no", "deed", "path", "value", "before", "candidates", "by", "why")} == {
        "no": 1, "deed": "settled", "path": "price_lines[1].quantity", "value": "8", "before": None,
        "candidates": ["8", "3"], "by": "某办事员", "why": "原件如此",
    }  # fmt: skip
    assert deed["source"] == SOURCE
    assert before == make_data()  # what was given is left alone


def test_a_whole_form_takes_the_words_of_its_entry() -> None:
    chosen = make_data()["uncertain"][3]["candidates"][0]
    after = apply_settling(make_data(), "term", chosen, by=BY)
    assert after["term"] == chosen | {"source": SOURCE}


def test_a_missed_item_is_added_and_an_invented_one_removed() -> None:
    added = apply_correction(make_data(), "price_lines[4]", line(5, "2"), words="云主机 5", article="附件", by=BY)
    assert (added["price_lines"][4]["no"], added["settled"][0]["deed"]) == (5, "added")
    gone = apply_removal(added, "price_lines[1]", by=BY)
    assert [one["no"] for one in gone["price_lines"]] == [1, 3, 4, 5]
    assert [one["path"] for one in gone["uncertain"]] == ["total_fen", "price_lines[1].quantity", "term"]
    settled = apply_settling(gone, "price_lines[1].quantity", "7", by=BY)
    assert settled["price_lines"][1] == line(3, "7")
    assert code_of(lambda: undo(settled, 2)) == "contract.settled_since"
    assert undo(undo(settled, 3), 2) == added


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: apply_settling(make_data(), "price_lines[0].quantity", "3", by=BY), "contract.not_uncertain"),
        (lambda: apply_settling(make_data(), "total_fen", "100", by=BY), "contract.value"),
        (lambda: apply_settling(make_data(), "total_fen", -1, by=BY), "contract.value"),
        (lambda: apply_settling(make_data(), "total_fen", True, by=BY), "contract.value"),
        (lambda: apply_settling(make_data(), "price_lines[1].quantity", "很多", by=BY), "contract.value"),
        (lambda: apply_settling(make_data(), "term", {"start_on": "2026-02-30"}, by=BY), "contract.value"),
        (
            lambda: apply_correction(make_data(), "price_lines[0].name", None, words="", article="", by=BY),
            "contract.value",
        ),
        (
            lambda: apply_correction(make_data(), "price_lines[0].item", "no.such", words="", article="", by=BY),
            "contract.value",
        ),
        (
            lambda: apply_correction(make_data(), "price_lines[0].quantity", "3", words="", article="", by=BY),
            "contract.unchanged",
        ),
        (lambda: apply_correction(make_data(), "findings[0]", {}, words="", article="", by=BY), "contract.path"),
        (
            lambda: apply_correction(make_data(), "price_lines[0].colour", 1, words="", article="", by=BY),
            "contract.path",
        ),
        (
            lambda: apply_correction(make_data(), "price_lines[9].quantity", "3", words="", article="", by=BY),
            "contract.path_absent",
        ),
        (
            lambda: apply_correction(make_data(), "bond.share", "0.05", words="", article="", by=BY),
            "contract.path_absent",
        ),
        (lambda: apply_removal(make_data(), "price_lines[9]", by=BY), "contract.path_absent"),
        (lambda: apply_note(make_data(), "没有这句", verdict="noted", by=BY), "contract.not_unread"),
        (lambda: undo(make_data(), 1), "contract.not_settled"),
    ],
)
def test_what_is_refused(call: Any, code: str) -> None:
    assert code_of(call) == code


def test_a_sentence_without_law_is_noted_and_comes_back_to_its_place() -> None:
    noted = apply_note(make_data(), "本页无正文", verdict="no_law", by=BY)
    assert [one["text"] for one in noted["unread"]] == ["以下空白"]
    both = apply_note(noted, "以下空白", verdict="noted", by=BY)
    assert undo(undo(both, 1), 2) == undo(undo(both, 2), 1) == make_data()


DEEDS = (
    lambda data: apply_settling(data, "price_lines[1].quantity", "8", by=BY),
    lambda data: apply_settling(data, "price_lines[2].quantity", "41", by=BY),
    lambda data: apply_settling(data, "total_fen", 700_00, by=BY),
    lambda data: apply_settling(data, "term", {"start_on": "2026-07-01", "end_on": "2027-06-30"}, by=BY),
    lambda data: apply_correction(data, "number", "A-2", words="编号 A-2", article="首部", by=BY),
    lambda data: apply_correction(data, "price_lines[3].quantity", "90", words="90 核", article="附件", by=BY),
    lambda data: apply_note(data, "以下空白", verdict="noted", by=BY),
    lambda data: apply_note(data, "本页无正文", verdict="no_law", by=BY),
)


@given(st.permutations(DEEDS), st.integers(0, len(DEEDS)), st.randoms())
def test_whatever_is_done_can_be_undone_in_any_order_to_the_byte(deeds: Any, count: int, random: Any) -> None:
    data = make_data()
    text = json.dumps(data, ensure_ascii=False)
    for deed in deeds[:count]:
        data = deed(data)
    numbers = [one["no"] for one in data.get("settled", ())]
    random.shuffle(numbers)
    for no in numbers:
        data = undo(data, no)
    assert json.dumps(data, ensure_ascii=False) == text


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("total_fen", "1,211,320.88", 121132088),
        ("total_fen", "人民币壹佰元整", 10000),
        ("total_fen", "50万元", 50000000),
        ("bond.share", "5%", "0.05"),
        ("bond.share", "百分之五", "0.05"),
        ("bond.share", "0.05", "0.05"),
        ("signed_on", "2026 年 7 月 1 日", "2026-07-01"),
        ("signed_on", "2026-07-01", "2026-07-01"),
        ("exit.notice", "六个月", {"count": 6, "unit": "month"}),
        ("instalments[0].within", "15 个工作日", {"count": 15, "unit": "working_day"}),
        ("price_lines[0].quantity", "1,024", "1024"),
        ("service_levels[0].threshold", "99.99%", "0.9999"),
        ("service_levels[0].operator", ">=", ">="),
        ("acceptance.silence_accepts", "否", False),
        ("term.months", "12", 12),
        ("tax", "", None),
        ("bond.forms", '["保函"]', ["保函"]),
    ],
)
def test_what_a_person_types_is_read_as_contracts_write_it(path: str, text: str, value: Any) -> None:
    assert read_value(find_place(path), text) == value


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("total_fen", "一百元多"),
        ("total_fen", "1.234"),
        ("bond.share", "五成"),
        ("signed_on", "2026-02-30"),
        ("exit.notice", "很久"),
        ("exit.notice", "半个月"),
        ("service_levels[0].operator", "="),
        ("service_levels[0].window", "week"),
        ("bond.forms", "保函"),
        ("price_lines[0].name", ""),
    ],
)
def test_what_can_not_be_read_is_refused(path: str, text: str) -> None:
    assert code_of(lambda: read_value(find_place(path), text)) == "contract.value"


def test_what_a_place_holds() -> None:
    kinds = {
        "total_fen": "fen", "penalties.other[0].cap": "fen", "bond.share": "share", "term.end_on": "date",
        "exit.notice": "duration", "price_lines[0].no": "whole", "acceptance.silence_accepts": "yes_no",
        "penalties.coefficients[0].table": "choice", "price_lines[0].item": "item", "parties.provider": "text",
        "bond.forms": "list", "price_lines[0].parameters": "form", "term": "form", "price_lines[0].unit": "text",
    }  # fmt: skip
    assert {path: kind_of(find_place(path)) for path in kinds} == kinds
    assert choices_of(find_place("term.from")) == ("date", "signature", "activation")
    assert check_value(find_place("term.from"), "signature") == "signature"


@given(st.text(max_size=40))
def test_any_path_is_read_or_refused(path: str) -> None:
    try:
        steps = parse_path(path)
    except Problem as refused:
        code = refused.code
    else:
        code = "contract.path"
        assert steps
    assert code == "contract.path"


def test_what_holds_up_a_signature() -> None:
    paths = ("term", "service_levels[0].threshold", "price_lines[3].unit_price", "price_lines[1]", "bond.amount_fen")
    free = ("price_lines[3].item", "price_lines[0].bundle", "systems[1].name", "parties.provider")
    data = {"uncertain": [doubtful(path) for path in (*paths, *free)]}
    assert blocking_paths(data) == paths
