"""`yunqi clause cases`: the rules' own cases, and those of a contract."""

from __future__ import annotations

from tests.kits.session import Session


def test_the_rules_cases_are_listed_and_hold(settled: Session) -> None:
    said = settled.run("clause", "cases", "--kind", "service_level")
    assert "响应恰好 15 分钟" in said
    assert "0 个不符" in said


def test_a_contracts_cases_are_listed(settled: Session) -> None:
    said = settled.run("clause", "cases", settled.number, "--kind", "level", "--as", settled.side.clerk)
    assert "约定值恰好" in said
    assert "0 个不符" in said
    settled.refused("contract.unknown", "clause", "cases", "YZ-1900-001", "--as", settled.side.clerk)
