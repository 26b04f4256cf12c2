"""Ordering at the command line: the work order's gates, the entitlement, bursts, and the end of a resource."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

from tests.kits.session import Session

from yunqi.operations.delivery import make_reconciler

ROUNDS = 20
ALONE = "独自一人"

SERVER = ("--set", "vcpus=1", "--set", "memory_gb=1", "--set", "system_disk_gb=2", "--set", "network=main")


def order(session: Session, kind: str, name: str, *words: str, work_order: str | None = None) -> tuple[str, ...]:
    side = session.side
    given = ("--work-order", work_order or side.work_order)
    return ("order", kind, name, "--contract", side.contract, "--as", side.clerk, *given, *words)


def names(session: Session) -> set[str]:
    return {one["name"] for one in json.loads(session.run("resource", "list", "--json"))["items"]}


def number_of(said: str) -> str:
    found = re.search(r"WO-\d{4}-\d{4}", said)
    assert found is not None
    return found[0]


def test_an_order_waits_for_filing_and_approval(signed: Session) -> None:
    side, officer = signed.side, signed.cast.officer if signed.cast else ""
    number = number_of(signed.run("work-order", "open", side.contract, "再上一批", "--as", side.clerk))

    def do(event: str, actor: str, *words: str) -> tuple[str, ...]:
        return ("work-order", "do", side.contract, number, event, "--as", actor, *words)

    wanted = order(signed, "network", "main", work_order=number)
    said = signed.refused("order.no_work_order", *wanted)
    assert f"「{number}」" in said
    filing = ("--set", "filing_number=BA-1")
    for actor in (side.clerk, side.lead):  # only the administration files
        assert signed.call(*do("file", actor, *filing)).exit_code == 2
    assert signed.call(*do("approve", side.lead)).exit_code == 2  # not filed yet
    assert "已备案" in signed.run(*do("file", officer, *filing))
    signed.refused("order.no_work_order", *wanted)
    assert signed.call(*do("approve", side.clerk)).exit_code == 2  # the provider approves
    assert "已受理" in signed.run(*do("approve", side.lead))
    assert "已订购 main" in signed.run(*wanted)
    assert number in signed.run("work-order", "list", side.contract)


def test_beyond_the_entitlement_two_ways_lead_out(signed: Session) -> None:
    signed.run(*order(signed, "network", "main"))
    signed.run(*order(signed, "server", "web", *SERVER))
    left = left_of(signed, "network.bandwidth")
    wide = ("--set", "server=web", "--set", f"bandwidth_mbit={left + 1}")
    said = signed.refused("entitlement.exceeded", *order(signed, "address", "ip", *wide))
    line = line_of(signed, "network.bandwidth")
    assert f"价目 {line[0]}「" in said
    assert f"本次需要 {left + 1} " in said
    assert f"剩余 {left} " in said
    assert "burst" in said
    assert "amendment" in said
    assert names(signed) == {"main", "web"}  # nothing was recorded
    assert left_of(signed, "network.bandwidth") == left
    signed.run(*order(signed, "address", "ip", "--set", "server=web", "--set", f"bandwidth_mbit={left}"))
    assert left_of(signed, "network.bandwidth") == 0


def line_of(session: Session, item: str) -> list[str]:
    rows = [line.split() for line in session.run("contract", "entitlement", session.number).splitlines()]
    return next(row for row in rows if item in row)


def left_of(session: Session, item: str) -> int:
    return int(line_of(session, item)[-1])


def test_a_burst_opens_what_the_contract_does_not_have(signed: Session) -> None:
    side = signed.side
    signed.run(*order(signed, "network", "main"))
    signed.run(*order(signed, "server", "web", *SERVER))
    fast = order(signed, "disk", "fast", "--set", "size_gb=10", "--set", "grade=high", "--set", "server=web")
    signed.refused("entitlement.no_line", *fast)
    day = signed.clock.at.date()
    agreed = ("--from", f"{day} 00:00", "--until", f"{day.replace(year=day.year + 1)} 00:00", "--reason", "高峰")
    both = ("--using-unit-person", side.approver, "--provider-person", side.lead)
    signed.refused("burst.item", "burst", "agree", side.contract, "no.such", "10", *agreed, *both)
    for bad in ("-1", "0", "x", "1/0", "1e999999999", "9" * 30):
        assert signed.call("burst", "agree", side.contract, "storage.high", *agreed, *both, "--", bad).exit_code == 2
    alone = ("--using-unit-person", side.approver, "--provider-person", side.clerk)  # both of one party
    signed.refused("access.second", "burst", "agree", side.contract, "storage.high", "10", *agreed, *alone)
    signed.run("burst", "agree", side.contract, "storage.high", "10", *agreed, *both)
    assert "storage.high" in signed.run("burst", "list", side.contract)
    assert "已订购 fast" in signed.run(*fast)
    more = order(signed, "disk", "more", "--set", "size_gb=1", "--set", "grade=high", "--set", "server=web")
    assert signed.call(*more).exit_code == 2  # the burst is used up


def test_who_asked_for_the_end_does_not_approve_it(signed: Session) -> None:
    side = signed.side
    signed.run(*order(signed, "network", "main"))
    signed.run(*order(signed, "server", "web", *SERVER))
    signed.refused("access.role", "resource", "approve-erase", "web", "--as", side.lead)  # the data is not theirs
    signed.refused("order.not_leaving", "resource", "approve-erase", "web", "--as", side.approver)
    assert signed.call("resource", "delete", "main", "--as", side.clerk).exit_code == 2  # the server stands on it
    said = signed.run("resource", "delete", "web", "--as", side.clerk)
    assert "请由另一人批准" in said
    signed.refused("access.role", "resource", "approve-erase", "web", "--as", side.clerk)
    both = f"{side.using_unit}/{ALONE}"
    signed.run("organisation", "add-person", side.using_unit, ALONE, "--role", "operator", "--role", "approver")
    signed.run(*order(signed, "server", "own", *SERVER), "--as", both)
    signed.run("resource", "delete", "own", "--as", both)
    said = signed.refused("order.same_person", "resource", "approve-erase", "own", "--as", both)
    assert "另一人" in said
    assert "已批准擦除" in signed.run("resource", "approve-erase", "web", "--as", side.approver)
    change = ("resource", "change", "web", "--work-order", side.work_order, "--set", "vcpus=2", "--as", side.clerk)
    assert signed.call(*change).exit_code == 2


def test_a_change_draws_the_difference(signed: Session) -> None:
    side = signed.side
    signed.run(*order(signed, "network", "main"))
    signed.run(*order(signed, "server", "web", *SERVER))
    whole = left_of(signed, "network.bandwidth")
    signed.run(*order(signed, "address", "ip", "--set", "server=web", "--set", "bandwidth_mbit=10"))
    change = ("resource", "change", "ip", "--work-order", side.work_order, "--as", side.clerk, "--set")
    assert "第 2 版" in signed.run(*change, "bandwidth_mbit=12")
    assert left_of(signed, "network.bandwidth") == whole - 12
    said = signed.refused("entitlement.exceeded", *change, f"bandwidth_mbit={whole + 1}")
    assert f"本次需要 {whole + 1} " in said  # what it draws now becomes free
    assert f"剩余 {whole} " in said
    assert left_of(signed, "network.bandwidth") == whole - 12


def test_an_end_erases_and_gives_back(signed: Session) -> None:
    side = signed.side
    before = left_of(signed, "storage.normal")
    signed.run(*order(signed, "network", "main"))
    signed.run(*order(signed, "server", "web", *SERVER))
    assert left_of(signed, "storage.normal") == before - 2
    assert "web" in signed.run("resource", "plan")
    reconcile(signed)
    assert "可用" in signed.run("resource", "show", "web")
    signed.run("resource", "delete", "web", "--as", side.clerk)
    reconcile(signed)
    assert "web" in names(signed)  # data waits for its approval
    assert left_of(signed, "storage.normal") == before - 2
    assert "没有擦除过的卷" in signed.run("report", "certificate", "web")
    signed.run("resource", "approve-erase", "web", "--as", side.approver)
    reconcile(signed)
    listed = signed.run("resource", "list", "--gone")
    assert "已退订" in listed
    identifier = next(line.split()[-1] for line in listed.splitlines() if line.startswith("web "))
    assert names(signed) == {"main"}
    assert left_of(signed, "storage.normal") == before
    path = Path(signed.run("report", "certificate", identifier).strip())
    assert path.read_bytes().startswith(b"%PDF")
    assert "擦除证书" in signed.run("resource", "show", identifier)


def reconcile(session: Session) -> None:
    """Rounds until nothing more can be done without a person."""
    with session.installation() as opened:
        worker = make_reconciler(opened)
        for _round in range(ROUNDS):
            session.clock.advance(timedelta(seconds=1))
            if worker.run_round().settled:
                break
        worker.release()


def test_bad_orders_say_which_field(signed: Session) -> None:
    signed.run(*order(signed, "network", "main"))
    for words in (
        ("--set", "vcpus"),
        ("--set", "vcpus=-1", *SERVER[2:]),
        ("--set", "vcpus=1.5", *SERVER[2:]),
        ("--set", "vcpus=99999999999999999999", *SERVER[2:]),
        ("--set", "nosuch=1", *SERVER),
        (*SERVER[:6], "--set", "network=none"),
    ):
        result = signed.call(*order(signed, "server", "bad", *words))
        assert result.exit_code == 2, (words, result.output)
    assert signed.call(*order(signed, "spaceship", "x")).exit_code == 2
    signed.refused("name.taken", *order(signed, "network", "main"))
    assert names(signed) == {"main"}
