"""Exclusions in pages, for one caller."""

from __future__ import annotations

from sqlalchemy import select

from yunqi.kernel.rights import Caller
from yunqi.store.listing import Listing
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, exclusion, person


def exclusion_listing(caller: Caller, *, contract_id: str | None = None, object_: str | None = None) -> Listing:
    """The exclusions of the contracts that a caller may see, with who approved them."""
    conditions = [contract_scope(caller)]
    if contract_id is not None:
        conditions.append(exclusion.c.contract_id == contract_id)
    if object_ is not None:
        conditions.append(exclusion.c.object == object_)
    joined = exclusion.join(contract, contract.c.id == exclusion.c.contract_id).join(
        person, person.c.id == exclusion.c.approved_by
    )
    return Listing(
        select(
            exclusion, contract.c.number.label("contract_number"), person.c.name.label("approved_by_name")
        ).select_from(joined),
        exclusion.c.id,
        {
            "id": exclusion.c.id,
            "object": exclusion.c.object,
            "start_at": exclusion.c.start_at,
            "end_at": exclusion.c.end_at,
            "recorded_at": exclusion.c.recorded_at,
        },
        default="-recorded_at",
        filters=conditions,
    )
