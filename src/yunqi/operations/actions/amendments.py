"""Supplementary agreements as actions: taken in, changed beside the text, signed; the contract's data on a day."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from yunqi.contract.changes.amendment import Amendment as AmendmentData
from yunqi.contract.changes.amendment import check_change, derive_totals, resolve_items
from yunqi.contract.changes.compare import compare_contracts
from yunqi.contract.changes.paths import find_place, is_item, read_at
from yunqi.contract.changes.values import read_value
from yunqi.contract.documents import read_document
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.kernel.words import render_error
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.intake import page_teller
from yunqi.operations.amendments import data_after, keep_amendment, last_data, read_against, require_signed, sign
from yunqi.operations.comparing import difference_row
from yunqi.operations.path_words import label_of, value_words
from yunqi.operations.versions import read_version
from yunqi.settlement.readings import check_reading
from yunqi.store import amendments as store
from yunqi.store.contracts import Contract, load_document, require_contract
from yunqi.store.files import load_content, require_file
from yunqi.store.parties import require_organisation, require_person
from yunqi.wire.amendments import (
    AmendmentChange,
    AmendmentDetail,
    AmendmentList,
    AmendmentRow,
    ChangeAmendment,
    ContractVersion,
    DropChange,
    ImportAmendment,
    ImportedAmendment,
    ReadVersion,
)
from yunqi.wire.base import ById
from yunqi.wire.contracts import ContractSignature, OfContract


def _require(desk: Desk, identifier: str) -> tuple[store.Amendment, Contract]:
    """The agreement and its contract, among those the caller may see."""
    found = store.require_amendment(desk.connection, identifier)
    return found, aims.require_contract_of(desk, found.contract_id)


def _aim(desk: Desk, request: ById) -> Target:
    return aims.target_of_contract(desk, _require(desk, request.id)[1])


@action(
    "amendment.import",
    "POST",
    "/contracts/{contract}/amendments",
    "导入补充协议",
    request=ImportAmendment,
    answer=ImportedAmendment,
    aim=aims.contract,
    kind="run",
)
def import_amendment(desk: Desk, request: ImportAmendment) -> ImportedAmendment:
    """Reads a file as a supplementary agreement to a signed contract and keeps it, to be signed by both parties."""
    with desk.site.database.read() as connection:
        reading = Desk(desk.site, desk.caller, desk.now, connection)
        found = aims.require_contract_of(reading, request.contract)
        require_signed(found)
        kept = require_file(connection, request.file)
        if kept.organisation_id != desk.caller.organisation_id and not desk.caller.at_machine:
            raise Problem("file.unknown", "没有文件「{value}」", field="file", value=request.file, way_out="请重新上传")
        content = load_content(connection, request.file)
    document = read_document(content, kept.name, page_teller(desk))
    with desk.site.database.read() as connection:
        data = read_against(connection, found, document)
    made = keep_amendment(desk.site, found.id, data, content, document)
    return ImportedAmendment(
        amendment_id=made.id,
        number=made.number,
        effective_on=made.effective_on,
        changes=len(data["changes"]),
        uncertain=len(data["uncertain"]),
        unread=len(data["unread"]),
    )


def _row(one: store.Amendment, found: Contract) -> dict[str, Any]:
    return {
        "id": one.id,
        "contract_id": one.contract_id,
        "contract_number": found.number,
        "number": one.number,
        "title": one.title,
        "state": one.state,
        "effective_on": one.effective_on,
        "recorded_at": one.recorded_at,
        **{name: len(one.data.get(name) or ()) for name in ("changes", "uncertain", "unread")},
    }


@action(
    "amendment.list",
    "GET",
    "/contracts/{contract}/amendments",
    "列出补充协议",
    request=OfContract,
    answer=AmendmentList,
    aim=aims.contract,
)
def amendments(desk: Desk, request: OfContract) -> AmendmentList:
    """The supplementary agreements of a contract."""
    found = aims.require_contract_of(desk, request.contract)
    rows = store.list_amendments(desk.connection, found.id)
    return AmendmentList(contract_id=found.id, items=tuple(AmendmentRow(**_row(one, found)) for one in rows))


@action("amendment.read", "GET", "/amendments/{id}", "查看补充协议", request=ById, answer=AmendmentDetail, aim=_aim)
def read_one(desk: Desk, request: ById) -> AmendmentDetail:
    """One supplementary agreement: what it changes, and what differs in the contract by it."""
    one, found = _require(desk, request.id)
    before = _base(desk, one, found)
    problem = ""
    after = before
    try:
        after = data_after(before, one)
    except Problem as error:
        problem = render_error(error)
    compared = compare_contracts(before, after, since=one.effective_on)
    return AmendmentDetail(
        **_row(one, found),
        document_id=one.document_id,
        file_name=load_document(desk.connection, one.document_id)[0],
        data=dict(one.data),
        data_sm3=one.data_sm3,
        signed_on=one.data.get("signed_on"),
        change_rows=tuple(_change_row(each, before) for each in one.data["changes"]),
        differences=tuple(difference_row(each, before, after) for each in compared.differences),
        problem=problem,
        signatures=tuple(
            ContractSignature(
                organisation_id=each.organisation_id,
                organisation=require_organisation(desk.connection, each.organisation_id).name,
                person_id=each.person_id,
                person=require_person(desk.connection, each.person_id).name,
                data_sm3=each.data_sm3,
                signed_at=each.signed_at,
            )
            for each in store.list_amendment_signatures(desk.connection, one.id)
        ),
    )


def _base(desk: Desk, one: store.Amendment, found: Contract) -> Any:
    """The contract before an agreement: of a signed one, as the agreements before it have made it."""
    if one.state != store.SIGNED:
        return last_data(desk.connection, found)
    data: Any = found.data
    for each in store.list_amendments(desk.connection, found.id):
        if each.id == one.id:
            break
        if each.state == store.SIGNED:
            data = data_after(data, each)
    return data


def _change_row(one: dict[str, Any], before: Any) -> AmendmentChange:
    deed, path = one["deed"], one["path"]
    label, old, new = path, "—", str(one.get("value") or "")
    if deed in ("set", "add", "end"):
        with suppress(Problem):  # told as the detail's problem
            path = resolve_items(path, before)
        label = label_of(path, before)
        old = value_words(path, read_at(before, path)) if "no=" not in path and deed != "add" else "—"
        new = "—" if deed == "end" else value_words(f"{path}[0]" if deed == "add" else path, one["value"])
    return AmendmentChange(
        no=one["no"],
        deed=deed,
        path=one["path"],
        label=label,
        before=old,
        after=new,
        value=one.get("value"),
        derived=bool(one.get("derived")),
        person=one.get("by") or "",
        why=one.get("why") or "",
        source=one.get("source"),
    )


@action(
    "amendment.change",
    "POST",
    "/amendments/{id}/changes",
    "填写补充协议的变更",
    request=ChangeAmendment,
    answer=AmendmentDetail,
    aim=_aim,
    follows="amendment.read",
)
def change(desk: Desk, request: ChangeAmendment) -> AmendmentDetail:
    """Enters a change, or the day from which the agreement holds, beside the text."""
    one, found = _require(desk, request.id)
    base = last_data(desk.connection, found)
    data: dict[str, Any] = AmendmentData.model_validate(one.data).model_dump(mode="json")
    by = {"by": desk.caller.person_name, "by_id": desk.person_id, "at": render_instant(desk.now), "why": request.why}
    source = {"article": request.article, "text": request.words} if request.words else None
    if request.path == "effective_on":
        day = request.text if request.text is not None else request.value
        data["effective_on"] = read_value(find_place("signed_on"), str(day or ""))
        data["effective_source"] = source or {"article": "", "text": request.why}
    else:
        value = _value(request, base)
        given = {"deed": request.deed, "path": request.path, "value": value, "source": source, "derived": False}
        made = check_change(given, base)
        kept = [each for each in data["changes"] if not (each["path"] == made["path"] and made["deed"] == "set")]
        stated = [each for each in kept if not each.get("derived")]
        data["changes"] = [*stated, made | by, *derive_totals([*stated, made], base)]
        data["uncertain"] = [each for each in data["uncertain"] if each["path"] not in (made["path"], request.path)]
    return _keep(desk, one, data)


def _value(request: ChangeAmendment, base: Any) -> Any:
    if request.deed == "end":
        return None
    given = request.text if request.text is not None else request.value
    if request.deed == "reading":
        check_reading(request.path, str(given))
        return str(given)
    if request.deed == "text" or request.text is None:
        return given
    path = resolve_items(request.path, base)
    return read_value(find_place(path if request.deed == "set" or is_item(path) else f"{path}[0]"), request.text)


@action(
    "amendment.drop",
    "DELETE",
    "/amendments/{id}/changes/{no}",
    "略过补充协议的变更",
    request=DropChange,
    answer=AmendmentDetail,
    aim=_aim,
    follows="amendment.read",
)
def drop(desk: Desk, request: DropChange) -> AmendmentDetail:
    """Takes out a change by its number, or with the number 0 an uncertain one by its path."""
    one, found = _require(desk, request.id)
    data: dict[str, Any] = AmendmentData.model_validate(one.data).model_dump(mode="json")
    kept = [each for each in data["changes"] if each["no"] != request.no and not each.get("derived")]
    open_ones = [each for each in data["uncertain"] if request.no or each["path"] != request.path]
    if len(open_ones) == len(data["uncertain"]) and all(each["no"] != request.no for each in data["changes"]):
        raise Problem(
            "amendment.no_change",
            "补充协议没有第 {no} 项变更",
            field="no",
            no=request.no,
            way_out="请从列出的变更中选择",
        )
    data["changes"] = [*kept, *derive_totals(kept, last_data(desk.connection, found))]
    data["uncertain"] = open_ones
    return _keep(desk, one, data)


def _keep(desk: Desk, one: store.Amendment, data: dict[str, Any]) -> AmendmentDetail:
    numbered = [{**each, "no": no} for no, each in enumerate(data["changes"], start=1)]
    kept = AmendmentData.model_validate({**data, "changes": numbered}).model_dump(mode="json")
    store.change_amendment(desk.connection, one, kept)
    return read_one(desk, ById(id=one.id))


@action(
    "amendment.sign",
    "POST",
    "/amendments/{id}/signatures",
    "签署补充协议",
    request=ById,
    answer=AmendmentDetail,
    aim=_aim,
    follows="amendment.read",
)
def sign_one(desk: Desk, request: ById) -> AmendmentDetail:
    """The caller's party signs what the agreement changes; signed by both, it is in force from its day."""
    one, _found = _require(desk, request.id)
    sign(desk.connection, one, person_id=desk.person_id, now=desk.now)
    return read_one(desk, ById(id=one.id))


@action(
    "contract.version",
    "GET",
    "/contracts/{contract}/version",
    "查看某日的合同数据",
    request=ReadVersion,
    answer=ContractVersion,
    aim=aims.contract,
)
def version(desk: Desk, request: ReadVersion) -> ContractVersion:
    """The contract's data in force on a day."""
    found = aims.require_contract_of(desk, request.contract)
    on = request.on or date_of(desk.now)
    held = read_version(desk.connection, require_contract(desk.connection, found.id), on)
    return ContractVersion(
        contract_id=found.id,
        on=on,
        valid_from=held.valid_from,
        data=dict(held.data),
        amended_by=tuple(held.data.get("amended_by") or ()),
    )
