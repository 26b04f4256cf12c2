"""纳管 at the console: a list uploaded, its faults shown with their cells, confirmed by both parties, undone."""

from __future__ import annotations

from collections.abc import Callable

from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People
from tests.operations.actions.test_adoptions import ROWS, SYSTEM, write_list

from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def bring(desk: Open, site: Installation, people: People, content: bytes, *, first: bool = False) -> str:
    """Uploads a list at the console; the path of its page."""
    clerk = desk("clerk")
    base = f"/contracts/{people.cast.first.contract_id}/adoptions"
    if first:
        assert "还没有纳管" in clerk.open(base).words
    form = clerk.open(f"{base}/preview")
    assert "没有选择文件" in clerk.send(form, "/preview", 422, from_on="2026-11-01").words
    assert "不是日期" in clerk.send(form, "/preview", 422, file=("台账.xlsx", content), from_on="何时").words
    begun = clerk.send(form, "/preview", file=("台账.xlsx", content), from_on="2026-11-01", grade="normal")
    assert work_one(site, "test")
    over = clerk.open(begun.address)
    return next(link for link in over.links if "/adoptions/" in link and "/contracts/" not in link).removeprefix(
        "/console"
    )


def test_from_the_list_to_both_confirmations_and_back(desk: Open, site: Installation, people: People) -> None:
    wrong = (SYSTEM, "10.9.0.11", "一些", "100G", "web-01", 8, None, None, None, None, None)
    path = bring(desk, site, people, write_list(wrong), first=True)
    clerk = desk("clerk")
    faulty = clerk.open(path)
    assert "「一些」不是容量" in faulty.words
    assert "C 内存(GB)" in faulty.words
    assert not desk("approver").open(path).forms("/confirm")

    path = bring(desk, site, people, write_list(*ROWS))
    shown = clerk.open(path)
    assert "web-01-数据盘1" in shown.words
    assert "2224" in shown.words
    lead = desk("operator")
    form = lead.open(path)
    assert "请勾选" in lead.send(form, "/confirm", 422).words
    proposal = lead.send(form, "/confirm", agreed="1", work_order=work_order_of(form))
    assert "待第二人确认" in proposal.words
    approver = desk("approver")
    agreed = approver.send(approver.open(proposal.address), "/agree")
    assert agreed.words
    assert "已纳管" in clerk.open(path).words
    listed = clerk.open("/resources")
    page = next(link for link in listed.links if "/resources/srv" in link).removeprefix("/console")
    resource = clerk.open(page)
    assert "云契只计量" in resource.words
    assert "变更规格" not in resource.words
    taken_back = lead.send(lead.open(path), "/undo")
    approver.send(approver.open(taken_back.address), "/agree")
    assert "已撤销" in clerk.open(path).words
    desk("other_lead").open(path, 404)


def test_it_reads_well_in_a_browser(visits: Visits, desk: Open, site: Installation, people: People) -> None:
    strange = ("没有登记的系统", "10.9.0.21", 16, "100G", "big-01", 4000, "100G SSD", "普通", None, None, None)
    path = bring(desk, site, people, write_list(*ROWS, strange))
    base = f"/contracts/{people.cast.first.contract_id}/adoptions"
    for phone, language in ((False, "zh-CN"), (True, "en-GB")):
        visitor = visits.visit(phone=phone, language=language, cookies={COOKIE: "operator"})
        for address, name in ((path, "adoption"), (base, "adoptions"), (f"{base}/preview", "adoption-preview")):
            visitor.open(f"/console{address}")
            visitor.shoot(name)
            visitor.check()


def work_order_of(form: object) -> str:
    """The first work order that the form offers."""
    options = form.forms("/confirm")[0].xpath(".//select[@name='work_order']/option/@value")  # type: ignore[attr-defined]
    return next(str(one) for one in options if one)
