"""Looking for words in everything that a caller may see: one statement a kind of thing, the best hits first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    Text,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import (
    case as choose,
)

from yunqi.kernel.rights import Caller
from yunqi.store.asof import holds
from yunqi.store.case_lists import case_scope
from yunqi.store.party_scopes import organisation_scope, person_scope, system_scope
from yunqi.store.scopes import contract_scope, resource_scope
from yunqi.store.tables import (
    allocation,
    case,
    contract,
    document,
    file,
    information_system,
    organisation,
    person,
    price_line,
    resource,
    statement,
)

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")
_AROUND, _CUT = 40, 120
_Columns = Sequence[ColumnElement[Any]]


def _matches(text: str, places: _Columns) -> ColumnElement[bool]:
    return or_(*(place.icontains(text, autoescape=True) for place in places))


def _rank(text: str, places: _Columns) -> ColumnElement[int]:
    """0 where a place is exactly the text, 1 where it begins with it, else 2."""
    exact = or_(*(func.lower(place) == text.lower() for place in places))
    begins = or_(*(place.istartswith(text, autoescape=True) for place in places))
    return choose((exact, 0), (begins, 1), else_=2).label("rank")


def _best(connection: Connection, query: Select[Any], rank: Any, key: Any, limit: int) -> list[Row[Any]]:
    return list(connection.execute(query.add_columns(rank).order_by(rank, key.desc()).limit(limit)))


def find_contracts(connection: Connection, caller: Caller, text: str, limit: int) -> list[Row[Any]]:
    """Contracts by number, title or party; then those whose clauses hold the words, with what stands around them."""
    places = (contract.c.number, contract.c.title, _unit.c.name, _seller.c.name, contract.c.id)
    joined = contract.join(_unit, _unit.c.id == contract.c.using_unit_id).join(
        _seller, _seller.c.id == contract.c.provider_id
    )
    columns = (
        contract.c.id,
        contract.c.number,
        contract.c.title,
        _unit.c.name.label("using_unit"),
        _seller.c.name.label("provider"),
    )
    base = select(*columns).select_from(joined).where(contract_scope(caller))
    named = base.add_columns(literal("").label("around")).where(_matches(text, places))
    rows = _best(connection, named, _rank(text, places), contract.c.id, limit)
    if len(rows) < limit:
        data = cast(contract.c.data, Text)
        place = func.strpos(data, text) if connection.dialect.name == "postgresql" else func.instr(data, text)
        start = choose((place > _AROUND, place - _AROUND), else_=1)
        within = base.add_columns(func.substr(data, start, _CUT, type_=String).label("around"))
        within = within.where(place > 0, ~_matches(text, places))
        rows += _best(connection, within, literal(3).label("rank"), contract.c.id, limit - len(rows))
    return rows


def find_lines(connection: Connection, caller: Caller, text: str, limit: int, *, at: Any) -> list[Row[Any]]:
    """Price lines in force by name or item."""
    places = (price_line.c.name, price_line.c.item)
    query = (
        select(price_line.c.id, price_line.c.no, price_line.c.name, price_line.c.item, contract.c.number)
        .add_columns(contract.c.id.label("contract_id"))
        .join(contract, contract.c.id == price_line.c.contract_id)
        .where(contract_scope(caller), holds(price_line, at), _matches(text, places))
    )
    return _best(connection, query, _rank(text, places), price_line.c.id, limit)


def find_systems(connection: Connection, caller: Caller, text: str, limit: int) -> list[Row[Any]]:
    """Information systems by name or id."""
    places = (information_system.c.name, information_system.c.id)
    query = (
        select(information_system.c.id, information_system.c.name, _unit.c.name.label("using_unit"))
        .join(_unit, _unit.c.id == information_system.c.organisation_id)
        .where(system_scope(caller), _matches(text, places))
    )
    return _best(connection, query, _rank(text, places), information_system.c.id, limit)


def find_resources(connection: Connection, caller: Caller, text: str, limit: int) -> list[Row[Any]]:
    """Live resources by name, id, or an address that they have."""
    places = (resource.c.name, resource.c.id)
    address = (
        select(func.min(allocation.c.value))
        .where(
            allocation.c.resource_id == resource.c.id,
            allocation.c.released_at.is_(None),
            allocation.c.value.contains(text, autoescape=True),
        )
        .scalar_subquery()
    )
    having = select(allocation.c.resource_id).where(
        allocation.c.released_at.is_(None), allocation.c.value.contains(text, autoescape=True)
    )
    query = (
        select(resource.c.id, resource.c.name, resource.c.kind, contract.c.number, address.label("address"))
        .add_columns(contract.c.id.label("contract_id"))
        .join(contract, contract.c.id == resource.c.contract_id)
        .where(contract_scope(caller), resource_scope(caller), resource.c.gone_at.is_(None))
        .where(or_(_matches(text, places), resource.c.id.in_(having)))
    )
    return _best(connection, query, _rank(text, places), resource.c.id, limit)


def find_cases(connection: Connection, caller: Caller, text: str, limit: int, *, kind: str) -> list[Row[Any]]:
    """Cases of a kind by number, title or id."""
    places = (case.c.number, case.c.title, case.c.id)
    query = (
        select(case.c.id, case.c.number.label("case_number"), case.c.title, case.c.state, contract.c.number)
        .add_columns(contract.c.id.label("contract_id"))
        .join(contract, contract.c.id == case.c.contract_id)
        .where(case.c.kind == kind, contract_scope(caller), case_scope(caller), _matches(text, places))
    )
    return _best(connection, query, _rank(text, places), case.c.id, limit)


def find_people(connection: Connection, caller: Caller, text: str, limit: int) -> list[Row[Any]]:
    """People by name or id."""
    places = (person.c.name, person.c.id)
    query = (
        select(person.c.id, person.c.name, organisation.c.name.label("organisation"))
        .join(organisation, organisation.c.id == person.c.organisation_id)
        .where(person_scope(caller), _matches(text, places))
    )
    return _best(connection, query, _rank(text, places), person.c.id, limit)


def find_organisations(connection: Connection, caller: Caller, text: str, limit: int) -> list[Row[Any]]:
    """Organisations by name or id."""
    places = (organisation.c.name, organisation.c.id)
    query = select(organisation.c.id, organisation.c.name, organisation.c.role)
    query = query.where(organisation_scope(caller), _matches(text, places))
    return _best(connection, query, _rank(text, places), organisation.c.id, limit)


def find_documents(connection: Connection, caller: Caller, text: str, limit: int) -> list[Row[Any]]:
    """Originals of contracts, and files that belong to the caller's organisation, by name."""
    originals = (
        select(document.c.id, document.c.file_name.label("name"), contract.c.number)
        .add_columns(contract.c.id.label("contract_id"), literal("document").label("kind"))
        .join(contract, contract.c.document_id == document.c.id)
        .where(contract_scope(caller), _matches(text, (document.c.file_name,)))
    )
    rows = _best(connection, originals, _rank(text, (document.c.file_name,)), document.c.id, limit)
    files = (
        select(file.c.id, file.c.name, contract.c.number)
        .add_columns(file.c.contract_id, literal("file").label("kind"))
        .outerjoin(contract, contract.c.id == file.c.contract_id)
        .where(file.c.organisation_id == caller.organisation_id, _matches(text, (file.c.name,)))
    )
    return rows + _best(connection, files, _rank(text, (file.c.name,)), file.c.id, limit)


def find_statements(connection: Connection, caller: Caller, text: str, limit: int) -> list[Row[Any]]:
    """The last statement of each month by month, id, or the number of its contract."""
    places = (statement.c.month, statement.c.id, contract.c.number)
    later = statement.alias("later")
    newer = select(later.c.id).where(
        later.c.contract_id == statement.c.contract_id,
        later.c.month == statement.c.month,
        later.c.version > statement.c.version,
    )
    query = (
        select(statement.c.id, statement.c.month, statement.c.provisional, contract.c.number, contract.c.title)
        .add_columns(contract.c.id.label("contract_id"))
        .join(contract, contract.c.id == statement.c.contract_id)
        .where(contract_scope(caller), _matches(text, places), ~newer.exists())
    )
    return _best(connection, query, _rank(text, places), statement.c.id, limit)
