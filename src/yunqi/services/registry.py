"""Finds the services, and what an order must pass before it is recorded."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yunqi.services
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import render_value
from yunqi.services.base import DrawNeed, ResourceView, Service, Spec
from yunqi.services.catalogue import CatalogueEntry, load_catalogue_entry
from yunqi.services.fields import check_name, parse_spec


@dataclass(frozen=True, slots=True)
class PreparedOrder:
    """An order that holds in itself: `spec` as it is kept (references are ids), `needs` to be drawn."""

    kind: str
    name: str
    spec: Mapping[str, Any]
    needs: tuple[DrawNeed, ...]


@cache
def load_services() -> Mapping[str, Service]:
    """Every folder beside this file that has a service.yaml, by kind."""
    root = Path(yunqi.services.__file__).parent
    found: dict[str, Service] = {}
    for module in sorted(pkgutil.iter_modules([str(root)]), key=lambda module: module.name):
        if not (root / module.name / "service.yaml").exists():
            continue
        service: Service = importlib.import_module(f"yunqi.services.{module.name}").SERVICE
        found[service.kind] = service
    return MappingProxyType(found)


@cache
def load_catalogue() -> Mapping[str, CatalogueEntry]:
    """What each service.yaml says, by kind."""
    root = Path(yunqi.services.__file__).parent
    return MappingProxyType({kind: load_catalogue_entry(str(root / kind / "__init__.py")) for kind in load_services()})


def service_of(kind: str) -> Service:
    """The service of a kind; raises `Problem` service.unknown."""
    services = load_services()
    if kind not in services:
        raise Problem(
            "service.unknown",
            "没有「{value}」这种服务",
            field="kind",
            value=render_value(kind),
            known="、".join(services),
            way_out="可订购的服务：{known}",
        )
    return services[kind]


def prepare_order(
    kind: str,
    name: str,
    fields: Mapping[str, Any],
    tenant_resources: Sequence[ResourceView],
    ceilings: Mapping[str, int],
) -> PreparedOrder:
    """A checked order. `fields` name other resources by name; `tenant_resources` are the tenant's live ones.

    `ceilings`: price item -> most operations a second of one disk by the contract (parameter iops_max of its line).
    Raises `Problem` service.unknown, name.invalid, name.taken, spec.* or what the service itself refuses.
    """
    service = service_of(kind)
    check_name(name)
    if any(other.kind == kind and other.name == name for other in tenant_resources):
        raise Problem("name.taken", "本租户已有同名资源「{value}」", field="name", value=name, way_out="请换一个名称")
    spec = _resolve(service, parse_spec(service.spec_model, fields), tenant_resources)
    service.check_beside(spec, tenant_resources)
    return PreparedOrder(kind, name, dict(service.complete(spec, ceilings)), service.needs(spec))


def _resolve(service: Service, spec: Spec, tenant_resources: Sequence[ResourceView]) -> Spec:
    found: dict[str, str] = {}
    for field, kind in service.references.items():
        name = getattr(spec, field)
        target = next((other for other in tenant_resources if (other.kind, other.name) == (kind, name)), None)
        if target is None:
            raise Problem(
                "spec.reference",
                "规格项「{field_name}」引用的资源「{value}」不存在",
                field=field,
                field_name=field,
                value=name,
                way_out="请填写本租户已有资源的名称，或先订购它",
            )
        if target.delete_wanted:
            raise Problem(
                "spec.reference_ending",
                "规格项「{field_name}」引用的资源「{value}」正在退订",
                field=field,
                field_name=field,
                value=name,
                way_out="请改用其他资源",
            )
        found[field] = target.id
    return spec.model_copy(update=found)


def prepare_change(
    resource: ResourceView,
    fields: Mapping[str, Any],
    tenant_resources: Sequence[ResourceView],
    ceilings: Mapping[str, int],
) -> PreparedOrder:
    """A checked change of an existing resource: `fields` are those to be changed, the others stay.

    Raises `Problem` spec.fixed, spec.shrinks, resource.ending, or what an order raises.
    """
    service = service_of(resource.kind)
    if resource.delete_wanted:
        raise Problem(
            "resource.ending",
            "资源「{value}」正在退订，不能变更",
            field="name",
            value=resource.name,
            way_out="请订购新的资源",
        )
    names = {other.id: other.name for other in tenant_resources}
    known = set(service.spec_model.model_fields)
    before = {key: names.get(str(value), value) for key, value in resource.spec.items() if key in known}
    spec = parse_spec(service.spec_model, before | dict(fields))
    was = parse_spec(service.spec_model, before)
    for field in sorted(known & set(fields)):
        old, new = getattr(was, field), getattr(spec, field)
        if field in service.fixed and new != old:
            raise Problem(
                "spec.fixed",
                "规格项「{field_name}」不能由「{old}」变更为「{value}」",
                field=field,
                field_name=field,
                old=str(old),
                value=str(new),
                way_out="请订购新的资源，迁移后退订原资源",
            )
        if field in service.grows and Fraction(new) < Fraction(old):
            raise Problem(
                "spec.shrinks",
                "规格项「{field_name}」只能增大：现为 {old}，申请 {value}",
                field=field,
                field_name=field,
                old=str(old),
                value=str(new),
                way_out="请订购较小的新资源，迁移数据后退订原资源",
            )
    others = [other for other in tenant_resources if other.id != resource.id]
    resolved = _resolve(service, spec, others)
    service.check_beside(resolved, others)
    return PreparedOrder(
        resource.kind, resource.name, dict(service.complete(resolved, ceilings)), service.needs(resolved)
    )


def check_delete(resource: ResourceView, tenant_resources: Sequence[ResourceView]) -> None:
    """Refuses the deletion of what others stand on, unless their deletion is asked for too: Problem resource.in_use."""
    users = [other for other in tenant_resources if refers_to(other, resource.id) and not other.delete_wanted]
    if users:
        raise Problem(
            "resource.in_use",
            "资源「{value}」仍被使用：{users}",
            field="name",
            value=resource.name,
            users="、".join(sorted(other.name for other in users)),
            way_out="请先退订使用它的资源",
        )


def refers_to(resource: ResourceView, target_id: str) -> bool:
    """Whether the resource stands on the target."""
    return any(resource.spec.get(field) == target_id for field in service_of(resource.kind).references)
