"""Organisations and their tenants: who takes part, and whose part of which cloud there is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import PROVIDER, USING_UNIT
from yunqi.kernel.words import _
from yunqi.web.badges import PARTIES, party_words, roles_words
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Listing, Table, listing_of
from yunqi.wire.base import ById
from yunqi.wire.parties import (
    AddOrganisation,
    AddTenant,
    ListOrganisations,
    ListPeople,
    ListSystems,
    ListTenants,
    OrganisationRow,
)

router = APIRouter()
_SHOWN = 100


def party_choices() -> list[tuple[str, str]]:
    """What an organisation may be, to choose from."""
    return [(code, party_words(code)) for code in PARTIES]


def organisations_table(page: Page) -> Table:
    """The list of organisations."""
    return Table(
        "organisations",
        _("单位"),
        (
            Column("name", _("名称"), link=lambda row: page.url(f"/organisations/{row.id}"), sort="name", main=True),
            Column("role", _("身份"), value=lambda row: party_words(row.role), sort="role"),
            Column("recorded_at", _("登记时间"), "instant", sort="recorded_at"),
        ),
        filters=(Filter("text", _("名称")), Filter("role", _("身份"), tuple(party_choices()))),
        empty=Empty(_("还没有单位"), _("单位由系统管理员登记，或随导入的合同一并登记。"), icon="building"),
    )


def tenants_table(page: Page) -> Table:
    """The list of tenants."""
    return Table(
        "tenants",
        _("租户"),
        (
            Column("name", _("租户"), link=lambda row: page.url(f"/organisations/{row.organisation_id}"), main=True),
            Column("using_unit", _("使用单位"), sort="using_unit"),
            Column("provider", _("云服务商"), sort="provider"),
            Column("recorded_at", _("开通时间"), "instant", sort="recorded_at"),
        ),
        filters=(Filter("text", _("租户名称")), Filter("using_unit", _("使用单位"))),
        empty=Empty(
            _("还没有租户"),
            _("租户是使用单位在一家云服务商处的专属部分，由云服务商为其开通，之后才能部署信息系统、订购资源。"),
            page.url("/tenants/new") if page.may("tenant.add") else "",
            _("开通租户"),
            "box",
        ),
    )


@router.get("/organisations")
def list_organisations(page: PageOf) -> Response:
    """All that the caller may know of."""
    reader = page.reader("organisation.list", ListOrganisations)
    return page.show_list("organisations/list.html", organisations_table(page), reader)


@router.get("/organisations/new")
def new_organisation(page: PageOf) -> Response:
    """The form."""
    return page.render("organisations/new.html", choices=party_choices())


@router.post("/organisations")
def add_organisation(page: PageOf) -> Response:
    """Registers it."""
    form = page.form
    try:
        asked = AddOrganisation.model_validate({"name": form.text("name"), "role": form.text("role")})
        outcome = page.do("organisation.add", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("organisations/new.html", error, choices=party_choices())
    return page.done(outcome, f"/organisations/{outcome.value.id}", _("已登记单位「{name}」", name=asked.name))


@router.get("/organisations/{id}")
def show_organisation(page: PageOf, id: str) -> Response:  # noqa: A002
    """One organisation: its tenants, its systems, its people, as far as the caller may see them."""
    one: OrganisationRow = page.read("organisation.read", ById(id=id))
    return page.render(
        "organisations/one.html",
        one=one,
        role=party_words(one.role),
        tenants=_tenants_of(page, one),
        systems=_systems_of(page, one),
        people=_people_of(page, one),
    )


def _tenants_of(page: Page, one: OrganisationRow) -> Listing | None:
    if not page.may("tenant.list") or one.role not in (USING_UNIT, PROVIDER):
        return None
    side = {"using_unit": one.id} if one.role == USING_UNIT else {"provider": one.id}
    rows = page.read("tenant.list", ListTenants(limit=_SHOWN, **side)).items
    other = "provider" if one.role == USING_UNIT else "using_unit"
    other_id = "provider_id" if one.role == USING_UNIT else "organisation_id"

    def link(row: Any) -> str:
        return page.url(f"/organisations/{getattr(row, other_id)}")

    columns = (
        Column("name", _("租户"), main=True),
        Column(other, party_words(other), link=link),
        Column("recorded_at", _("开通时间"), "instant"),
    )
    return listing_of(Table("tenants", _("租户"), columns, export=False), rows)


def _systems_of(page: Page, one: OrganisationRow) -> Listing | None:
    if one.role != USING_UNIT or not page.may("system.list"):
        return None
    rows = page.read("system.list", ListSystems(using_unit=one.id, limit=_SHOWN)).items
    columns = (
        Column("name", _("信息系统"), link=lambda row: page.url(f"/systems/{row.id}"), main=True),
        Column(
            "deployments",
            _("部署于"),
            value=lambda row: _("、").join(each.provider for each in row.deployments),
        ),
        Column("recorded_at", _("登记时间"), "instant"),
    )
    return listing_of(Table("systems", _("信息系统"), columns, export=False), rows)


def _people_of(page: Page, one: OrganisationRow) -> Listing | None:
    try:
        rows = page.read("person.list", ListPeople(organisation=one.id, limit=_SHOWN)).items
    except Problem:  # another organisation's people are its own affair
        return None
    columns = (
        Column("name", _("姓名"), link=lambda row: page.url(f"/people/{row.id}"), main=True),
        Column("roles", _("角色"), value=lambda row: roles_words(row.roles)),
    )
    return listing_of(Table("people", _("人员"), columns, export=False), rows)


@router.get("/tenants")
def list_tenants(page: PageOf) -> Response:
    """All tenants that the caller may see."""
    return page.show_list("organisations/tenants.html", tenants_table(page), page.reader("tenant.list", ListTenants))


def _tenant_choices(page: Page) -> dict[str, Any]:
    """What may be named: a provider knows its agencies by name from the contract; who oversees chooses from all."""
    found = page.read("organisation.list", ListOrganisations(limit=500)).items
    return {
        "units": [(each.id, each.name) for each in found if each.role == USING_UNIT],
        "providers": [(each.id, each.name) for each in found if each.role == PROVIDER],
        "is_provider": page.caller.organisation_role == PROVIDER,
    }


@router.get("/tenants/new")
def new_tenant(page: PageOf) -> Response:
    """The form."""
    return page.render("organisations/new_tenant.html", **_tenant_choices(page))


@router.post("/tenants")
def add_tenant(page: PageOf) -> Response:
    """Opens a tenant."""
    form = page.form
    try:
        asked = AddTenant(
            using_unit=form.text("using_unit") or form.text("unit_name"),
            provider=form.optional("provider"),
            name=form.optional("name"),
        )
        outcome = page.do("tenant.add", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("organisations/new_tenant.html", error, **_tenant_choices(page))
    unit = getattr(outcome.value, "organisation_id", "")
    return page.done(outcome, f"/organisations/{unit}", _("租户已开通"))
