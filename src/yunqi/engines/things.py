"""Things as text, and the conditions that every engine keeps alike. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from yunqi.engines.base import Address, Domain, Network, Port, StaleToken, Thing, Volume
from yunqi.kernel.errors import Problem, Trouble

KINDS: Mapping[str, type[Network | Volume | Domain | Address]] = {
    "network": Network,
    "volume": Volume,
    "domain": Domain,
    "address": Address,
}
_SECTOR_BYTES = 512
_SAFE_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?")


def kind_of(thing: Thing) -> str:
    """The kind's one name.

    >>> kind_of(Network("net-1", "t1", "10.0.0.0/24", "10.0.0.1"))
    'network'
    """
    return type(thing).__name__.lower()


def render_thing(thing: Thing) -> str:
    """The thing as one line of JSON with sorted keys: equal things give equal text."""
    return json.dumps(asdict(thing), ensure_ascii=False, sort_keys=True)


def load_thing(kind: str, body: Mapping[str, Any]) -> Thing:
    """The thing of that kind from its JSON object; raises TypeError or KeyError for one that is not whole.

    >>> ports = (Port("net-1", "02:00:00:00:00:01", "10.0.0.2"),)
    >>> thing = Domain("srv-1", "t1", "web", 1, 256, "micro", ("vol-1",), ports)
    >>> load_thing("domain", json.loads(render_thing(thing))) == thing
    True
    """
    fields = dict(body)
    if kind == "domain":
        fields["volumes"] = tuple(fields["volumes"])
        fields["ports"] = tuple(Port(**port) for port in fields["ports"])
    return KINDS[kind](**fields)


def require_safe_id(identifier: str) -> str:
    """The id itself when it can be part of a file name and of a command's argument; raises Problem engine.bad_id."""
    if not _SAFE_ID.fullmatch(identifier):
        raise Problem(
            "engine.bad_id",
            "标识 {value} 只能由小写字母、数字和连字符组成,最长 62 个字符",
            field="id",
            value=identifier,
            way_out="请使用系统生成的标识",
        )
    return identifier


def require_fresh(token: int, kept: int, subject: str) -> None:
    """Raises StaleToken when a later executor has already written."""
    if token < kept:
        raise StaleToken(
            "engine.stale_token",
            "执行者的令牌 {token} 已过期({subject} 已由令牌 {kept} 写入)",
            token=token,
            kept=kept,
            subject=subject,
            way_out="该执行者应停止工作,由持有新租约的执行者继续",
        )


def require_volume_change(kept: Volume | None, *, erased: bool, wanted: Volume) -> None:
    """Whether a kept volume may become the wanted one: it may grow and change its ceiling, nothing else."""
    if wanted.size_bytes <= 0 or wanted.size_bytes % _SECTOR_BYTES or wanted.iops_max <= 0:
        raise Problem(
            "engine.bad_volume",
            "云硬盘 {volume} 的容量必须是 512 字节的正整数倍,每秒操作数上限必须大于 0",
            field="size_bytes",
            volume=wanted.id,
            way_out="请改正规格",
        )
    if kept is None:
        return
    if erased:
        raise Trouble(
            "engine.erased",
            "云硬盘 {volume} 的数据已销毁,不能再使用",
            volume=wanted.id,
            way_out="请为新的云硬盘使用新的标识",
        )
    if wanted.size_bytes < kept.size_bytes:
        raise Problem(
            "engine.no_shrink",
            "云硬盘 {volume} 现为 {kept} 字节,不能缩小到 {wanted} 字节",
            field="size_bytes",
            volume=wanted.id,
            kept=kept.size_bytes,
            wanted=wanted.size_bytes,
            way_out="请新建较小的云硬盘并迁移数据",
        )
    fixed = [name for name in ("tenant", "grade", "image") if getattr(kept, name) != getattr(wanted, name)]
    if fixed:
        raise Problem(
            "engine.fixed_field",
            "云硬盘 {volume} 建成后不能更改 {fields}",
            field=fixed[0],
            volume=wanted.id,
            fields=", ".join(fixed),
            way_out="请新建云硬盘并迁移数据",
        )


def require_known(kind: str, wanted: Iterable[str], known: Iterable[str], subject: str) -> None:
    """Raises Trouble engine.missing unless all that `subject` refers to is there."""
    missing = sorted(set(wanted) - set(known))
    if missing:
        raise Trouble(
            "engine.missing",
            "{subject} 所需的 {kind} {missing} 尚不存在",
            subject=subject,
            kind=kind,
            missing=", ".join(missing),
            way_out="待其建成后自动重试",
        )


def require_unused(subject: str, users: Iterable[str]) -> None:
    """Raises Trouble engine.in_use while others still stand on it."""
    named = sorted(users)
    if named:
        raise Trouble(
            "engine.in_use",
            "{subject} 仍被 {users} 使用",
            subject=subject,
            users=", ".join(named),
            way_out="待使用者移除后自动重试",
        )


def require_erased(volume_id: str, *, erased: bool) -> None:
    """Raises Trouble engine.not_erased for a volume that still has content."""
    if not erased:
        raise Trouble(
            "engine.not_erased",
            "云硬盘 {volume} 的数据尚未销毁,不能移除",
            volume=volume_id,
            way_out="请先完成数据销毁",
        )


def users_of_volume(domains: Iterable[Domain], volume_id: str) -> tuple[str, ...]:
    """Ids of the domains that have the volume."""
    return tuple(domain.id for domain in domains if volume_id in domain.volumes)


def users_of_network(domains: Iterable[Domain], addresses: Iterable[Address], network_id: str) -> tuple[str, ...]:
    """Ids of the domains and addresses that stand on the network."""
    return (
        *(domain.id for domain in domains if any(port.network == network_id for port in domain.ports)),
        *(address.id for address in addresses if address.network == network_id),
    )
