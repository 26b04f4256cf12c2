"""Settling, correcting and noting the data of an unsigned contract as actions, each with its way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.contract.changes.paths import find_place, parse_path
from yunqi.contract.changes.settling import (
    apply_correction,
    apply_note,
    apply_removal,
    apply_settling,
    blocking_paths,
    undo,
)
from yunqi.contract.changes.values import choices_of, kind_of, read_value
from yunqi.kernel.clock import parse_instant, render_instant
from yunqi.kernel.errors import Problem
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.contracts import read_contract
from yunqi.operations.path_words import label_of, value_words
from yunqi.operations.settling import Change, change_contract
from yunqi.wire.base import ById
from yunqi.wire.contracts import ContractDetail, OfContract
from yunqi.wire.settling import (
    CorrectValue,
    NoteSentence,
    RemoveItem,
    SettledList,
    SettledRow,
    SettleValue,
    UncertainList,
    UncertainRow,
    UndoSettled,
)


def given_value(request: SettleValue) -> Any:
    """The value that a request gives, in the form's own words; raises `Problem` contract.no_value for none."""
    if request.text is not None:
        return read_value(find_place(request.path), request.text)
    if "value" not in request.model_fields_set:
        raise Problem(
            "contract.no_value",
            "没有给出「{path}」的值",
            field="value",
            path=request.path,
            way_out="请选择一个候选，或填写原文中的值；原文没有写的，明确填写为空",
        )
    return request.value


def _by(desk: Desk, why: str) -> dict[str, Any]:
    return {"by": desk.caller.person_name, "by_id": desk.person_id, "at": render_instant(desk.now), "why": why}


def _change(desk: Desk, request: ById, deed: str, change: Change, **told: Any) -> ContractDetail:
    found = aims.require_contract_of(desk, request.id)
    payload = {"deed": deed, "person": desk.person_id, **told}
    made = change_contract(desk.connection, found.id, change, deed=payload, now=desk.now)
    return read_contract(desk, ById(id=made.id))


@action(
    "contract.uncertain",
    "GET",
    "/contracts/{contract}/uncertain",
    "查看未能确定的内容",
    request=OfContract,
    answer=UncertainList,
    aim=aims.contract,
)
def uncertain(desk: Desk, request: OfContract) -> UncertainList:
    """What was not read for sure, with what it may be and what may be entered."""
    found = aims.require_contract_of(desk, request.contract)
    blocks = set(blocking_paths(found.data))
    rows = tuple(_uncertain_row(one, found.data, blocks) for one in found.data.get("uncertain") or ())
    return UncertainList(contract_id=found.id, items=rows)


def _uncertain_row(one: Mapping[str, Any], data: Mapping[str, Any], blocks: set[str]) -> UncertainRow:
    path = one["path"]
    candidates = tuple(one.get("candidates") or ())
    expects = "note"
    choices: tuple[str, ...] = ()
    try:
        place = find_place(path)
        expects, choices = str(kind_of(place)), choices_of(place)
    except Problem:
        pass  # not a place that anybody enters: it can only be noted
    return UncertainRow(
        path=path,
        label=label_of(path, data),
        expects=expects,
        choices=choices,
        candidates=candidates,
        candidate_words=tuple(value_words(path, value) for value in candidates),
        blocks=path in blocks,
        source=one.get("source"),
    )


@action(
    "contract.settled",
    "GET",
    "/contracts/{contract}/settled",
    "查看已由人确定的内容",
    request=OfContract,
    answer=SettledList,
    aim=aims.contract,
)
def settled(desk: Desk, request: OfContract) -> SettledList:
    """What people decided about the data: settled, corrected, added, removed, noted."""
    found = aims.require_contract_of(desk, request.contract)
    rows = tuple(
        SettledRow(
            no=one["no"],
            deed=one["deed"],
            path=one["path"],
            label=_label(one, found.data),
            value=value_words(one["path"], one["value"]),
            before=value_words(one["path"], one["before"]),
            candidate_words=tuple(value_words(one["path"], each) for each in one.get("candidates") or ()),
            why=one.get("why") or "",
            person=one.get("by") or "",
            at=parse_instant(one["at"]),
            source=one.get("source"),
        )
        for one in found.data.get("settled") or ()
    )
    return SettledList(contract_id=found.id, items=rows)


def _label(one: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    held = one.get("unread")
    return str(held["entry"]["text"]) if held else label_of(one["path"], data if parse_path(one["path"]) else None)


@action(
    "contract.settle",
    "POST",
    "/contracts/{id}/settlements",
    "确定未能确定的内容",
    request=SettleValue,
    answer=ContractDetail,
    aim=aims.contract,
    follows="contract.read",
)
def settle(desk: Desk, request: SettleValue) -> ContractDetail:
    """Settles an uncertain value: a candidate or another; findings and digest follow."""
    value = given_value(request)
    by = _by(desk, request.why)
    return _change(
        desk, request, "settled", lambda data: apply_settling(data, request.path, value, by=by), path=request.path
    )


@action(
    "contract.correct",
    "POST",
    "/contracts/{id}/corrections",
    "更正读错的内容",
    request=CorrectValue,
    answer=ContractDetail,
    aim=aims.contract,
    follows="contract.read",
)
def correct(desk: Desk, request: CorrectValue) -> ContractDetail:
    """Puts a wrongly read value right, or adds what was missed, with the contract's own words."""
    value = given_value(request)
    by = _by(desk, request.why)

    def change(data: Mapping[str, Any]) -> dict[str, Any]:
        return apply_correction(data, request.path, value, words=request.words, article=request.article, by=by)

    return _change(desk, request, "corrected", change, path=request.path)


@action(
    "contract.remove",
    "POST",
    "/contracts/{id}/removals",
    "删去合同中没有的内容",
    request=RemoveItem,
    answer=ContractDetail,
    aim=aims.contract,
    follows="contract.read",
)
def remove(desk: Desk, request: RemoveItem) -> ContractDetail:
    """Takes out an item of a list that the contract does not have."""
    by = _by(desk, request.why)
    return _change(desk, request, "removed", lambda data: apply_removal(data, request.path, by=by), path=request.path)


@action(
    "contract.note",
    "POST",
    "/contracts/{id}/notes",
    "标记未读的句子",
    request=NoteSentence,
    answer=ContractDetail,
    aim=aims.contract,
    follows="contract.read",
)
def note(desk: Desk, request: NoteSentence) -> ContractDetail:
    """Marks a sentence that became no data as seen."""
    by = _by(desk, request.why)
    return _change(
        desk,
        request,
        request.verdict,
        lambda data: apply_note(data, request.text, verdict=request.verdict, by=by),
        text=request.text[:200],
    )


@action(
    "contract.unsettle",
    "DELETE",
    "/contracts/{id}/settled/{no}",
    "撤销确定或更正",
    request=UndoSettled,
    answer=ContractDetail,
    aim=aims.contract,
    follows="contract.read",
)
def unsettle(desk: Desk, request: UndoSettled) -> ContractDetail:
    """Takes a decision back; what stood before stands again, to the byte."""
    return _change(desk, request, "undone", lambda data: undo(data, request.no), no=request.no)
