"""Made documents with their contracts, in pages; contracts for a calendar."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from yunqi.kernel.rights import Caller
from yunqi.store.contracts import Contract, contract_query, to_contract
from yunqi.store.listing import Listing
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, file, organisation, person

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")
_COLUMNS = ("id", "name", "media_type", "size_bytes", "sm3", "contract_id", "created_at")


def document_listing(caller: Caller, *, contract_id: str | None = None, text: str | None = None) -> Listing:
    """The documents of contracts that a caller may see, the newest first."""
    conditions = [contract_scope(caller), file.c.expires_at.is_(None)]
    if contract_id is not None:
        conditions.append(file.c.contract_id == contract_id)
    if text:
        conditions.append(file.c.name.contains(text, autoescape=True))
    joined = (
        file.join(contract, contract.c.id == file.c.contract_id)
        .join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
        .outerjoin(person, person.c.id == file.c.person_id)
    )
    query = select(
        *(file.c[name] for name in _COLUMNS),
        contract.c.number.label("contract_number"),
        _unit.c.name.label("using_unit"),
        _seller.c.name.label("provider"),
        func.coalesce(person.c.name, "").label("made_by"),
    ).select_from(joined)
    return Listing(
        query,
        file.c.id,
        {"id": file.c.id, "name": file.c.name, "created_at": file.c.created_at, "size_bytes": file.c.size_bytes},
        default="-created_at",
        filters=conditions,
    )


def list_visible_contracts(connection: Connection, caller: Caller, *, signed: bool = True) -> tuple[Contract, ...]:
    """The contracts that a caller may see, whole; `signed`: only those in effect."""
    query = contract_query().where(contract_scope(caller)).order_by(contract.c.id)
    if signed:
        query = query.where(contract.c.state == "signed")
    return tuple(to_contract(row) for row in connection.execute(query))
