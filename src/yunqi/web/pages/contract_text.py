"""A contract's text beside its data: a figure leads to its words, words to their figure; what was not read for sure is
settled there, what was read wrongly put right, each with its way back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.contract.changes.paths import find_place, read_at
from yunqi.contract.changes.values import choices_of, kind_of
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.actions import Content
from yunqi.operations.path_words import NAMES, label_of, value_words
from yunqi.web.cited import DOUBT, UNREAD, choose_parts, list_anchors, mark_text
from yunqi.web.clauses import each_source, list_sections
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import target_of
from yunqi.wire.base import ById
from yunqi.wire.contracts import ContractDetail, ContractText, OfContract, ReadPage
from yunqi.wire.settling import CorrectValue, NoteSentence, RemoveItem, SettleValue, UncertainRow, UndoSettled

router = APIRouter(prefix="/contracts/{id}")
PREFIXES = {"doubt": DOUBT, "unread": UNREAD}
OTHER, NONE = "other", "none"
"""Instead of the number of a candidate: another value, and that the text states none."""
HINTS = {
    "fen": "人民币元，例如 1,234.50",
    "share": "例如 99.99% 或 千分之一",
    "decimal": "数字，例如 0.85",
    "date": "例如 2026年7月1日",
    "duration": "例如 十个工作日 或 30 分钟",
    "whole": "整数",
    "yes_no": "是 或 否",
}
"""How a value of each kind is typed."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that was not read for sure, as the page shows it; `id` is its anchor."""

    id: str
    row: UncertainRow
    choices: tuple[tuple[str, str], ...]
    hint: str


def hint_of(expects: str) -> str:
    """How a value is typed, "" where there is nothing to say."""
    return _(HINTS[expects]) if expects in HINTS else ""


def list_doubts(page: Page, identifier: str) -> list[Doubt]:
    """The values that were not read for sure: first those without which nobody may sign."""
    rows = page.read("contract.uncertain", OfContract(contract=identifier)).items
    rows = sorted(rows, key=lambda row: not row.blocks)
    return [
        Doubt(
            f"{DOUBT}{number}",
            row,
            tuple((choice, value_words(row.path, choice)) for choice in row.choices),
            hint_of(row.expects),
        )
        for number, row in enumerate(rows, 1)
    ]


def text_context(page: Page, identifier: str, only: str = "") -> dict[str, Any]:
    """What the page of a contract's text shows."""
    seen = page.look("contract.read", ById(id=identifier))
    contract: ContractDetail = seen.value
    text: ContractText = page.read("contract.text", ById(id=identifier))
    sections = list_sections(contract.data)
    doubts = list_doubts(page, identifier)
    unread = [(f"{UNREAD}{number}", one) for number, one in enumerate(contract.data["unread"], 1)]
    marks = [
        *each_source(sections),
        *((doubt.id, doubt.row.source) for doubt in doubts if doubt.row.source),
        *unread,
    ]
    parts = mark_text(text.blocks, marks)
    shown = choose_parts(parts, PREFIXES[only]) if only in PREFIXES else parts
    return {
        "contract": contract,
        "etag": seen.etag,
        "text": text,
        "parts": shown,
        "sections": sections,
        "anchors": list_anchors(shown),
        "doubts": doubts,
        "unread": unread,
        "settled": page.read("contract.settled", OfContract(contract=identifier)).items,
        "only": only if only in PREFIXES else "",
        "coverage": coverage_of(text.sentences, len(unread)),
        "bearing": contract.data.get("coverage"),
        "may_settle": contract.state == "imported"
        and not contract.signatures
        and page.may("contract.settle", target_of(contract)),
    }


def coverage_of(sentences: int, unread: int) -> dict[str, int]:
    """How many sentences of the articles became data, and the share in whole percent, never rounded up."""
    read = max(0, sentences - unread)
    return {"sentences": sentences, "read": read, "percent": read * 100 // sentences if sentences else 0}


@router.get("/text")
def show_text(page: PageOf, id: str, only: str = "") -> Response:  # noqa: A002
    """The text and the data side by side; `only`: of the text just what is in doubt, or what was not read."""
    return page.render("contracts/text.html", **text_context(page, id, only))


@router.get("/text/pages/{number}")
def show_page_image(page: PageOf, id: str, number: int) -> Response:  # noqa: A002
    """A page of the file as a picture, beside the words that were read from it."""
    found: Content = page.read("contract.page", ReadPage(id=id, page=number))
    return Response(found.content, media_type=found.media_type, headers={"Cache-Control": "private, max-age=600"})


@router.post("/text/settle")
def settle(page: PageOf, id: str) -> Response:  # noqa: A002
    """Settles one value and leads to the next."""
    form = page.form
    path, choice = form.text("path"), form.text("choice")
    try:
        page.do("contract.settle", _asked_value(page, id, path, choice))
    except (Problem, ValidationError) as error:
        return page.refuse("contracts/text.html", error, **text_context(page, id))
    left = list_doubts(page, id)
    if not left:
        return page.redirect(f"/contracts/{id}/text", _("已确定，没有把握的数据都已处理"))
    said = _("已确定，还有 {count} 处没有把握", count=len(left))
    return page.redirect(f"/contracts/{id}/text#{left[0].id}", said)


def _asked_value(page: Page, identifier: str, path: str, choice: str) -> SettleValue:
    form = page.form
    why = form.text("why")
    if choice == OTHER:
        if not form.text("text"):
            raise Problem(
                "form.other", "请填写另一个值", field="text", way_out="照原文填写；原文没有写的，选「原文没有写」"
            )
        return SettleValue(id=identifier, path=path, text=form.text("text"), why=why)
    if choice == NONE:
        return SettleValue(id=identifier, path=path, value=None, why=why)
    row = next((one.row for one in list_doubts(page, identifier) if one.row.path == path), None)
    if row is None or not choice.isdecimal() or int(choice) >= len(row.candidates):
        raise Problem("form.candidate", "请选择一个值", field="choice", way_out="选择候选之一，或填写另一个值")
    return SettleValue(id=identifier, path=path, value=row.candidates[int(choice)], why=why)


@router.post("/text/note")
def note(page: PageOf, id: str) -> Response:  # noqa: A002
    """Marks a sentence that became no data as seen; if the contract has changed since, nothing is marked."""
    form = page.form
    number, _colon, verdict = form.text("sentence").partition(":")
    found = dict(text_context(page, id)["unread"]).get(f"{UNREAD}{number}")
    text = form.text("path") or (str(found["text"]) if found else "")
    try:
        asked = NoteSentence.model_validate({"id": id, "text": text, "verdict": verdict})
        page.do("contract.note", asked, if_match=form.text("etag") or None)
    except (Problem, ValidationError) as error:
        return page.refuse("contracts/text.html", error, **text_context(page, id))
    return page.redirect(f"/contracts/{id}/text#{UNREAD}{number or 1}", _("已标记"))


@router.get("/correct")
def show_correction(page: PageOf, id: str, at: str = "") -> Response:  # noqa: A002
    """The form that puts a value right that was read wrongly, with the words it was read from."""
    return page.render("contracts/correct.html", **_correction(page, id, at))


def _correction(page: Page, identifier: str, path: str) -> dict[str, Any]:
    contract: ContractDetail = page.read("contract.read", ById(id=identifier))
    place = find_place(path)
    facts = [fact for section in list_sections(contract.data) for fact in section.facts]
    fact = next((one for one in facts if one.path == path), None)
    item = path[: path.index("]") + 1] if "]" in path else ""
    return {
        "contract": contract,
        "path": path,
        "label": label_of(path, contract.data),
        "fact": fact,
        "fields": _neighbours(contract.data, path),
        "hint": hint_of(str(kind_of(place))),
        "choices": [(choice, value_words(path, choice)) for choice in choices_of(place)],
        "item": item,
        "item_label": label_of(item, contract.data) if item else "",
    }


def _neighbours(data: Mapping[str, Any], path: str) -> list[tuple[str, str, str]]:
    """What else stands in the same row or clause: path, words, value."""
    head, dot, _name = path.rpartition(".")
    held = read_at(data, head) if dot else None
    found = []
    for name, value in held.items() if isinstance(held, Mapping) else ():
        if isinstance(value, (dict, list)) and name not in {"within", "deadline", "periods", "due", "duration"}:
            continue
        each = f"{head}.{name}"
        if name not in NAMES:
            continue
        try:
            find_place(each)
        except Problem:
            continue
        found.append((each, label_of(each, data).rpartition(" · ")[2], value_words(each, value)))
    return found


@router.post("/correct")
def correct(page: PageOf, id: str) -> Response:  # noqa: A002
    """Puts the value right; the reason and the words of the text are kept with it."""
    form = page.form
    path = form.text("path")
    try:
        asked = CorrectValue(
            id=id,
            path=path,
            text=form.text("text"),
            words=form.text("words"),
            article=form.text("article"),
            why=form.text("why"),
        )
        page.do("contract.correct", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("contracts/correct.html", error, **_correction(page, id, path))
    return page.redirect(f"/contracts/{id}/text{_anchor_of(page, id, path)}", _("已更正"))


def _anchor_of(page: Page, identifier: str, path: str) -> str:
    contract: ContractDetail = page.read("contract.read", ById(id=identifier))
    facts = (fact for section in list_sections(contract.data) for fact in section.facts)
    return next((f"#{fact.id}" for fact in facts if fact.path == path), "")


@router.post("/remove")
def remove(page: PageOf, id: str) -> Response:  # noqa: A002
    """Takes out a row or clause that the text does not have."""
    form = page.form
    path = form.text("path")
    try:
        page.do("contract.remove", RemoveItem(id=id, path=form.text("item"), why=form.text("why")))
    except (Problem, ValidationError) as error:
        return page.refuse("contracts/correct.html", error, **_correction(page, id, path))
    return page.redirect(f"/contracts/{id}/text#settled", _("已删去"))


@router.post("/text/undo")
def take_back(page: PageOf, id: str) -> Response:  # noqa: A002
    """Takes a decision back: the data are as if it had not been."""
    try:
        page.do("contract.unsettle", UndoSettled(id=id, no=page.form.number("no")))
    except (Problem, ValidationError) as error:
        return page.refuse("contracts/text.html", error, **text_context(page, id))
    return page.redirect(f"/contracts/{id}/text", _("已撤销"))
