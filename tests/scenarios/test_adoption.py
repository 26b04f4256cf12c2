"""A cloud that already runs at the command line: previewed, mended, confirmed by both, undone."""

from __future__ import annotations

import json
from pathlib import Path

from tests.kits.session import Session

BAD = "主机名,vCPU,内存(GB),系统盘(GB),数据盘,所属系统,IP\napp-01,8核,16,100,五百,{system},10.9.1.1\n"
GOOD = BAD.replace("五百", "500G") + "合计,8,16,100,500G,,\n"


def test_from_the_list_to_its_resources_and_back(signed: Session, tmp_path: Path) -> None:
    side = signed.side
    source = tmp_path / "清单.csv"
    source.write_text(BAD.format(system=side.systems[0]), encoding="gb18030")

    def do(*words: object) -> str:
        return signed.run("adopt", *words)

    said = do("preview", side.contract, source, "--from", "2026-11-01", "--as", side.clerk)
    assert "「五百」不是磁盘容量" in said
    assert "第 2 行 E 数据盘 列" in said
    signed.refused("date.unreadable", "adopt", "preview", side.contract, source, "--from", "去年", "--as", side.clerk)
    source.write_text(GOOD.format(system=side.systems[0]), encoding="gb18030")
    seen = json.loads(
        do("preview", side.contract, source, "--from", "2026-11-01", "--grade", "normal", "--json", "--as", side.clerk)
    )
    assert (seen["errors"], seen["differences"], seen["resources"]) == (0, 0, 2)
    one = seen["id"]
    assert "待对方单位复核" in do("confirm", one, "--work-order", side.work_order, "--as", side.operator)
    both = ("--as", side.operator, "--second", side.approver)
    assert "已纳管 2 项资源" in do("confirm", one, "--work-order", side.work_order, *both)
    shown = signed.run("resource", "list", "--contract", side.contract)
    assert "app-01-数据盘1" in shown
    assert "已纳管" in do("list", side.contract)
    assert "8核" not in do("show", one)  # figures are told plain
    assert "已撤销 2 项" in do("undo", one, *both)
    assert "app-01" not in signed.run("resource", "list", "--contract", side.contract)
    assert "已撤销" in do("list", side.contract)
