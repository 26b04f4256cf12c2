"""Obligations at the console: the list with its filters and files, one line's page, records and the other's word."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People, ask

from yunqi.operations.installation import Installation

Open = Callable[..., Desk]
LINE = "kind:subcontracting"


def test_the_list_is_filtered_and_handed_out(desk: Open, people: People, site: Installation) -> None:
    clerk = desk("clerk")
    every = ask(site, people.clerk, "obligation.list").value.items
    seen = clerk.open("/obligations")
    assert f"共 {len(every)} 条" in seen.words
    assert any(link.endswith(f"/obligations/{people.cast.first.contract_id}/{LINE}") for link in seen.links)
    unseen = [one for one in every if one.state == "unseen" and one.trigger == "always"]
    narrowed = clerk.open("/obligations?state=unseen&trigger=always")
    assert f"共 {len(unseen)} 条" in narrowed.words
    assert "共 1 条" in clerk.open("/obligations?text=O-49").words
    assert f"共 {len(every)} 条" in clerk.open("/obligations?state=nonsense").words
    book = openpyxl.load_workbook(
        io.BytesIO(clerk.open("/obligations?state=unseen&trigger=always&format=xlsx").content)
    )
    texts = {str(cell) for row in book.active.iter_rows(values_only=True) for cell in row}
    assert {one.text for one in unseen} <= texts
    dated = [one for one in every if one.due_on or one.period_end]
    assert clerk.open("/obligations/calendar.ics").text.count("BEGIN:VEVENT") == len(dated)
    late = [one for one in dated if one.state == "late"]
    assert clerk.open("/obligations/calendar.ics?state=late").text.count("BEGIN:VEVENT") == len(late)
    month = f"{dated[0].due_on or dated[0].period_end:%Y-%m}"
    grid = clerk.open(f"/obligations/calendar?month={month}")
    assert any(f"/{dated[0].key}" in link for link in grid.links)


def test_a_record_is_made_confirmed_and_corrected(desk: Open, people: People) -> None:
    side, lead, clerk = people.cast.first, desk("lead"), desk("clerk")
    path = f"/obligations/{side.contract_id}/{LINE}"
    assert "没有登记不等于没有履行" in clerk.open(path).words
    form = lead.open(f"{path}/record")
    refused = lead.send(form, "/record", 422, on="2999-01-01", words="未分包")
    assert "尚未到来" in refused.words
    made = lead.send(form, "/record", on="2026-01-05", words="未分包，附声明")
    assert "待对方确认" in made.words
    assert "未分包，附声明" in made.words
    record = next(link for link in made.links if link.endswith("/withdraw")).split("/")[-2]
    clerk.open(f"{path}/records/{record}/withdraw", 404)
    contested = clerk.send(clerk.open(f"{path}/records/{record}/contest"), "/contest", reason="有分包")
    assert "对方有异议" in contested.words
    assert "有分包" in contested.words
    fixed = lead.open(f"{path}/record?corrects={record}")
    seen = lead.send(fixed, "/record", words="未分包，已说明", reason="补充说明")
    assert "更正此前的登记" in seen.words
    again = next(link for link in seen.links if link.endswith("/withdraw")).split("/")[-2]
    confirmed = clerk.send(clerk.open(f"{path}/records/{again}/confirm"), "/confirm")
    assert "对方已确认" in confirmed.words
    assert "持续有效" in desk("auditor").open(path).words
    desk("auditor").open(f"{path}/record", 404)
    desk("other_lead").open(path, 404)


def test_they_read_well_in_a_browser(visits: Visits, desk: Open, people: People) -> None:
    side, lead = people.cast.first, desk("lead")
    path = f"/obligations/{side.contract_id}/{LINE}"
    lead.send(lead.open(f"{path}/record"), "/record", on="2026-01-05", words="未分包，附声明")
    for language, phone in (("zh-CN", False), ("en", True)):
        visitor = visits.visit(phone=phone, language=language, cookies={COOKIE: "clerk"})
        pages = {
            "list": "/obligations",
            "calendar": "/obligations/calendar?month=2026-01",
            "one": path,
            "ledger": f"/obligations/{side.contract_id}/kind:incident.respond",
        }
        for name, at in pages.items():
            visitor.open(f"/console{at}")
            visitor.shoot(f"obligations-{name}", whole=name != "list")
            visitor.check()
    visitor = visits.visit(cookies={COOKIE: "lead"})
    visitor.open(f"/console{path}/record")
    visitor.shoot("obligations-record")
    visitor.check()
