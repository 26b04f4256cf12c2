"""Exit: the checklist by the contract's clauses, hand-back, erasure of every replica, refund, and both signatures."""

from __future__ import annotations

import io
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract
from yunqi.store.signing import verify_signature
from yunqi.store.tables import certificate, contract, resource, statement

DIGEST = "ab" * 32


def begin(site: Installation, people: People, cause: str = "expiry", **more: Any) -> Any:
    given = {"contract": people.cast.first.contract, "cause": cause, "evidence": "退出通知书 1 号", **more}
    return ask(site, people.approver, "exit.open", **given).value


def steps(found: Any) -> dict[str, Any]:
    return {one.key: one for one in found.steps}


def go(site: Installation, caller: Any, found: Any, event: str, **more: Any) -> Any:
    return ask(site, caller, "exit.advance", id=found.id, event=event, **more).value


def test_the_checklist_is_made_of_the_contracts_clauses(site: Installation, people: People) -> None:
    found = begin(site, people)
    seen = steps(found)
    assert list(seen) == [
        "notice",
        "inventory",
        "plan",
        "migration",
        "cut_over",
        "data",
        "confidential",
        "erasure",
        "final_statement",
        "bond",
    ]
    assert seen["notice"].due_on == date(2026, 12, 30)
    assert seen["notice"].source.article
    assert seen["notice"].proofs[0].words == "退出通知书 1 号"
    assert seen["notice"].proofs[0].reference.startswith("fct-")
    # The days off of the year in which it falls are not published: the day is not known, and that is said.
    assert (seen["migration"].due_on, "2027" in seen["migration"].basis) == (None, True)
    assert seen["bond"].state == "not_needed"
    assert not found.complete
    refusal(
        "exit.under_way", site, people.approver, "exit.open", contract=found.contract_id, cause="expiry", evidence="x"
    )


def test_who_received_a_notice_says_when(site: Installation, people: People) -> None:
    on = date_of(site.clock.now()) - timedelta(days=2)
    given = {"contract": people.cast.first.contract, "cause": "provider", "evidence": "函", "on": on}
    refusal("exit.received", site, people.operator, "exit.open", **given)
    assert ask(site, people.approver, "exit.open", **given).value.noticed_on == on


def test_the_inventory_is_what_the_tenant_has(site: Installation, people: People) -> None:
    side = people.cast.first
    system = ask(site, people.clerk, "system.list").value.items[0].name
    made = ask(
        site,
        people.clerk,
        "resource.order",
        kind="network",
        name="net-1",
        contract=side.contract,
        work_order=side.work_order,
        system=system,
        spec={"cidr": "10.64.77.0/24"},
    ).value
    seen = ask(site, people.auditor, "exit.inventory", contract=side.contract).value
    assert [(one.id, one.system, one.keeps_data) for one in seen.resources] == [(made.id, system, False)]
    found = begin(site, people)
    after = go(site, people.operator, found, "inventory")
    assert steps(after)["inventory"].proofs[0].sm3 == seen.sm3
    kept = ask(site, people.clerk, "document.list", contract=side.contract, text="资源清单").value.items
    assert [one.sm3 for one in kept] == [seen.sm3]


def test_steps_wait_for_each_other_and_for_their_party(site: Installation, people: People) -> None:
    found = begin(site, people)
    base = {"id": found.id}
    refusal("exit.before", site, people.approver, "exit.advance", **base, event="data_received", evidence="单")
    refusal("case.data", site, people.operator, "exit.advance", **base, event="data_back", medium="硬盘")
    refusal("case.role", site, people.approver, "exit.advance", **base, event="plan", steps=[])
    refusal("exit.no_statement", site, people.approver, "exit.advance", **base, event="final_statement")
    refusal("exit.not_complete", site, people.approver, "exit.sign", **base, sm3=DIGEST)
    wrong = [{"system": "门户", "start_on": "2026-12-02", "end_on": "2026-12-01"}]
    refusal("exit.plan_dates", site, people.operator, "exit.advance", **base, event="plan", steps=wrong)
    go(site, people.operator, found, "data_back", medium="硬盘", sm3=DIGEST)
    go(site, people.approver, found, "data_received", evidence="签收单")
    place = {"place": "从未登记", "method": "覆写", "evidence": "证明"}
    refusal("exit.place", site, people.operator, "exit.advance", **base, event="replica_erased", **place)


def settle_last_month(site: Installation, people: People) -> None:
    """A settled statement of the last month of service, as its closing would leave it."""
    with site.database.write() as connection:
        found = require_contract(connection, people.cast.first.contract_id)
        connection.execute(
            statement.insert().values(
                id="stm-last",
                contract_id=found.id,
                month=f"{found.end_on:%Y-%m}",
                version=1,
                provisional=False,
                data={"penalty_fen": 0, "offset": []},
                sm3="cd" * 32,
                known_at=site.clock.now(),
                made_at=site.clock.now(),
            )
        )


def erase_disk(site: Installation, people: People, disk: str) -> None:
    """A disk that is gone with its certificate, as the erasing run leaves it."""
    with site.database.write() as connection:
        connection.execute(resource.update().where(resource.c.id == disk).values(gone_at=site.clock.now()))
        connection.execute(
            certificate.insert().values(
                id="crt-1", volume_id=disk, resource_id=disk, issued_at=site.clock.now(), data={"sm3": "ef" * 32}
            )
        )


def order_disk(site: Installation, people: People) -> str:
    side = people.cast.first
    system = ask(site, people.clerk, "system.list").value.items[0].name
    given = {"contract": side.contract, "work_order": side.work_order, "system": system}
    network = ask(
        site, people.clerk, "resource.order", kind="network", name="net-1", spec={"cidr": "10.64.78.0/24"}, **given
    ).value
    server = ask(
        site,
        people.clerk,
        "resource.order",
        kind="server",
        name="srv-1",
        **given,
        spec={"vcpus": 1, "memory_gb": "1", "image": "debian-12", "network": network.name, "system_disk_gb": 10},
    ).value
    return str(server.id)


def test_an_exit_to_its_end(site: Installation, people: People) -> None:
    found = begin(site, people)
    disk = order_disk(site, people)
    go(site, people.operator, found, "inventory")
    plan = [{"system": "门户", "start_on": "2026-12-01", "end_on": "2026-12-20", "target": "新平台"}]
    after = go(site, people.operator, found, "plan", steps=plan)
    assert [one.target for one in after.plan] == ["新平台"]
    go(site, people.approver, found, "agree_plan")
    go(site, people.approver, found, "migrated", evidence="迁移确认单")
    go(site, people.operator, found, "cut_over_begin")
    after = go(site, people.approver, found, "cut_over_end", evidence="切换确认单")
    assert steps(after)["cut_over"].state == "done"
    paper = ask(site, people.operator, "file.upload", name="移交清单.txt", content="清单".encode()).value
    after = go(site, people.operator, found, "data_back", medium="移动硬盘", file=paper.id)
    assert steps(after)["data"].proofs[0].sm3 == paper.sm3
    go(site, people.approver, found, "data_received", evidence="签收单 3 号")
    after = go(site, people.approver, found, "confidential_asked", evidence="函")
    assert len(steps(after)["confidential"].open_days) == 2
    go(site, people.operator, found, "confidential_back", evidence="归还清单")
    after = go(site, people.approver, found, "confidential_received", evidence="签收")
    backups = [one.name for one in after.stores if one.id.startswith("replica:")]
    assert backups
    assert any("srv-1" in name for name in steps(after)["erasure"].missing)
    erase_disk(site, people, disk)
    go(site, people.operator, found, "replica", place="异地机房", medium="磁带")
    for place in (*backups, "异地机房"):
        after = go(site, people.operator, found, "replica_erased", place=place, method="覆写", evidence="证明")
    assert steps(after)["erasure"].state == "done"
    settle_last_month(site, people)
    done = go(site, people.approver, found, "final_statement")
    assert done.complete
    refusal("exit.changed", site, people.lead, "exit.sign", id=found.id, sm3=DIGEST)
    half = ask(site, people.lead, "exit.sign", id=found.id, sm3=done.sm3).value
    assert half.state == "half_signed"
    site.clock.advance(timedelta(days=40))  # type: ignore[attr-defined]
    closed = ask(site, people.approver, "exit.sign", id=found.id, sm3=done.sm3).value
    assert closed.state == "closed"
    assert all(verify_signature(one.public_key, one.signature, one.text) for one in closed.signatures)
    file = ask(site, people.clerk, "exit.file", id=found.id, format="docx").value
    said = "\n".join(
        [*(one.text for one in Document(io.BytesIO(file.content)).paragraphs)]
        + [cell.text for table in Document(io.BytesIO(file.content)).tables for row in table.rows for cell in row.cells]
    )
    assert "清单所列事项已全部办完" in said
    assert "异地机房" in said
    book = ask(site, people.clerk, "exit.file", id=found.id, format="xlsx").value
    cells = [str(cell) for row in load_workbook(io.BytesIO(book.content)).active.values for cell in row]
    assert "ef" * 32 in cells


@pytest.mark.parametrize("way", ["days", "months", "begun_months"])
def test_the_refund_of_an_early_end_is_open_until_both_agree(site: Installation, people: People, way: str) -> None:
    number = people.cast.first.contract
    today = date_of(site.clock.now())
    ask(
        site,
        people.clerk,
        "payment.record",
        contract=number,
        no=1,
        amount="1211320.88",
        on=today,
        _second=people.approver,
    )
    left = date(2026, 12, 15)
    seen = ask(site, people.lead, "exit.refund", contract=number, left_on=left).value
    assert (seen.state, seen.amount_fen, seen.paid_fen) == ("open", None, 121132088)
    assert [one.way for one in seen.ways] == ["days", "months", "begun_months"]
    assert Fraction(seen.ways[0].part) == Fraction(197, 365)
    found = begin(site, people, "termination", left_on=left)
    assert steps(found)["refund"].state == "waiting"
    ask(
        site,
        people.approver,
        "reading.record",
        contract=number,
        code="exit.refund",
        value=way,
        agreement="会议纪要",
        _second=people.lead,
    )
    after = ask(site, people.clerk, "exit.read", id=found.id).value
    wanted = next(one for one in seen.ways if one.way == way)
    assert (after.refund.chosen, after.refund.amount_fen) == (way, wanted.refund_fen)
    # Less than half was paid: nothing goes back, and what is still to be paid is said.
    assert (steps(after)["refund"].state, after.refund.amount_fen < 0) == ("not_needed", True)


def test_a_critical_breach_gives_back_what_its_remedy_says(site: Installation, people: People) -> None:
    number = people.cast.first.contract
    with site.database.read() as connection:
        rows = require_contract(connection, people.cast.first.contract_id).data["penalties"]["critical"]
    level = next((row["level"] for row in rows if "refund" in row["remedy"]), None)
    assert level
    seen = ask(site, people.clerk, "exit.refund", contract=number, left_on=date(2026, 12, 15), ground=level).value
    assert (seen.state, seen.chosen, seen.amount_fen) == ("settled", "everything", seen.paid_fen)
    refusal("exit.ground", site, people.clerk, "exit.refund", contract=number, left_on=date(2026, 12, 15), ground="Z")
    refusal("exit.left_on", site, people.clerk, "exit.refund", contract=number, left_on=date(2031, 1, 1))


def test_a_contract_without_a_total_leaves_the_refund_unknown(site: Installation, people: People) -> None:
    with site.database.write() as connection:
        found = require_contract(connection, people.cast.first.contract_id)
        connection.execute(
            contract.update().where(contract.c.id == found.id).values(data={**found.data, "total_fen": None})
        )
    seen = ask(site, people.clerk, "exit.refund", contract=found.number, left_on=date(2026, 12, 15)).value
    assert (seen.state, seen.amount_fen, seen.lacks) == ("unknown", None, ("total",))


def test_nobody_else_sees_or_touches_it(site: Installation, people: People) -> None:
    found = begin(site, people)
    for caller in (people.other_clerk, people.other_lead):
        refusal("object.unknown", site, caller, "exit.read", id=found.id)
        refusal("object.unknown", site, caller, "exit.inventory", contract=found.contract_id)
        assert ask(site, caller, "exit.list").value.items == ()
    refusal("access.role", site, people.auditor, "exit.advance", id=found.id, event="inventory")
    assert [one.id for one in ask(site, people.officer, "exit.list", state="open").value.items] == [found.id]
