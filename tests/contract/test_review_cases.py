"""Every code of the review is found in three other wordings and not in three near ones; a clean contract has none."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import yaml

from yunqi.contract.documents import Mark, read_document
from yunqi.contract.reader import extract_contract
from yunqi.contract.review.codes import load_codes
from yunqi.kernel.errors import Problem

CASES = files("yunqi.contract.review") / "cases"
LEAST = 3
REFUSED = {"contract.price_line.product": "price.line_product", "contract.amount.daxie": "money.daxie"}
Case = dict[str, Any]


@cache
def load(name: str) -> Any:
    return yaml.safe_load((CASES / name).read_text("utf-8"))


@cache
def load_cases() -> dict[str, dict[str, list[Case]]]:
    found: dict[str, dict[str, list[Case]]] = {}
    for file in CASES.iterdir():
        if file.name not in {"base.yaml", "blocks.yaml"}:
            found |= load(file.name)
    return found


def text_of(case: Case) -> str:
    """The base with the sections of a case: replaced, added to (+), taken from a block (use), changed in words."""
    sections = dict(load("base.yaml"))
    for name in [case["use"]] if isinstance(case.get("use"), str) else case.get("use", []):
        for section, text in load("blocks.yaml")[name].items():
            sections[section] += text
    for key, value in case.items():
        if key.startswith("+"):
            sections[key[1:]] = sections[key[1:]].rstrip("\n") + "\n" + value
        elif key not in {"use", "words", "marks"}:
            assert key in sections, key
            sections[key] = value
    text = "\n".join(section.rstrip("\n") for section in sections.values())
    for old, new in case.get("words", {}).items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def found_in(text: str, marks: dict[str, str] | None = None) -> dict[str, str]:
    """The codes found, each with its proposal; a contradiction that refuses the file counts as its code."""
    try:
        document = read_document(text.encode(), "case.md")
        made = tuple(Mark(kind, words, 1) for kind, words in (marks or {}).items())
        contract = extract_contract(replace(document, marks=made))
    except Problem as refused:
        return {REFUSED[refused.code]: refused.sentence.replace("{", "").replace("}", "")}
    return {finding.code: finding.proposal for finding in contract.findings}


def _list(kind: str) -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code}-{number}")
        for code, cases in load_cases().items()
        for number, case in enumerate(cases[kind], 1)
    ]


@pytest.mark.parametrize(("code", "case"), _list("triggers"))
def test_a_trigger_gives_the_code(code: str, case: Case) -> None:
    found = found_in(text_of(case), case.get("marks"))
    assert code in found
    assert len(found[code]) > LEAST
    assert "{" not in found[code]


@pytest.mark.parametrize(("code", "case"), _list("near"))
def test_a_near_miss_does_not(code: str, case: Case) -> None:
    assert code not in found_in(text_of(case), case.get("marks"))


def test_every_code_has_its_cases() -> None:
    cases = load_cases()
    assert sorted(set(cases) ^ set(load_codes())) == []
    few = [code for code, each in cases.items() if min(len(each["triggers"]), len(each["near"])) < LEAST]
    assert few == []


def test_a_clean_contract_has_no_finding() -> None:
    assert found_in(text_of({})) == {}
    assert found_in(text_of({"use": "critical"})) == {}
    assert found_in(text_of({"use": "severe", "+tail": ""})).keys() <= {"severity.words_differ"}
