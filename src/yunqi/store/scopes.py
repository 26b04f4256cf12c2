"""What a caller's lists may show: conditions on contracts and on what hangs on them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, true

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import ADMINISTRATION, INTEGRATOR, ORGANISATION_ROLES, PROVIDER, SUPERVISOR, USING_UNIT, Caller
from yunqi.store.contracts import Contract, contract_query, to_contract
from yunqi.store.resources import Resource, require_resource
from yunqi.store.tables import contract, resource, system_deployment, tenant


def contract_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `contract` that holds for those the caller may see."""
    if caller.at_machine and caller.person_id is None:
        return true()
    if not caller.roles & ORGANISATION_ROLES:
        return false()
    if caller.organisation_role in (ADMINISTRATION, SUPERVISOR):
        return true()
    if caller.only_provider_id is not None:  # a role assumed by a provider's person: nothing of a competitor's
        mine = contract.c.provider_id == caller.only_provider_id
        own = contract.c.using_unit_id == caller.organisation_id
        return and_(mine, own if caller.organisation_role == USING_UNIT else _serves(caller))
    if caller.organisation_role == USING_UNIT:
        return contract.c.using_unit_id == caller.organisation_id
    if caller.organisation_role == PROVIDER:
        return contract.c.provider_id == caller.organisation_id
    if caller.organisation_role == INTEGRATOR:
        return _serves(caller)
    return false()


def _serves(caller: Caller) -> ColumnElement[bool]:
    """The condition on `contract` that a system which the caller serves is deployed under it."""
    serves = (
        select(tenant.c.id)
        .join(system_deployment, system_deployment.c.tenant_id == tenant.c.id)
        .where(
            tenant.c.organisation_id == contract.c.using_unit_id,
            tenant.c.provider_id == contract.c.provider_id,
            system_deployment.c.system_id.in_(sorted(caller.system_ids)),
        )
    )
    return serves.exists()


def resource_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `resource` (beside `contract_scope`): an integrator sees those of its systems only."""
    if caller.organisation_role == INTEGRATOR and not (caller.at_machine and caller.person_id is None):
        return resource.c.system_id.in_(sorted(caller.system_ids))
    return true()


def find_visible_contract(connection: Connection, reference: str, caller: Caller) -> Contract:
    """The contract of this id or number among those the caller may see.

    Two providers may use one number; a caller never meets the other's. Raises `Problem` contract.unknown and
    contract.ambiguous.
    """
    query = contract_query().where(
        or_(contract.c.id == reference, contract.c.number == reference), contract_scope(caller)
    )
    rows = connection.execute(query).all()
    if not rows:
        raise Problem(
            "contract.unknown",
            "没有合同「{value}」",
            field="contract",
            value=reference,
            way_out="请核对合同编号，或先导入合同文件",
        )
    if len(rows) > 1:
        raise Problem(
            "contract.ambiguous",
            "合同编号「{value}」对应 {count} 份合同",
            field="contract",
            value=reference,
            count=len(rows),
            ids="、".join(row.id for row in rows),
            way_out="请改用合同标识：{ids}",
        )
    return to_contract(rows[0])


def find_visible_resource(connection: Connection, reference: str, caller: Caller) -> Resource:
    """The resource of this id, or the one of this name that is not gone, among those the caller may see.

    Any tenant may use any name: a caller never meets another's, nor is told of it. Raises `Problem` resource.unknown
    and resource.ambiguous.
    """
    seen = select(contract.c.id).where(contract.c.id == resource.c.contract_id, contract_scope(caller)).exists()
    return require_resource(connection, reference, among=and_(seen, resource_scope(caller)))
