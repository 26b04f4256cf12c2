"""The end in the tour: a server erased with its certificate, its draws ended; with --exit, everything."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from yunqi.cli.site import open_settings
from yunqi.cli.tour.cast import Cast, Side
from yunqi.cli.tour.deliver import Say, require
from yunqi.kernel.errors import Trouble
from yunqi.kernel.money import decimal_text
from yunqi.kernel.words import _
from yunqi.operations.documents import make_certificate
from yunqi.operations.installation import Installation
from yunqi.operations.orders import approve_erase, ask_delete
from yunqi.operations.resources import describe_resource
from yunqi.operations.settings import Settings
from yunqi.services.registry import service_of
from yunqi.store.resources import list_resources, require_resource

_GONE_S = 180
_SWEPT_S = 30
_ORDER = ("address", "disk", "server", "network")


def end_one_server(installation: Installation, cast: Cast, say: Say) -> Path:
    """Ends a server and its disk: asked by one person, approved by another, erased, read back, certified."""
    side = cast.first
    names = ("insurance-fast", "insurance")
    for name in names:
        ask_delete(installation, side.names[name], side.clerk)
        approve_erase(installation, side.names[name], side.approver)
    say(_("使用单位经办人申请退订，另一人批准擦除"))
    wait_gone(installation, [side.names[name] for name in names])
    for name in names:
        with installation.database.read() as connection:
            found = describe_resource(connection, side.names[name])
        require(all(draw.end_at is not None for draw in found.draws), _("{name} 的占用已结束", name=name))
        for certificate in found.certificates:
            data = certificate["data"]
            say(
                _(
                    "{name}：{method}（{medium}），覆写 {written} 字节，回读 {read} 字节，非零 {nonzero}",
                    name=name,
                    method=data["method"],
                    medium=data["medium"],
                    written=data["bytes_overwritten"],
                    read=data["bytes_read_back"],
                    nonzero=data["nonzero_found"],
                )
            )
        say(
            _(
                "{name} 释放额度 {draws}",
                name=name,
                draws="、".join(f"{one.item} {decimal_text(one.quantity)}" for one in found.draws),
            )
        )
    make_certificate(installation, side.names["insurance-fast"])
    path = make_certificate(installation, side.names["insurance"])
    require(path is not None, _("擦除证明"))
    assert path is not None  # noqa: S101  # required above
    return path


def wait_gone(installation: Installation, ids: list[str], deadline_s: float = _GONE_S) -> None:
    """Until the resources are gone; raises `Trouble` tour.not_gone."""
    until = time.monotonic() + deadline_s
    while True:
        with installation.database.read() as connection:
            left = [row for row in (require_resource(connection, one) for one in ids) if row.gone_at is None]
        if not left:
            return
        if time.monotonic() > until:
            raise Trouble(
                "tour.not_gone",
                "{seconds} 秒后仍未退订：{names}",
                seconds=int(deadline_s),
                names="、".join(f"{row.name}（{row.phase} {dict(row.detail)}）" for row in left),
                way_out="请查看服务日志",
            )
        time.sleep(0.3)


def check_nothing_left(installation: Installation, cast: Cast, say: Say) -> None:
    """What was ended is in no list of the hypervisor, in no file and in no rule: asked of the programs themselves."""
    ids = [cast.first.names[name] for name in ("insurance", "insurance-fast")]
    until = time.monotonic() + _SWEPT_S
    while left := _find_left(installation.settings, ids):
        if time.monotonic() > until:  # logs and records of a domain are swept in the round after it
            raise Trouble("tour.left_over", "引擎中仍有：{names}", names="、".join(left), way_out="请手工移除后重试")
        time.sleep(0.3)
    say(_("libvirt、磁盘、nftables 与网络设备中都没有留下它们"))


def _find_left(settings: Settings, ids: list[str]) -> list[str]:
    places = {
        "virsh": _output("virsh", "-c", settings.libvirt_uri, "list", "--all", "--name"),
        "files": "\n".join(str(path) for path in settings.engine_dir.rglob("*")),
        "nft": _output("nft", "list", "ruleset"),
        "ip": _output("ip", "-o", "link"),
    }
    return [f"{place}: {identifier}" for identifier in ids for place, text in places.items() if identifier in text]


def end_everything(installation: Installation, cast: Cast, say: Say) -> None:
    """Ends every resource of both agencies, in an order that nothing needed goes first."""
    ids: list[str] = []
    for side in (cast.first, cast.second):
        ids += _end_side(installation, side)
    wait_gone(installation, ids)
    say(_("已退订其余 {count} 个资源", count=len(ids)))


def _end_side(installation: Installation, side: Side) -> list[str]:
    with installation.database.read() as connection:
        rows = [
            row
            for kind in _ORDER
            for row in list_resources(connection, tenant_id=side.tenant_id, kind=kind, limit=500).resources
        ]
    for row in rows:
        ask_delete(installation, row.id, side.clerk)
        if service_of(row.kind).keeps_data:
            approve_erase(installation, row.id, side.approver)
    return [row.id for row in rows]


def tear_down(settings: Settings, *, with_data: bool = False) -> None:
    """Takes away all that the engine of a tour has, and asks the machine whether anything is left.

    Without `with_data`, volumes that still have content stop it.

    Raises `Trouble` tour.left_over naming it.
    """
    with open_settings(settings) as site:
        engine = site.engine
        if not hasattr(engine, "tear_down"):
            return
        engine.tear_down(with_data=with_data)
        left = engine.audit_leftovers()  # type: ignore[attr-defined]
        engine.end()  # type: ignore[attr-defined]
    if left:
        raise Trouble("tour.left_over", "引擎中仍有：{names}", names="、".join(left), way_out="请手工移除后重试")


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Trouble(
            "tour.command", "命令 {command} 失败：{reason}", command=" ".join(command), reason=done.stderr.strip()
        )
    return done.stdout
