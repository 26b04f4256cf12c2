"""Organisations, people, tenants and information systems as actions."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INSTALLATION_ROLES, PROVIDER, USING_UNIT, Target
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.parties import deploy_system, flag_system
from yunqi.store import parties as store
from yunqi.store.listing import read_page
from yunqi.store.party_lists import (
    deployments_of_systems,
    find_visible_organisation,
    find_visible_system,
    flags_of_systems,
    list_flag_spans,
    list_role_spans,
    organisation_listing,
    person_listing,
    read_person_row,
    roles_of_people,
    system_listing,
    tenant_listing,
)
from yunqi.wire.base import ById, Page
from yunqi.wire.parties import (
    AddOrganisation,
    AddPerson,
    AddSystem,
    AddTenant,
    DeploymentRow,
    DeploySystem,
    FlagRow,
    FlagSystem,
    ListOrganisations,
    ListPeople,
    ListSystems,
    ListTenants,
    OrganisationRow,
    PersonDetail,
    PersonRow,
    RoleSpanRow,
    SetRole,
    SystemDetail,
    SystemRow,
    TenantRow,
)


@action(
    "organisation.list", "GET", "/organisations", "列出单位", request=ListOrganisations, answer=Page[OrganisationRow]
)
def list_organisations(desk: Desk, request: ListOrganisations) -> Page[OrganisationRow]:
    """Organisations that the caller may know of: its own, its counterparts, whoever oversees."""
    listing = organisation_listing(desk.caller, role=request.role, text=request.text)
    items, following = read_page(
        desk.connection,
        listing,
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: OrganisationRow(id=row.id, name=row.name, role=row.role, recorded_at=row.recorded_at),
    )
    return Page[OrganisationRow](items=items, next_cursor=following)


def _aim_organisation(desk: Desk, request: ById) -> Target:
    """Whoever may know of an organisation stands to it as to a list: what it owns is another matter."""
    _require_organisation(desk, request.id)
    return Target()


def _require_organisation(desk: Desk, organisation_id: str) -> Any:
    row = find_visible_organisation(desk.connection, organisation_id, desk.caller)
    if row is None:
        raise Problem(
            "organisation.unknown", "没有单位「{value}」", field="id", value=organisation_id, way_out="请核对编号"
        )
    return row


@action(
    "organisation.read",
    "GET",
    "/organisations/{id}",
    "查看单位",
    request=ById,
    answer=OrganisationRow,
    aim=_aim_organisation,
)
def read_organisation(desk: Desk, request: ById) -> OrganisationRow:
    """An organisation that the caller may know of."""
    row = _require_organisation(desk, request.id)
    return OrganisationRow(id=row.id, name=row.name, role=row.role, recorded_at=row.recorded_at)


@action("organisation.add", "POST", "/organisations", "登记单位", request=AddOrganisation, answer=OrganisationRow)
def add_organisation(desk: Desk, request: AddOrganisation) -> OrganisationRow:
    """A new party with its one role."""
    made = store.add_organisation(desk.connection, name=request.name, role=request.role, now=desk.now)
    found = store.require_organisation(desk.connection, made)
    return OrganisationRow(id=found.id, name=found.name, role=found.role, recorded_at=desk.now)


def _aim_people(desk: Desk, request: ListPeople | AddPerson) -> Target:
    if request.organisation is None:
        return Target(organisation_id=None if _sees_all(desk) else desk.caller.organisation_id)
    return Target(organisation_id=store.require_organisation(desk.connection, request.organisation).id)


def _sees_all(desk: Desk) -> bool:
    return bool(desk.caller.roles & INSTALLATION_ROLES) or desk.caller.organisation_id is None


@action("person.list", "GET", "/people", "列出人员", request=ListPeople, answer=Page[PersonRow], aim=_aim_people)
def list_people(desk: Desk, request: ListPeople) -> Page[PersonRow]:
    """People with the roles of the moment."""
    organisation_id = _aim_people(desk, request).organisation_id
    listing = person_listing(desk.caller, organisation_id=organisation_id, text=request.text)
    rows, following = read_page(
        desk.connection,
        listing,
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: row,
    )
    roles = roles_of_people(desk.connection, (row.id for row in rows), at=desk.now)
    items = tuple(_person(row, roles.get(row.id, ())) for row in rows)
    return Page[PersonRow](items=items, next_cursor=following)


def _person(row: Any, roles: tuple[str, ...]) -> PersonRow:
    return PersonRow(
        id=row.id,
        name=row.name,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        organisation_role=row.organisation_role,
        roles=roles,
        recorded_at=row.recorded_at,
    )


def _aim_person(desk: Desk, request: ById | SetRole) -> Target:
    found = store.require_person(desk.connection, request.id)
    return Target(organisation_id=found.organisation_id, person_id=found.id)


@action("person.read", "GET", "/people/{id}", "查看人员", request=ById, answer=PersonDetail, aim=_aim_person)
def read_person(desk: Desk, request: ById) -> PersonDetail:
    """A person, and all that was ever said of their roles."""
    row = read_person_row(desk.connection, request.id)
    roles = roles_of_people(desk.connection, (request.id,), at=desk.now).get(request.id, ())
    history = tuple(
        RoleSpanRow.model_validate(one, from_attributes=True) for one in list_role_spans(desk.connection, request.id)
    )
    return PersonDetail(**_person(row, roles).model_dump(), history=history)


@action("person.add", "POST", "/people", "登记人员", request=AddPerson, answer=PersonDetail, aim=_aim_people)
def add_person(desk: Desk, request: AddPerson) -> PersonDetail:
    """A new person of an organisation, without any role yet."""
    organisation_id = _aim_people(desk, request).organisation_id
    if organisation_id is None:
        raise Problem("party.unnamed", "未指明单位", field="organisation", way_out="请填写人员所属单位")
    made = store.add_person(desk.connection, organisation_id=organisation_id, name=request.name, now=desk.now)
    return read_person(desk, ById(id=made))


@action(
    "person.roles",
    "POST",
    "/people/{id}/roles",
    "变更人员角色",
    request=SetRole,
    answer=PersonDetail,
    aim=_aim_person,
    follows="person.read",
)
def set_role(desk: Desk, request: SetRole) -> PersonDetail:
    """Gives a role over a span, or takes it back; the three administrators stay three people without another role."""
    valid_from = request.valid_from or desk.now
    if request.valid_until is not None and request.valid_until <= valid_from:
        raise Problem("role.span", "角色的截止时间不晚于开始时间", field="valid_until", way_out="请核对两个时间")
    store.set_role(
        desk.connection,
        person_id=request.id,
        role=request.role,
        granted=request.granted,
        valid_from=valid_from,
        valid_until=request.valid_until,
        now=desk.now,
    )
    return read_person(desk, ById(id=request.id))


@action("tenant.list", "GET", "/tenants", "列出租户", request=ListTenants, answer=Page[TenantRow])
def list_tenants(desk: Desk, request: ListTenants) -> Page[TenantRow]:
    """Tenants that the caller may see, with both parties."""
    listing = tenant_listing(
        desk.caller,
        using_unit_id=_id_of(desk, request.using_unit),
        provider_id=_id_of(desk, request.provider),
        text=request.text,
    )
    items, following = read_page(
        desk.connection,
        listing,
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: TenantRow.model_validate(dict(row._mapping)),  # noqa: SLF001 - SQLAlchemy's public name for it
    )
    return Page[TenantRow](items=items, next_cursor=following)


def _id_of(desk: Desk, reference: str | None) -> str | None:
    """The id of a named organisation; one that is not known filters everything away, as one that is not seen does."""
    if reference is None:
        return None
    found = store.find_organisation(desk.connection, reference)
    return reference if found is None else found.id


def _aim_tenant(desk: Desk, request: AddTenant) -> Target:
    """Both parties must be named, but that a provider needs not name itself.

    A provider names its agencies by full name or id: it knows them from the contract that comes with the tenant.
    """
    unit = store.require_organisation(desk.connection, request.using_unit)
    return Target(unit.id, _provider_of(desk, request.provider))


def _provider_of(desk: Desk, reference: str | None) -> str:
    if reference is not None:
        return store.require_organisation(desk.connection, reference).id
    if desk.caller.organisation_role == PROVIDER and desk.caller.organisation_id is not None:
        return desk.caller.organisation_id
    raise Problem("party.unnamed", "未指明单位", field="provider", way_out="请填写云服务商")


@action("tenant.add", "POST", "/tenants", "开通租户", request=AddTenant, answer=TenantRow, aim=_aim_tenant)
def add_tenant(desk: Desk, request: AddTenant) -> TenantRow:
    """A using unit's tenant at a provider: at most one at each."""
    unit = store.require_organisation(desk.connection, request.using_unit)
    seller = store.require_organisation(desk.connection, _provider_of(desk, request.provider))
    made = store.add_tenant(
        desk.connection,
        organisation_id=unit.id,
        provider_id=seller.id,
        name=request.name or unit.name,
        now=desk.now,
    )
    found = store.require_tenant(desk.connection, made)
    return TenantRow(
        id=found.id,
        name=found.name,
        organisation_id=unit.id,
        using_unit=unit.name,
        provider_id=seller.id,
        provider=seller.name,
        recorded_at=desk.now,
    )


@action("system.list", "GET", "/systems", "列出信息系统", request=ListSystems, answer=Page[SystemRow])
def list_systems(desk: Desk, request: ListSystems) -> Page[SystemRow]:
    """Information systems with the flags of the moment and where they run."""
    listing = system_listing(
        desk.caller,
        using_unit_id=_id_of(desk, request.using_unit),
        tenant_id=request.tenant,
        text=request.text,
    )
    rows, following = read_page(
        desk.connection,
        listing,
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: row,
    )
    return Page[SystemRow](items=_systems(desk, rows), next_cursor=following)


def _systems(desk: Desk, rows: tuple[Any, ...]) -> tuple[SystemRow, ...]:
    ids = tuple(row.id for row in rows)
    flags = flags_of_systems(desk.connection, ids, at=desk.now)
    places = deployments_of_systems(desk.connection, ids, desk.caller)
    return tuple(
        SystemRow(
            id=row.id,
            name=row.name,
            organisation_id=row.organisation_id,
            using_unit=row.using_unit,
            flags=flags.get(row.id, {}),
            deployments=tuple(
                DeploymentRow.model_validate(one, from_attributes=True) for one in places.get(row.id, ())
            ),
            recorded_at=row.recorded_at,
        )
        for row in rows
    )


def _aim_system(desk: Desk, request: ById | FlagSystem | DeploySystem) -> Target:
    """A system that the caller may see; a provider stands to it as provider where it runs in one of its tenants."""
    row = _require_row(desk, request.id)
    sees_as_provider = desk.caller.organisation_role == PROVIDER
    return Target(row.organisation_id, desk.caller.organisation_id if sees_as_provider else None, row.id)


def _require_row(desk: Desk, system_id: str) -> Any:
    row = find_visible_system(desk.connection, system_id, desk.caller)
    if row is None:
        raise Problem("system.unknown", "没有信息系统「{value}」", field="id", value=system_id, way_out="请核对编号")
    return row


@action("system.read", "GET", "/systems/{id}", "查看信息系统", request=ById, answer=SystemDetail, aim=_aim_system)
def read_system(desk: Desk, request: ById) -> SystemDetail:
    """A system with its flags: since when each holds, and when that was recorded."""
    row = _require_row(desk, request.id)
    history = tuple(
        FlagRow.model_validate(one, from_attributes=True) for one in list_flag_spans(desk.connection, request.id)
    )
    return SystemDetail(**_systems(desk, (row,))[0].model_dump(), history=history)


def _aim_new_system(desk: Desk, request: AddSystem) -> Target:
    if request.using_unit is None:
        return Target()
    return Target(using_unit_id=store.require_organisation(desk.connection, request.using_unit).id)


@action(
    "system.add",
    "POST",
    "/systems",
    "登记信息系统",
    request=AddSystem,
    answer=SystemDetail,
    aim=_aim_new_system,
)
def add_system(desk: Desk, request: AddSystem) -> SystemDetail:
    """A new information system of the caller's own organisation; root at the machine names the using unit."""
    owner = _aim_new_system(desk, request).using_unit_id
    if owner is None and desk.caller.organisation_role == USING_UNIT:
        owner = desk.caller.organisation_id
    if owner is None:
        raise Problem("party.unnamed", "未指明单位", field="using_unit", way_out="请填写使用单位")
    made = store.add_system(desk.connection, organisation_id=owner, name=request.name, now=desk.now)
    return read_system(desk, ById(id=made))


@action(
    "system.flag",
    "POST",
    "/systems/{id}/flags",
    "设置信息系统标记",
    request=FlagSystem,
    answer=SystemDetail,
    aim=_aim_system,
    follows="system.read",
)
def flag(desk: Desk, request: FlagSystem) -> SystemDetail:
    """Records a flag from an instant on: an earlier month is still settled with what held then."""
    row = _require_row(desk, request.id)
    flag_system(desk.site, row.organisation_id, row.id, request.flag, request.value, request.valid_from)
    return read_system(desk, ById(id=row.id))


def _aim_deployment(desk: Desk, request: DeploySystem) -> Target:
    """A using unit's own system at any of its providers; a provider any system of a unit that has a tenant with it."""
    seller = store.require_organisation(desk.connection, request.provider)
    found = store.require_system(desk.connection, request.id)
    tenant = store.find_tenant(desk.connection, organisation_id=found.organisation_id, provider_id=seller.id)
    return Target(found.organisation_id, seller.id if tenant is not None else None, found.id)


@action(
    "system.deploy",
    "POST",
    "/systems/{id}/deployments",
    "部署信息系统",
    request=DeploySystem,
    answer=SystemDetail,
    aim=_aim_deployment,
)
def deploy(desk: Desk, request: DeploySystem) -> SystemDetail:
    """That the system runs in its using unit's tenant at a provider; raises `Problem` tenant.missing."""
    found = store.require_system(desk.connection, request.id)
    deploy_system(desk.site, found.organisation_id, found.id, request.provider)
    return read_system(desk, ById(id=found.id))
