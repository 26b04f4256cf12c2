"""What stands around a statement, at the command line: invoices, late days, the bond, allocation, application."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.kits.session import Session

from yunqi.kernel.period import date_of
from yunqi.store.contracts import require_contract
from yunqi.store.parties import list_systems


def test_an_invoice_from_the_paper_to_its_cancelling(settled: Session, tmp_path: Path) -> None:
    side, today = settled.side, date_of(settled.clock.at).isoformat()
    both = ("--as", side.operator, "--second", side.approver)
    with settled.installation() as site, site.database.read() as connection:
        parties = require_contract(connection, side.contract).data["parties"]
    paper = tmp_path / "发票.pdf"
    paper.write_bytes(b"%PDF-1.7")
    number = f"{today[2:4]}112000000000000123"
    base = ("invoice", "record", side.contract, number, "--issued", today, "--received", today)
    base += ("--seller", parties["provider"], "--seller-tax-id", "91350100M000100Y43", "--kind", "ordinary")
    base += ("--buyer", parties["using_unit"], "--rate", "6%", "--net", "100", "--tax", "6", "--file", paper)
    settled.refused("invoice.sum", *base, "--total", "106.01", *both)
    settled.run(*base, "--total", "106", "--daxie", "壹佰零陆元整", "--instalment", "1", *both)
    settled.refused("invoice.twice", *base, "--total", "106", *both)
    listed = settled.run("invoice", "list", side.contract)
    assert number in listed
    assert "106.00" in settled.run("invoice", "check", side.contract)
    identifier = listed.split("inv-")[1].split()[0]
    settled.run("invoice", "cancel", f"inv-{identifier}", "--reason", "退票", *both)
    assert number not in settled.run("invoice", "list", side.contract, "--live")


def test_the_bond_and_the_days_late(settled: Session) -> None:
    side, today = settled.side, date_of(settled.clock.at).isoformat()
    both = ("--as", side.clerk, "--second", side.approver)
    settled.run("bond", "record", side.contract, "--amount", "1000", "--on", today, "--guarantee", "BH-1", *both)
    settled.run("bond", "draw", side.contract, "--amount", "400", "--on", today, "--reason", "违约金", *both)
    settled.refused("bond.more_than_held", "bond", "release", side.contract, "--amount", "601", "--on", today, *both)
    shown = settled.run("bond", "show", side.contract)
    assert "600.00" in shown
    assert "BH-1" in shown
    settled.refused("bond.no_guarantee", "bond", "extend", side.contract, "X", "--on", today, "--expires", today, *both)
    late = settled.run("payment", "late", side.contract, "--as-of", "2031-12-31")
    assert "逾期天数" in late
    assert "没有约定逾期付款违约金" in late
    assert "未知天数" in settled.run("payment", "delivery", side.contract)


def test_the_allocation_and_the_application(settled: Session, tmp_path: Path) -> None:
    side, today = settled.side, date_of(settled.clock.at).isoformat()
    both = ("--as", side.operator, "--second", side.approver)
    with settled.installation() as site, site.database.read() as connection:
        unit = require_contract(connection, side.contract).using_unit_id
        names = [one.name for one in list_systems(connection, unit, at=settled.clock.at)]
    shares = [word for name in names for word in ("--share", f"{name}=1/{len(names)}")]
    more = ("--from", today, "--agreement", "纪要", "--spread", "days", *both)
    settled.refused("allocation.word", "allocation", "agree", side.contract, "--share", "门户", *more)
    settled.refused("allocation.shares", "allocation", "agree", side.contract, "--share", f"{names[0]}=1/3", *more)
    settled.run("allocation", "agree", side.contract, *shares, *more)
    assert "100.00%" in settled.run("allocation", "show", side.contract)
    out = tmp_path / "分摊.xlsx"
    settled.run("allocation", "export", side.contract, "--out", out)
    assert out.read_bytes()[:2] == b"PK"
    pack = tmp_path / "申请.zip"
    settled.run("payment", "apply", side.contract, 1, "--out", pack, "--as", side.operator)
    with zipfile.ZipFile(pack) as archive:
        listed = json.loads(archive.read("清单.json"))
        assert {one["name"] for one in listed["files"]} == set(archive.namelist()) - {"清单.json"}


def test_lists_of_all_contracts_name_the_contract_of_each_row(settled: Session) -> None:
    for noun in ("statement", "incident", "work-order"):
        of_all, of_one = settled.run(noun, "list"), settled.run(noun, "list", settled.number)
        assert "合同" in of_all.splitlines()[0]
        assert settled.number in of_all
        assert "合同" not in of_one.splitlines()[0]
    assert "系统入云" in settled.run("work-order", "list")
    for noun in ("acceptance", "exit", "invoice", "notice", "rota"):
        assert "(没有记录)" in settled.run(noun, "list")
    assert "合同到期 + 验收通过" in settled.run("payment", "list", settled.number)
