"""Every clause kind with a rule has cases that a lawyer could sign, and the rule decides them so."""

from __future__ import annotations

import importlib
from importlib.resources import files
from typing import Any

import pytest
import yaml

CLAUSES = files("yunqi.contract.clauses")
KINDS = sorted(folder.name for folder in CLAUSES.iterdir() if folder.is_dir() and (folder / "rule.py").is_file())
EXPECTED = {
    "acceptance",
    "bond",
    "coefficient",
    "critical_breach",
    "instalment",
    "other_penalty",
    "price_line",
    "service_level",
    "term",
}


def load(kind: str) -> list[dict[str, Any]]:
    return yaml.safe_load((CLAUSES / kind / "cases.yaml").read_text("utf-8"))["cases"]


CASES = [pytest.param(kind, case, id=f"{kind}: {case['name']}") for kind in KINDS for case in load(kind)]


def test_every_kind_with_a_rule_is_here():
    assert set(KINDS) >= EXPECTED


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_the_rule_decides_the_case(kind, case):
    assert set(case) == {"name", "clause", "facts", "expected", "why", "source"}
    rule = importlib.import_module(f"yunqi.contract.clauses.{kind}.rule")
    assert rule.judge(case["clause"], case["facts"]) == case["expected"], case["why"]


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_cases_are_unique(kind):
    names = [case["name"] for case in load(kind)]
    assert len(names) == len(set(names))
