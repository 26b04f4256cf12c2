"""Documents with their contracts, in pages; contracts for a calendar."""

from __future__ import annotations

from sqlalchemy import Connection, String, Subquery, func, literal, select, union_all

from yunqi.kernel.rights import Caller
from yunqi.store.contracts import Contract, contract_query, to_contract
from yunqi.store.listing import Listing
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import certificate, contract, document, file, organisation, person, resource
from yunqi.store.types import UtcInstant

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")
ORIGINAL, MADE, CERTIFICATE = "original", "made", "certificate"


def _documents() -> Subquery:
    """All documents as one table: contracts' originals, what was made and is kept, and certificates of erasure, one a
    resource, which are made when somebody reads them.
    """
    nothing = literal(None, String)
    originals = select(
        document.c.id,
        literal(ORIGINAL).label("kind"),
        document.c.file_name.label("name"),
        document.c.size_bytes,
        document.c.sm3,
        contract.c.id.label("contract_id"),
        nothing.label("person_id"),
        contract.c.recorded_at.label("created_at"),
    ).join(contract, contract.c.document_id == document.c.id)
    made = select(
        file.c.id,
        literal(MADE),
        file.c.name,
        file.c.size_bytes,
        file.c.sm3,
        file.c.contract_id,
        file.c.person_id,
        file.c.created_at,
    ).where(file.c.expires_at.is_(None), file.c.contract_id.is_not(None))
    certificates = (
        select(
            func.min(certificate.c.id),
            literal(CERTIFICATE),
            resource.c.name,
            literal(0),
            literal(""),
            resource.c.contract_id,
            nothing,
            func.max(certificate.c.issued_at, type_=UtcInstant),
        )
        .join(resource, resource.c.id == certificate.c.resource_id)
        .group_by(resource.c.id, resource.c.name, resource.c.contract_id)
    )
    return union_all(originals, made, certificates).subquery("documents")


def document_listing(
    caller: Caller, *, contract_id: str | None = None, text: str | None = None, kind: str | None = None
) -> Listing:
    """The documents of contracts that a caller may see, the newest first."""
    of = _documents()
    conditions = [contract_scope(caller)]
    for column, value in ((of.c.contract_id, contract_id), (of.c.kind, kind)):
        if value is not None:
            conditions.append(column == value)
    if text:
        conditions.append(of.c.name.contains(text, autoescape=True))
    joined = (
        of.join(contract, contract.c.id == of.c.contract_id)
        .join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
        .outerjoin(person, person.c.id == of.c.person_id)
    )
    query = select(
        *(column for column in of.c if column.name != "person_id"),
        contract.c.number.label("contract_number"),
        _unit.c.name.label("using_unit"),
        _seller.c.name.label("provider"),
        func.coalesce(person.c.name, "").label("made_by"),
    ).select_from(joined)
    return Listing(
        query,
        of.c.id,
        {
            "id": of.c.id,
            "kind": of.c.kind,
            "name": of.c.name,
            "created_at": of.c.created_at,
            "size_bytes": of.c.size_bytes,
        },
        default="-created_at",
        filters=conditions,
    )


def find_document_contract(connection: Connection, document_id: str) -> tuple[str, str] | None:
    """The kind of a document and the id of its contract; None when there is none of this id."""
    of = _documents()
    row = connection.execute(select(of.c.kind, of.c.contract_id).where(of.c.id == document_id)).first()
    return None if row is None else (row.kind, row.contract_id)


def find_made(connection: Connection, contract_id: str, name: str, sm3: str) -> str | None:
    """The id of a kept document that is the same, byte for byte; None when there is none."""
    same = (file.c.contract_id == contract_id, file.c.name == name, file.c.sm3 == sm3, file.c.expires_at.is_(None))
    found: str | None = connection.execute(select(func.min(file.c.id)).where(*same)).scalar_one()
    return found


def find_certified_resource(connection: Connection, certificate_id: str) -> str | None:
    """The resource that a certificate of erasure is of."""
    query = select(certificate.c.resource_id).where(certificate.c.id == certificate_id)
    return connection.execute(query).scalar_one_or_none()


def list_visible_contracts(connection: Connection, caller: Caller, *, signed: bool = True) -> tuple[Contract, ...]:
    """The contracts that a caller may see, whole; `signed`: only those in effect."""
    query = contract_query().where(contract_scope(caller)).order_by(contract.c.id)
    if signed:
        query = query.where(contract.c.state == "signed")
    return tuple(to_contract(row) for row in connection.execute(query))
