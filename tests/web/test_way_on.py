"""Each page leads on: long work to what came of it, an open point to the form that settles it, a refusal to a page."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update
from tests.kits.console import Desk, Seen
from tests.kits.desk import People, ask
from tests.kits.session import Session

from yunqi.kernel.words import render_way_out
from yunqi.operations.actions import load_actions
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.operations.parties import unknown_system
from yunqi.operations.watch import seal_all
from yunqi.store.tables import fact
from yunqi.web.navigation import list_groups
from yunqi.web.run_results import PATHS
from yunqi.web.ways_out import PAGES, page_words, way_out_words

Open = Callable[..., Desk]
HEAD = "对象,探测方式,开始时间,结束时间,判定\n"


def imported(clerk: Desk, site: Installation, page: str, csv: str) -> Seen:
    """What the run says that takes a file in."""
    form = clerk.open(page)
    begun = clerk.send(form, "/import", file=("结果.csv", csv.encode()), label="市监测平台")
    assert work_one(site, "test")
    return clerk.open(begun.address)


def test_every_run_leads_to_what_came_of_it() -> None:
    assert {name for name, one in load_actions().items() if one.kind == "run"} == set(PATHS)


def test_evidence_taken_in_is_counted_and_what_nobody_has_is_refused(
    desk: Open, people: People, site: Installation
) -> None:
    clerk, page = desk("clerk"), f"/evidence/{people.cast.first.contract_id}/files"
    assert "CSV 文件写哪些列" in clerk.open(page).words
    system = people.cast.first.systems[0]
    row = f"system:{system},http,2026-11-03 00:00:00,2026-11-03 06:00:00,正常\n"
    taken = imported(clerk, site, page, HEAD + row)
    assert "新增记录1 条" in taken.words
    assert "正在导入" not in taken.words
    assert f"/console/evidence/{people.cast.first.contract_id}" in taken.links
    again = imported(clerk, site, page, HEAD + row)
    assert "1 条，没有重复登记" in again.words
    wrong = imported(clerk, site, page, HEAD + row.replace(system, "没有的系统"))
    assert "使用单位没有信息系统「没有的系统」" in wrong.words
    assert system in wrong.words
    lacking = imported(clerk, site, page, "对象,判定\nplatform,正常\n")
    assert "缺少列 开始时间(start)、结束时间(end)" in lacking.words
    assert "docs/" not in lacking.words


def test_a_check_of_the_evidence_says_what_it_found(desk: Open, people: People, site: Installation) -> None:
    auditor, contract = desk("auditor"), people.cast.first.contract_id
    seal_all(site)
    begun = auditor.send(auditor.open(f"/evidence/{contract}/files"), "/verify")
    assert work_one(site, "test")
    assert "核验通过" in auditor.open(begun.address).words
    with site.database.write() as connection:
        connection.execute(update(fact).where(fact.c.contract_id == contract).values(payload={"changed": True}))
    begun = auditor.send(auditor.open(f"/evidence/{contract}/files"), "/verify")
    assert work_one(site, "test")
    found = auditor.open(begun.address)
    assert "核验不通过" in found.words
    assert "不符的记录" in found.words


def test_a_month_leads_to_its_statement_and_a_point_to_its_form(
    desk: Open, session: Session, people: People, site: Installation
) -> None:
    clerk, lead = desk("clerk"), desk("lead")
    final = clerk.open(f"/statements/{session.statements[-1].id}")
    assert f"/console/payments/{people.cast.first.contract_id}" in final.links
    closing = next(link for link in final.links if "/statements/close?" in link)
    begun = clerk.send(clerk.open(closing.removeprefix("/console")), "/statements/close")
    assert work_one(site, "test")
    over = clerk.open(begun.address)
    assert any("/statements/stm-" in link for link in over.links)
    assert session.statements[-1].month in over.words
    first = session.statements[0]
    shown = clerk.open(f"/statements/{first.id}")
    asked = [one for one in first.data["open_points"] if one["kind"] == "adjudication" and not one["items"]]
    forms = [link for link in shown.links if "/adjudications/new?" in link and "question=late" not in link]
    assert len(forms) == len([one for one in asked if not one["code"].startswith("late@")]) > 0
    form = clerk.open(forms[0].removeprefix("/console"))
    made = clerk.send(form, "/adjudications/new", answer="no", evidence="纪要")
    assert "结论 否" in made.words
    readings = [link for link in lead.open(f"/statements/{first.id}").links if "/readings/new?code=" in link]
    assert readings
    assert "约定为" in lead.open(readings[0].removeprefix("/console")).words


def test_a_finding_waits_on_the_overview_of_who_has_to_answer(desk: Open, people: People, site: Installation) -> None:
    clerk, lead, officer = desk("clerk"), desk("lead"), desk("officer")
    asked = {"contract": people.cast.first.contract, "question": "late", "answer": "yes", "evidence": "纪要"}
    made = ask(site, people.clerk, "adjudication.open", event="late:bond", **asked).value
    link = f"/console/adjudications/{made.id}"
    assert link in clerk.open("/").links
    assert link in lead.open("/").links
    assert link not in officer.open("/").links
    ask(site, people.approver, "adjudication.confirm", id=made.id)
    assert link not in clerk.open("/").links
    ask(site, people.lead, "adjudication.advance", id=made.id, event="contest", reason="没有逾期")
    assert link not in lead.open("/").links
    assert link in officer.open("/").links


def test_what_waits_is_told_in_words_and_followed_by_the_next(desk: Open, people: People, site: Installation) -> None:
    side = people.cast.first
    for no in (1, 2):
        ask(
            site, people.clerk, "payment.record", contract=side.contract_id, no=no, amount="1211320.88", on="2026-11-20"
        )
    approver = desk("approver")
    first = approver.open("/proposals?mine=true&sort=expires_at")
    links = [link.removeprefix("/console") for link in first.links if "/proposals/prp-" in link]
    assert len(set(links)) == 2
    shown = approver.open(links[0])
    assert "1,211,320.88" in shown.words
    assert side.contract_id not in shown.text.partition("<main")[2]
    agreed = approver.send(shown, "/agree")
    assert "还有待您确认的事项" in agreed.words
    assert f"/console{links[1]}" in agreed.links
    assert "还有待您确认的事项" not in approver.send(approver.open(links[1]), "/agree").words
    paying = desk("clerk").open(f"/payments/{side.contract_id}/payment")
    assert "第 1 期：还应付 ¥0.00" in paying.words
    assert "第 3 期：还应付 ¥2,422,641.76" in paying.words


def test_commands_of_a_way_out_are_pages_at_the_console() -> None:
    assert set(PAGES.values()) <= {entry.path for group in list_groups() for entry in group.entries} | {"/tenants"}
    assert all(page_words(path) for path in PAGES.values())
    told = way_out_words("请先建立租户：yunqi tenant add")
    assert told == '请先建立租户：<a class="yq-way" href="/console/tenants">「租户」页面</a>'
    assert way_out_words("请先停止：yunqi stop") == "请先停止：yunqi stop"
    assert way_out_words("<b>") == "&lt;b&gt;"
    assert "yunqi system" in render_way_out(unknown_system("没有的系统"))
    assert "yunqi" not in way_out_words(render_way_out(unknown_system("没有的系统")))
