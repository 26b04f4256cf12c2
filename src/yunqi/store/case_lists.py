"""Cases with the names of their parties, in pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, func, or_, select, true

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INTEGRATOR, Caller
from yunqi.store.listing import Listing
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import case, contract, information_system, organisation, resource
from yunqi.store.types import canonical_text

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")


def case_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `case` (beside `contract_scope`): an integrator sees those of its systems only."""
    if caller.organisation_role == INTEGRATOR and not (caller.at_machine and caller.person_id is None):
        return case.c.system_id.in_(sorted(caller.system_ids))
    return true()


def case_listing(
    caller: Caller,
    kind: str,
    *,
    contract_id: str | None = None,
    system_id: str | None = None,
    states: Iterable[str] | None = None,
    text: str | None = None,
    kind_of: str | None = None,
    event: str | None = None,
) -> Listing:
    """The cases of a kind that a caller may see; `text` is looked for in number and title, `kind_of` is the kind
    that its own data name (an onboarding, a change), `event` what a finding is on.
    """
    conditions = [case.c.kind == kind, contract_scope(caller), case_scope(caller)]
    if contract_id is not None:
        conditions.append(case.c.contract_id == contract_id)
    if system_id is not None:
        conditions.append(case.c.system_id == system_id)
    if states is not None:
        conditions.append(case.c.state.in_(tuple(states)))
    if kind_of is not None:
        # The data are canonical text: keys sorted, no spaces.
        conditions.append(cast(case.c.data, Text).contains(f'"kind":"{kind_of}"', autoescape=True))
    if event is not None:
        conditions.append(cast(case.c.data, Text).contains(f'"event":{canonical_text(event)}', autoescape=True))
    if text:
        conditions.append(or_(*(one.contains(text, autoescape=True) for one in (case.c.number, case.c.title))))
    return Listing(
        _query(),
        case.c.id,
        {
            "id": case.c.id,
            "number": case.c.number,
            "title": case.c.title,
            "state": case.c.state,
            "opened_at": case.c.opened_at,
        },
        default="-opened_at",
        filters=conditions,
    )


def find_visible_case(connection: Connection, reference: str, caller: Caller, *, kind: str) -> str | None:
    """The id of the case of this id or number among those the caller may see, or None.

    Two contracts may use one number: a caller never meets the other's. Raises `Problem` case.ambiguous.
    """
    query = (
        select(case.c.id)
        .join(contract, contract.c.id == case.c.contract_id)
        .where(or_(case.c.id == reference, case.c.number == reference), case.c.kind == kind)
        .where(contract_scope(caller), case_scope(caller))
    )
    ids = list(connection.scalars(query))
    if len(ids) > 1:
        raise Problem(
            "case.ambiguous",
            "编号「{value}」对应 {count} 个事项",
            field="case",
            value=reference,
            count=len(ids),
            ids="、".join(ids),
            way_out="请改用标识：{ids}",
        )
    return ids[0] if ids else None


def name_cases(connection: Connection, case_ids: Iterable[str]) -> dict[str, str]:
    """Number and title of those that are cases, by id."""
    wanted = sorted(set(case_ids))
    query = select(case.c.id, case.c.number, case.c.title).where(case.c.id.in_(wanted))
    return {row.id: f"{row.number} {row.title}" for row in connection.execute(query)} if wanted else {}


def read_case_row(connection: Connection, case_id: str) -> Row[Any]:
    """One case as it stands in the list."""
    return connection.execute(_query().where(case.c.id == case_id)).one()


def count_resources_of(connection: Connection, work_order_id: str) -> int:
    """How many resources that still stand were ordered under a work order."""
    query = select(func.count()).where(resource.c.work_order_id == work_order_id, resource.c.gone_at.is_(None))
    count: int = connection.execute(query).scalar_one()
    return count


def _query() -> Select[Any]:
    joined = (
        case.join(contract, contract.c.id == case.c.contract_id)
        .join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
        .outerjoin(information_system, information_system.c.id == case.c.system_id)
    )
    return select(
        case,
        contract.c.number.label("contract_number"),
        contract.c.using_unit_id,
        contract.c.provider_id,
        _unit.c.name.label("using_unit"),
        _seller.c.name.label("provider"),
        information_system.c.name.label("system"),
    ).select_from(joined)
