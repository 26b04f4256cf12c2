"""Periodic reports at the console: chosen by contract and week, handed out as documents, refused in words."""

from __future__ import annotations

from collections.abc import Callable

from tests.kits.console import Desk
from tests.kits.desk import People

Open = Callable[..., Desk]


def test_a_weekly_report_is_made_at_the_console(desk: Open, people: People) -> None:
    contract, lead = people.cast.first.contract_id, desk("lead")
    assert "周报与方案" in lead.open("/reports").words
    shown = lead.open(f"/periodic-reports/{contract}")
    assert "云平台巡检报告" in shown.words
    assert lead.open(f"/periodic-reports/{contract}/weekly.docx").content.startswith(b"PK")
    assert "不在合同服务期内" in lead.open(f"/periodic-reports/{contract}/weekly.docx?on=2099-01-01", 422).words
    assert "form.date" in lead.open(f"/periodic-reports/{contract}/weekly.docx?on=soon", 422).words
    desk("other_operator").open(f"/periodic-reports/{contract}/weekly.docx", 404)
