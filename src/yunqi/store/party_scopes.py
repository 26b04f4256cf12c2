"""Which organisations, people, tenants and information systems a caller's lists may show."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from yunqi.kernel.rights import (
    ADMINISTRATION,
    INSTALLATION_ROLES,
    INTEGRATOR,
    ORGANISATION_ROLES,
    PROVIDER,
    SUPERVISOR,
    SYSTEM_ADMIN,
    USING_UNIT,
    Caller,
)
from yunqi.store.tables import (
    contract,
    information_system,
    integrator_grant,
    organisation,
    person,
    system_deployment,
    tenant,
)


def _is_root(caller: Caller) -> bool:
    return caller.at_machine and caller.person_id is None


def _oversees(caller: Caller) -> bool:
    within = bool(caller.roles & ORGANISATION_ROLES)
    return _is_root(caller) or (within and caller.organisation_role in (ADMINISTRATION, SUPERVISOR))


def organisation_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `organisation`: one's own, whoever one has a contract or a tenant with, whoever oversees.

    A provider never meets another provider, nor an agency another agency. Using units see every integrator: one of
    them is to serve their systems.
    """
    if _oversees(caller) or caller.roles & INSTALLATION_ROLES:
        return true()
    own = caller.organisation_id
    known: list[ColumnElement[bool]] = [
        organisation.c.id == own,
        organisation.c.role.in_((ADMINISTRATION, SUPERVISOR)),
    ]
    if caller.organisation_role == USING_UNIT:
        known.append(organisation.c.role == INTEGRATOR)
        theirs = _counterpart(own, tenant.c.organisation_id, tenant.c.provider_id)
        agreed = _counterpart(own, contract.c.using_unit_id, contract.c.provider_id)
        only = caller.only_provider_id  # a role assumed by a provider's person: no competitor
        known += [theirs, agreed] if only is None else [organisation.c.id == only]
    elif caller.organisation_role == PROVIDER:
        known.append(_counterpart(own, tenant.c.provider_id, tenant.c.organisation_id))
        known.append(_counterpart(own, contract.c.provider_id, contract.c.using_unit_id))
        known.append(_serves_tenants_of(own))
    elif caller.organisation_role == INTEGRATOR:
        systems = information_system.c.id.in_(sorted(caller.system_ids))
        known.append(organisation.c.id.in_(select(information_system.c.organisation_id).where(systems)))
        known.append(organisation.c.id.in_(select(tenant.c.provider_id).where(tenant_scope(caller))))
    return or_(*known)


def _counterpart(own: str | None, mine: ColumnElement[str], theirs: ColumnElement[str]) -> ColumnElement[bool]:
    return organisation.c.id.in_(select(theirs).where(mine == own))


def _serves_tenants_of(provider_id: str | None) -> ColumnElement[bool]:
    serves = (
        select(integrator_grant.c.organisation_id)
        .join(system_deployment, system_deployment.c.system_id == integrator_grant.c.system_id)
        .join(tenant, tenant.c.id == system_deployment.c.tenant_id)
        .where(tenant.c.provider_id == provider_id, integrator_grant.c.granted)
    )
    return organisation.c.id.in_(serves)


def person_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `person`: one's own organisation's people; the three administrators see all."""
    if _is_root(caller) or caller.roles & INSTALLATION_ROLES:
        return true()
    return person.c.organisation_id == caller.organisation_id


def tenant_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `tenant`."""
    if _oversees(caller) or SYSTEM_ADMIN in caller.roles:
        return true()
    if not caller.roles & ORGANISATION_ROLES:
        return false()
    if caller.organisation_role == USING_UNIT:
        return and_(tenant.c.organisation_id == caller.organisation_id, _of_provider(caller))
    if caller.organisation_role == PROVIDER:
        return tenant.c.provider_id == caller.organisation_id
    runs = select(system_deployment.c.tenant_id).where(system_deployment.c.system_id.in_(sorted(caller.system_ids)))
    return and_(tenant.c.id.in_(runs), _of_provider(caller)) if caller.organisation_role == INTEGRATOR else false()


def _of_provider(caller: Caller) -> ColumnElement[bool]:
    """What a provider's person may see of tenants in an assumed role: their own provider's."""
    only = caller.only_provider_id
    return true() if only is None else tenant.c.provider_id == only


def system_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `information_system`: a provider sees those deployed in its tenants."""
    if _oversees(caller):
        return true()
    if not caller.roles & ORGANISATION_ROLES:
        return false()
    if caller.organisation_role == USING_UNIT:
        own = information_system.c.organisation_id == caller.organisation_id
        return own if caller.only_provider_id is None else and_(own, _runs_at(caller.only_provider_id))
    if caller.organisation_role == PROVIDER:
        return _runs_at(caller.organisation_id)
    if caller.organisation_role == INTEGRATOR:
        return information_system.c.id.in_(sorted(caller.system_ids))
    return false()


def _runs_at(provider_id: str | None) -> ColumnElement[bool]:
    runs = (
        select(system_deployment.c.system_id)
        .join(tenant, tenant.c.id == system_deployment.c.tenant_id)
        .where(tenant.c.provider_id == provider_id)
    )
    return information_system.c.id.in_(runs)


def deployment_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on a deployment's `tenant`: a provider is not told where else a system runs."""
    if caller.organisation_role == PROVIDER and not _is_root(caller):
        return tenant.c.provider_id == caller.organisation_id
    return _of_provider(caller)
