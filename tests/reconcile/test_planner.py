"""The planner alone: tables of one world and one observation, and what holds of every plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.kits.worlds import GIB, SERVICES, SITE, TENANT, address, disk, ending, server, view, world

from yunqi.engines.base import Address, Domain, Network, Observed, ObservedDomain, ObservedVolume, Port, Volume
from yunqi.reconcile.lint import lint
from yunqi.reconcile.planner import plan
from yunqi.reconcile.render import render_plan, render_wait
from yunqi.reconcile.steps import (
    DropDomain,
    DropVolume,
    EraseVolume,
    MarkGone,
    MarkReady,
    Plan,
    PutDomain,
    PutVolume,
    Reserve,
    StartDomain,
    Step,
    Wait,
)
from yunqi.reconcile.world import Status, World
from yunqi.services.base import ResourceView


def names(planned: Plan) -> list[str]:
    return [f"{step.name} {step.key}" for step in planned.steps]


NETWORK = view("network", "net-1", cidr=None)
CHOSEN = {
    "net-1": {"cidr": "10.64.0.0/24", "gateway": "10.64.0.1"},
    "srv-1": {"ip": "10.64.0.2", "mac": "52:54:00:00:00:01"},
    "adr-1": {"public_ip": "203.0.113.2"},
}
TAKEN = frozenset(
    {
        ("cidr", TENANT, "10.64.0.0/24"),
        ("gateway", "net-1", "10.64.0.1"),
        ("ip", "net-1", "10.64.0.2"),
        ("mac", "site", "52:54:00:00:00:01"),
        ("public_ip", "site", "203.0.113.2"),
    }
)
SYSTEM = Volume("srv-1-sys", TENANT, "normal", GIB, 5000, "micro")
DATA = Volume("dsk-1", TENANT, "high", 2 * GIB, 20000)
DOMAIN = Domain(
    "srv-1",
    TENANT,
    "srv1",
    1,
    256,
    "micro",
    ("srv-1-sys", "dsk-1"),
    (Port("net-1", "52:54:00:00:00:01", "10.64.0.2"),),
)
ADDRESS = Address("adr-1", TENANT, "net-1", "203.0.113.2", "10.64.0.2", 10)
SEEN = Observed(
    networks={"net-1": Network("net-1", TENANT, "10.64.0.0/24", "10.64.0.1")},
    volumes={"srv-1-sys": ObservedVolume(SYSTEM, 0), "dsk-1": ObservedVolume(DATA, 0)},
    domains={"srv-1": ObservedDomain(DOMAIN, running=True)},
    addresses={"adr-1": ADDRESS},
)
READY = {key: Status("ready", 1, "", ever_ready=True) for key in ("net-1", "srv-1", "dsk-1", "adr-1")}
ALL = (NETWORK, server(), disk(), address())
SETTLED = world(*ALL, choices=CHOSEN, taken=TAKEN, statuses=READY)


def plan_for(wanted: World, seen: Observed = SEEN) -> Plan:
    planned = plan(wanted, seen, SITE, SERVICES)
    assert lint(planned, wanted, seen) == ()
    return planned


def test_a_settled_world_plans_nothing() -> None:
    assert plan_for(SETTLED) == Plan(())


def test_from_nothing_everything_in_order() -> None:
    planned = plan_for(world(*ALL), Observed())
    assert [step for step in planned.steps if isinstance(step, Reserve)] == [
        Reserve("net-1", "cidr", TENANT, "10.64.0.0/24"),
        Reserve("net-1", "gateway", "net-1", "10.64.0.1"),
        next(step for step in planned.steps if isinstance(step, Reserve) and step.pool == "mac"),
        Reserve("srv-1", "ip", "net-1", "10.64.0.2"),
        Reserve("adr-1", "public_ip", "site", "203.0.113.2"),
    ]
    assert names(planned)[5:] == [
        "mark_phase adr-1.status",
        "mark_phase dsk-1.status",
        "mark_phase net-1.status",
        "mark_phase srv-1.status",
        "put_network net-1",
        "put_volume dsk-1",
        "put_volume srv-1-sys",
        "put_domain srv-1",
        "start_domain srv-1",
        "put_address adr-1",
    ]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (
            replace(SEEN, domains={"srv-1": ObservedDomain(DOMAIN, running=False)}),
            ["mark_phase dsk-1.status", "mark_phase srv-1.status", "start_domain srv-1"],
        ),
        (
            replace(SEEN, domains={}),
            ["mark_phase dsk-1.status", "mark_phase srv-1.status", "put_domain srv-1", "start_domain srv-1"],
        ),
        (
            replace(SEEN, domains={"srv-1": ObservedDomain(replace(DOMAIN, vcpus=2), running=True)}),
            [
                "mark_phase dsk-1.status",
                "mark_phase srv-1.status",
                "stop_domain srv-1",
                "put_domain srv-1",
                "start_domain srv-1",
            ],
        ),
        (replace(SEEN, incomplete=frozenset({"net-1"})), ["mark_phase net-1.status", "put_network net-1"]),
        (replace(SEEN, addresses={}), ["mark_phase adr-1.status", "put_address adr-1"]),
        (
            replace(SEEN, addresses={"adr-1": replace(ADDRESS, rate_mbit=99)}),
            ["mark_phase adr-1.status", "put_address adr-1"],
        ),
        (
            replace(SEEN, volumes={**SEEN.volumes, "dsk-1": ObservedVolume(replace(DATA, size_bytes=GIB), 0)}),
            ["mark_phase dsk-1.status", "put_volume dsk-1"],
        ),
        (
            replace(SEEN, volumes={**SEEN.volumes, "dsk-1": ObservedVolume(replace(DATA, iops_max=1), 0)}),
            ["mark_phase dsk-1.status", "put_volume dsk-1"],
        ),
        (replace(SEEN, strays=("half",)), ["sweep_strays strays"]),
        (
            replace(SEEN, domains={**SEEN.domains, "srv-9": ObservedDomain(replace(DOMAIN, id="srv-9"), running=True)}),
            ["drop_domain srv-9"],
        ),
    ],
)
def test_drift_and_its_mending(seen: Observed, expected: list[str]) -> None:
    assert names(plan_for(SETTLED, seen)) == expected


def test_a_larger_volume_is_left_alone() -> None:
    larger = ObservedVolume(replace(DATA, size_bytes=3 * GIB), 0)
    assert plan_for(SETTLED, replace(SEEN, volumes={**SEEN.volumes, "dsk-1": larger})).steps == ()


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (replace(SEEN, volumes={"srv-1-sys": ObservedVolume(SYSTEM, 0)}), "volume.lost"),
        (replace(SEEN, volumes={**SEEN.volumes, "dsk-1": ObservedVolume(DATA, 0, erased=True)}), "volume.erased"),
        (
            replace(SEEN, volumes={**SEEN.volumes, "dsk-1": ObservedVolume(replace(DATA, grade="normal"), 0)}),
            "volume.grade",
        ),
    ],
)
def test_data_in_doubt_waits_for_a_person(seen: Observed, code: str) -> None:
    stopped = replace(seen, domains={"srv-1": ObservedDomain(DOMAIN, running=False)})
    planned = plan_for(SETTLED, stopped)
    assert Wait("dsk-1", code, ("dsk-1",)) in planned.waits
    assert not [step for step in planned.steps if isinstance(step, PutVolume | DropVolume | EraseVolume)]
    if code != "volume.grade":
        assert not [step for step in planned.steps if isinstance(step, StartDomain | PutDomain)]


def test_a_volume_whose_erase_has_begun_serves_nobody() -> None:
    planned = plan_for(replace(SETTLED, open_erasures=frozenset({"dsk-1"})))
    assert [(wait.subject, wait.code) for wait in planned.waits] == [("dsk-1", "volume.erased")]


def test_the_end_of_all_goes_in_order() -> None:
    wanted = replace(SETTLED, resources={one.id: ending(one) for one in ALL})
    planned = plan_for(wanted)
    assert [name for name in names(planned) if not name.startswith("mark")] == [
        "drop_address adr-1",
        "drop_domain srv-1",
        "erase_volume dsk-1",
        "erase_volume srv-1-sys",
        "drop_network net-1",
    ]
    certified = replace(wanted, certified=frozenset({"dsk-1", "srv-1-sys"}))
    assert [step for step in plan_for(certified, Observed()).steps if isinstance(step, MarkGone)] == [
        MarkGone("adr-1"),
        MarkGone("dsk-1"),
    ]


def test_a_disk_ends_while_its_server_stays() -> None:
    wanted = replace(SETTLED, resources={**SETTLED.resources, "dsk-1": ending(disk())})
    assert [name for name in names(plan_for(wanted)) if not name.startswith("mark")] == [
        "stop_domain srv-1",
        "put_domain srv-1",
        "start_domain srv-1",
        "erase_volume dsk-1",
    ]


@pytest.mark.parametrize("one", [disk(), server()])
def test_nothing_is_touched_without_approval(one: ResourceView) -> None:
    wanted = replace(SETTLED, resources={**SETTLED.resources, one.id: ending(one, approved=False)})
    planned = plan_for(wanted)
    assert [wait.code for wait in planned.waits] == ["erase.approval"]
    assert names(planned) == [f"mark_phase {one.id}.status"]


def test_an_erase_begun_is_taken_to_its_end() -> None:
    resources = {"dsk-1": ending(disk(target="srv-1"))}
    wanted = World(resources, statuses=READY, open_erasures=frozenset({"dsk-1"}), certified=frozenset({"dsk-1"}))
    assert [step for step in plan_for(wanted, Observed()).steps if step.name == "erase_volume"] == [
        EraseVolume("dsk-1", "dsk-1")
    ]
    closed = replace(wanted, open_erasures=frozenset())
    assert MarkGone("dsk-1") in plan_for(closed, Observed()).steps


def test_choices_that_run_out_are_said() -> None:
    addresses = [address(f"adr-{number}", f"srv-{number}") for number in range(1, 8)]
    servers = [server(f"srv-{number}") for number in range(1, 8)]
    planned = plan_for(world(NETWORK, *servers, *addresses), Observed())
    assert [step.value for step in planned.steps if isinstance(step, Reserve) and step.pool == "public_ip"] == [
        f"203.0.113.{last}" for last in range(2, 7)
    ]
    assert [(wait.subject, wait.code) for wait in planned.waits] == [
        ("adr-6", "pool.exhausted"),
        ("adr-7", "pool.exhausted"),
    ]


def test_chosen_ranges_do_not_overlap_what_was_asked_for() -> None:
    asked = view("network", "net-2", cidr="10.64.0.0/16")
    clash = view("network", "net-3", cidr="10.64.9.0/24")
    planned = plan_for(world(NETWORK, asked, clash), Observed())
    assert [
        (step.resource, step.value) for step in planned.steps if isinstance(step, Reserve) and step.pool == "cidr"
    ] == [
        ("net-1", "10.65.0.0/24"),
        ("net-2", "10.64.0.0/16"),
    ]
    assert [(wait.subject, wait.code) for wait in planned.waits] == [("net-3", "cidr.overlaps")]


def test_a_missing_reference_waits() -> None:
    planned = plan_for(world(disk()), Observed())
    assert [(wait.subject, wait.code) for wait in planned.waits] == [("dsk-1", "reference.missing")]


# --- lint: each contradiction is found -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((DropDomain("srv-1"), PutDomain(DOMAIN)), "put_and_dropped"),
        ((EraseVolume("dsk-1", "dsk-1"),), "erase_unapproved"),
        ((EraseVolume("dsk-1", "dsk-1"),), "still_attached"),
        ((DropDomain("srv-1"), DropVolume("dsk-1")), "dropped_with_data"),
        ((PutDomain(replace(DOMAIN, volumes=("dsk-9",))),), "unknown_reference"),
        ((StartDomain(replace(DOMAIN, id="srv-9")),), "unknown_reference"),
        ((PutVolume(replace(DATA, size_bytes=GIB)),), "shrinks"),
        ((Reserve("srv-2", "ip", "net-1", "10.64.0.2"),), "reserved_twice"),
        ((StartDomain(DOMAIN), MarkReady("srv-1", 1)), "marked_and_touched"),
        ((DropDomain("srv-1"), MarkGone("srv-1")), "marked_and_touched"),
    ],
)
def test_lint_finds(steps: tuple[Step, ...], code: str) -> None:
    assert code in {found.code for found in lint(Plan(steps), SETTLED, SEEN)}


def test_a_plan_reads_as_a_diff() -> None:
    planned = plan(world(*ALL), Observed(), SITE, SERVICES)
    text = render_plan(planned, {one.id: one for one in ALL})
    assert "+ 网络 net1 (net-1)：网段 10.64.0.0/24" in text
    assert "+ 启动虚拟机 srv1 (srv-1)" in text
    wanted = replace(SETTLED, resources={one.id: ending(one) for one in ALL})
    assert "- 销毁云硬盘 dsk1 (dsk-1) 的数据并出具证明" in render_plan(plan_for(wanted), wanted.resources)
    assert "批准" in render_wait(Wait("dsk-1", "erase.approval"), {})
    assert render_plan(Plan(()), {}) == ""
