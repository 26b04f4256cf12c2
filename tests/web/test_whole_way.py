"""The main way at the console in a browser: a contract from its file to a month settled and an instalment paid late."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.kits.browser import Visitor, Visits
from tests.kits.front import CHEAP, Front
from tests.kits.server import give_account, serving
from tests.kits.session import SAMPLE, open_session

from yunqi.kernel.clock import render_local
from yunqi.kernel.period import Month, day_start
from yunqi.operations.contracts import read_file
from yunqi.operations.installation import Installation
from yunqi.store.parties import add_organisation, add_person, set_role

MONTH = Month(2026, 7)
CHOICES = {"availability.object": "platform", "availability.window": "month", "fee_base": "contract"}
PENALTY, INSTALMENT, BOND = "¥201,886.81", "¥1,211,320.88", "¥242,264.18"
"""Half of a month's fee of 4,845,283.52 over 12 months; a quarter of the price; its twentieth."""


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """A home in which the parties of the sample contract have their people, and nothing else."""
    session = open_session(tmp_path / "home", date(2026, 6, 20))
    with (session.home / "site.toml").open("a", encoding="utf-8") as file:
        file.write(CHEAP)
    with session.installation() as site:
        yield Front(site, session, people_of(site))


def people_of(site: Installation) -> dict[str, str]:
    """A clerk and an approver of either party, each with an account."""
    parties = read_file(SAMPLE).data["parties"]
    now = site.clock.now() - timedelta(days=1)
    found = {}
    with site.database.write() as connection:
        for party, names in (("using_unit", ("clerk", "approver")), ("provider", ("operator", "lead"))):
            owner = add_organisation(connection, name=parties[party], role=party, now=now)
            for name, role in zip(names, ("operator", "approver"), strict=True):
                found[name] = add_person(connection, organisation_id=owner, name=name, now=now)
                set_role(connection, person_id=found[name], role=role, granted=True, valid_from=now, now=now)
    for name, person in found.items():
        give_account(site, person, name)
    return found


def write_results(path: Path) -> Path:
    """What a monitor saw of the platform in the month: up, but for 41 minutes."""
    start = MONTH.span.start_at
    marks = (
        start,
        start + timedelta(days=8, hours=9),
        start + timedelta(days=8, hours=9, minutes=41),
        MONTH.span.end_at,
    )
    days = [start + timedelta(days=one) for one in range(1, MONTH.days)]
    rows = ["对象,开始时间,结束时间,判定"]
    for begin, end, verdict in zip(marks, marks[1:], ("正常", "中断", "正常"), strict=False):
        cuts = [begin, *(one for one in days if begin < one < end), end]
        rows += [f"platform,{render_local(a)},{render_local(b)},{verdict}" for a, b in itertools.pairwise(cuts)]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


class Way:
    """The windows of everybody, opened anew as time goes on."""

    def __init__(self, front: Front, visits: Visits) -> None:
        self.front, self.visits = front, visits
        self.windows: dict[str, Visitor] = {}

    def at(self, on: date) -> None:
        """Goes on to noon of a day; everybody signs in again."""
        self.front.clock.at = day_start(on) + timedelta(hours=12)
        self.windows.clear()

    def page(self, name: str, path: str) -> Page:
        if name not in self.windows:
            self.windows[name] = self.visits.visit(cookies={"yunqi_session": self.front.token(name)})
        return self.windows[name].open(f"/console{path}")

    def follow(self, page: Page) -> None:
        """Waits for a run that was begun, and goes where it leads."""
        page.get_by_role("link", name="查看结果").click(timeout=30_000)

    def agree(self, name: str) -> None:
        """Agrees to the one thing that waits for this person."""
        page = self.page(name, "/proposals?mine=true")
        page.locator('main a[href*="/proposals/prp-"]').first.click()
        page.get_by_role("button", name="同意", exact=True).click()
        expect(page.get_by_text("已同意，事项已生效")).to_be_visible()


@pytest.fixture
def way(front: Front, browser: Browser) -> Iterator[Way]:
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(serving(front.site))
        yield Way(front, Visits(browser, address, stack))


def sign(way: Way) -> str:
    """Imports the contract and signs it for both; each finds it on their overview. Returns its id."""
    page = way.page("clerk", "/")
    page.get_by_role("link", name="导入合同").click()
    page.locator("input[type=file]").set_input_files(SAMPLE)
    page.get_by_role("button", name="开始导入").click()
    way.follow(page)
    contract = page.url.rpartition("/")[2].partition("#")[0]
    for name in ("approver", "lead"):
        page = way.page(name, "/")
        page.get_by_role("link", name="合同待签署").click()
        page.locator("[name=agreed]").check()
        page.get_by_role("button", name="签署", exact=True).click()
        expect(page.get_by_text("已签署", exact=True).first).to_be_visible()
    return contract


def take_in(way: Way, contract: str, file: Path) -> None:
    """Imports the month's observations, and sees them counted."""
    page = way.page("clerk", f"/evidence/{contract}/files")
    page.locator("[name=file]").set_input_files(file)
    page.locator("[name=label]").fill("市监测平台")
    page.get_by_role("button", name="导入证据").click()
    page.get_by_role("link", name="查看结果").wait_for(timeout=30_000)
    expect(page.get_by_text(f"{MONTH.days + 2} 条", exact=True)).to_be_visible()


def close(way: Way) -> Page:
    """Closes the month, and looks at its statement."""
    page = way.page("clerk", f"/statements/close?month={MONTH}")
    page.get_by_role("button", name="开始结算").click()
    way.follow(page)
    return page


def settle(way: Way, statement: str) -> None:
    """Settles what the statement asks, each point from its own link: readings by both, findings by both."""
    page = way.page("lead", statement)
    for link in page.locator('main a[href*="/readings/new?code="]').evaluate_all("all => all.map(one => one.href)"):
        page.goto(link)
        code = link.partition("code=")[2].replace("%2E", ".")
        wanted = page.locator(f'[name=value][value="{CHOICES.get(code, "")}"]')
        (wanted if wanted.count() else page.locator("[name=value]")).first.check()
        page.locator("[name=agreement]").fill("会议纪要 1")
        page.get_by_role("button", name="提交约定").click()
        way.agree("approver")


def find(way: Way, statement: str) -> None:
    """Answers every finding that the statement asks for with no; both parties confirm it from their overview."""
    page = way.page("clerk", statement)
    for link in page.locator('main a[href*="/adjudications/new?"]').evaluate_all("all => all.map(one => one.href)"):
        page.goto(link)
        page.locator('[name=answer][value="no"]').check()
        page.locator("[name=evidence]").fill("会议纪要 2")
        page.get_by_role("button", name="提出", exact=True).click()
        for name in ("approver", "lead"):
            other = way.page(name, "/")
            other.locator('main a[href*="/adjudications/cas-"]').first.click()
            confirm = other.url + "/events/confirm"
            other.goto(confirm)
            other.get_by_role("button", name="确认", exact=True).click()
            expect(other.get_by_text("已记录", exact=True)).to_be_visible()


def pay_late(way: Way, contract: str) -> Page:
    """Records the bond and the first instalment, each confirmed by a colleague; looks at the payments."""
    for path, fields in (
        (f"/bonds/{contract}/record", {"amount": "242,264.18", "on": "2026-06-29", "expires_on": "2027-07-30"}),
        (f"/payments/{contract}/payment", {"no": "1", "amount": "1,211,320.88", "on": "2026-11-20"}),
    ):
        page = way.page("clerk", path)
        for name, value in fields.items():
            field = page.locator(f"main [name={name}]")
            field.select_option(value) if name == "no" else field.fill(value)
        page.get_by_role("button", name="提交", exact=True).click()
        way.agree("approver")
    return way.page("approver", f"/payments/{contract}")


def test_from_a_file_to_a_settled_month_and_a_late_payment(way: Way, tmp_path: Path) -> None:
    contract = sign(way)
    way.at(date(2026, 8, 2))
    take_in(way, contract, write_results(tmp_path / "七月.csv"))
    page = close(way)
    assert "暂定" in page.inner_text("h1")
    settle(way, page.url.partition("/console")[2])
    page = close(way)
    if "暂定" in page.inner_text("h1"):
        find(way, page.url.partition("/console")[2])
        page = close(way)
    assert "确定" in page.inner_text("h1")
    expect(page.get_by_role("link", name="违约金").first).to_contain_text(PENALTY)
    way.windows["clerk"].check()
    way.at(date(2026, 11, 20))
    page = pay_late(way, contract)
    shown = page.inner_text("main")
    for figure in (INSTALMENT, BOND, "已付清"):
        assert figure in shown
    (late,) = page.locator("main tr").filter(has_text="第 1 期").filter(has_text="2026-11-04").all()
    assert late.locator("td").all_inner_texts()[-1].strip() == "16"
    way.windows["approver"].check()
