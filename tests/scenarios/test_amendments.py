"""A supplementary agreement at the command line: from its file to what can be ordered by it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.kits.session import Session

TEXT = """政务云服务合同补充协议
协议编号：BC-2026-07
甲乙双方就合同（编号：{number}）达成如下补充协议：
一、价目表第1项的数量由3435调整为3500。
二、甲方应当在每周三提供机房门禁名单。
"""


def test_it_is_read_completed_signed_and_in_force(signed: Session, tmp_path: Path) -> None:
    side = signed.side
    source = tmp_path / "补充.txt"
    source.write_text(TEXT.format(number=side.contract), encoding="utf-8")

    def do(*words: object) -> str:
        return signed.run("contract", "amendment", *words)

    said = do("import", side.contract, source, "--as", side.clerk)
    assert ("3435" in said, "3500" in said, "门禁" in said) == (True, True, True)
    found = re.search(r"amd_\w+|amd-\w+", said)
    assert found is not None
    one = found[0]
    assert "待签署" in do("list", side.contract)
    signed.refused("amendment.no_day", "contract", "amendment", "sign", one, "--as", side.approver)
    do("complete", one, "effective_on", "2027-01-01", "--why", "双方约定", "--as", side.clerk)
    do("complete", one, "price_lines[no=2].quantity", "77", "--why", "清单", "--as", side.clerk)
    shown = json.loads(do("show", one, "--json"))
    number = next(row["no"] for row in shown["change_rows"] if row["path"] == "price_lines[no=2].quantity")
    assert "77" not in do("drop", one, number, "--as", side.clerk)
    assert "等待另一方签署" in do("sign", one, "--as", side.approver)
    assert "2027-01-01" in do("sign", one, "--as", side.lead)
    assert "已签署" in do("list", side.contract)
    assert "3500" in signed.run("contract", "compare", side.contract, "--other-on", "2027-01-01")
