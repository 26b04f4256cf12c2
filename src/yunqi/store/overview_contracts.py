"""What an overview needs of all contracts that a caller may see: one statement for each kind of thing, however many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, String, func, or_, select, type_coerce

from yunqi.kernel.rights import Caller
from yunqi.store.asof import holds, last_recorded
from yunqi.store.entitlements import compute_contracted
from yunqi.store.price_lines import PriceLine, to_price_line
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import (
    contract,
    contract_signature,
    contract_version,
    draw,
    fact,
    information_system,
    organisation,
    price_line,
    reading,
    statement,
    system_flag,
)

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")


@dataclass(frozen=True, slots=True)
class ContractHead:
    """A signed contract with its parties' names, without its data."""

    id: str
    number: str | None
    title: str
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    start_on: date | None
    end_on: date | None
    total_fen: int | None

    @property
    def name(self) -> str:
        """Its number, else its title."""
        return self.number or self.title


@dataclass(frozen=True, slots=True)
class LineUse:
    """What a price line contracts (None: not stated) and what is drawn of it now, in millionths of its unit."""

    contract_id: str
    line: PriceLine
    contracted_micro: int | None
    drawn_micro: int


def list_unsigned_contracts(connection: Connection, caller: Caller) -> tuple[Row[Any], ...]:
    """Id, number, title and parties of the contracts that the caller's organisation has still to sign, by number."""
    signed = contract_signature.alias("signed")
    mine = select(signed.c.id).where(
        signed.c.contract_id == contract.c.id, signed.c.organisation_id == caller.organisation_id
    )
    query: Select[Any] = (
        select(
            contract.c.id,
            contract.c.number,
            contract.c.title,
            _unit.c.name.label("using_unit"),
            _seller.c.name.label("provider"),
        )
        .join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
        .where(contract.c.state == "imported", contract_scope(caller), ~mine.exists())
        .order_by(func.coalesce(contract.c.number, ""), contract.c.id)
    )
    return tuple(connection.execute(query))


def list_signed_contracts(connection: Connection, caller: Caller) -> tuple[ContractHead, ...]:
    """The signed contracts that a caller may see, by number."""
    query = (
        select(
            contract.c.id,
            contract.c.number,
            contract.c.title,
            contract.c.using_unit_id,
            _unit.c.name,
            contract.c.provider_id,
            _seller.c.name,
            contract.c.start_on,
            contract.c.end_on,
            contract.c.total_fen,
        )
        .join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
        .where(contract.c.state == "signed", contract_scope(caller))
        .order_by(func.coalesce(contract.c.number, ""), contract.c.id)
    )
    return tuple(
        ContractHead(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            row[6],
            None if row[7] is None else date.fromisoformat(row[7]),
            None if row[8] is None else date.fromisoformat(row[8]),
            row[9],
        )
        for row in connection.execute(query)
    )


def load_contract_data(connection: Connection, contract_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """The data of some contracts, by id."""
    wanted = tuple(contract_ids)
    rows = connection.execute(select(contract.c.id, contract.c.data).where(contract.c.id.in_(wanted))) if wanted else ()
    return {row.id: row.data for row in rows}


def versions_by_contract(connection: Connection, caller: Caller, *, at: datetime) -> dict[str, str]:
    """Which text is in force at an instant: the id of the version that supplementary agreements made, by contract.

    A contract that stands as it was signed is not there.
    """
    query = (
        select(contract_version.c.contract_id, contract_version.c.id)
        .join(contract, contract.c.id == contract_version.c.contract_id)
        .where(contract_scope(caller), contract_version.c.valid_from <= at)
        .order_by(contract_version.c.valid_from, contract_version.c.recorded_at, contract_version.c.id)
    )
    return {row.contract_id: row.id for row in connection.execute(query)}


def load_version_data(connection: Connection, version_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """The data of some versions, by id."""
    wanted = tuple(version_ids)
    query = select(contract_version.c.id, contract_version.c.data).where(contract_version.c.id.in_(wanted))
    return {row.id: row.data for row in connection.execute(query)} if wanted else {}


def readings_by_contract(connection: Connection, caller: Caller, *, at: datetime) -> dict[str, dict[str, str]]:
    """The readings that hold at an instant: code and value, by contract."""
    query = (
        select(reading)
        .join(contract, contract.c.id == reading.c.contract_id)
        .where(contract_scope(caller), holds(reading, at))
    )
    found: dict[str, dict[str, str]] = {}
    for row in last_recorded(connection.execute(query), "contract_id", "code").values():
        if row.value is not None:
            found.setdefault(row.contract_id, {})[row.code] = str(row.value)
    return found


def systems_by_unit(
    connection: Connection, using_unit_ids: Iterable[str], *, at: datetime
) -> dict[str, tuple[tuple[str, str, dict[str, str]], ...]]:
    """The systems of some using units: id, name and the flags that hold, by unit."""
    wanted = tuple(using_unit_ids)
    if not wanted:
        return {}
    systems = connection.execute(
        select(information_system.c.id, information_system.c.name, information_system.c.organisation_id)
        .where(information_system.c.organisation_id.in_(wanted))
        .order_by(information_system.c.name)
    ).all()
    # The instant as the text that it is: it is only compared.
    columns = (system_flag.c.id, system_flag.c.system_id, system_flag.c.name, system_flag.c.value)
    said = connection.execute(
        select(*columns, type_coerce(system_flag.c.recorded_at, String).label("recorded_at"))
        .join(information_system, information_system.c.id == system_flag.c.system_id)
        .where(information_system.c.organisation_id.in_(wanted), holds(system_flag, at))
    )
    flags: dict[str, dict[str, str]] = {}
    for row in last_recorded(said, "system_id", "name").values():
        if row.value is not None:
            flags.setdefault(row.system_id, {})[row.name] = row.value
    found: dict[str, list[tuple[str, str, dict[str, str]]]] = {}
    for identifier, name, unit in systems:
        found.setdefault(unit, []).append((identifier, name, flags.get(identifier, {})))
    return {unit: tuple(rows) for unit, rows in found.items()}


def facts_by_contract(connection: Connection, caller: Caller, kinds: Iterable[str]) -> dict[str, tuple[Row[Any], ...]]:
    """The facts of some kinds, by contract, in the order of recording."""
    query: Select[Any] = (
        select(
            fact.c.id,
            fact.c.contract_id,
            fact.c.kind,
            fact.c.subject,
            fact.c.at,
            fact.c.payload,
            fact.c.recorded_at,
            fact.c.sample,
        )
        .join(contract, contract.c.id == fact.c.contract_id)
        .where(contract_scope(caller), fact.c.kind.in_(tuple(kinds)))
        .order_by(fact.c.recorded_at, fact.c.no)
    )
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.contract_id, []).append(row)
    return {contract_id: tuple(rows) for contract_id, rows in found.items()}


def signed_at_by_contract(connection: Connection, caller: Caller) -> dict[str, datetime]:
    """When the later of both parties signed, by contract."""
    query = (
        select(contract_signature.c.contract_id, func.max(contract_signature.c.signed_at))
        .join(contract, contract.c.id == contract_signature.c.contract_id)
        .where(contract.c.state == "signed", contract_scope(caller))
        .group_by(contract_signature.c.contract_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def list_line_uses(connection: Connection, caller: Caller, *, at: datetime) -> tuple[LineUse, ...]:
    """What every price line in force contracts and what is drawn of it at an instant."""
    lines = connection.execute(
        select(price_line)
        .join(contract, contract.c.id == price_line.c.contract_id)
        .where(contract.c.state == "signed", contract_scope(caller), holds(price_line, at))
    )
    by_contract: dict[str, list[PriceLine]] = {}
    for (contract_id, _no), row in sorted(last_recorded(lines, "contract_id", "no").items()):
        by_contract.setdefault(contract_id, []).append(to_price_line(row))
    counts = or_(draw.c.kind != "span", draw.c.end_at.is_(None), draw.c.end_at > at)
    drawn = {
        row[0]: int(row[1])
        for row in connection.execute(
            select(draw.c.price_line_id, func.sum(draw.c.quantity_micro))
            .join(contract, contract.c.id == draw.c.contract_id)
            .where(contract_scope(caller), counts, draw.c.price_line_id.is_not(None))
            .group_by(draw.c.price_line_id)
        )
    }
    return tuple(
        LineUse(contract_id, line, compute_contracted(line, mine), drawn.get(line.id, 0))
        for contract_id, mine in by_contract.items()
        for line in mine
    )


def list_last_statements(connection: Connection, caller: Caller) -> tuple[tuple[str, str, str, bool], ...]:
    """The last version of every contract's every month: contract, month, id, whether it is provisional."""
    newest = (
        select(statement.c.contract_id, statement.c.month, func.max(statement.c.version).label("version"))
        .join(contract, contract.c.id == statement.c.contract_id)
        .where(contract_scope(caller))
        .group_by(statement.c.contract_id, statement.c.month)
        .subquery()
    )
    query = select(statement.c.contract_id, statement.c.month, statement.c.id, statement.c.provisional).join(
        newest,
        (newest.c.contract_id == statement.c.contract_id)
        & (newest.c.month == statement.c.month)
        & (newest.c.version == statement.c.version),
    )
    return tuple((row[0], row[1], row[2], bool(row[3])) for row in connection.execute(query))


def load_penalties(connection: Connection, statement_ids: Iterable[str]) -> dict[str, int | None]:
    """What some statements charge in fen, by id; None: provisional."""
    wanted = tuple(statement_ids)
    if not wanted:
        return {}
    # The whole data of a statement is large; of canonical text the one number can be cut out where it lies.
    key = '"penalty_fen":'
    text = func.substr(statement.c.data, func.instr(statement.c.data, key) + len(key), 20)
    if connection.dialect.name == "postgresql":
        text = func.substring(statement.c.data, f"{key}([0-9]+|null)")
    rows = connection.execute(select(statement.c.id, text.label("said")).where(statement.c.id.in_(wanted)))
    found: dict[str, int | None] = {}
    for row in rows:
        digits = str(row.said or "").partition(",")[0].strip("}")
        found[row.id] = int(digits) if digits.isdigit() else None
    return found
