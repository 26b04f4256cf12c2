"""Obligations at the command line: the list, a record with its file, the other party's word, the withdrawal."""

from __future__ import annotations

import re
from pathlib import Path

from tests.kits.session import Session

LINE = "kind:subcontracting"


def test_an_obligation_from_the_list_to_its_withdrawal(signed: Session, tmp_path: Path) -> None:
    side, cast = signed.side, signed.cast
    assert cast is not None
    paper = tmp_path / "声明.txt"
    paper.write_text("未分包", encoding="utf-8")

    def do(*words: object) -> str:
        return signed.run("obligation", *words)

    listed = do("list", "--contract", side.contract, "--state", "unseen", "--as", side.clerk)
    assert LINE in listed
    assert "不可由系统判定" in listed
    assert "rectification" not in listed
    signed.refused("access.role", "obligation", "record", side.contract, LINE, *done(paper), "--as", cast.officer)
    made = do("record", side.contract, LINE, *done(paper), "--as", side.operator)
    for expected in ("持续有效", "声明.txt", "待对方确认", "2026-01-05"):
        assert expected in made
    record = re.search(r"fct-\w+", made)
    assert record is not None
    signed.refused("obligation.own", "obligation", "answer", record[0], "confirm", "--as", side.lead)
    contested = do("answer", record[0], "contest", "--reason", "有分包", "--as", side.clerk)
    assert "对方有异议" in contested
    assert "不可由系统判定" in do("show", side.contract, LINE, "--as", side.clerk)
    assert "对方已确认" in do("answer", record[0], "confirm", "--as", side.approver)
    assert "已撤回" in do("withdraw", record[0], "--reason", "写错", "--as", side.operator)
    signed.refused("obligation.party", "obligation", "record", side.contract, LINE, *done(paper))
    late = done(paper, "2999-01-01")
    signed.refused("obligation.future", "obligation", "record", side.contract, LINE, *late, "--as", side.operator)


def done(paper: Path, on: str = "2026-01-05") -> tuple[object, ...]:
    return "--words", "未分包", "--on", on, "--file", paper
