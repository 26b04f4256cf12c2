"""Every number of a contract has a case at its edge: change it, and a case fails."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from yunqi.contract.reader import read_contract
from yunqi.settlement.boundaries import BoundaryCase, find_failing, make_cases

AROUND = date(2026, 3, 2)
EXAMPLES = Path(__file__).parents[2] / "examples"
PARTS = ("term", "total_fen", "price_lines", "service_levels", "instalments", "bond", "penalties", "acceptance")
DATA = re.compile(r"\d+(\.\d+)?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NAMES = {"no", "line", "page", "article", "text", "cell", "source", "sources", "offset_sources", "parameters"}
"""What names a place and states no figure of the deal (a price line's parameters are kept by the engines)."""
BY_HAND = re.compile(
    r"penalties\.(deductions|score_bands)\."  # no rule prices them yet: they are settled by hand
    r"|penalties\.critical\.\d+\.conditions\.not_handled_within"  # whether it was seen to in time is a finding
    r"|penalties\.coefficients\.\d+\.band\."  # said once more: the first of `bands`
    r"|penalties\.formula\."  # said once more: one of `formulas`
    r"|price_lines\.\d+\.(tax_|net_|stated_|product_|discount|label|bundle)"
)


@pytest.fixture(scope="module", params=["contract-sample.docx", "contract-small.docx", "contract-clean.docx"])
def data(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read_contract(EXAMPLES / request.param).model_dump(mode="json")


def figures(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in NAMES and not key.endswith("source"):
                yield from figures(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from figures(one, (*path, str(place)))
    elif (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and (DATA.fullmatch(value) or DAY.fullmatch(value))
    ):
        yield path, value


def changed(value: Any) -> Any:
    """The figure, one more in its last place; the day after."""
    if isinstance(value, int):
        return value + 1
    if DAY.fullmatch(value):
        return (date.fromisoformat(value) + timedelta(days=1)).isoformat()
    whole, dot, rest = value.partition(".")
    return str(int(whole) + 1) if not dot else f"{whole}.{int(rest) + 1:0{len(rest)}d}"


def replaced(data: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    made = copy.copy(data)
    made[path[0]] = copy.deepcopy(data[path[0]])
    place: Any = made
    for part in path[:-1]:
        place = place[int(part)] if isinstance(place, list) else place[part]
    place[path[-1]] = value
    return made


def is_noticed(data: dict[str, Any], cases: Sequence[BoundaryCase], part: str) -> bool:
    """Whether a case fails; those of the changed part are tried first."""
    near = sorted(cases, key=lambda one: not one.path.startswith(part))
    return any(find_failing(data, [one]) for one in near)


def test_the_signed_data_come_to_what_the_cases_say(data: dict[str, Any]) -> None:
    cases = make_cases(data, around=AROUND)
    assert len(cases) > 20
    assert find_failing(data, cases) == []
    assert len({(one.path, one.name, str(one.facts)) for one in cases}) == len(cases)
    assert all(one.name and "None" not in one.name for one in cases)


def test_a_changed_number_fails_a_case(data: dict[str, Any]) -> None:
    cases = make_cases(data, around=AROUND)
    survived, tried = [], 0
    for part in PARTS:
        for path, value in figures(data.get(part), (part,)):
            if BY_HAND.match(".".join(path)):
                continue
            tried += 1
            if not is_noticed(replaced(data, path, changed(value)), cases, part):
                survived.append((".".join(path), value))
    assert tried > 20
    assert survived == []


def test_a_level_has_its_three_cases() -> None:
    level = {"metric": "response", "operator": "<=", "threshold": "15", "unit": "minute", "source": {"article": "三 1"}}
    made = make_cases({"service_levels": [level]}, around=AROUND)
    told = [(one.name, one.expected["state"]) for one in made if one.kind == "level"]
    assert told == [
        ("故障响应时间实测14分59秒（约定值差一点）", "met"),
        ("故障响应时间实测15（约定值恰好）", "met"),
        ("故障响应时间实测15分1秒（约定值多一点）", "breached"),
    ]
    assert isinstance(made[0], BoundaryCase)
    assert made[0].article == "三 1"


def test_a_clause_that_is_gone_fails_its_cases(data: dict[str, Any]) -> None:
    cases = make_cases(data, around=AROUND)
    without = {**data, "instalments": data["instalments"][:-1]}
    assert {one.path for one, _made in find_failing(without, cases)} == {f"instalments.{len(data['instalments']) - 1}"}


@pytest.mark.parametrize("part", ["other", "credits"])
def test_a_band_has_cases_at_both_its_edges(part: str) -> None:
    band = {"metric": "availability", "min": "0.99", "min_operator": ">=", "max": "0.999", "max_operator": "<"}
    clause = {"no": 1, "duty": "availability", "coefficient": "0.1", "band": {**band, "unit": "share"}}
    data = {"penalties": {part: [clause]}}
    made = [one for one in make_cases(data, around=AROUND) if one.kind == "banded"]
    assert [one.expected["applies"] for one in made] == [False, True, True, True, False, False]
    for path in ("min", "max"):
        whole = ("penalties", part, "0", "band", path)
        assert is_noticed(replaced(data, whole, changed(band[path])), made, f"penalties.{part}")


SHARE = {"rate": "0.001", "of": "contract_total", "duty": "late_performance", "source": None}
LATE = {"metric": "lateness", "min": "15", "min_operator": ">", "max": "30", "max_operator": "<=", "unit": "day"}


@pytest.mark.parametrize(
    "clause",
    [
        {"kind": "daily", **SHARE},
        {"kind": "daily", **SHARE, "band": LATE},
        {"kind": "daily", **SHARE, "terminates": {**LATE, "max": None, "max_operator": None}},
        {"kind": "daily", **SHARE, "cap_share": "0.05", "cap_of": "paid_fee"},
        {"kind": "per_period", **SHARE, "per": {"count": 7, "unit": "day"}, "cap": 123456},
        {"kind": "per_period", **SHARE, "per": {"count": 30, "unit": "minute"}},
        {"kind": "per_period", **SHARE, "per": {"count": 2, "unit": "working_day"}},
        {"kind": "per_period", **SHARE, "per": {"count": 1, "unit": "month"}, "band": {**LATE, "unit": "month"}},
        {"kind": "percentage", **SHARE, "band": LATE, "cap_share": "0.0005"},
    ],
    ids=lambda clause: "-".join(
        [clause["kind"], *(key for key in ("band", "terminates", "per", "cap", "cap_share") if key in clause)]
    ),
)
def test_every_number_of_a_penalty_by_the_length_of_a_lateness_has_a_case(clause: dict[str, Any]) -> None:
    data = {"total_fen": 484528352, "penalties": {"other": [clause]}}
    made = make_cases(data, around=AROUND)
    assert find_failing(data, made) == []
    assert len({(one.path, one.name, str(one.facts)) for one in made}) == len(made)
    for path, value in figures(data["penalties"], ("penalties",)):
        assert is_noticed(replaced(data, path, changed(value)), made, "penalties"), path


def test_the_edges_of_a_length_show_both_ways_to_count() -> None:
    clause = {"kind": "daily", **SHARE, "band": LATE}
    data = {"total_fen": 1_000_000, "penalties": {"other": [clause]}}
    made = {one.facts["measured"]: one.expected for one in make_cases(data, around=AROUND) if one.kind == "lasting"}
    assert made["23040"] == {"begun": 16, "whole": 16, "begun_past_edge": 1, "whole_past_edge": 1, "amount_fen": 16_000}
    assert made["1382401/60"]["begun_past_edge"] == 2
