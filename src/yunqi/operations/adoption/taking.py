"""Previewing, confirming and undoing an adoption: the plan beside the contract, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.period import date_of, day_start
from yunqi.operations.adoption.inventory import Inventory
from yunqi.operations.adoption.matching import compute_plan
from yunqi.operations.adoption.plan import Line, Plan, Setting, System, Take
from yunqi.operations.order_needs import item_unit
from yunqi.services.registry import load_catalogue
from yunqi.store import adopted
from yunqi.store import adoptions as store
from yunqi.store.checks import from_micro, sm3_of_json, to_micro
from yunqi.store.contracts import Contract
from yunqi.store.entitlements import list_entitlements
from yunqi.store.locks import lock_contract, lock_tenant
from yunqi.store.order_checks import require_running, require_work_order
from yunqi.store.parties import list_systems, require_organisation

_ACCOUNT_PREFIX = "acn"


@dataclass(frozen=True, slots=True)
class Options:
    """How an inventory is to be matched. `grade`: what disks count as of which nothing is said."""

    from_on: date
    grade: str | None = None


def require_day(connection: Connection, found: Contract, from_on: date, now: datetime) -> None:
    """Refuses a day that can't be the first: Problem adoption.early, adoption.late, adoption.future, adoption.closed,
    order.contract_not_signed and order.not_running.
    """
    require_running(found, now)
    if from_on > date_of(now):
        raise Problem(
            "adoption.future",
            "起始日 {day} 还没有到",
            field="from_on",
            day=from_on,
            way_out="请填写今天或以前的日期",
        )
    if found.start_on is not None and from_on < found.start_on:
        raise Problem(
            "adoption.early",
            "起始日 {day} 早于合同服务期开始 {start}",
            field="from_on",
            day=from_on,
            start=found.start_on,
            way_out="请填写合同服务期内的日期",
        )
    closed = adopted.find_closed_month(connection, found.id, from_on)
    if closed is not None:
        raise Problem(
            "adoption.closed",
            "{month} 已结账，不能自 {day} 起纳管",
            field="from_on",
            month=closed,
            day=from_on,
            way_out="请自尚未结账的月份起纳管",
        )


def plan_adoption(
    connection: Connection, found: Contract, tenant_id: str, inventory: Inventory, options: Options, now: datetime
) -> Plan:
    """What taking the inventory in would do now."""
    return compute_plan(inventory, _read_setting(connection, found, tenant_id, options, now))


def _read_setting(connection: Connection, found: Contract, tenant_id: str, options: Options, now: datetime) -> Setting:
    deployed = adopted.list_deployed(connection, tenant_id)
    return Setting(
        unit=require_organisation(connection, found.using_unit_id).name,
        from_on=options.from_on,
        today=date_of(now),
        end_on=found.end_on,
        lines=tuple(
            Line(
                id=one.line.id,
                no=one.line.no,
                item=one.line.item,
                name=one.line.name,
                unit=one.line.unit or item_unit(one.line.item or ""),
                contracted=None if one.contracted_micro is None else from_micro(one.contracted_micro),
                drawn=from_micro(one.drawn_micro),
                draw_kind=one.line.draw_kind,
                parameters=one.line.parameters,
            )
            for one in list_entitlements(connection, found.id, at=now)
        ),
        systems=tuple(
            System(one.id, one.name, here=one.id in deployed)
            for one in list_systems(connection, found.using_unit_id, at=now)
        ),
        known=adopted.read_known(connection, tenant_id),
        adopted=adopted.read_adopted(connection, found.id),
        taken=adopted.read_public_addresses(connection),
        grade=options.grade,
    )


def plan_preview(
    connection: Connection,
    found: Contract,
    tenant_id: str,
    inventory: Inventory,
    options: Options,
    *,
    source: str,
    now: datetime,
) -> Plan:
    """The plan of a preview; raises `Problem` as `require_day`, and adoption.empty for a list of nothing.

    Only read: what changes until it is kept is found when the parties confirm, who plan it once more.
    """
    require_day(connection, found, options.from_on, now)
    if not inventory.rows and not inventory.notes:
        raise Problem(
            "adoption.empty",
            "「{value}」中没有可纳管的内容",
            field="file",
            value=source,
            way_out="请核对清单；表头以下应有主机、磁盘、地址或账号",
        )
    return plan_adoption(connection, found, tenant_id, inventory, options, now)


def render_preview(inventory: Inventory, options: Options, plan: Plan) -> dict[str, Any]:
    """What is kept of a preview: enough to plan it once more and to show it."""
    return {
        "inventory": inventory.model_dump(mode="json"),
        "options": {"grade": options.grade},
        "plan": plan.model_dump(mode="json"),
    }


def plan_of(kept: store.Adoption) -> Plan:
    """The plan of an adoption as it was previewed."""
    return Plan.model_validate(kept.data["plan"])


def confirm(
    connection: Connection,
    found: Contract,
    kept: store.Adoption,
    *,
    work_order: str,
    unit_person: str,
    provider_person: str,
    now: datetime,
) -> int:
    """Takes in what was previewed; returns how many resources.

    Raises `Problem` adoption.not_waiting, adoption.not_understood, adoption.overtaken, adoption.nothing and as
    `require_day` and an order do; then nothing is taken in.
    """
    lock_contract(connection, found.id)
    lock_tenant(connection, kept.tenant_id)
    kept = store.require_adoption(connection, kept.id)
    require_waiting(kept)
    require_day(connection, found, kept.from_on, now)
    plan = plan_of(kept)
    require_understood(plan)
    case = require_work_order(connection, found, work_order, kept.tenant_id)
    options = Options(kept.from_on, kept.data["options"]["grade"])
    inventory = Inventory.model_validate(kept.data["inventory"])
    again = plan_adoption(connection, found, kept.tenant_id, inventory, options, now)
    if sm3_of_json(again.model_dump(mode="json")) != kept.plan_sm3:
        raise Problem(
            "adoption.overtaken",
            "预览以后合同额度、信息系统或资源有了变化，差异已不相同",
            field="id",
            way_out="请重新预览，由双方按新的差异确认",
        )
    store.take_in(
        connection,
        kept,
        _new_resources(connection, kept, plan.takes),
        work_order=(case.id, case.number),
        unit_person=unit_person,
        provider_person=provider_person,
        now=now,
    )
    return len(plan.takes)


def require_waiting(kept: store.Adoption) -> None:
    """Raises `Problem` adoption.not_waiting unless it was previewed and no more."""
    if kept.state != store.PREVIEWED:
        raise Problem(
            "adoption.not_waiting",
            "该纳管已经确认或撤销",
            field="id",
            way_out="请以新的清单另行预览",
        )


def require_understood(plan: Plan) -> None:
    """Raises `Problem` adoption.not_understood and adoption.nothing."""
    if plan.errors:
        raise Problem(
            "adoption.not_understood",
            "还有 {count} 处没有读懂或有误，不能确认",
            field="id",
            count=plan.errors,
            way_out="请按所列的行、列更正清单后重新预览",
        )
    if not plan.takes:
        raise Problem("adoption.nothing", "没有可纳管的资源", field="id", way_out="请核对清单与差异")


def _new_resources(connection: Connection, kept: store.Adoption, takes: tuple[Take, ...]) -> list[store.NewResource]:
    prefixes = {kind: entry.id_prefix for kind, entry in load_catalogue().items()}
    servers = adopted.read_server_ids(connection, kept.tenant_id)
    ids = [make_id(prefixes.get(one.kind, _ACCOUNT_PREFIX)) for one in takes]
    servers |= {one.name: identifier for one, identifier in zip(takes, ids, strict=True) if one.kind == "server"}
    scope = f"adopted-{kept.tenant_id}"
    held = set(adopted.read_inner_addresses(connection, scope))
    return [_new_resource(one, identifier, servers, scope, held) for one, identifier in zip(takes, ids, strict=True)]


def _new_resource(
    one: Take, identifier: str, servers: Mapping[str, str], scope: str, held: set[str]
) -> store.NewResource:
    spec: dict[str, Any] = dict(one.spec)
    if one.server in servers:
        spec["server"] = servers[one.server]
    drawn: dict[tuple[str, str], Fraction] = {}
    for each in one.draws:
        key = (each.line_id, each.item)
        drawn[key] = drawn.get(key, Fraction(0)) + Fraction(each.quantity)
    own = [ip for ip in one.ips if ip not in held]  # an address that two machines share stands at the first
    held.update(own)
    places = [("ip", scope, ip) for ip in own]
    places += [(adopted.PUBLIC_POOL, adopted.PUBLIC_SCOPE, ip) for ip in one.public_ips]
    counts: dict[str, int] = {}
    addresses = []
    for pool, within, ip in places:
        counts[pool] = counts.get(pool, 0) + 1
        addresses.append((pool if counts[pool] == 1 else f"{pool}.{counts[pool]}", within, ip))
    return store.NewResource(
        id=identifier,
        kind=one.kind,
        name=one.name,
        system_id=one.system_id,
        spec=spec,
        start_at=day_start(one.start_on),
        draws=tuple((line, item, to_micro(quantity)) for (line, item), quantity in drawn.items() if quantity),
        addresses=tuple(addresses),
        data={"place": one.place.model_dump(mode="json"), "uuid": one.uuid, "server": one.server},
    )


def undo(
    connection: Connection,
    found: Contract,
    kept: store.Adoption,
    *,
    unit_person: str,
    provider_person: str,
    now: datetime,
) -> int:
    """Takes an adoption back whole, as if nothing had been drawn; returns how many resources.

    Raises `Problem` adoption.not_confirmed, adoption.month_closed and adoption.leaving.
    """
    lock_contract(connection, found.id)
    lock_tenant(connection, kept.tenant_id)
    kept = store.require_adoption(connection, kept.id)
    if kept.state != store.CONFIRMED or kept.confirmed_at is None:
        raise Problem("adoption.not_confirmed", "该纳管没有确认，或已撤销", field="id", way_out="无需再次操作")
    closed = adopted.find_closed_month(connection, found.id, kept.from_on, made_since=kept.confirmed_at)
    if closed is not None:
        raise Problem(
            "adoption.month_closed",
            "{month} 已结账，纳管不能再撤销",
            field="id",
            month=closed,
            way_out="请逐项退订不属于本合同的资源；已结账月份的差错由重新结账更正",
        )
    leaving = adopted.count_resources(connection, kept.id, leaving=True)
    if leaving:
        raise Problem(
            "adoption.leaving",
            "其中 {count} 项已申请退订或已退订，不能整体撤销",
            field="id",
            count=leaving,
            way_out="请逐项退订其余资源",
        )
    return store.take_back(connection, kept, unit_person=unit_person, provider_person=provider_person, now=now)
