"""What objects of evidence are called: resources and systems by their names, cases by number and title."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, Table, select

from yunqi.store.tables import (
    case,
    contract,
    duty_shift,
    information_system,
    invoice,
    person,
    report,
    resource,
    statement,
)

_SYSTEM = "system:"
_BY_PREFIX: dict[str, tuple[Table, ColumnElement[str]]] = {
    "cas-": (case, case.c.number + " " + case.c.title),
    "con-": (contract, contract.c.number),
    "inv-": (invoice, invoice.c.number),
    "rep-": (report, report.c.title),
    "shf-": (duty_shift, duty_shift.c.person_name),
    "stm-": (statement, statement.c.month),
}
"""What stands in the ledger beside resources and systems, by how its ids begin."""
_CHUNK = 500


def name_objects(connection: Connection, objects: Iterable[str | None]) -> dict[str, str]:
    """The names of those objects (ids, `system:<id>`) that are known here, by object."""
    wanted = sorted({one for one in objects if one})
    ids = {one.removeprefix(_SYSTEM): one for one in wanted}
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        some = list(ids)[start : start + _CHUNK]
        for table in (resource, information_system):
            for row in connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(some))):
                found[ids[row.id]] = row.name
        for prefix, (table, words) in _BY_PREFIX.items():
            if known := [one for one in some if one.startswith(prefix)]:
                query = select(table.c.id, words.label("name")).where(table.c.id.in_(known), words.is_not(None))
                found |= {ids[row.id]: row.name for row in connection.execute(query)}
    return found


def name_people(connection: Connection, person_ids: Iterable[str | None]) -> dict[str, str]:
    """The names of people, by id."""
    wanted = sorted({one for one in person_ids if one})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(person.c.id, person.c.name).where(person.c.id.in_(wanted[start : start + _CHUNK]))
        found |= {row.id: row.name for row in connection.execute(query)}
    return found


def is_object_of(connection: Connection, contract_id: str, using_unit_id: str, subject: str) -> bool:
    """Whether an object is a resource of the contract or an information system (`system:<id>`) of the using unit."""
    if subject.startswith(_SYSTEM):
        identifier = subject.removeprefix(_SYSTEM)
        query = select(information_system.c.id).where(
            information_system.c.id == identifier, information_system.c.organisation_id == using_unit_id
        )
    else:
        query = select(resource.c.id).where(resource.c.id == subject, resource.c.contract_id == contract_id)
    return connection.execute(query).first() is not None
