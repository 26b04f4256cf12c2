"""Any list as a workbook: typed columns, all pages, only what the caller may see."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.kernel.clock import BEIJING
from yunqi.kernel.rights import Caller
from yunqi.operations.actions import tables
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.wire.base import Run


def export(site: Installation, caller: Caller, name: str, **more: Any) -> Run:
    begun = ask(site, caller, "table.export", list=name, **more).value
    assert work_one(site, "worker-1")
    ended = ask(site, caller, "run.read", id=begun.id).value
    assert isinstance(ended, Run)
    return ended


def sheet_of(site: Installation, caller: Caller, name: str, **more: Any) -> list[tuple[Any, ...]]:
    """The rows of the workbook that a list becomes, its head first."""
    ended = export(site, caller, name, **more)
    assert ended.state == "done", ended.error
    content = ask(site, caller, "file.read", id=ended.result["file"]).value.content
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return list(sheet.iter_rows(values_only=True))


def report(site: Installation, people: People, title: str, minutes_ago: int) -> None:
    at = site.clock.now() - timedelta(minutes=minutes_ago)
    ask(site, people.clerk, "incident.open", contract=people.cast.first.contract, title=title, at=at)


def test_all_pages_with_typed_cells(site: Installation, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PAGE_LIMIT", 2)
    for number in range(5):
        report(site, people, f"=1+{number}", minutes_ago=number + 1)
    head, *rows = sheet_of(site, people.clerk, "incident.list", filters={"contract": people.cast.first.contract})
    assert head[:3] == ("编号", "标题", "类别")
    assert [row[1] for row in rows] == [f"=1+{number}" for number in range(5)]
    opened = rows[0][head.index("发生时间")]
    assert isinstance(opened, datetime)
    expected = (site.clock.now() - timedelta(minutes=1)).astimezone(BEIJING).replace(tzinfo=None)
    assert abs(opened - expected) < timedelta(seconds=1)
    assert {row[head.index("状态")] for row in rows} == {"处置中"}
    assert "使用单位标识" not in head
    rising = sheet_of(site, people.clerk, "incident.list", sort="opened_at")
    assert [row[1] for row in rising[1:]] == [f"=1+{number}" for number in reversed(range(5))]


def test_money_dates_and_quantities_are_figures(site: Installation, people: People) -> None:
    head, *rows = sheet_of(site, people.auditor, "contract.list", sort="number")
    totals = [row[head.index("总价（元）")] for row in rows]
    listed = ask(site, people.auditor, "contract.list", sort="number").value.items
    assert [round(total * 100) for total in totals] == [one.total_fen for one in listed]
    assert {row[head.index("状态")] for row in rows} == {"已生效"}
    assert isinstance(rows[0][head.index("开始日期")], datetime)
    head, *rows = sheet_of(site, people.clerk, "entitlement.list", filters={"contract": people.cast.first.contract})
    assert all(isinstance(row[head.index("已占用")], int | float) for row in rows)


def test_a_workbook_holds_only_what_its_reader_sees(site: Installation, people: People) -> None:
    report(site, people, "一", 1)
    assert len(sheet_of(site, people.other_clerk, "incident.list")) == 1
    assert len(sheet_of(site, people.other_clerk, "contract.list")) == 2
    contract = people.cast.first.contract
    refusal(
        "object.unknown", site, people.other_clerk, "table.export", list="evidence.list", filters={"contract": contract}
    )
    reader = act_as(people.clerk, "reader")
    refusal("access.role", site, reader, "table.export", list="audit.list")
    ended = export(site, people.clerk, "incident.list")
    refusal("object.unknown", site, people.operator, "file.read", id=ended.result["file"])
    assert ask(site, people.auditor, "contract.list").value.items


def test_what_cannot_be_exported_is_said_at_once(site: Installation, people: People) -> None:
    for name in ("nothing.list", "incident.read", "incident.open"):
        refusal("table.list", site, people.clerk, "table.export", list=name)
    bad = refusal("table.filter", site, people.clerk, "table.export", list="incident.list", filters={"colour": "red"})
    assert bad.field == "filters.colour"
    refusal("list.sort", site, people.clerk, "table.export", list="incident.list", sort="colour")


def test_a_list_that_is_too_long_says_so(site: Installation, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    ended = export(site, people.auditor, "contract.list")
    assert ended.state == "failed"
    assert ended.error is not None
    assert ended.error.code == "table.too_many"
