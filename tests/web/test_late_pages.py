"""Late duties at the console: one open point with its items, found at once, and a month tried without one of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.kits.browser import Visits, serve
from tests.kits.console import COOKIE, make_console_app
from tests.kits.desk import People
from tests.kits.session import Session
from tests.operations.actions.test_late_cases import change, first_report, monthly, priced

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import add_months, day_start
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month

__all__ = ["priced"]


@pytest.fixture
def session(signed_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Session:
    return signed_template.copy(tmp_path_factory.mktemp("late") / "home")


@pytest.fixture
def visits(browser: Browser, site: Installation, people: People) -> Iterator[Visits]:
    with contextlib.ExitStack() as stack, serve(make_console_app(site, people)) as address:
        yield Visits(browser, address, stack)


def test_several_late_reports_are_found_at_once_at_the_console(
    site: Installation, people: People, priced: str, visits: Visits
) -> None:
    change(site, priced, deliverables=[{**monthly(5), "name": name} for name in ("月报", "巡检报告", "安全报告")])
    _after, old = first_report(site, priced)
    site.clock = FixedClock(day_start(add_months(old.replace(day=1), 1).replace(day=9)))
    made = close_month(site, priced, f"{old:%Y-%m}")
    operator = visits.visit(cookies={COOKIE: "operator"})
    page = operator.open(f"/console/statements/{made.id}")
    page.get_by_text("共 3 项，可一并认定，也可逐项认定").click()
    assert f"最后期限 {old}" in page.locator("#open").inner_text()
    operator.shoot("late-open-point")
    operator.check()
    page.get_by_role("link", name="一并认定").click()
    page.get_by_text("结算单列出的各项逾期义务").first.wait_for(state="attached")
    operator.shoot("late-new-finding")
    page.get_by_label("是", exact=True).check()
    page.locator("#field-evidence").fill("报送台账")
    page.get_by_role("button", name="提出").click()
    page.get_by_text(f"{old:%Y-%m} 逾期的 3 项义务").first.wait_for()
    assert page.get_by_text(f"最后期限 {old}").count() == 3
    operator.shoot("late-finding")
    operator.check()
    page = operator.open(f"/console/statements/{made.id}/what-if")
    page.get_by_text("本月的逾期义务").click()
    operator.shoot("late-what-if")
    operator.check()
