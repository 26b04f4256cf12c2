"""Information systems at the console: flags with since when, where they run, what runs for them."""

from __future__ import annotations

from collections.abc import Callable

from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People, ask

from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def first_system(site: Installation, people: People) -> str:
    found = ask(site, people.clerk, "system.list").value.items
    return str(next(one.id for one in found if one.name == people.cast.first.systems[0]))


def test_the_list_shows_flags_of_the_moment(desk: Open, people: People) -> None:
    seen = desk("clerk").open("/systems?text=门户")
    assert people.cast.first.systems[0] in seen.words
    assert "三级" in seen.words
    assert people.cast.first.systems[1] not in seen.words
    assert "使用单位" in [one.text_content().strip() for one in desk("officer").open("/systems").tree.xpath("//th")]


def test_a_system_is_registered_and_flagged_from_a_date(desk: Open, people: People) -> None:
    clerk = desk("clerk")
    made = clerk.send(clerk.open("/systems/new"), "/systems/new", name="预约挂号系统")
    assert "预约挂号系统" in made.words
    assert "还没有部署到任何云服务商" in made.words
    form = clerk.open(f"{made.address}/flags?flag=grade")
    refused = clerk.send(form, "/flags", 422, valid_from="2026-09-01")
    assert 'value="2026-09-01"' in refused.text
    done = clerk.send(refused, "/flags", value="3")
    assert "三级" in done.words
    assert "自 2026-09-01 00:00 起" in done.words
    share = clerk.open(f"{made.address}/flags?flag=fee_share")
    assert clerk.send(share, "/flags", 422, value="140").status == 422
    assert "12.50%" in clerk.send(share, "/flags", value="12.5").words
    placed = clerk.open(made.address)
    provider = placed.tree.xpath("//select[@name='provider']/option/@value")[-1]
    deployed = clerk.send(placed, "/deployments", provider=provider)
    assert people.cast.first.provider in deployed.words


def test_only_the_using_unit_sets_flags(desk: Open, people: People, site: Installation) -> None:
    path = f"/systems/{first_system(site, people)}"
    assert any("/flags?" in link for link in desk("approver").open(path).links)
    for who in ("lead", "officer", "auditor"):
        assert not any("/flags?" in link for link in desk(who).open(path).links)
    desk("other_clerk").open(path, 404)
    officer = desk("officer")
    form = officer.open(f"{path}/flags?flag=grade")
    officer.send(form, "/flags", 422, value="1")
    assert "三级" in officer.open(path).words


def test_in_a_browser(visits: Visits, people: People, site: Installation) -> None:
    visitor = visits.visit(phone=True, language="en", cookies={COOKIE: "clerk"})
    page = visitor.open(f"/console/systems/{first_system(site, people)}")
    visitor.shoot("system")
    visitor.check()
    page.locator("a.yq-flag-link").first.click()
    page.locator("#field-value").wait_for()
    visitor.check()
