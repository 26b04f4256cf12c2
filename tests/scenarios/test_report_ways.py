"""Reports at the command line: a plan is composed, a report goes to two receivers, and an incident's are listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.kits.session import Session

from yunqi.store.parties import require_organisation, require_person


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_a_report_goes_to_two_receivers_and_an_incidents_are_listed(signed: Session, tmp_path: Path) -> None:
    side, cast = signed.side, signed.cast
    assert cast is not None

    def do(*words: object) -> str:
        return signed.run("report", *words)

    def made(said: str) -> str:
        found = re.search(r"rep-[0-9a-z]+", said)
        assert found is not None, said
        return found[0]

    supervisor, provider = (organisation_of(signed, person) for person in (cast.auditor, side.operator))
    plan = tmp_path / "方案.docx"
    composed = do("compose", side.contract, "--report", "operation_plan", "--save", plan, "--as", side.operator)
    assert "运维服务方案和巡检计划" in composed
    assert plan.read_bytes().startswith(b"PK")
    note = tmp_path / "说明.txt"
    note.write_text("情况", encoding="utf-8")
    one = made(
        do("number", side.contract, "--kind", "情况说明", "--also", supervisor, "--file", note, "--as", side.operator)
    )
    do("approve", one, "--as", side.lead)
    signed.refused("report_entry.no_receiver", "report", "deliver", one, "--to", provider, "--as", side.operator)
    assert "已报送" in do("deliver", one, "--way", "paper", "--as", side.operator)
    proof = tmp_path / "回执.txt"
    proof.write_text("已收", encoding="utf-8")
    do("receipt", one, "--by", "监管收发室", "--of", supervisor, "--file", proof, "--as", side.operator)
    assert "已签收" in do("receipt", one, "--by", "甲方收发室", "--as", side.clerk)
    assert supervisor in do("list", "--as", side.operator)
    opened = signed.run("incident", "open", side.contract, "门户中断", "--as", side.clerk)
    number = re.search(r"INC-\d+-\d+", opened)
    assert number is not None
    made(do("compose", side.contract, "--report", "fault_first", "--incident", number[0], "--as", side.operator))
    listed = do("list", "--incident", number[0], "--as", side.operator)
    assert "故障报告：门户中断" in listed
    assert "情况说明" not in listed
    signed.refused("case.unknown", "report", "list", "--incident", "INC-none", "--as", side.operator)


def organisation_of(signed: Session, person: str) -> str:
    """The name of somebody's organisation."""
    with signed.installation() as site, site.database.read() as connection:
        return require_organisation(connection, require_person(connection, person).organisation_id).name
