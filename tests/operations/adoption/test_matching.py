"""What is listed beside what the contract sells, by kind, grade and figure: each quantity goes somewhere or is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.words import render_error
from yunqi.operations.adoption.inventory import Account, Address, Disk, Inventory, LooseDisk, Machine, Place, problem_of
from yunqi.operations.adoption.matching import compute_plan
from yunqi.operations.adoption.plan import Line, Plan, Setting, System

FROM, TODAY = date(2026, 3, 1), date(2026, 3, 20)


def line(no: int, item: str | None, quantity: int | None, unit: str = "", **more: Any) -> Line:
    contracted = None if quantity is None else Fraction(quantity)
    made = Line(f"pln-{no}", no, item, more.pop("name", item or ""), unit, contracted, Fraction(0), "span", {})
    return replace(made, **more)


VCPU, MEMORY = line(1, "compute.vcpu", 100, "核"), line(2, "compute.memory", 200, "GB")
NORMAL, HIGH = line(3, "storage.normal", 1000, "GB"), line(4, "storage.high", 500, "GB")
IP, BANDWIDTH = line(5, "network.ip", 2, "IP"), line(6, "network.bandwidth", 100, "Mb")
USUAL = (VCPU, MEMORY, NORMAL, HIGH, IP, BANDWIDTH)
SYSTEMS = (System("sys-1", "门户网站", here=True), System("sys-2", "报送系统", here=False))


def setting(*lines: Line, **more: Any) -> Setting:
    given_: dict[str, Any] = {"unit": "某市某局", "from_on": FROM, "today": TODAY, "end_on": None, "systems": SYSTEMS}
    return Setting(lines=lines or USUAL, **given_ | more)


def machine(name: str = "a", vcpus: int = 8, memory: int = 16, **more: Any) -> Machine:
    return Machine(name=name, vcpus=str(vcpus), memory_gb=str(memory), **more)


def disk(size: int, grade: str | None = "normal") -> Disk:
    return Disk(size_gb=str(size), grade=grade)


def used(plan: Plan) -> dict[int, str]:
    return {one.no: one.listed for one in plan.lines if one.listed != "0"}


def told(plan: Plan) -> list[tuple[str, str]]:
    for note in plan.notes:
        assert "{" not in render_error(problem_of(note))
    return [(note.code, note.severity) for note in plan.notes]


PACKAGE = line(7, None, 3, "台", name="云主机（8核16GB）")
SERVER = line(8, "compute.physical_server", 2, "台", parameters={"cpu": "64", "memory_gb": "512"})
OTHER_SERVER = line(9, "compute.physical_server", 2, "台", parameters={"cpu": "32", "memory_gb": "256"})
MATCHES: list[tuple[str, tuple[Line, ...], Inventory, dict[int, str], list[str]]] = [
    (
        "cores, memory and each grade of storage",
        USUAL,
        Inventory(machines=(machine(system_disk=disk(100), disks=(disk(200, "high"),)),)),
        {1: "8", 2: "16", 3: "100", 4: "200"},
        [],
    ),
    (
        "a machine that a line sells whole draws one of it and its disks",
        (*USUAL, PACKAGE),
        Inventory(machines=(machine(disks=(disk(50),)), machine("b", 4, 8))),
        {7: "1", 1: "4", 2: "8", 3: "50"},
        [],
    ),
    (
        "a physical machine by its figures",
        (*USUAL, SERVER, OTHER_SERVER),
        Inventory(machines=(machine("p", 32, 256, physical=True),)),
        {9: "1"},
        [],
    ),
    (
        "a physical machine of figures that several lines lack",
        (SERVER, OTHER_SERVER),
        Inventory(machines=(machine("p", 8, 8, physical=True),)),
        {},
        ["adoption.not_in_contract"],
    ),
    (
        "a line in TB",
        (VCPU, MEMORY, line(3, "storage.normal", 10, "TB")),
        Inventory(machines=(machine(disks=(disk(2048),)),)),
        {1: "8", 2: "16", 3: "2"},
        [],
    ),
    (
        "two lines of one item are filled in their order, the last takes the rest",
        (line(1, "compute.vcpu", 6), line(2, "compute.vcpu", 1), line(5, "compute.memory", 99)),
        Inventory(machines=(machine(),)),
        {1: "6", 2: "2", 5: "16"},
        ["adoption.over"],
    ),
    (
        "a line without a quantity takes all, and nothing is over",
        (line(1, "compute.vcpu", None), line(2, "compute.memory", None)),
        Inventory(machines=(machine(),)),
        {1: "8", 2: "16"},
        [],
    ),
    (
        "what no line sells is registered and told once an item",
        (VCPU,),
        Inventory(machines=(machine("a"), machine("b"))),
        {1: "16"},
        ["adoption.not_in_contract"],
    ),
    (
        "what is sold by the run",
        (line(1, "security.vulnerability_scan", 9, "台", draw_kind="run"),),
        Inventory(accounts=(Account(name="x", item="security.vulnerability_scan", count="3"),)),
        {},
        ["adoption.by_piece"],
    ),
    (
        "addresses, bandwidth and accounts",
        (*USUAL, line(10, "network.vpn", 20, "账号")),
        Inventory(
            machines=(machine(public_ips=("203.0.113.5", "203.0.113.6"), bandwidth_mbit="20"),),
            addresses=(Address(name="n", address="203.0.113.7", bandwidth_mbit="10"),),
            accounts=(Account(name="VPN", item="network.vpn", count="12"),),
        ),
        {1: "8", 2: "16", 5: "3", 6: "30", 10: "12"},
        ["adoption.over"],
    ),
    (
        "one service in several rows",
        (line(10, "network.vpn", 20, "账号"),),
        Inventory(
            accounts=tuple(Account(name="VPN", item="network.vpn", count="5", place=Place(row=no)) for no in (2, 3))
        ),
        {10: "10"},
        [],
    ),
    (
        "a name that no ledger holds",
        USUAL,
        Inventory(machines=(machine("长" * 64),)),
        {1: "8", 2: "16"},
        ["adoption.name_long"],
    ),
    (
        "a disk whose machine nobody knows",
        USUAL,
        Inventory(disks=(LooseDisk(name="d", disk=disk(10), server="lost"),)),
        {3: "10"},
        ["adoption.server_unknown"],
    ),
    (
        "a grade that nobody says where the contract sells two",
        USUAL,
        Inventory(machines=(machine(disks=(disk(10, None), disk(20, None))),)),
        {1: "8", 2: "16"},
        ["adoption.grade_unknown"],
    ),
    (
        "a grade that nobody says where the contract sells one",
        (VCPU, MEMORY, HIGH),
        Inventory(machines=(machine(disks=(disk(10, None),)),)),
        {1: "8", 2: "16", 4: "10"},
        [],
    ),
    (
        "another unit's machine",
        USUAL,
        Inventory(machines=(machine(unit="别的单位"), machine("b", unit="某局"))),
        {1: "8", 2: "16"},
        ["adoption.other_unit"],
    ),
    (
        "systems not registered, not deployed, and known by a part of their name",
        USUAL,
        Inventory(machines=tuple(machine(name, system=name) for name in ("没有", "报送系统", "门户"))),
        {1: "24", 2: "48"},
        ["adoption.system_unknown", "adoption.system_elsewhere"],
    ),
]


@pytest.mark.parametrize(
    ("lines", "inventory", "uses", "codes"), [one[1:] for one in MATCHES], ids=[m[0] for m in MATCHES]
)
def test_matching(lines: tuple[Line, ...], inventory: Inventory, uses: dict[int, str], codes: list[str]) -> None:
    plan = compute_plan(inventory, setting(*lines))
    assert used(plan) == uses
    systemless = [one.name for one in inventory.machines if not one.system and one.unit != "别的单位"]
    found = [code for code, _severity in told(plan)]
    assert ("adoption.system_missing" in found) == bool(systemless)
    assert [code for code in found if code != "adoption.system_missing"] == codes
    drawn: dict[int, Fraction] = {}
    for take in plan.takes:
        for each in take.draws:
            drawn[each.line_no] = drawn.get(each.line_no, Fraction(0)) + Fraction(each.quantity)
    assert {no: str(one) for no, one in drawn.items()} == uses


def test_days_known_resources_and_taken_addresses() -> None:
    known = {("server", "a"): {"vcpus": 4, "memory_gb": "16"}, ("server", "b"): {"vcpus": 8, "memory_gb": "16"}}
    found = Inventory(
        machines=(
            machine("a"),
            machine("b"),
            machine("c", opened_on=date(2026, 3, 9)),
            machine("d", opened_on=date(2025, 3, 9)),
            machine("e", opened_on=date(2026, 3, 21)),
        ),
        addresses=(Address(name="n", address="203.0.113.7"),),
    )
    plan = compute_plan(found, setting(known=known, taken=frozenset({"203.0.113.7"})))
    assert {one.name: one.start_on for one in plan.takes} == {"c": date(2026, 3, 9), "d": FROM}
    assert told(plan) == [
        ("adoption.not_opened", "error"),
        ("adoption.address_taken", "error"),
        ("adoption.known_size", "open"),
        ("adoption.system_missing", "open"),
        ("adoption.known", "note"),
    ]
    assert plan.errors == 2
    assert used(plan) == {1: "16", 2: "32"}  # what is known already does not count twice


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 64), st.integers(1, 256), st.lists(st.integers(1, 4000), max_size=3)), max_size=8
    ),
    st.lists(st.integers(0, 80), min_size=1, max_size=3),
)
def test_nothing_is_lost_between_the_list_and_the_lines(
    machines: list[tuple[int, int, list[int]]], shares: list[int]
) -> None:
    lines = (
        *(line(no, "compute.vcpu", share) for no, share in enumerate(shares, 1)),
        line(10, "compute.memory", 100),
        line(11, "storage.normal", 5, "TB"),
    )
    found = tuple(
        machine(f"m{no}", cpu, memory, disks=tuple(disk(size) for size in sizes))
        for no, (cpu, memory, sizes) in enumerate(machines)
    )
    plan = compute_plan(Inventory(machines=found), setting(*lines))
    by_item: dict[str, Fraction] = {}
    for each in plan.lines:
        by_item[str(each.item)] = by_item.get(str(each.item), Fraction(0)) + Fraction(each.listed)
    assert by_item["compute.vcpu"] == sum(cpu for cpu, _memory, _sizes in machines)
    assert by_item["compute.memory"] == sum(memory for _cpu, memory, _sizes in machines)
    total = sum(sum(sizes) for _cpu, _memory, sizes in machines)
    exact = Fraction(total, 1024)
    assert 0 <= exact - by_item["storage.normal"] < Fraction(1, 1000)
    over = any(one.over for one in plan.lines if one.item == "compute.vcpu")
    assert over == (by_item["compute.vcpu"] > sum(shares))
