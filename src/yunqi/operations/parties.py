"""Flags of information systems, checked by what each flag means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_share
from yunqi.operations.installation import Installation
from yunqi.store.parties import System, find_tenant, list_systems, require_organisation, set_flag
from yunqi.store.parties import deploy_system as store_deployment

_NAMED = 12
GRADES = ("1", "2", "3", "4", "5")
YES_NO = {"yes": "yes", "no": "no", "是": "yes", "否": "no", "true": "yes", "false": "no"}


def parse_flag(flag: str, value: str) -> str:
    """A flag's value as kept; raises `Problem` system.flag for one that the flag can't have.

    >>> parse_flag("important", "是"), parse_flag("grade", "3"), parse_flag("fee_share", "25%")
    ('yes', '3', '1/4')
    """
    text = value.strip()
    if flag == "grade" and text in GRADES:
        return text
    if flag in {"important", "internet_facing"} and text.lower() in YES_NO:
        return YES_NO[text.lower()]
    if flag == "fee_share":
        share = parse_share(text)
        if 0 <= share <= 1:
            return str(share)
    raise Problem(
        "system.flag",
        "标记 {flag} 的值「{value}」不可用",
        field=flag,
        flag=flag,
        value=value,
        way_out="grade 取 1 至 5，important 与 internet_facing 取 yes 或 no，fee_share 取 0 至 1 的比例",
    )


def flag_system(
    installation: Installation, using_unit: str, name: str, flag: str, value: str, valid_from: datetime | None = None
) -> None:
    """Records a flag of a using unit's system from an instant on (default: now)."""
    kept = parse_flag(flag, value)
    now = installation.clock.now()
    with installation.database.write() as connection:
        system = require_system(connection, require_organisation(connection, using_unit).id, name, now)
        set_flag(connection, system_id=system.id, name=flag, value=kept, valid_from=valid_from or now, now=now)


def deploy_system(installation: Installation, using_unit: str, name: str, provider: str) -> None:
    """Records that a system runs in its using unit's tenant at a provider; raises `Problem` tenant.missing."""
    now = installation.clock.now()
    with installation.database.write() as connection:
        system = require_system(connection, require_organisation(connection, using_unit).id, name, now)
        seller = require_organisation(connection, provider)
        tenant = find_tenant(connection, organisation_id=system.organisation_id, provider_id=seller.id)
        if tenant is None:
            raise Problem(
                "tenant.missing",
                "「{unit}」在「{provider}」处还没有租户",
                field="tenant",
                unit=using_unit,
                provider=seller.name,
                way_out="请先建立租户：yunqi tenant add",
            )
        store_deployment(connection, system_id=system.id, tenant_id=tenant.id, now=now)


def require_system(connection: Connection, using_unit_id: str, reference: str, at: datetime) -> System:
    """The using unit's information system of this id or name; raises `Problem` system.unknown."""
    for system in list_systems(connection, using_unit_id, at=at):
        if reference in (system.id, system.name):
            return system
    raise unknown_system(reference)


def unknown_system(reference: str, known: Iterable[str] = ()) -> Problem:
    """What is said of a system that the using unit doesn't have; `known`: the names of those that it has."""
    names = sorted(known)
    if names:
        return Problem(
            "system.unknown",
            "使用单位没有信息系统「{value}」",
            field="system",
            value=reference[:40],
            names="、".join(names[:_NAMED]),
            way_out="请写信息系统的全称，已登记的有：{names}",
        )
    return Problem(
        "system.unknown",
        "使用单位没有信息系统「{value}」",
        field="system",
        value=reference[:40],
        way_out="请核对名称：yunqi system list",
    )
