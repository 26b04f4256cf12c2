"""Ordering at the console: the form of each kind, what is left while one types, refusals; and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People, act_as, ask, refusal
from tests.kits.session import Session

from yunqi.operations.delivery import make_reconciler
from yunqi.operations.installation import Installation
from yunqi.store.reconcile import record_failure
from yunqi.store.samples import Sample, record_samples

Open = Callable[..., Desk]
SERVER = {"vcpus": 4, "memory_gb": "8", "system_disk_gb": 40, "network": "net-1"}


@pytest.fixture
def session(signed_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Session:
    return signed_template.copy(tmp_path_factory.mktemp("orders") / "home")


def order(site: Installation, people: People, kind: str, name: str, **spec: Any) -> str:
    side = people.cast.first
    asked = {"contract": side.contract, "work_order": side.work_order, "system": side.systems[0]}
    return str(ask(site, people.clerk, "resource.order", kind=kind, name=name, spec=spec, **asked).value.id)


def test_kinds_come_with_what_they_stand_on_first(desk: Open) -> None:
    seen = desk("clerk").open("/order")
    names = [one.text_content() for one in seen.tree.xpath("//a[contains(@class, 'yq-kind-card')]/b")]
    assert names == ["租户网络", "云服务器", "云硬盘", "公网地址"]
    english = desk("clerk", "en").open("/order").words
    assert "Tenant network" in english
    assert "A virtual machine with a system disk" in english


def test_the_form_is_made_from_the_schema(desk: Open, people: People, site: Installation) -> None:
    bare = desk("clerk").open("/order/server")
    assert "还没有可用的租户网络" in bare.words
    order(site, people, "network", "net-1")
    form = desk("clerk").open("/order/server")
    labels = [
        one.text_content().replace("（必填）", "").strip("* ") for one in form.tree.xpath("//form[@id]//label[@for]")
    ]
    assert labels[3:] == ["vCPU", "内存", "系统盘", "接入网络"]
    assert "0.25 到 512，以 0.25 为一级" in form.words
    assert form.tree.xpath("//input[@name='grade'][@checked]/@value") == ["normal"]
    assert form.tree.xpath("//select[@name='network']/option[@selected]/@value") == ["net-1"]
    orders = form.tree.xpath("//select[@name='work_order']/option[@selected]")
    assert people.cast.first.work_order in orders[0].text_content()
    disk = desk("clerk").open("/order/disk")
    assert "还没有可用的云服务器" in disk.words


def test_what_is_left_before_and_after(desk: Open, people: People, site: Installation) -> None:
    order(site, people, "network", "net-1")
    clerk = desk("clerk")
    form = clerk.open("/order/server")
    checked = clerk.send(form, "/order/server", 422, vcpus="4", name="web-1")
    assert "填写「内存」后显示" in checked.words
    data = {**dict(form.forms("/order/server")[0].fields), "vcpus": "4", "memory_gb": "8", "system_disk_gb": "40"}
    part = clerk.client.post("/console/order/server/check", data=data, headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert "剩余 3435 → <b>3431</b> 核" in part.text
    whole = clerk.client.post("/console/order/server/check", data={**data, "name": "web-7"})
    assert "<html" in whole.text
    assert 'value="web-7"' in whole.text
    assert "额度内" in whole.text


def test_a_refusal_loses_nothing(desk: Open, people: People, site: Installation) -> None:
    order(site, people, "network", "net-1")
    order(site, people, "server", "web-1", **SERVER)
    clerk = desk("clerk")
    form = clerk.open("/order/disk")
    over = clerk.send(form, "/order/disk", 422, name="data-1", size_gb="30000", grade="high")
    assert "合同没有" in over.words
    assert 'value="data-1"' in over.text
    assert 'value="30000"' in over.text
    junk = clerk.send(over, "/order/disk", 422, size_gb="很大", grade="normal")
    assert "「很大」不是整数" in junk.words
    assert junk.tree.xpath("//p[@id='wrong-size_gb']")
    taken = clerk.send(
        clerk.open("/order/server"), "/order/server", 422, name="web-1", vcpus="1", memory_gb="1", system_disk_gb="10"
    )
    assert "同名" in taken.words
    made = clerk.send(junk, "/order/disk", size_gb="30000")
    assert made.address.startswith("/resources/")
    assert "已订购" in made.words
    assert "30000 GB" in made.words


def test_only_who_may_order_is_offered_it(desk: Open, people: People, site: Installation) -> None:
    order(site, people, "network", "net-1")
    form = desk("clerk").open("/order/server")
    assert form.status == 200
    for who in ("lead", "officer", "auditor"):
        assert "/console/order" not in desk(who).open("/resources").links
    operator = desk("operator")
    shown = operator.open("/order/server")
    given = {"name": "web-9", "vcpus": "1", "memory_gb": "1", "system_disk_gb": "10"}
    operator.send(shown, "/order/server", 422, **given)
    assert not ask(site, people.clerk, "resource.list", kind="server").value.items


def test_an_integrator_orders_for_its_systems_only(desk: Open, people: People, site: Installation) -> None:
    order(site, people, "network", "net-1")
    side = people.cast.first
    systems = {one.name: one for one in ask(site, people.clerk, "system.list").value.items}
    mine, other = (systems[name] for name in side.systems[:2])
    served = {"system_ids": frozenset({mine.id}), "organisation_id": "org-of-an-integrator"}
    people.integrator = act_as(people.clerk, "operator", role="integrator", **served)  # type: ignore[attr-defined]
    integrator = desk("integrator")
    draft = ask(
        site, people.clerk, "work_order.open", contract=side.contract, kind="change", title="加盘", system=mine.id
    )
    officer = act_as(people.officer, "operator")
    ask(site, officer, "work_order.advance", id=draft.value.id, event="file", filing_number="备-9")
    ask(site, people.operator, "work_order.advance", id=draft.value.id, event="approve")
    form = integrator.open("/order/network")
    options = form.tree.xpath("//select[@name='system']/option/@value")
    assert options == ["", mine.id]
    assert draft.value.number in form.words
    assert side.work_order not in form.words
    integrator.send(form, "/order/network", 422, name="net-9", system="")
    made = integrator.send(form, "/order/network", name="net-9", system=mine.id)
    assert "已订购" in made.words
    seen = integrator.open("/resources")
    assert "net-9" in seen.words
    foreign = {"contract": side.contract, "work_order": draft.value.id, "system": other.id}
    asked = {"kind": "network", "name": "net-8", "spec": {}, **foreign}
    refusal("object.unknown", site, people.integrator, "resource.order", **asked)  # type: ignore[attr-defined]


def test_a_resource_says_what_it_waits_for(desk: Open, people: People, site: Installation) -> None:
    order(site, people, "network", "net-1")
    server = order(site, people, "server", "web-1", **SERVER)
    clerk = desk("clerk")
    path = f"/resources/{server}"
    before = clerk.open(path)
    assert "已收到订购，稍后开始建设" in before.words
    assert before.tree.xpath("//div[@id='resource-state']/@hx-get")
    reconciler = make_reconciler(site)
    for _round in range(8):
        reconciler.run_round()
    after = clerk.open(path)
    assert "已建成并核对，可以使用" in after.words
    assert "内网地址" in after.words
    assert not after.tree.xpath("//div[@id='resource-state']/@hx-get")
    failure = {"step": "put_domain", "code": "engine.silent", "message": "引擎没有应答"}
    with site.database.write() as connection:
        record_failure(connection, server, failure, site.clock.now())
    assert "上次没有办成，正在重试：引擎没有应答" in "".join(clerk.open(path).words.split())
    state = clerk.client.get(f"/console{path}/state", headers={"hx-request": "true"})
    assert state.headers["hx-refresh"] == "true"
    found = clerk.open("/resources?kind=server&phase=ready&name=web").words
    assert "web-1" in found
    assert "没有符合条件的记录" in clerk.open("/resources?kind=server&phase=failed").words


def test_change_end_and_erase(desk: Open, people: People, site: Installation) -> None:
    order(site, people, "network", "net-1")
    server = order(site, people, "server", "web-1", **SERVER)
    reconciler = make_reconciler(site)
    for _round in range(8):
        reconciler.run_round()
    clerk, path = desk("clerk"), f"/resources/{server}"
    form = clerk.open(f"{path}/change")
    assert 'value="8"' in form.text
    unchanged = clerk.send(form, "/change", 422)
    assert "没有改动任何一项" in unchanged.words
    smaller = clerk.send(form, "/change", 422, system_disk_gb="20")
    assert "只能增大" in smaller.words
    assert 'value="20"' in smaller.text
    changed = clerk.send(form, "/change", vcpus="8")
    assert "8 核" in changed.words
    ask_end = clerk.open(f"{path}/delete")
    assert "须由另一名审批人批准" in ask_end.words
    assert "不一致" in clerk.send(ask_end, "/delete", 422, typed="web-2").words
    ended = clerk.send(ask_end, "/delete", typed="web-1")
    assert "已申请退订" in ended.words
    assert not any(link.endswith("/erase") for link in ended.links)
    alone = desk("clerk:operator+approver").open(path)  # who asked for the end is never offered to approve it
    assert not any(link.endswith("/erase") for link in alone.links)
    assert any(link.endswith("/erase") for link in desk("approver").open(path).links)
    approver = desk("approver")
    sheet = approver.open(f"{path}/erase")
    assert "由周予安申请退订" in sheet.words
    assert "web-1" in sheet.words
    approved = approver.send(sheet, "/erase", typed="web-1")
    assert "批准擦除" in approved.words
    reconciler.run_until_settled(30)  # the erasure goes on beside the rounds
    gone = clerk.open(path)
    assert "已退订，不再占用额度" in gone.words
    assert "证书编号" in gone.words


def test_usage_needs_the_tenants_consent(desk: Open, people: People, site: Installation) -> None:
    order(site, people, "network", "net-1")
    server = order(site, people, "server", "web-1", **SERVER)
    now = site.clock.now()
    with site.database.write() as connection:
        rows = [
            Sample(server, meter, now - timedelta(minutes=5 * back), value * (12 - back))
            for back in range(12)
            for meter, value in (("cpu_time_ns", 300 * 10**9), ("port.0.sent_bytes", 375 * 10**6))
        ]
        record_samples(connection, rows)
    clerk = desk("clerk").open(f"/resources/{server}/usage")
    assert "处理器使用" in clerk.words
    cells = [one.text_content() for one in clerk.tree.xpath("//figure//td")]
    assert "1 核" in cells
    assert "10 Mbit/s" in cells
    refused = desk("lead").open(f"/resources/{server}/usage")
    assert "处理器使用" not in refused.words
    assert "同意" in refused.words
    operator = desk("operator")
    known = operator.client.get("/console/consents/new").status_code == 200
    offered = any(link.endswith("/consents/new") for link in operator.open(f"/resources/{server}/usage").links)
    assert offered == known  # the way to ask is shown as soon as there is its page
    assert "这段时间没有采样" in desk("clerk").open(f"/resources/{order(site, people, 'network', 'net-2')}/usage").words


def test_ordering_in_a_browser(visits: Visits, people: People, site: Installation) -> None:
    order(site, people, "network", "net-1")
    visitor = visits.visit(cookies={COOKIE: "clerk"})
    page = visitor.open("/console/order")
    page.locator("a[href*='/order/server']").click()
    page.locator("#field-vcpus").fill("4")
    page.locator("#field-memory_gb").fill("8")
    page.locator("#field-system_disk_gb").fill("40")
    page.locator("#needs").get_by_text("3431").wait_for()
    page.locator("#field-memory_gb").fill("100")
    page.locator("#needs").get_by_text("8899").wait_for()
    visitor.shoot("order-typing")
    visitor.check()
    page.locator("#field-name").fill("web-1")
    page.get_by_role("button", name="提交订购").click()
    page.get_by_text("已订购，正在建设").wait_for()
    visitor.shoot("resource-ordered")
    visitor.check()
    page.get_by_role("link", name="申请退订").click()
    page.locator("#dialog").get_by_text("停止服务").wait_for()
    visitor.check()
    plain = visits.visit(cookies={COOKIE: "clerk"}, script=False, phone=True)
    page = plain.open("/console/order/disk")
    page.locator("#field-size_gb").fill("100")
    page.get_by_role("button", name="试算额度").click()
    assert "171364" in page.locator("#needs").inner_text()
    plain.shoot("order-plain")
