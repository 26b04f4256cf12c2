"""The data of a contract that nobody has signed yet, changed by a person: the contract's row and its price lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.store.checks import check_text
from yunqi.store.contracts import Contract, list_signatures, refuse_known_number, require_contract, term_of
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.locks import lock_contract
from yunqi.store.price_lines import add_price_lines
from yunqi.store.tables import contract, price_line


def require_unsigned(connection: Connection, contract_id: str) -> Contract:
    """The contract, locked; raises `Problem` contract.signed when a party has signed it."""
    lock_contract(connection, contract_id)
    found = require_contract(connection, contract_id)
    if found.state != "imported" or list_signatures(connection, contract_id):
        raise Problem(
            "contract.signed",
            "合同「{contract}」已有一方签署，数据不能再改",
            field="contract",
            contract=found.number or found.id,
            way_out="签署之后的变更请导入补充协议",
        )
    return found


def change_data(
    connection: Connection,
    found: Contract,
    data: Mapping[str, Any],
    *,
    draw_kinds: Mapping[str, str],
    deed: Mapping[str, Any],
    now: datetime,
) -> Contract:
    """Puts new data in place of an unsigned contract's, its price lines with it; `deed` is told to the evidence.

    The caller has the contract from `require_unsigned`. Nothing draws on lines that nobody has signed: they are
    written anew. The parties stay those of the import.
    """
    term = data.get("term") or {}
    number = found.number
    if data.get("number") != found.data.get("number"):
        number = None if data.get("number") is None else check_text("number", str(data["number"]), 100)
        refuse_known_number(connection, found.provider_id, number)
    connection.execute(
        contract.update()
        .where(contract.c.id == found.id)
        .values(
            data=dict(data),
            number=number,
            title=check_text("title", str(data.get("title") or found.title), 300),
            start_on=term.get("start_on"),
            end_on=term.get("end_on"),
            total_fen=data.get("total_fen"),
        )
    )
    connection.execute(price_line.delete().where(price_line.c.contract_id == found.id))
    start_at, end_at = term_of(term, data.get("signed_on"), now)
    lines = data.get("price_lines") or ()
    add_price_lines(connection, found.id, lines, draw_kinds, valid_from=start_at, valid_until=end_at, now=now)
    made = require_contract(connection, found.id)
    payload = {**deed, "data_sm3_before": found.data_sm3, "data_sm3": made.data_sm3}
    record_fact(connection, NewFact(found.id, "contract.settled", found.id, now, payload, REPORTED), now=now)
    return made
