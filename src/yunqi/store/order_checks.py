"""What must hold before an order is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.store.cases import Case, find_case
from yunqi.store.contracts import Contract
from yunqi.store.entitlements import Need
from yunqi.store.parties import require_tenant
from yunqi.store.resources import Resource
from yunqi.store.tables import adopted_resource, information_system, resource, system_deployment

ORDERABLE = frozenset({"approved", "carried_out"})


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. `references` tells which fields of the spec name other resources, and of which kind.

    `id_prefix` is what the service's ids begin with; the kind's first letters where it is not said.
    """

    contract_id: str
    tenant_id: str
    system_id: str | None
    kind: str
    name: str
    spec: Mapping[str, Any]
    needs: tuple[Need, ...]
    references: Mapping[str, str]
    id_prefix: str = ""


def require_work_order(connection: Connection, found: Contract, reference: str | None, tenant_id: str) -> Case:
    """The work order that an order stands on; raises `Problem` order.no_work_order unless filed and approved."""
    case = find_case(connection, reference, kind="work_order", contract_id=found.id) if reference else None
    if case is None or (case.tenant_id is not None and case.tenant_id != tenant_id):
        raise Problem(
            "order.no_work_order",
            "没有可用的统一工单「{value}」",
            field="work_order",
            value=reference or "未填写",
            way_out="请先提交统一工单，经管理单位备案、云服务商批准后再订购",
        )
    if case.state not in ORDERABLE:
        raise Problem(
            "order.no_work_order",
            "统一工单「{value}」当前状态为 {state}，尚不能据此订购",
            field="work_order",
            value=case.number,
            state=case.state,
            way_out="工单须经管理单位备案、云服务商批准",
        )
    return case


def require_running(found: Contract, now: datetime) -> None:
    """Raises `Problem` order.contract_not_signed and order.not_running."""
    if found.state != "signed":
        raise Problem(
            "order.contract_not_signed",
            "合同「{contract}」尚未由双方签署或已结束",
            field="contract",
            contract=found.number or found.id,
            way_out="请先由双方签署合同",
        )
    early = found.start_on is not None and now < day_start(found.start_on)
    late = found.end_on is not None and now >= day_start(found.end_on + timedelta(days=1))
    if early or late:
        raise Problem(
            "order.not_running",
            "合同「{contract}」的服务期为 {start} 至 {end}，当前时间 {now} 不在其内",
            field="contract",
            contract=found.number or found.id,
            start=found.start_on,
            end=found.end_on,
            now=render_local(now),
            way_out="请选用服务期内的合同",
        )


def require_tenant_of(connection: Connection, found: Contract, tenant_id: str, system_id: str | None) -> None:
    """Raises `Problem` order.other_tenant and order.system: the tenant is of both parties, the system runs in it."""
    tenant = require_tenant(connection, tenant_id)
    if (tenant.organisation_id, tenant.provider_id) != (found.using_unit_id, found.provider_id):
        raise Problem(
            "order.other_tenant",
            "租户「{tenant}」不属于合同「{contract}」的双方",
            field="tenant",
            tenant=tenant.name,
            contract=found.number or found.id,
            way_out="请选用该合同使用单位在该云服务商的租户",
        )
    if system_id is None:
        return
    query = (
        select(information_system.c.id)
        .join(system_deployment, system_deployment.c.system_id == information_system.c.id)
        .where(
            information_system.c.id == system_id,
            information_system.c.organisation_id == tenant.organisation_id,
            system_deployment.c.tenant_id == tenant_id,
        )
    )
    if connection.execute(query).first() is None:
        raise Problem(
            "order.system",
            "信息系统「{value}」未部署在租户「{tenant}」",
            field="system",
            value=system_id,
            tenant=tenant.name,
            way_out="请先登记该信息系统并部署到该租户",
        )


def require_free_name(connection: Connection, order: Order) -> None:
    """Raises `Problem` order.name_taken: two live resources of a kind in a tenant never share a name."""
    if _find_live(connection, order.tenant_id, order.kind, order.name) is not None:
        raise Problem(
            "order.name_taken",
            "租户内已有名为「{value}」的同类资源",
            field="name",
            value=order.name,
            way_out="请换一个名称",
        )


def require_references(connection: Connection, order: Order) -> None:
    """Raises `Problem` order.reference unless what the spec names is there and stays."""
    for field, kind in order.references.items():
        name = order.spec.get(field)
        if name is None:
            continue
        row = _find_live(connection, order.tenant_id, kind, str(name))
        if row is None or row.delete_asked_at is not None:
            raise Problem(
                "order.reference",
                "租户内没有可用的 {kind}「{value}」",
                field=field,
                kind=kind,
                value=name,
                way_out="请先订购它，或改填已有资源的名称",
            )
        if is_adopted(connection, row.id):
            raise Problem(
                "order.on_adopted",
                "{kind}「{value}」是纳管的资源，云契没有建设它，不能在其上订购",
                field=field,
                kind=kind,
                value=name,
                way_out="请改用在云契订购的资源；纳管资源的扩容由云服务商办理后，以新的清单纳管",
            )


def require_staying(found: Resource) -> None:
    """Raises `Problem` order.leaving for a resource that shall go."""
    if found.delete_asked_at is not None or found.gone_at is not None:
        raise Problem(
            "order.leaving", "「{name}」已申请删除，不能变更", field="resource", name=found.name, way_out="请另行订购"
        )


def _find_live(connection: Connection, tenant_id: str, kind: str, name: str) -> Row[Any] | None:
    live = select(resource).where(
        resource.c.tenant_id == tenant_id, resource.c.kind == kind, resource.c.gone_at.is_(None)
    )
    # Two questions that an index answers each; "or" between them would look at everything of this kind.
    found = connection.execute(live.where(resource.c.name == name)).first()
    return found or connection.execute(live.where(resource.c.id == name)).first()


def is_adopted(connection: Connection, resource_id: str) -> bool:
    """Whether Yunqi did not build it."""
    query = select(adopted_resource.c.resource_id).where(adopted_resource.c.resource_id == resource_id)
    return connection.execute(query).first() is not None


def find_dependants(connection: Connection, found: Resource, references: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The names of live resources whose spec names this one."""
    fields = {
        kind: [field for field, target in by_field.items() if target == found.kind]
        for kind, by_field in references.items()
    }
    kinds = [kind for kind, some in fields.items() if some]
    query = select(resource).where(
        resource.c.tenant_id == found.tenant_id,
        resource.c.kind.in_(kinds),
        resource.c.gone_at.is_(None),
        resource.c.delete_asked_at.is_(None),
    )
    rows = connection.execute(query.order_by(resource.c.name))
    return [
        row.name for row in rows if any(row.spec.get(field) in (found.id, found.name) for field in fields[row.kind])
    ]
