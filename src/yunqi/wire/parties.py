"""Organisations, people, tenants and information systems on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request

Named = Annotated[str, Field(min_length=1, max_length=200)]
"""An organisation's, a tenant's or a system's id or name."""
OrganisationRole = Literal["using_unit", "provider", "administration", "supervisor", "integrator"]
PersonRole = Literal["reader", "operator", "approver", "administrator", "system_admin", "security_admin", "audit_admin"]
Flag = Literal["grade", "important", "internet_facing", "fee_share"]
Text = Annotated[str | None, Field(max_length=100)]


class ListOrganisations(ListRequest):
    """Organisations that the caller may know of; `text` is looked for in their names."""

    role: OrganisationRole | None = None
    text: Text = None


class OrganisationRow(Answer):
    """A party."""

    id: str
    name: str
    role: str
    recorded_at: datetime


class AddOrganisation(Request):
    """A new party with its one role."""

    name: Named
    role: OrganisationRole


class ListPeople(ListRequest):
    """People of the caller's organisation; the three administrators may name another, or none for all."""

    organisation: Named | None = None
    text: Text = None


class PersonRow(Answer):
    """A person with the roles of the moment."""

    id: str
    name: str
    organisation_id: str
    organisation: str
    organisation_role: str
    roles: tuple[str, ...]
    recorded_at: datetime


class RoleSpanRow(Answer):
    """One word on a role: had (or, not `granted`, had no longer) from an instant until another; the latest counts."""

    role: str
    granted: bool
    valid_from: datetime
    valid_until: datetime | None
    recorded_at: datetime


class PersonDetail(PersonRow):
    """A person with all that was ever said of their roles, the latest first."""

    history: tuple[RoleSpanRow, ...]


class AddPerson(Request):
    """A new person of an organisation: without one named, of the caller's own."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    organisation: Named | None = None


class SetRole(Request):
    """Gives a person a role over a span, or takes it back from an instant on."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    role: PersonRole
    granted: bool = True
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class ListTenants(ListRequest):
    """Tenants that the caller may see."""

    using_unit: Named | None = None
    provider: Named | None = None
    text: Text = None


class TenantRow(Answer):
    """A using unit's part of one provider's cloud."""

    id: str
    name: str
    organisation_id: str
    using_unit: str
    provider_id: str
    provider: str
    recorded_at: datetime


class AddTenant(Request):
    """A tenant of a using unit at a provider; named like the using unit unless a name is given."""

    using_unit: Named
    provider: Named | None = None
    name: Annotated[str | None, Field(min_length=1, max_length=100)] = None


class ListSystems(ListRequest):
    """Information systems that the caller may see."""

    using_unit: Named | None = None
    tenant: Annotated[str | None, Field(max_length=60)] = None
    text: Text = None


class DeploymentRow(Answer):
    """Where a system runs."""

    tenant_id: str
    tenant: str
    provider_id: str
    provider: str
    recorded_at: datetime


class SystemRow(Answer):
    """An information system with the flags of the moment and where it runs."""

    id: str
    name: str
    organisation_id: str
    using_unit: str
    flags: dict[str, str]
    deployments: tuple[DeploymentRow, ...]
    recorded_at: datetime


class FlagRow(Answer):
    """One word on a flag: its value (None: no longer known) since when, until when, and when that was recorded."""

    name: str
    value: str | None
    valid_from: datetime
    valid_until: datetime | None
    recorded_at: datetime


class SystemDetail(SystemRow):
    """A system with all that was ever said of its flags, the latest first."""

    history: tuple[FlagRow, ...]


class AddSystem(Request):
    """A new information system of the caller's organisation, or of the using unit that is named."""

    name: Named
    using_unit: Named | None = None


class FlagSystem(Request):
    """A flag of a system from an instant on (default: now); nothing said before is overwritten."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    flag: Flag
    value: Annotated[str, Field(min_length=1, max_length=60)]
    valid_from: Instant | None = None


class DeploySystem(Request):
    """That a system runs in its using unit's tenant at a provider."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    provider: Named
