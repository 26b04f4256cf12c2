"""The use of a month by information system: by line and system, with the fee as agreed, and what is not known said."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
from tests.kits.desk import People, ask, refusal
from tests.operations.actions.test_oversight import order_server, sample

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import Month, date_of
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract
from yunqi.store.parties import list_systems


def _rows(content: bytes) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    heads, *rows = list(sheet.iter_rows(values_only=True))
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_use_of_a_month_is_told_by_system_and_line(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    _net, server = order_server(site, people, "quiet")
    began = date_of(site.clock.now())
    month = str(Month(began.year + began.month // 12, began.month % 12 + 1))
    asked = {"contract": contract, "month": month}
    refusal("usage.future", site, people.clerk, "usage.file", **asked)
    refusal("month.unreadable", site, people.clerk, "usage.file", contract=contract, month="2026-13")
    end_at = Month.parse(month).span.end_at
    site.clock = FixedClock(end_at + timedelta(days=1))
    with site.database.read() as connection:
        unit = require_contract(connection, contract).using_unit_id
        systems = list_systems(connection, unit, at=site.clock.now())
    days = (site.clock.now() - Month.parse(month).span.start_at).days + 2
    sample(site, server, days, "cpu_time_ns", "port.0.received_bytes", "port.0.sent_bytes")
    rows = _rows(ask(site, people.clerk, "usage.file", **asked).value.content)
    used = [one for one in rows if one["期末"] and one["信息系统"]]
    assert used, rows
    assert {one["信息系统"] for one in used} <= {one.name for one in systems}
    assert all(one["平均"] == one["峰值"] == one["期末"] and one["占比"] == 1 for one in used)
    assert any(one["闲置"] == one["期末"] for one in used), used
    assert "费用未知" in rows[-1]["说明"]
    assert all(one["说明"] for one in rows if not one["期末"])  # nothing is left empty in silence
    provider = _rows(ask(site, people.lead, "usage.file", **asked).value.content)
    assert all(one["闲置"] is None and one["用量未知"] is None for one in provider)
    fields = {
        "contract": contract,
        "shares": [{"system": one.name, "share": f"1/{len(systems)}"} for one in systems],
        "spread": "days",
        "valid_from": Month.parse(month).start_on,
        "agreement": "会议纪要第1号",
    }
    ask(site, people.operator, "allocation.agree", **fields, _second=people.approver)
    view = ask(site, people.clerk, "allocation.read", contract=contract).value
    fee = sum(one.fee_fen for one in view.months if f"{one.start_on:%Y-%m}" == month)
    rows = _rows(ask(site, people.auditor, "usage.file", **asked).value.content)
    said = [one for one in rows if one["价目行"] == "费用分摊"]
    assert {one["信息系统"] for one in said} == {one.name for one in systems}
    assert round(sum(one["费用（元）"] for one in said) * 100) == fee
    word = ask(site, people.auditor, "usage.file", **asked, format="docx").value
    text = zipfile.ZipFile(io.BytesIO(word.content)).read("word/document.xml").decode()
    assert "会议纪要第1号" in text
    assert "闲置指" in text
    refusal("object.unknown", site, people.other_clerk, "usage.file", **asked)
