"""Filing in one deed: a document of Yunqi's is made, numbered and attached; made again it keeps its number."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document
from tests.kits.desk import People, ask, refusal
from tests.operations.actions.test_reports import finished, upload

from yunqi.operations.actions.composed import COMPOSITIONS, Composition, match_compositions
from yunqi.operations.installation import Installation
from yunqi.reports.clean import clean_text
from yunqi.wire.reports import ComposeReport

JUNE = (date(2026, 6, 1), date(2026, 6, 30))
WEEK = (date(2026, 6, 1), date(2026, 6, 7))
TERM = {"start_on": date(2026, 1, 15), "end_on": date(2026, 12, 10)}


def compose(site: Installation, caller: Any, *, failed: bool = False, **fields: Any) -> Any:
    return finished(site, caller, ask(site, caller, "report.compose", **fields).value, failed=failed)


def lines(site: Installation, caller: Any, contract: str) -> dict[str, Any]:
    """The calendar's lines of a contract, by key."""
    items = ask(site, caller, "report.calendar", contract=contract, until_on=date(2030, 1, 1)).value.items
    return {one.line: one for one in items}


class Term:
    """As much of a contract as decides which documents fit a period."""

    def __init__(self, start_on: date | None, end_on: date | None) -> None:
        self.start_on, self.end_on = start_on, end_on


@pytest.mark.parametrize("one", COMPOSITIONS, ids=[one.code for one in COMPOSITIONS])
def test_each_row_has_its_function_and_finds_its_own_title(one: Composition) -> None:
    assert callable(one.load())
    period = {"month": JUNE, "period": WEEK}.get(one.needs)
    term: Any = Term(**TERM)
    assert one in match_compositions(term, one.title, period)
    assert clean_text(one.title) == one.title
    assert sum(each.code == one.code for each in COMPOSITIONS) == 1


@pytest.mark.parametrize(
    ("kind", "period", "codes"),
    [
        ("政务云运维月报", JUNE, ["monthly"]),
        ("项目月报", JUNE, ["monthly"]),
        ("资源使用情况月报", JUNE, ["usage"]),
        ("政务云运维月报", (date(2026, 1, 15), date(2026, 1, 31)), ["monthly"]),  # the first month of the term
        ("政务云运维月报", (date(2026, 12, 1), date(2026, 12, 10)), ["monthly"]),  # its last
        ("政务云运维月报", (date(2026, 1, 1), date(2026, 1, 31)), []),
        ("政务云运维月报", WEEK, []),
        ("政务云运维月报", None, []),
        ("云服务运维周报（含云平台巡检报告）", WEEK, ["weekly"]),
        ("云平台巡检报告", JUNE, ["weekly"]),
        ("监控报告", JUNE, ["weekly"]),
        ("安全监控报告", JUNE, []),
        ("数据库审计周报", WEEK, []),
        ("云服务运维周报", None, []),
        ("发票", JUNE, []),
        ("政务云运维服务方案", None, ["operation_plan"]),
        ("运维服务方案和巡检计划", None, ["operation_plan"]),  # one line, one document
        ("巡检计划", None, ["inspection_plan"]),
        ("项目实施方案", None, ["implementation_plan"]),
        ("总体服务方案", None, ["overall_plan"]),
        ("重保方案", None, []),
        ("应急预案", None, []),
        ("备份服务方案", None, []),
    ],
)
def test_a_line_finds_its_document_by_its_name_and_its_period(
    kind: str, period: tuple[date, date] | None, codes: list[str]
) -> None:
    term: Any = Term(**TERM)
    assert [one.code for one in match_compositions(term, kind, period)] == codes


@pytest.mark.parametrize("settled", ["sqlite"], indirect=True)
def test_a_monthly_report_is_made_numbered_and_goes_its_way(
    settled_site: Installation, settled_people: People, settled: Any
) -> None:
    site, people = settled_site, settled_people
    contract = people.cast.first.contract
    month = settled.statements[-1].month
    known = lines(site, people.operator, contract)
    key = next(
        key for key, one in known.items() if one.composed == ("monthly",) and str(one.period_start).startswith(month)
    )
    asked = {"contract": contract, "line": key}
    assert compose(site, people.clerk, failed=True, **asked) == "compose.party"
    made = compose(site, people.operator, **asked)
    assert (made["kind"], made["number"], made["version"], made["state"]) == (known[key].kind, 1, 1, "drafted")
    assert (made["composed"], made["statement_id"]) == ("monthly", settled.statements[-1].id)
    content = ask(site, people.operator, "report.file", id=made["id"]).value
    words = "\n".join(one.text for one in Document(io.BytesIO(content.content)).paragraphs)
    assert "服务水平" in words
    # Made again before anybody approved it: the same number, a new document; a person's own file is not ours.
    again = compose(site, people.operator, **asked)
    assert (again["id"], again["number"]) == (made["id"], 1)
    assert again["file_id"] != made["file_id"]
    assert compose(site, people.operator, contract=contract, revises=made["id"])["id"] == made["id"]
    own = ask(site, people.operator, "report.attach", id=made["id"], file=upload(site, people.operator)).value
    assert own.composed is None
    compose(site, people.operator, **asked)
    ask(site, people.lead, "report.approve", id=made["id"])
    assert compose(site, people.operator, failed=True, **asked) == "compose.filed"
    second = compose(site, people.operator, contract=contract, revises=made["id"])
    assert (second["number"], second["version"], second["period_start"]) == (1, 2, made["period_start"])
    ask(site, people.lead, "report.approve", id=second["id"])
    ask(site, people.operator, "report.deliver", id=second["id"], way="platform")
    assert lines(site, people.clerk, contract)[key].state == "sent"
    refusal("object.unknown", site, people.other_operator, "report.compose", **asked)
    # The same month's use is of no line: its period is said.
    period = {"period_start": made["period_start"], "period_end": made["period_end"]}
    usage = compose(site, people.clerk, contract=contract, report="usage", **period)
    assert (usage["kind"], usage["composed"], usage["author"]) == (
        "资源使用情况",
        "usage",
        people.clerk.organisation_name,
    )


def test_what_can_not_be_made_is_said_and_takes_no_number(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    known = lines(site, people.operator, contract)
    monthly = next(key for key, one in known.items() if one.composed == ("monthly",))
    other = next(key for key, one in known.items() if one.kind == "渗透测试报告")  # it is the tester's
    month = {name: getattr(known[monthly], name) for name in ("period_start", "period_end")}
    for fields, code in (
        ({"line": monthly}, "compose.no_statement"),
        ({"line": other}, "compose.which"),
        ({"line": "deliverable:999"}, "report_entry.line"),
        ({"report": "poem", "line": monthly}, "compose.document"),
        ({"report": "usage"}, "compose.needs"),
        ({"report": "usage", "period_start": "2026-06-01", "period_end": "2026-06-07"}, "compose.needs"),
        ({"report": "usage", "incident": "SJ-none"}, "case.unknown"),
        ({"report": "usage", **month, "receiver": people.operator.organisation_id}, "report_entry.receiver"),
        ({"revises": "none"}, "report_entry.unknown"),
    ):
        assert compose(site, people.operator, failed=True, contract=contract, **fields) == code
    assert ask(site, people.operator, "report.list").value.items == ()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"revises": "a", "line": "b"},
        {"report": "usage", "period_start": "2026-06-01"},
        {"report": "usage", "period_start": "2026-06-02", "period_end": "2026-06-01"},
        {"line": "a", "period_start": "2026-06-01", "period_end": "2026-06-02"},
    ],
    ids=["nothing", "version and line", "half a period", "backward", "line and period"],
)
def test_a_request_that_contradicts_itself_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"one of|what the one|both its days|ends after|of its own"):
        ComposeReport.model_validate({"contract": "x", **fields})
