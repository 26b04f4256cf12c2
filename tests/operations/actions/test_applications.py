"""The payment-application pack: opened by other programs, its sums those of the contract, its digests right."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import docx
import openpyxl
import pytest
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.money import render_daxie, render_yuan
from yunqi.kernel.period import date_of
from yunqi.operations.applications import Account, gather, make_pack
from yunqi.operations.installation import Installation
from yunqi.store.checks import sm3_hex
from yunqi.store.contracts import require_contract

PDF = b"%PDF-1.7 an invoice"


def test_a_pack_of_an_instalment(settled_site: Installation, settled_people: People) -> None:
    site, people = settled_site, settled_people
    contract, on = people.cast.first.contract, date_of(settled_site.clock.now())
    with site.database.read() as connection:
        parties = require_contract(connection, contract).data["parties"]
    upload = ask(site, people.operator, "file.upload", name="发票.pdf", content=PDF).value
    number = f"{on.year % 100}112000000000000042"
    fields = {
        "contract": contract,
        "number": number,
        "issued_on": on,
        "received_on": on,
        "seller_name": parties["provider"],
        "seller_tax_id": "91350100M000100Y43",
        "buyer_name": parties["using_unit"],
        "kind": "ordinary",
        "rate": "6%",
        "net": "100",
        "tax": "6",
        "total": "106",
        "instalment": 1,
        "file": upload.id,
    }
    ask(site, people.operator, "invoice.record", **fields, _second=people.approver)
    ask(site, people.clerk, "payment.record", contract=contract, no=1, amount="1", on=on, _second=people.approver)
    now = site.clock.now()
    with site.database.read() as connection:
        found = require_contract(connection, contract)
        data = gather(site, connection, found, 1, now, by="某人")
    content = make_pack(site, data, Account(bank="某银行"), made_at=now, by="某人")
    assert make_pack(site, data, Account(bank="某银行"), made_at=now, by="某人").__len__() == len(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("清单.json"))
    assert {one["name"] for one in manifest["files"]} == set(files)
    for one in manifest["files"]:
        part = files[one["name"]]
        assert (len(part), sm3_hex(part)) == (one["size_bytes"], one["sm3"])
        assert hashlib.sha256(part).hexdigest() == one["sha256"]
    assert files[f"发票/{number}.pdf"] == PDF
    asked = data["instalment_fen"] - 100 - data["offset_fen"]
    assert manifest["asked_fen"] == asked
    letter = docx.Document(io.BytesIO(files["付款申请书.docx"]))
    words = "\n".join(one.text for one in letter.paragraphs)
    assert render_daxie(asked) in words
    assert render_yuan(asked) in words
    assert "某银行" in words
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    assert number in cells
    sheet = openpyxl.load_workbook(io.BytesIO(files["发票清单.xlsx"])).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [number]
    months = openpyxl.load_workbook(io.BytesIO(files["违约金抵扣.xlsx"])).active
    assert months is not None
    assert months.max_row == 1 + len(data["months"]) > 1
    assert sum(name.startswith("结算单/") for name in files) == len(data["months"])


@pytest.mark.parametrize(("no", "code"), [(900, "payment.no_instalment"), (1, "application.paid")])
def test_nothing_is_asked_for_that_is_not_due(site: Installation, people: People, no: int, code: str) -> None:
    contract, now = people.cast.first.contract, site.clock.now()
    found = ask(site, people.clerk, "payment.list", contract=contract).value
    amount = f"{found.instalments[0].amount_fen / 100:.2f}"
    fields = {"contract": contract, "no": 1, "amount": amount, "on": date_of(now) - timedelta(days=1)}
    ask(site, people.clerk, "payment.record", **fields, _second=people.approver)
    with site.database.read() as connection, pytest.raises(Exception, match=code):
        gather(site, connection, require_contract(connection, contract), no, now, by="")
    refusal("object.unknown", site, people.other_operator, "application.make", contract=contract, no=1)
    refusal("access.role", site, people.lead, "application.make", contract=contract, no=1)
