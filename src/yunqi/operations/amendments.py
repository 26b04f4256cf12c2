"""Supplementary agreements as use cases: taken in, changed by a person, signed, in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.contract import Contract as ContractData
from yunqi.contract import load_catalogue
from yunqi.contract.changes.amendment import apply_changes
from yunqi.contract.changes.amendment_reader import extract_amendment
from yunqi.contract.documents import Document
from yunqi.contract.documents.kept import render_kept
from yunqi.contract.reader import review_again
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.operations.contract_text import load_read
from yunqi.operations.installation import Installation
from yunqi.settlement.readings import check_reading
from yunqi.store import amendments as store
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.document_texts import keep_text
from yunqi.store.readings import record_reading


def read_against(connection: Connection, found: Contract, document: Document) -> dict[str, Any]:
    """What a document changes in a contract as its signed agreements have made it; raises `Problem` amendment.*."""
    return extract_amendment(document, last_data(connection, found)).model_dump(mode="json")


def keep_amendment(
    site: Installation, contract: str, data: Mapping[str, Any], content: bytes, document: Document
) -> store.Amendment:
    """Keeps a supplementary agreement that was read from a document; raises `Problem` amendment.unsigned_contract."""
    now = site.clock.now()
    with site.database.write() as connection:
        found = require_contract(connection, contract)
        require_signed(found)
        made = store.add_amendment(connection, found, data=data, file_name=document.file_name, content=content, now=now)
        if document.recognised:
            keep_text(connection, made.document_id, render_kept(document), now=now)
        return made


def require_signed(found: Contract) -> None:
    """Raises `Problem` amendment.unsigned_contract for a contract that is not in force yet."""
    if found.state != "signed":
        raise Problem(
            "amendment.unsigned_contract",
            "合同「{contract}」尚未由双方签署，没有可变更的内容",
            field="contract",
            contract=found.number or found.id,
            way_out="签署之前请直接更正合同数据，或重新导入合同文件",
        )


def last_data(connection: Connection, found: Contract) -> Mapping[str, Any]:
    """The contract's data after all its agreements that are in force or will be."""
    versions = plan_versions(found, store.list_amendments(connection, found.id))
    return versions[-1][2] if versions else found.data


def plan_versions(
    found: Contract, amendments: tuple[store.Amendment, ...]
) -> list[tuple[str, date, Mapping[str, Any]]]:
    """The data after each signed agreement, in order of the days from which they hold."""
    data: Mapping[str, Any] = found.data
    versions: list[tuple[str, date, Mapping[str, Any]]] = []
    for one in amendments:
        if one.state != store.SIGNED or one.effective_on is None:
            continue
        data = data_after(data, one)
        versions.append((one.id, one.effective_on, data))
    return versions


def data_after(data: Mapping[str, Any], one: store.Amendment) -> dict[str, Any]:
    """The contract's data after an agreement; raises `Problem` when a change finds nothing to change."""
    by = {"id": one.id, "number": one.number, "effective_on": one.data.get("effective_on"), "sm3": one.data_sm3}
    return apply_changes(data, one.data["changes"], by=by)


def sign(connection: Connection, found: store.Amendment, *, person_id: str, now: datetime) -> store.Amendment:
    """One party's signature; signed by both, the agreement is in force from its day.

    Raises `Problem` amendment.uncertain, amendment.no_day, and when a change finds nothing to change.
    """
    refuse_open(found)
    whole = require_contract(connection, found.contract_id)
    data_after(last_data(connection, whole), found)
    signed = store.sign_amendment(connection, found, person_id=person_id, now=now)
    if signed.state == store.SIGNED:
        _bring_into_force(connection, whole, signed, now)
    return signed


def refuse_open(found: store.Amendment) -> None:
    """Raises `Problem` amendment.uncertain and amendment.no_day for an agreement that nobody can sign yet."""
    if found.data.get("uncertain"):
        raise Problem(
            "amendment.uncertain",
            "补充协议还有 {count} 处未能确定，不能签署：{paths}",
            field="id",
            count=len(found.data["uncertain"]),
            paths="、".join(one["path"] for one in found.data["uncertain"][:5]),
            way_out="请对照正文逐一填写或略过后再签署",
        )
    if found.effective_on is None:
        raise Problem(
            "amendment.no_day",
            "补充协议没有写明自何日起生效",
            field="effective_on",
            way_out="请按双方约定填写生效日期后再签署",
        )


def _bring_into_force(connection: Connection, whole: Contract, signed: store.Amendment, now: datetime) -> None:
    """Writes the versions of the contract's data, reviewed again, and the readings that the agreement records."""
    document = load_read(connection, whole.document_id)
    versions = []
    for identifier, day, data in plan_versions(whole, store.list_amendments(connection, whole.id)):
        findings = review_again(ContractData.model_validate(data), document)
        kept = {**data, "findings": [one.model_dump(mode="json") for one in findings]}
        versions.append((identifier, day, kept))
    since = signed.effective_on or date.max
    kinds = {item.code: item.draw for item in load_catalogue()}
    store.keep_versions(connection, whole, versions, since=since, draw_kinds=kinds, now=now)
    people = {one.organisation_id: one.person_id for one in store.list_amendment_signatures(connection, signed.id)}
    for one in signed.data["changes"]:
        if one["deed"] == "reading":
            check_reading(one["path"], str(one["value"]))
            record_reading(
                connection,
                whole.id,
                code=one["path"],
                value=str(one["value"]),
                agreement=signed.number or signed.title,
                using_unit_person_id=people[whole.using_unit_id],
                provider_person_id=people[whole.provider_id],
                valid_from=day_start(since),
                now=now,
            )
