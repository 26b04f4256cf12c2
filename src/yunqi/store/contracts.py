"""Documents, contracts and their price lines, and the signatures of both parties."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, bindparam, select, type_coerce

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.period import day_start
from yunqi.store.agreed import AgreedData, Signature, keep_document, require_signer, to_signatures
from yunqi.store.checks import check_text, sm3_hex
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.locks import lock_contract, lock_word
from yunqi.store.moment import by_contract, of_each, once, reads_together
from yunqi.store.parties import add_organisation, find_organisation, require_organisation
from yunqi.store.price_lines import add_price_lines
from yunqi.store.tables import contract, contract_signature, document

IMPORT = "import of a contract"
"""The word under which two imports wait for each other."""
_ROLE_WORDS = {"using_unit": "甲方", "provider": "乙方"}


@dataclass(frozen=True)
class Contract(AgreedData):
    """A contract as kept. `data` is the JSON form; `data_sm3` is what the parties sign.

    Both are made when they are asked for: most who look a contract up want to know its parties.
    """

    id: str
    number: str | None
    title: str
    using_unit_id: str
    provider_id: str
    document_id: str
    data_text: str
    state: str
    start_on: date | None
    end_on: date | None
    total_fen: int | None
    recorded_at: datetime


def import_contract(
    connection: Connection,
    *,
    data: Mapping[str, Any],
    file_name: str,
    content: bytes,
    draw_kinds: Mapping[str, str],
    now: datetime,
    using_unit: str | None = None,
    provider: str | None = None,
    replace: bool = False,
) -> Contract:
    """Keeps a contract read from a file, with its lines: whole, or not at all (one transaction of the caller's).

    `data` is the JSON form of a contract. `draw_kinds` tells how each item of the catalogue is drawn. The parties are
    those the text names, unless given by id or name; one that is not registered yet is registered. With `replace`, a
    text of the same number that nobody has signed and nothing draws on gives way to the new one.
    Raises `Problem` contract.already_imported for the same bytes or number, contract.no_party, party.role.
    """
    lock_word(connection, IMPORT)
    document_sm3 = sm3_hex(content)
    _refuse_known_document(connection, document_sm3)
    given_number = data.get("number")
    parties = {
        role: _register_party(connection, data, role, given, now)
        for role, given in (("using_unit", using_unit), ("provider", provider))
    }
    number = None if given_number is None else check_text("number", str(given_number), 100)
    if replace:
        _give_way(connection, parties["provider"], number, now)
    refuse_known_number(connection, parties["provider"], number)
    document_id, contract_id = keep_document(connection, file_name=file_name, content=content, now=now), make_id("con")
    term = data.get("term") or {}
    connection.execute(
        contract.insert().values(
            id=contract_id,
            number=number,
            title=check_text("title", str(data.get("title") or file_name), 300),
            using_unit_id=parties["using_unit"],
            provider_id=parties["provider"],
            document_id=document_id,
            data=dict(data),
            state="imported",
            start_on=term.get("start_on"),
            end_on=term.get("end_on"),
            total_fen=data.get("total_fen"),
            recorded_at=now,
        )
    )
    start_at, end_at = term_of(term, data.get("signed_on"), now)
    lines = data.get("price_lines") or ()
    add_price_lines(connection, contract_id, lines, draw_kinds, valid_from=start_at, valid_until=end_at, now=now)
    made = require_contract(connection, contract_id)
    record_fact(
        connection,
        NewFact(
            contract_id,
            "contract.imported",
            contract_id,
            now,
            {"document_sm3": document_sm3, "file_name": file_name, "data_sm3": made.data_sm3, "lines": len(lines)},
            REPORTED,
        ),
        now=now,
    )
    return made


def contract_query() -> Select[Any]:
    """Selects contracts, their data as the text it is kept as."""
    text = type_coerce(contract.c.data, Text).label("data")
    return select(*(text if column is contract.c.data else column for column in contract.c))


_BY_ID = contract_query().where(contract.c.id == bindparam("reference"))
_BY_NUMBER = contract_query().where(contract.c.number == bindparam("reference"))


def find_contract(connection: Connection, reference: str) -> Contract | None:
    """The contract of this id or number, or None; raises `Problem` contract.ambiguous when providers share it."""
    return once(connection, ("contract", reference), lambda: _find_contract(connection, reference))


def _find_contract(connection: Connection, reference: str) -> Contract | None:
    if reads_together(connection, reference):
        return of_each(connection, "contracts", reference, lambda ids: find_contracts(connection, ids))
    # Two questions, each answered by an index: one with "or" walks all contracts.
    for query in (_BY_ID, _BY_NUMBER):
        rows = connection.execute(query, {"reference": reference}).all()
        if rows:
            break
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
    return to_contract(rows[0]) if rows else None


def find_ids(connection: Connection, references: Collection[str]) -> frozenset[str]:
    """Those among some references that are ids of contracts."""
    return frozenset(connection.scalars(select(contract.c.id).where(contract.c.id.in_(references))))


def find_contracts(connection: Connection, ids: Collection[str]) -> dict[str, Contract]:
    """Those of the contracts that there are, by id."""
    query = contract_query().where(contract.c.id.in_(ids))
    return {row.id: to_contract(row) for row in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class Parties:
    """The two organisations of a contract."""

    using_unit_id: str
    provider_id: str


def read_parties(connection: Connection, contract_id: str) -> Parties:
    """The parties of the contract of this id; raises LookupError when there is none."""
    columns = (contract.c.using_unit_id, contract.c.provider_id)
    row = connection.execute(select(*columns).where(contract.c.id == contract_id)).first()
    if row is None:
        raise LookupError(contract_id)
    return Parties(row.using_unit_id, row.provider_id)


def require_contract(connection: Connection, reference: str) -> Contract:
    """The contract of this id or number; raises `Problem` contract.unknown."""
    found = find_contract(connection, reference)
    if found is None:
        raise Problem(
            "contract.unknown",
            "没有合同「{value}」",
            field="contract",
            value=reference,
            way_out="请核对合同编号，或先导入合同文件",
        )
    return found


def find_by_content(connection: Connection, content: bytes) -> Contract | None:
    """The contract that was imported from exactly these bytes, or None."""
    query = contract_query().join(document, document.c.id == contract.c.document_id)
    row = connection.execute(query.where(document.c.sm3 == sm3_hex(content))).first()
    return None if row is None else to_contract(row)


def list_contracts(connection: Connection) -> tuple[Contract, ...]:
    """All contracts, the oldest import first."""
    return tuple(to_contract(row) for row in connection.execute(contract_query().order_by(contract.c.id)))


def load_document(connection: Connection, document_id: str) -> tuple[str, bytes]:
    """The file name and the bytes of a document."""
    row = connection.execute(select(document).where(document.c.id == document_id)).one()
    return row.file_name, row.content


def sign_contract(
    connection: Connection, contract_id: str, *, person_id: str, now: datetime, data_sm3: str | None = None
) -> Contract:
    """Adds one party's signature over the contract data; signed by both, the contract is in force.

    `data_sm3`, if given, is the digest of what the signer saw. Raises `Problem` contract.not_a_party,
    contract.already_signed, contract.changed.
    """
    lock_contract(connection, contract_id)
    found = require_contract(connection, contract_id)
    parties = {found.using_unit_id, found.provider_id}
    signer = require_signer(connection, person_id, parties, found.number or found.id)
    if data_sm3 is not None and data_sm3 != found.data_sm3:
        raise Problem(
            "contract.changed",
            "所签内容的摘要 {given} 与合同数据的摘要 {present} 不一致",
            field="data_sm3",
            given=data_sm3,
            present=found.data_sm3,
            way_out="请重新查看合同数据后再签署",
        )
    signed = {signature.organisation_id: signature for signature in list_signatures(connection, contract_id)}
    if signer.organisation_id in signed:
        raise Problem(
            "contract.already_signed",
            "「{name}」所在单位已签署合同「{contract}」",
            field="person",
            name=signer.name,
            contract=found.number or found.id,
            way_out="无需重复签署",
        )
    connection.execute(
        contract_signature.insert().values(
            id=make_id("sig"),
            contract_id=contract_id,
            organisation_id=signer.organisation_id,
            person_id=person_id,
            data_sm3=found.data_sm3,
            signed_at=now,
        )
    )
    if {*signed, signer.organisation_id} == parties:
        connection.execute(contract.update().where(contract.c.id == contract_id).values(state="signed"))
    record_fact(
        connection,
        NewFact(
            contract_id,
            "contract.signed",
            contract_id,
            now,
            {"organisation": signer.organisation_id, "person": person_id, "data_sm3": found.data_sm3},
            REPORTED,
        ),
        now=now,
    )
    return require_contract(connection, contract_id)


def list_signatures(connection: Connection, contract_id: str) -> tuple[Signature, ...]:
    """The signatures under a contract, in order of time."""

    def read(ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        query = select(contract_signature).where(contract_signature.c.contract_id.in_(ids))
        rows = connection.execute(query.order_by(contract_signature.c.signed_at, contract_signature.c.id))
        return by_contract(rows, lambda row: str(row.contract_id))

    return once(
        connection,
        ("signatures", contract_id),
        lambda: to_signatures(of_each(connection, "signatures", contract_id, read) or ()),
    )


def _register_party(
    connection: Connection, data: Mapping[str, Any], role: str, given: str | None, now: datetime
) -> str:
    if given is not None:
        found = require_organisation(connection, given)
    else:
        name = (data.get("parties") or {}).get(role)
        if not name:
            raise Problem(
                "contract.no_party",
                "合同中没有读到{role}的名称",
                field=role,
                role=_ROLE_WORDS[role],
                way_out="请在导入时指明该单位：--using-unit 或 --provider",
            )
        known = find_organisation(connection, str(name))
        if known is None:
            return add_organisation(connection, name=str(name), role=role, now=now)
        found = known
    if found.role != role:
        raise Problem(
            "party.role",
            "「{name}」的角色是 {role}，这里需要 {wanted}",
            field=role,
            name=found.name,
            role=found.role,
            wanted=role,
            way_out="请改选角色相符的单位",
        )
    return found.id


def _refuse_known_document(connection: Connection, document_sm3: str) -> None:
    query = contract_query().join(document, document.c.id == contract.c.document_id)
    row = connection.execute(query.where(document.c.sm3 == document_sm3)).first()
    if row is not None:
        raise _already_imported(row)


def refuse_known_number(connection: Connection, provider_id: str, number: str | None) -> None:
    """Raises `Problem` contract.already_imported when the provider has a contract of this number."""
    if number is None:
        return
    query = select(contract).where(contract.c.provider_id == provider_id, contract.c.number == number)
    row = connection.execute(query).first()
    if row is not None:
        raise _already_imported(row)


def _give_way(connection: Connection, provider_id: str, number: str | None, now: datetime) -> None:
    """Takes the number from an unsigned text: its record stays, under a number that says when it was replaced."""
    if number is None:
        return
    query = select(contract).where(contract.c.provider_id == provider_id, contract.c.number == number)
    row = connection.execute(query).first()
    if row is None or row.state != "imported" or list_signatures(connection, row.id):
        return
    kept = f"{number[:60]} (replaced {render_instant(now)})"
    connection.execute(contract.update().where(contract.c.id == row.id).values(number=kept))
    record_fact(connection, NewFact(row.id, "contract.replaced", row.id, now, {"number": number}, REPORTED), now=now)


def _already_imported(row: Row[Any]) -> Problem:
    return Problem(
        "contract.already_imported",
        "该合同已导入：「{title}」（编号 {number}，标识 {id}）",
        field="file",
        title=row.title,
        number=row.number or "无",
        id=row.id,
        way_out="无需重复导入；内容有变更请导入补充协议",
    )


def term_of(term: Mapping[str, Any], signed_on: str | None, now: datetime) -> tuple[datetime, datetime | None]:
    """When the lines of a contract begin to hold and when they end; without a date from `now`."""
    start = term.get("start_on") or signed_on
    start_at = now if start is None else day_start(date.fromisoformat(start))
    end = term.get("end_on")
    return start_at, None if end is None else day_start(date.fromisoformat(end) + timedelta(days=1))


def to_contract(row: Row[Any]) -> Contract:
    """A contract from a row of `contract_query`."""
    return Contract(
        id=row.id,
        number=row.number,
        title=row.title,
        using_unit_id=row.using_unit_id,
        provider_id=row.provider_id,
        document_id=row.document_id,
        data_text=row.data,
        state=row.state,
        start_on=None if row.start_on is None else date.fromisoformat(row.start_on),
        end_on=None if row.end_on is None else date.fromisoformat(row.end_on),
        total_fen=row.total_fen,
        recorded_at=row.recorded_at,
    )
