"""Orders, refusals and delivery in the tour: what was bought is measured on the wire and in the guest."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from yunqi.cli.tour.cast import Cast, Side
from yunqi.kernel.errors import Problem, Trouble
from yunqi.kernel.words import _, render_error
from yunqi.operations.cases import add_event, open_work_order
from yunqi.operations.delivery import access_of, fetch, fetch_json, run_in_place
from yunqi.operations.installation import Installation
from yunqi.operations.orders import place_order
from yunqi.operations.readings import agree_burst
from yunqi.probes.base import within
from yunqi.store.certificates import read_choices
from yunqi.store.resources import Resource, iterate_resources, require_resource

Say = Callable[[str], None]
BANDWIDTH_MBIT = 10
HIGH_DISK_GB = 2
NORMAL_DISK_GB = 4
SYSTEM_DISK_GB = 2
_SLACK = Fraction(1, 4)
READY_S = 240
MARKER = "yunqi-tour-marker"
"""Written to the disks that are erased later, so that there is something to destroy."""


def expect_refusal(say: Say, code: str, act: Callable[[], object]) -> None:
    """Does what must be refused and shows how; raises `Trouble` tour.not_refused when it is not."""
    try:
        act()
    except Problem as problem:
        if problem.code == code:
            say(_("被拒绝（应当如此）：{sentence}", sentence=render_error(problem)))
            return
        raise
    raise Trouble("tour.not_refused", "本应被拒绝的操作（{expected}）没有被拒绝", expected=code)


def file_work_orders(installation: Installation, cast: Cast, say: Say) -> None:
    """A work order by each agency, filed by the administration and approved by the provider."""
    for number, side in enumerate((cast.first, cast.second), 1):
        opened = open_work_order(
            installation,
            contract_id=side.contract_id,
            kind="onboarding",
            title=_("{system}等系统入云", system=side.systems[0]),
            tenant_id=side.tenant_id,
            person_id=side.clerk,
        )
        side.work_order = opened.number
        if number == 1:
            expect_refusal(say, "order.no_work_order", lambda: order(installation, cast.first, "network", "main", {}))
        filing = {"filing_number": f"YZ-ZWY-{installation.clock.now().year}-{number:04d}"}
        add_event(installation, opened.id, "file", person_id=cast.officer, data=filing)
        add_event(installation, opened.id, "approve", person_id=side.lead)
        say(_("{unit}：工单 {number} 已由管理单位备案、云服务商受理", unit=side.using_unit, number=opened.number))


def order(
    installation: Installation,
    side: Side,
    kind: str,
    name: str,
    fields: Mapping[str, Any],
    system: str | None = None,
) -> Resource:
    """An order by the side's clerk."""
    made = place_order(
        installation,
        contract=side.contract,
        kind=kind,
        name=name,
        fields=fields,
        work_order=side.work_order or None,
        person_id=side.clerk,
        system=system,
    )
    side.names[name] = made.id
    return made


def place_orders(installation: Installation, cast: Cast, say: Say) -> None:
    """What each agency orders, with the two refusals that the entitlement makes."""
    first, second = cast.first, cast.second
    server = {"vcpus": "1", "memory_gb": "0.25", "system_disk_gb": str(SYSTEM_DISK_GB), "network": "main"}
    order(installation, first, "network", "main", {})
    order(installation, first, "server", "portal", server, first.systems[0])
    order(installation, first, "server", "insurance", server, first.systems[1])
    order(
        installation,
        first,
        "disk",
        "portal-data",
        {"size_gb": str(NORMAL_DISK_GB), "grade": "normal", "server": "portal"},
        first.systems[0],
    )
    fast = {"size_gb": str(HIGH_DISK_GB), "grade": "high", "server": "insurance"}
    expect_refusal(
        say,
        "entitlement.no_line",
        lambda: order(installation, first, "disk", "insurance-fast", fast, first.systems[1]),
    )
    now = installation.clock.now()
    agree_burst(
        installation,
        first.contract,
        "storage.high",
        Fraction(100),
        start_at=now - timedelta(hours=1),
        end_at=now + timedelta(days=30),
        reason=_("年终结算高峰，双方商定临时使用高性能存储"),
        using_unit_person=first.approver,
        provider_person=first.lead,
    )
    say(_("双方商定临时扩容：高性能存储 100 GB，30 天，免费"))
    order(installation, first, "disk", "insurance-fast", fast, first.systems[1])
    address = {"server": "portal", "bandwidth_mbit": str(BANDWIDTH_MBIT)}
    expect_refusal(
        say,
        "entitlement.exceeded",
        lambda: order(installation, first, "address", "portal-ip", address | {"bandwidth_mbit": "551"}),
    )
    order(installation, first, "address", "portal-ip", address, first.systems[0])
    order(installation, second, "network", "main", {})
    order(installation, second, "server", "reader", server, second.systems[0])


def wait_ready(installation: Installation, say: Say, deadline_s: float = READY_S) -> None:
    """Until everything ordered is ready, with progress; raises `Trouble` tour.not_ready naming what is not."""
    until = time.monotonic() + deadline_s
    shown = -1
    while True:
        with installation.database.read() as connection:
            rows = list(iterate_resources(connection))
        waiting = [row for row in rows if row.phase != "ready" and row.gone_at is None]
        if len(rows) - len(waiting) != shown:
            shown = len(rows) - len(waiting)
            say(_("已就绪 {ready}/{total}", ready=shown, total=len(rows)))
        if not waiting:
            return
        if time.monotonic() > until:
            raise Trouble(
                "tour.not_ready",
                "{seconds} 秒后仍未就绪：{names}",
                seconds=int(deadline_s),
                names="、".join(f"{row.name}（{row.phase} {dict(row.detail)}）" for row in waiting),
                way_out="请查看服务日志",
            )
        time.sleep(0.3)


@dataclass(frozen=True)
class Wire:
    """Where clients stand: the routers of both tenants, and outside; and the guests' addresses by name."""

    first: Path
    second: Path
    outside: Path
    ips: Mapping[str, str]
    public: str

    def url(self, name: str, page: str) -> str:
        """The address of a page of a guest in its own network."""
        return f"http://{self.ips[name]}{page}"


def read_wire(installation: Installation, cast: Cast) -> Wire:
    """The wire after delivery."""
    access = access_of(installation)
    first, second = cast.first, cast.second
    with installation.database.read() as connection:
        ips = {
            name: read_choices(connection, side.names[name])["ip"]
            for side, names in ((first, ("portal", "insurance")), (second, ("reader",)))
            for name in names
        }
        public = read_choices(connection, first.names["portal-ip"])["public_ip"]
    return Wire(
        access.place_of_network(first.names["main"]),
        access.place_of_network(second.names["main"]),
        access.place_outside(),
        ips,
        public,
    )


def require(holds: bool, what: str) -> None:
    """Raises `Trouble` tour.not_so naming what was expected and not found."""
    if not holds:
        raise Trouble("tour.not_so", "核对不符：{what}", what=what, way_out="请查看服务日志和引擎状态")


def check_guests(installation: Installation, cast: Cast, wire: Wire, say: Say) -> None:
    """Sizes from inside the guests, ceilings measured there."""
    gib = 2**30
    for name, place in (("portal", wire.first), ("insurance", wire.first), ("reader", wire.second)):
        found = fetch_json(place, wire.url(name, "/cgi-bin/size"))
        require(found is not None, _("{name} 应答", name=name))
        assert found is not None  # noqa: S101  # required above
        disks = {key: value // gib for key, value in found["disks"].items()}
        extra = {"portal": {"vdb": NORMAL_DISK_GB}, "insurance": {"vdb": HIGH_DISK_GB}}.get(name, {})
        require(disks == {"vda": SYSTEM_DISK_GB, **extra}, _("{name} 的磁盘 {disks}", name=name, disks=disks))
        require(found["vcpus"] == 1, _("{name} 的 vCPU {count}", name=name, count=found["vcpus"]))
        say(
            _(
                "{name}（{ip}）：vCPU {vcpus}，内存 {memory} MiB，磁盘 {disks} GB",
                name=name,
                ip=wire.ips[name],
                vcpus=found["vcpus"],
                memory=found["memory_bytes"] // 2**20,
                disks="、".join(f"{key} {value}" for key, value in sorted(disks.items())),
            )
        )
    for disk in ("vda", "vdb"):
        marked = fetch_json(wire.first, wire.url("insurance", f"/cgi-bin/write?disk={disk}&marker={MARKER}&mib=4"))
        require(marked is not None, _("向 insurance 的 {disk} 写入数据", disk=disk))
    for name, disk_name in (("portal", "portal-data"), ("insurance", "insurance-fast")):
        with installation.database.read() as connection:
            ceiling = int(require_resource(connection, cast.first.names[disk_name]).spec["iops_max"])
        found = fetch_json(wire.first, wire.url(name, "/cgi-bin/iops?disk=vdb&seconds=2"), deadline_s=60)
        require(found is not None, _("{name} 的 IOPS 测量", name=name))
        assert found is not None  # noqa: S101  # required above
        measured = int(found["iops"])
        require(
            measured <= ceiling * (1 + _SLACK),
            _("{name} 实测 IOPS {measured}，上限 {ceiling}", name=disk_name, measured=measured, ceiling=ceiling),
        )
        say(_("{name}：实测 {measured} IOPS，上限 {ceiling}", name=disk_name, measured=measured, ceiling=ceiling))


def check_isolation(wire: Wire, say: Say) -> None:
    """Guests of one tenant reach each other; the other tenant's guest reaches neither them nor their gateway."""

    def asked(place: Path, name: str, query: str) -> bool:
        found = fetch_json(place, wire.url(name, f"/cgi-bin/fetch?{query}"), deadline_s=20)
        require(found is not None, _("{name} 应答", name=name))
        return bool(found and found["answered"])

    require(asked(wire.first, "portal", f"ping={wire.ips['insurance']}"), _("同一租户的 portal 能到达 insurance"))
    gateway = wire.ips["portal"].rsplit(".", 1)[0] + ".1"
    for target in (wire.ips["portal"], wire.ips["insurance"], gateway):
        require(
            not asked(wire.second, "reader", f"ping={target}"), _("其他租户的 reader 到不了 {target}", target=target)
        )
    require(not asked(wire.second, "reader", f"http={wire.ips['portal']}"), _("其他租户的 reader 打不开 portal 的网页"))
    say(_("同租户互通；其他租户的服务器到不了本租户的服务器，也到不了网关 {gateway}", gateway=gateway))


def check_public(wire: Wire, say: Say) -> None:
    """The public address answers from outside; bandwidth is capped both ways."""
    body = fetch(wire.outside, f"http://{wire.public}/")
    require(body is not None, _("公网地址 {ip} 从外部可达", ip=wire.public))
    say(_("从外部打开 http://{ip}/ 成功", ip=wire.public))
    for title, to_guest in ((_("出向"), False), (_("入向"), True)):
        rate = measure_mbit(wire.outside, wire.public, to_guest=to_guest)
        require(
            BANDWIDTH_MBIT * (1 - _SLACK) <= rate <= BANDWIDTH_MBIT * (1 + _SLACK),
            _("{title}速率 {rate} Mbit/s 与所订带宽相符", title=title, rate=f"{float(rate):.1f}"),
        )
        say(
            _(
                "{title} {rate} Mbit/s，订购带宽 {limit} Mbit/s",
                title=title,
                rate=f"{float(rate):.1f}",
                limit=BANDWIDTH_MBIT,
            )
        )


def measure_mbit(place: Path, ip: str, *, to_guest: bool, size_bytes: int = 3_000_000) -> Fraction:
    """The goodput of one connection in Mbit/s: the guest's port 9 takes what comes, its port 19 sends zeros."""
    with within(str(place)):
        line = socket.create_connection((ip, 9 if to_guest else 19), timeout=30)
    begun = time.monotonic_ns()
    moved = 0
    with line:
        if to_guest:
            line.sendall(bytes(size_bytes))
            line.shutdown(socket.SHUT_WR)
            line.recv(64)  # the guest says how much came: only then is it over
            moved = size_bytes
        else:
            while moved < size_bytes:
                piece = line.recv(65536)
                if not piece:
                    break
                moved += len(piece)
    return Fraction(moved * 8 * 1000, max(1, time.monotonic_ns() - begun))


def ping(place: Path, ip: str) -> bool:
    """Whether an address answers from a place."""
    return run_in_place(place, "ping", "-n", "-c", "1", "-W", "1", ip).returncode == 0
