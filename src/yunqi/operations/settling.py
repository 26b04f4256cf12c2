"""What a person decides about the data of a contract that nobody has signed yet; the findings follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.contract import Contract as ContractData
from yunqi.contract import load_catalogue
from yunqi.contract.changes.settling import blocking_paths
from yunqi.contract.reader import review_again
from yunqi.kernel.errors import Problem
from yunqi.operations.contract_text import load_read
from yunqi.store.contract_data import change_data, require_unsigned
from yunqi.store.contracts import Contract
from yunqi.store.parties import add_system, list_systems

Change = Callable[[Mapping[str, Any]], dict[str, Any]]


def change_contract(
    connection: Connection, contract_id: str, change: Change, *, deed: Mapping[str, Any], now: datetime
) -> Contract:
    """Changes the data of an unsigned contract as `change` says, reviews it again, and keeps it whole.

    `deed` is told to the evidence. Raises `Problem` contract.signed and what the change is refused with.
    """
    found = require_unsigned(connection, contract_id)
    data = change(found.data)
    document = load_read(connection, found.document_id)
    findings = review_again(ContractData.model_validate(data), document)
    data["findings"] = [one.model_dump(mode="json") for one in findings]
    kinds = {item.code: item.draw for item in load_catalogue()}
    made = change_data(connection, found, data, draw_kinds=kinds, deed=deed, now=now)
    present = {one.name for one in list_systems(connection, made.using_unit_id, at=now)}
    for name in dict.fromkeys(one["name"] for one in data.get("systems") or ()):
        if name not in present:
            add_system(connection, organisation_id=made.using_unit_id, name=name, now=now)
    return made


def refuse_uncertain(found: Contract) -> None:
    """Raises `Problem` contract.uncertain while an amount, a level, a penalty or the term is not settled."""
    paths = blocking_paths(found.data)
    if paths:
        raise Problem(
            "contract.uncertain",
            "合同还有 {count} 处关键内容未能确定，不能签署：{paths}",
            field="contract",
            count=len(paths),
            paths="、".join(paths[:5]) + ("…" if len(paths) > 5 else ""),
            way_out="请对照正文逐一确定后再签署",
        )
