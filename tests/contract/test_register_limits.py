"""The cases of limits: what a contract's data say about answering, cutting off, telling, restoring and proving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from yunqi.contract.clauses.words import find_within
from yunqi.contract.register_limits import find_limit, find_tell

CASES = yaml.safe_load(Path(__file__).with_name("register_limits.yaml").read_text("utf-8"))
STEPS = ("answer", "carry_out", "tell", "restore", "prove")


def found_of(data: dict[str, Any], step: str) -> str | None:
    if step == "tell":
        term = find_tell(data)
        if term is None:
            return None
        within = term.within or {}
        ways = " " + "+".join(term.channels) if term.channels else ""
        return f"{within.get('count')} {within.get('unit')}{ways}"
    limit = find_limit(data, step)
    return None if limit is None else f"{limit['count']} {limit['unit']}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_a_contract_wants_done_by_when(case: dict[str, Any]) -> None:
    assert {step: said for step in STEPS if (said := found_of(case["data"], step))} == case["steps"]


def test_every_family_of_contract_has_a_case() -> None:
    families = {"tables", "strict tables", "own thresholds", "key figures", "percentages"}
    assert families == {case["family"] for case in CASES} - {""}


def test_the_times_of_the_cases_are_those_that_reading_finds_in_their_words() -> None:
    for case in CASES:
        for duty in case["data"].get("obligations") or ():
            within = find_within(duty["text"])
            if duty.get("deadline") is not None and case["family"] != "tables":
                assert within is not None, duty["text"]
                assert within[0].model_dump() == duty["deadline"]
