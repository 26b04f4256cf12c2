"""What requests are aimed at: contracts, resources and organisations, with the organisations they belong to."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.rights import INTEGRATOR, PROVIDER, Target
from yunqi.operations.actions.base import Desk
from yunqi.store.consents import has_consent
from yunqi.store.contracts import Contract, Parties, read_parties
from yunqi.store.parties import require_organisation
from yunqi.store.resources import Resource
from yunqi.store.scopes import find_visible_contract, find_visible_resource


def target_of_contract(desk: Desk, found: Contract | Parties, system_id: str | None = None) -> Target:
    """The target that a contract is. Whether the tenant has consented is looked up for providers only."""
    caller, consented = desk.caller, False
    if caller.organisation_role == PROVIDER and caller.organisation_id == found.provider_id:
        consented = has_consent(desk.connection, found.using_unit_id, found.provider_id, caller.person_id, desk.now)
    return Target(found.using_unit_id, found.provider_id, system_id, consented=consented)


def require_contract_of(desk: Desk, reference: str) -> Contract:
    """The contract of this id or number among those the caller may see.

    Two providers may use the same number: a caller never meets the other's. Raises `Problem` contract.unknown.
    """
    return find_visible_contract(desk.connection, reference, desk.caller)


def contract(desk: Desk, request: Any) -> Target:
    """`request.contract` or `request.id` names a contract."""
    reference = getattr(request, "contract", None) or request.id
    return target_of_contract(desk, require_contract_of(desk, reference))


def contract_if_named(desk: Desk, request: Any) -> Target:
    """As `contract`, a list over all contracts when none is named.

    An integrator's right hangs on systems, and its lists hold nothing else: a contract only narrows them.
    """
    if not request.contract:
        return Target()
    found = require_contract_of(desk, request.contract)
    return Target() if desk.caller.organisation_role == INTEGRATOR else target_of_contract(desk, found)


def require_resource_of(desk: Desk, reference: str) -> Resource:
    """The resource of this id or name among those the caller may see; raises `Problem` resource.unknown."""
    return find_visible_resource(desk.connection, reference, desk.caller)


def resource(desk: Desk, request: Any) -> Target:
    """`request.id` names a resource."""
    found = require_resource_of(desk, request.id)
    return target_of_contract(desk, read_parties(desk.connection, found.contract_id), found.system_id)


def organisation(desk: Desk, request: Any) -> Target:
    """`request.organisation` names an organisation by id or name."""
    return Target(organisation_id=require_organisation(desk.connection, request.organisation).id)
