"""The pages of a report with several receivers, in a real browser: they look right and hold no barrier."""

from __future__ import annotations

from tests.kits.browser import Visits
from tests.kits.console import COOKIE
from tests.kits.desk import People, ask

from yunqi.operations.installation import Installation


def test_a_report_with_further_receivers_is_seen(visits: Visits, people: People, site: Installation) -> None:
    side = people.cast.first
    asked = {"contract": side.contract, "kind": "情况说明", "others": [people.auditor.organisation_id]}
    made = ask(site, people.operator, "report.number", **asked).value
    visitor = visits.visit(cookies={COOKIE: "operator"})
    page = visitor.open(f"/console/reports/new?contract={side.contract_id}")
    assert page.get_by_role("group", name="其他收件单位").count() == 2
    visitor.shoot("report-new")
    visitor.check()
    page = visitor.open(f"/console/reports/{made.id}")
    assert page.get_by_text("尚未报送").is_visible()
    visitor.shoot("report-receivers")
    visitor.check()
