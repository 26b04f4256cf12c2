"""Each service passes the kit; and what is its own."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kits.service import TENANT, ServiceKit, make_view

from yunqi.engines.base import Address, Domain, Network, Port, Volume
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import render_error
from yunqi.services.address import SERVICE as ADDRESS
from yunqi.services.base import Choices, DrawNeed
from yunqi.services.disk import SERVICE as DISK
from yunqi.services.fields import parse_spec
from yunqi.services.network import SERVICE as NETWORK
from yunqi.services.registry import check_delete, prepare_change, prepare_order, service_of
from yunqi.services.server import SERVICE as SERVER
from yunqi.services.server.meter import compute_needs
from yunqi.services.server.spec import ServerSpec

GIB = 2**30
LAN = make_view("network", "lan", {"cidr": "10.64.1.0/24"})
SERVER_SPEC = MappingProxyType(
    {
        "vcpus": 1,
        "memory_gb": "0.25",
        "system_disk_gb": 1,
        "grade": "normal",
        "image": "micro",
        "network": LAN.id,
        "iops_max": 5000,
    }
)
WEB = make_view("server", "web", SERVER_SPEC)
WEB_CHOICES = Choices({"ip": "10.64.1.2", "mac": "52:54:00:00:00:01"})


class TestNetwork(ServiceKit):
    service = NETWORK
    good: Any = MappingProxyType({"cidr": "10.64.7.0/24"})
    choices: Any = MappingProxyType({"cidr": "10.64.7.0/24", "gateway": "10.64.7.1"})
    bad = tuple(
        ("cidr", value)
        for value in (
            "10.64.1.0",
            "10.64.1.1/24",
            "8.8.8.0/24",
            "10.0.0.0/8",
            "10.0.0.0/29",
            "::/64",
            "x",
            7,
            "10.64.1.0/24; rm -rf /",
            "10.064.1.0/24",
        )
    )

    def test_draws_nothing(self) -> None:
        assert self.prepare().needs == ()

    def test_the_range_may_be_left_to_us(self) -> None:
        assert prepare_order("network", "lan", {}, [], {}).spec == {"cidr": None}

    def test_overlap_in_the_tenant_is_refused(self) -> None:
        with pytest.raises(Problem) as caught:
            prepare_order("network", "lan-2", {"cidr": "10.64.0.0/16"}, [LAN], {})
        assert caught.value.code == "network.overlap"
        assert "10.64.1.0/24" in render_error(caught.value)

    def test_want(self) -> None:
        view = self.view()
        (thing,) = NETWORK.want(view, Choices(self.choices), {})
        assert thing == Network(view.id, TENANT, "10.64.7.0/24", "10.64.7.1")


class TestServer(ServiceKit):
    service = SERVER
    good: Any = MappingProxyType({"vcpus": 2, "memory_gb": "1.50", "system_disk_gb": 10, "network": "lan"})
    beside = (LAN,)
    choices: Any = MappingProxyType(dict(WEB_CHOICES.values))
    bad = (
        ("vcpus", 0),
        ("vcpus", 65),
        ("vcpus", True),
        ("vcpus", 1.5),
        ("vcpus", "many"),
        ("memory_gb", "0"),
        ("memory_gb", "0.3"),
        ("memory_gb", "513"),
        ("memory_gb", "NaN"),
        ("memory_gb", "1e400"),
        ("system_disk_gb", 0),
        ("system_disk_gb", 10**30),
        ("grade", "slow"),
        ("image", "../../etc/passwd"),
        ("network", "nowhere"),
        ("network", "-lan"),
        ("network", "lan\x1b[2J"),
    )

    def test_needs(self) -> None:
        assert self.prepare(grade="high").needs == (
            DrawNeed("compute.vcpu", Fraction(2)),
            DrawNeed("compute.memory", Fraction(3, 2)),
            DrawNeed("storage.high", Fraction(10)),
        )

    def test_needs_with_an_item_for_each_server(self) -> None:
        spec = parse_spec(ServerSpec, self.good)
        assert isinstance(spec, ServerSpec)
        assert compute_needs(spec, ("software.os_open",))[-1] == DrawNeed("software.os_open", Fraction(1))

    def test_memory_is_kept_in_one_form(self) -> None:
        assert self.prepare().spec["memory_gb"] == "1.5"
        assert self.prepare(memory_gb=1.5).spec == self.prepare(memory_gb="1.50").spec

    def test_the_contract_line_decides_the_ceiling_else_the_catalogue(self) -> None:
        assert self.prepare().spec["iops_max"] == 5000
        agreed = prepare_order("server", "web", self.good, [LAN], {"storage.normal": 3000})
        assert agreed.spec["iops_max"] == 3000

    def test_want_with_disks_in_the_order_of_their_making(self) -> None:
        disks = [make_view("disk", name, {"server": WEB.id}) for name in ("d2", "d1")]
        neighbours = {view.id: (view, Choices({})) for view in (*disks, LAN)}
        system_disk, domain = SERVER.want(WEB, WEB_CHOICES, neighbours)
        assert system_disk == Volume(f"{WEB.id}-sys", TENANT, "normal", GIB, 5000, "micro")
        assert isinstance(domain, Domain)
        assert domain == Domain(
            WEB.id,
            TENANT,
            "web",
            1,
            256,
            "micro",
            (f"{WEB.id}-sys", disks[1].id, disks[0].id),
            (Port(LAN.id, "52:54:00:00:00:01", "10.64.1.2"),),
        )

    def test_a_change_of_what_is_fixed_is_refused(self) -> None:
        with pytest.raises(Problem, match=r"spec\.fixed"):
            prepare_change(WEB, {"image": "debian-12"}, [LAN, WEB], {})

    def test_a_network_that_ends_takes_no_server(self) -> None:
        ending = make_view("network", "lan", {"cidr": "10.64.1.0/24"}, delete_wanted=True)
        with pytest.raises(Problem, match=r"spec\.reference_ending"):
            prepare_order("server", "web", self.good, [ending], {})


class TestDisk(ServiceKit):
    service = DISK
    good: Any = MappingProxyType({"size_gb": 20, "grade": "high", "server": "web"})
    beside = (LAN, WEB)
    bad = (("size_gb", 0), ("size_gb", 32769), ("grade", "High"), ("server", "lan"), ("server", ""))

    def test_needs_and_want(self) -> None:
        assert self.prepare().needs == (DrawNeed("storage.high", Fraction(20)),)
        view = self.view()
        assert DISK.want(view, Choices({}), {}) == (Volume(view.id, TENANT, "high", 20 * GIB, 20000),)


class TestAddress(ServiceKit):
    service = ADDRESS
    good: Any = MappingProxyType({"server": "web", "bandwidth_mbit": 20})
    beside = (LAN, WEB)
    choices: Any = MappingProxyType({"public_ip": "203.0.113.5"})
    neighbours: Any = MappingProxyType({WEB.id: (WEB, WEB_CHOICES)})
    bad = (("bandwidth_mbit", 0), ("bandwidth_mbit", 10001), ("bandwidth_mbit", None), ("server", "web2"))

    def test_needs_and_want(self) -> None:
        assert self.prepare().needs == (
            DrawNeed("network.ip", Fraction(1)),
            DrawNeed("network.bandwidth", Fraction(20)),
        )
        view = self.view()
        (thing,) = ADDRESS.want(view, Choices(self.choices), self.neighbours)
        assert thing == Address(view.id, TENANT, LAN.id, "203.0.113.5", "10.64.1.2", 20)

    def test_a_server_has_one(self) -> None:
        with pytest.raises(Problem, match=r"address\.second"):
            prepare_order("address", "second", self.good, [LAN, WEB, self.view()], {})


@given(st.text(max_size=70) | st.text("ab-0", min_size=1, max_size=70))
def test_only_host_names_pass_as_names(name: str) -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    if name and set(name) <= allowed and len(name) <= 63 and "-" not in {name[0], name[-1]}:
        assert prepare_order("network", name, {}, [], {}).name == name
        return
    with pytest.raises(Problem) as caught:
        prepare_order("network", name, {}, [], {})
    assert caught.value.code == "name.invalid"
    assert render_error(caught.value).isprintable()


def test_an_unknown_service_names_the_known() -> None:
    with pytest.raises(Problem) as caught:
        service_of("teapot\x07")
    assert "server" in render_error(caught.value)
    assert "\x07" not in render_error(caught.value)


def test_what_others_stand_on_is_not_deleted() -> None:
    with pytest.raises(Problem) as caught:
        check_delete(LAN, [LAN, WEB])
    assert caught.value.code == "resource.in_use"
    assert "web" in render_error(caught.value)
    check_delete(LAN, [LAN, make_view("server", "web", SERVER_SPEC, delete_wanted=True)])
    check_delete(WEB, [LAN, WEB])
