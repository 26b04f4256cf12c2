"""Acceptance and exit at the command line: material, request, rework, sign-off; notice, steps, refund, checklist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.kits.session import Session


def test_acceptance_from_the_material_to_both_signatures(signed: Session, tmp_path: Path) -> None:
    side = signed.side
    report = tmp_path / "服务总结报告.txt"
    report.write_text("总结", encoding="utf-8")

    def do(*words: object) -> str:
        return signed.run("acceptance", *words)

    assert "缺失" in do("material", side.contract, "--phase", "验收阶段", "--as", side.clerk)
    said = do("request", side.contract, "终验", "--as", side.operator)
    number = re.search(r"ACC-\d+-\d+", said)
    assert number is not None
    one = (side.contract, number[0])
    do("answer", *one, "rework", "--reason", "缺服务总结报告", "--as", side.approver)
    assert "返工" in do("show", *one, "--as", side.operator)
    do("hand-in", side.contract, "deliverable:9", "--file", report, "--as", side.operator)
    assert "已提交" in do("material", side.contract, "--phase", "验收阶段", "--as", side.lead)
    do("do", *one, "resubmit", "--as", side.operator)
    signed.refused("acceptance.not_silent", "acceptance", "do", *one, "deem", "--as", side.operator)
    assert "验收合格" in do("answer", *one, "pass", "--as", side.approver)
    assert "一方已签认" in do("sign", *one, "--as", side.lead)
    assert "双方已签认" in do("sign", *one, "--as", side.approver)
    signed.refused(
        "acceptance.score_words", "acceptance", "answer", *one, "pass", "--score", "a=b", "--as", side.approver
    )
    target = tmp_path / "材料.docx"
    do("file", *one, "-o", target, "--as", side.clerk)
    assert target.read_bytes().startswith(b"PK")
    assert number[0] in do("list", side.contract, "--as", side.lead)


def test_exit_from_the_notice_on(signed: Session, tmp_path: Path) -> None:
    side = signed.side

    def do(*words: object) -> str:
        return signed.run("exit", *words)

    assert "SM3" in do("inventory", side.contract, "--as", side.clerk)
    assert "exit.refund" in do("refund", side.contract, "--left-on", "2026-12-15", "--as", side.clerk)
    said = do("open", side.contract, "using_unit", "--evidence", "迁出函", "--as", side.approver)
    number = re.search(r"EXI-\d+-\d+", said)
    assert number is not None
    one = (side.contract, number[0])
    assert "配合完成迁移" in do("do", *one, "inventory", "--as", side.operator)
    signed.refused("exit.plan_words", "exit", "do", *one, "plan", "--plan", "门户", "--as", side.operator)
    do("do", *one, "plan", "--plan", "门户,2026-12-01,2026-12-20,新平台", "--as", side.operator)
    signed.refused("case.field", "exit", "do", *one, "data_back", "--set", "colour=red", "--as", side.operator)
    paper = tmp_path / "移交清单.txt"
    paper.write_text("清单", encoding="utf-8")
    do("do", *one, "data_back", "--set", "medium=硬盘", "--file", paper, "--as", side.operator)
    do("do", *one, "data_received", "--set", "evidence=签收单", "--as", side.approver)
    assert "移交并签收数据" in do("show", *one, "--as", side.lead)
    signed.refused("exit.not_complete", "exit", "sign", *one, "--as", side.approver)
    target = tmp_path / "清单.xlsx"
    do("file", *one, "--format", "xlsx", "-o", target, "--as", side.clerk)
    assert target.read_bytes().startswith(b"PK")
    assert number[0] in do("list", side.contract, "--as", side.lead)
