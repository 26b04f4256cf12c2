"""Logbooks at the command line: what to fill in, a drill with its file and document, people and a protected period."""

from __future__ import annotations

import re
from pathlib import Path

from tests.kits.session import Session


def test_logbooks_from_the_fields_to_the_document(signed: Session, tmp_path: Path) -> None:
    side = signed.side
    sheet = tmp_path / "签到.txt"
    sheet.write_text("甲 乙", encoding="utf-8")

    def do(*words: object) -> str:
        return signed.run("logbook", *words)

    asked = do("fields", "drill")
    for expected in ("scope", "platform、system", "participants", "必填", "sign_in_file"):
        assert expected in asked
    said = do(
        "open",
        side.contract,
        "drill",
        "季度演练",
        "--set",
        "scope=platform",
        "--set",
        "plan=切换",
        "--as",
        side.operator,
    )
    found = re.search(r"DR-\d+-\d+", said)
    assert found is not None
    number = found[0]
    signed.refused("logbook.set", "logbook", "do", number, "permit", "--set", "函1号", "--as", side.clerk)
    signed.refused("logbook.field_missing", "logbook", "do", number, "permit", "--as", side.clerk)
    do("do", number, "permit", "--set", "permission=函1号", "--as", side.clerk)
    given = ("minutes=90", "participants=甲、乙", "result=passed", "sign_in=表1")
    words = [word for one in given for word in ("--set", one)]
    do("do", number, "hold", *words, "--file", f"sign_in_file={sheet}", "--as", side.operator)
    shown = do("show", number, "--as", side.clerk)
    for expected in ("90 分钟", "签到.txt", "confirm"):
        assert expected in shown
    assert "已确认" in do("do", number, "confirm", "--as", side.clerk)
    assert "达到目的" in do("list", "drill", "--contract", side.contract, "--as", side.lead)
    target = tmp_path / "记录.docx"
    do("document", number, target, "--as", side.clerk)
    assert target.read_bytes().startswith(b"PK")
    do("attachment", number, "sign_in_file", "--to", tmp_path / "out", "--as", side.clerk)
    assert (tmp_path / "out" / "签到.txt").read_text("utf-8") == "甲 乙"


def test_people_and_a_protected_period_at_the_command_line(signed: Session) -> None:
    side = signed.side

    def do(*words: object) -> str:
        return signed.run("logbook", *words)

    person = ("--set", "role=驻场", "--set", "employment=employee", "--set", "key=yes")
    do("open", side.contract, "staff_member", "陈一", *person, "--as", side.operator)
    shown = do("staff", side.contract, "--as", side.clerk)
    for expected in ("陈一", "没有保密承诺", "连续 2 个月人数未达到承诺"):
        assert expected in shown
    period = ("--at", "2027-03-01 00:00", "--set", "until=2027-03-05T00:00", "--set", "level=major")
    more = ("--set", "set_by=管理单位", "--set", "notice=通知1号", "--set", "key_staff=陈一")
    said = do("open", side.contract, "protected_period", "两会保障", *period, *more, "--as", side.clerk)
    found = re.search(r"PP-\d+-\d+", said)
    assert found is not None
    shown = do("show", found[0], "--as", side.operator)
    for expected in ("没有排班", "没有到岗登记：陈一", "add_plan"):
        assert expected in shown
