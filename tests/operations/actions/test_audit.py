"""The audit trail: each organisation its own, who audits all of it; checked whole, handed out as a file."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.kernel.rights import Caller
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.store.audit_seal import seal_audit
from yunqi.store.tables import audit

AUDITOR = Caller(None, "审计管理员", None, "", "", frozenset({"audit_admin"}))


@pytest.fixture
def busy(site: Installation, people: People) -> str:
    """Deeds of both agencies, one refused; the id of a work order."""
    side = people.cast.first
    made = ask(site, people.clerk, "work_order.open", contract=side.contract, kind="exit", title="=1+1").value
    ask(site, people.other_clerk, "work_order.open", contract=people.cast.second.contract, kind="exit", title="退出")
    refusal("access.role", site, people.approver, "system.add", name="x")
    return str(made.id)


def rows(site: Installation, caller: Caller, **fields: Any) -> list[Any]:
    return list(ask(site, caller, "audit.list", **fields).value.items)


def test_each_sees_its_own_and_auditors_all(site: Installation, people: People, busy: str) -> None:
    boss = act_as(people.clerk, "administrator")
    mine = rows(site, boss)
    assert {one.organisation for one in mine} == {people.cast.first.using_unit}
    first = next(one for one in mine if one.action == "work_order.open")
    assert (first.person, first.action_name, first.object, first.outcome_name) == (
        "周予安",
        "提交工单",
        busy,
        "已办理",
    )
    for caller in (AUDITOR, act_as(people.auditor, "administrator")):
        seen = {one.organisation for one in rows(site, caller)}
        assert {people.cast.first.using_unit, people.cast.second.using_unit} <= seen
    for caller in (people.clerk, people.officer, people.auditor):
        refusal("access.role", site, caller, "audit.list")


@pytest.mark.usefixtures("busy")
def test_filters(site: Installation, people: People) -> None:
    assert [one.outcome for one in rows(site, AUDITOR, outcome="refused")] == ["access.role"]
    assert {one.action for one in rows(site, AUDITOR, action="work_order")} == {"work_order.open"}
    assert {one.person for one in rows(site, AUDITOR, person="许清和")} == {"许清和"}
    assert {one.person for one in rows(site, AUDITOR, person=people.clerk.person_id)} == {"周予安"}
    of = people.cast.second.using_unit
    assert {one.organisation for one in rows(site, AUDITOR, organisation=of)} == {of}
    assert rows(site, AUDITOR, object="%") == []
    later = site.clock.now() + timedelta(minutes=1)
    assert rows(site, AUDITOR, since=later) == []
    assert len(rows(site, AUDITOR, until=later)) == len(rows(site, AUDITOR))
    page = ask(site, AUDITOR, "audit.list", limit=1).value
    following = ask(site, AUDITOR, "audit.list", limit=1, cursor=page.next_cursor).value
    assert page.items[0].no > following.items[0].no


def run(site: Installation, caller: Caller, action: str, **fields: Any) -> Any:
    begun = ask(site, caller, action, **fields).value
    assert work_one(site, "worker-1")
    return ask(site, caller, "run.read", id=begun.id).value


def as_person(people: People) -> Caller:
    """The audit administrator as a person who can fetch files."""
    return act_as(people.auditor, "audit_admin", role="supervisor")


@pytest.mark.usefixtures("busy")
def test_the_whole_trail_is_checked(site: Installation, people: People) -> None:
    seal_audit(site.database, site.clock.now())
    caller = as_person(people)
    good = run(site, caller, "audit.verify").result
    assert (good["passed"], good["findings"], good["rows"] > 0) == (True, [], True)
    noted = {"position": good["position"], "head": good["head"]}
    assert run(site, caller, "audit.verify", **noted).result["passed"]
    with site.database.write() as connection:
        connection.execute(update(audit).where(audit.c.action == "work_order.open").values(object="cas-x"))
    bad = run(site, caller, "audit.verify").result
    assert not bad["passed"]
    assert {one["code"] for one in bad["findings"]} == {"changed"}
    failed = run(site, caller, "audit.verify", position=1)
    assert (failed.state, failed.error.code) == ("failed", "audit.expected")
    refusal("access.role", site, act_as(people.clerk, "administrator"), "audit.verify")


@pytest.mark.usefixtures("busy")
def test_it_is_handed_out_as_a_file(site: Installation, people: People) -> None:
    caller = as_person(people)
    made = run(site, caller, "audit.export").result
    content = ask(site, act_as(people.auditor, "reader"), "file.read", id=made["file_id"]).value.content
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    table = list(sheet.iter_rows(values_only=True))
    assert table[0][:3] == ("序号", "时间", "人员")
    assert len(table) == made["rows"] + 1
    assert "=1+1" in " ".join(str(cell) for row in table for cell in row)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    lines = run(site, caller, "audit.export", form="jsonl").result
    text = ask(site, act_as(people.auditor, "reader"), "file.read", id=lines["file_id"]).value.content.decode()
    assert json.loads(text.splitlines()[0])["no"] == 1
    refusal("object.unknown", site, people.clerk, "file.read", id=made["file_id"])
    refusal("access.role", site, act_as(people.auditor, "administrator"), "audit.export")
