"""Acceptance material: what was handed in for each item of the contract's list, and the dossier made of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.acceptance.dossier import Handed, Item, Wanted, judge_items, list_phases, plan_items
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, parse_decimal
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.rights import USING_UNIT
from yunqi.operations.dossier_reports import list_demanded, read_delivered
from yunqi.operations.effective import read_dates
from yunqi.operations.installation import Installation
from yunqi.operations.payments import Recorded
from yunqi.operations.terms import in_term
from yunqi.operations.versions import data_at
from yunqi.store.chain import list_day_roots
from yunqi.store.checks import check_text, sm3_hex, sm3_of_json
from yunqi.store.contracts import Contract
from yunqi.store.document_lists import find_document_contract, find_made
from yunqi.store.facts import REPORTED, NewFact, find_fact_of_key, list_facts, record_fact
from yunqi.store.files import StoredFile, keep_file, load_content, require_file
from yunqi.store.locks import lock_contract
from yunqi.store.parties import require_organisation, require_person
from yunqi.store.statements import StatementRow, list_statements, require_statement
from yunqi.store.types import canonical_json

HANDED_IN = "material.handed_in"
FORMAT = "yunqi-dossier-1"
JSON = "application/json"


def list_wanted(
    installation: Installation, connection: Connection, found: Contract, phase: str | None = None
) -> tuple[Wanted, ...]:
    """The contract's own list as it is in force now, and the reports that it demands beside it (of no phase); raises
    `Problem` acceptance.phase.
    """
    found = in_term(connection, found, installation.clock.now())
    law = data_at(connection, found, installation.clock.now())
    phases = list_phases(law)
    if phase and phase not in phases:
        raise Problem(
            "acceptance.phase",
            "合同的验收材料没有「{phase}」这一阶段",
            field="phase",
            phase=phase[:60],
            phases="、".join(phases) or "—",
            way_out="合同所列的阶段为：{phases}；对整个合同验收时不填",
        )
    listed = plan_items(
        law,
        start_on=found.start_on,
        end_on=found.end_on,
        signed_on=read_dates(connection, found).get("effective"),
        calendar=installation.calendar,
        phase=phase,
    )
    if phase:
        return listed
    return (*listed, *list_demanded(law, found, installation.calendar, {one.key for one in listed}))


def hand_in(
    installation: Installation,
    connection: Connection,
    found: Contract,
    key: str,
    *,
    person_id: str,
    role: str,
    file: StoredFile | None = None,
    document: str | None = None,
    statement: str | None = None,
    value: str | None = None,
    words: str = "",
    on: date | None = None,
) -> Recorded:
    """Records that an item was handed in: a file, a document that is kept, or a statement. The same again is known.

    Only the using unit, who receives it, may say that it was handed in on an earlier day. Raises `Problem`
    acceptance.item, acceptance.evidence, acceptance.received, acceptance.value, payment.future, document.unknown,
    statement.unknown.
    """
    now = installation.clock.now()
    _require_item(installation, connection, found, key)
    given = [one for one in (file, document, statement) if one is not None]
    if len(given) != 1:
        raise Problem(
            "acceptance.evidence",
            "每次应提交一份凭据：上传的文件、已有的文档或者结算单",
            field="file",
            way_out="请从三者中指明一份",
        )
    day = _day(on, date_of(now), role)
    payload: dict[str, Any] = {
        "key": key,
        "on": day.isoformat(),
        "words": check_text("words", words, 300) if words else "",
    }
    if file is not None:
        payload |= keep_upload(connection, found, file, person_id, now)
    elif document is not None:
        payload |= _find_document(connection, found, document)
    else:
        row = _find_statement(connection, found, str(statement))
        payload |= {"statement": row.id, "name": f"{row.month} v{row.version}", "sm3": row.sm3}
    if value is not None:
        payload["value"] = _figure(value)
    essence = canonical_json({name: one for name, one in payload.items() if name != "document"})
    fact_key = f"{HANDED_IN}:{sm3_hex(essence.encode())}"
    lock_contract(connection, found.id)
    known = find_fact_of_key(connection, found.id, fact_key)
    if known is not None:
        return Recorded(known, new=False)
    payload["person"] = person_id
    new = NewFact(found.id, HANDED_IN, key, day_start(day), payload, REPORTED, key=fact_key)
    return Recorded(record_fact(connection, new, now=now), new=True)


def _require_item(installation: Installation, connection: Connection, found: Contract, key: str) -> None:
    known = [one.key for one in list_wanted(installation, connection, found)]
    if key not in known:
        raise Problem(
            "acceptance.item",
            "合同的验收材料中没有「{key}」这一项",
            field="item",
            key=key[:60],
            way_out="请从验收材料清单中选取：yunqi acceptance material 合同编号",
        )


def _day(on: date | None, today: date, role: str) -> date:
    day = on or today
    if day > today:
        raise Problem(
            "payment.future", "日期 {on} 尚未到来", field="on", on=day.isoformat(), way_out="请在事情发生之后登记"
        )
    if day < today and role != USING_UNIT:
        raise Problem(
            "acceptance.received",
            "早于今天的提交日期只能由签收材料的使用单位登记",
            field="on",
            on=day.isoformat(),
            way_out="请由使用单位登记签收日期，或者不填日期，以今天为准",
        )
    return day


def keep_upload(
    connection: Connection, found: Contract, file: StoredFile, person_id: str, now: datetime
) -> dict[str, Any]:
    """Keeps an upload as a document of the contract: `document`, `name`, `sm3`; what is kept already stays one."""
    known = find_made(connection, found.id, file.name, file.sm3)
    if known is None:
        known = keep_file(
            connection,
            name=file.name,
            media_type=file.media_type,
            content=load_content(connection, file.id),
            now=now,
            organisation_id=file.organisation_id,
            person_id=person_id,
            contract_id=found.id,
        ).id
    return {"document": known, "name": file.name, "sm3": file.sm3}


def _find_document(connection: Connection, found: Contract, reference: str) -> dict[str, Any]:
    place = find_document_contract(connection, reference)
    if place is None or place[1] != found.id or place[0] != "made":
        raise Problem(
            "document.unknown", "没有文档「{value}」", field="document", value=reference, way_out="请核对编号"
        )
    kept = require_file(connection, reference)
    return {"document": kept.id, "name": kept.name, "sm3": kept.sm3}


def _find_statement(connection: Connection, found: Contract, reference: str) -> StatementRow:
    row = require_statement(connection, reference)
    if row.contract_id != found.id:
        raise Problem(
            "statement.unknown",
            "没有结算单「{value}」",
            field="statement",
            value=reference,
            way_out="请核对标识：yunqi statement list 合同编号",
        )
    return row


def _figure(text: str) -> str:
    try:
        return decimal_text(parse_decimal(text))
    except ValueError as error:
        raise Problem(
            "acceptance.value", "数值「{value}」不可用", field="value", value=text[:40], way_out="请填写数字，不带单位"
        ) from error


def read_handed(connection: Connection, contract_id: str) -> tuple[Handed, ...]:
    """All that was handed in under a contract, in the order it was recorded."""
    facts = sorted(list_facts(connection, contract_id, kind=HANDED_IN), key=lambda one: one.recorded_at)
    names: dict[str, str] = {}
    for person in {str(one.payload["person"]) for one in facts}:
        who = require_person(connection, person)
        names[person] = f"{require_organisation(connection, who.organisation_id).name}/{who.name}"
    return tuple(
        Handed(
            fact=one.id,
            key=str(one.payload["key"]),
            on=date.fromisoformat(one.payload["on"]),
            name=str(one.payload["name"]),
            sm3=str(one.payload["sm3"]),
            document=one.payload.get("document"),
            statement=one.payload.get("statement"),
            value=one.payload.get("value"),
            words=str(one.payload.get("words") or ""),
            by=names[str(one.payload["person"])],
        )
        for one in facts
    )


def read_items(
    installation: Installation, connection: Connection, found: Contract, *, phase: str | None, on: date
) -> tuple[Item, ...]:
    """Each item of the contract's list as it stands on a day: what was handed in as such, or delivered as a report."""
    law = data_at(connection, found, installation.clock.now())
    delivered = read_delivered(installation, connection, found, law)
    handed = (*read_handed(connection, found.id), *delivered)
    return judge_items(list_wanted(installation, connection, found, phase), handed, on)


def make_dossier(
    installation: Installation, connection: Connection, found: Contract, *, phase: str | None, on: date
) -> dict[str, Any]:
    """The dossier as JSON data: the items with what was handed in, each month's figures with the statement that they
    stand on, and the last signed root of the ledger. The same ledger and day give the same data.
    """
    found = in_term(connection, found, installation.clock.now())
    unit = require_organisation(connection, found.using_unit_id)
    provider = require_organisation(connection, found.provider_id)
    roots = list_day_roots(connection, found.id)
    return {
        "format": FORMAT,
        "contract": {
            "id": found.id,
            "number": found.number,
            "title": found.title,
            "using_unit": unit.name,
            "provider": provider.name,
            "start_on": found.start_on.isoformat() if found.start_on else None,
            "end_on": found.end_on.isoformat() if found.end_on else None,
            "total_fen": found.total_fen,
        },
        "phase": phase or "",
        "on": on.isoformat(),
        "items": [item_data(one) for one in read_items(installation, connection, found, phase=phase, on=on)],
        "months": [_month_data(row) for row in _last_statements(connection, found.id)],
        "root": {"day": roots[-1].day.isoformat(), "sm3": roots[-1].sm3, "key": roots[-1].key_id} if roots else None,
    }


def item_data(one: Item) -> dict[str, Any]:
    """An item as JSON data."""
    wanted = one.wanted
    return {
        "key": wanted.key,
        "name": wanted.name,
        "phase": wanted.phase,
        "party": wanted.party,
        "due_on": wanted.due_on.isoformat() if wanted.due_on else None,
        "period": [each.isoformat() for each in wanted.period] if wanted.period else None,
        "note": wanted.note,
        "limit": list(wanted.limit) if wanted.limit else None,
        "state": one.state,
        "days_late": one.days_late,
        "source": dict(wanted.source) if wanted.source else None,
        "handed": [{**asdict(each), "on": each.on.isoformat()} for each in one.handed],
    }


def _last_statements(connection: Connection, contract_id: str) -> list[StatementRow]:
    """The last version of each month, by month."""
    return list({row.month: row for row in list_statements(connection, contract_id)}.values())


def _month_data(row: StatementRow) -> dict[str, Any]:
    data: Mapping[str, Any] = row.data
    return {
        "month": row.month,
        "statement": row.id,
        "version": row.version,
        "sm3": row.sm3,
        "provisional": row.provisional,
        "sample": bool(data.get("sample")),
        "penalty_fen": data.get("penalty_fen"),
        "levels": [
            {
                name: one.get(name)
                for name in ("metric", "title", "operator", "threshold", "unit", "measured", "state", "node")
            }
            for one in data.get("levels") or ()
        ],
    }


def keep_dossier(
    connection: Connection,
    found: Contract,
    dossier: Mapping[str, Any],
    *,
    name: str,
    person_id: str | None,
    now: datetime,
) -> str:
    """Keeps a dossier as a document of the contract, byte for byte what its digest is of; returns the digest."""
    content = canonical_json(dict(dossier)).encode()
    digest = sm3_hex(content)
    if find_made(connection, found.id, name, digest) is None:
        keep_file(
            connection,
            name=name,
            media_type=JSON,
            content=content,
            now=now,
            person_id=person_id,
            contract_id=found.id,
        )
    return digest


def digest_of(dossier: Mapping[str, Any]) -> str:
    """The digest (SM3) of a dossier's canonical text."""
    return sm3_of_json(dict(dossier))
