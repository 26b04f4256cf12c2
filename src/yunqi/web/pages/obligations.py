"""Obligations: by urgency, by month, as a calendar file that a mail program can subscribe to."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.contract.obligations.standing import STATES
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.actions import Content
from yunqi.operations.obligation_words import TRIGGERS
from yunqi.web import badges
from yunqi.web.choices import contract_choices
from yunqi.web.clauses import role_word
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table, fixed
from yunqi.wire.obligations import ListObligations, ObligationList, ObligationRow

router = APIRouter(prefix="/obligations")
FILTERS = ("state", "party", "contract", "trigger", "text")


def address_of(one: ObligationRow) -> str:
    """The page of one line."""
    return f"/obligations/{one.contract_id}/{one.key}"


def _when_words(one: ObligationRow) -> str:
    return _("，").join(words for words in (one.trigger_name, one.deadline) if words)


def obligations_table(page: Page) -> Table:
    """The list, the most urgent first."""
    states = tuple((code, badges.state_words("duty", code)) for code in STATES)
    return Table(
        "obligations",
        _("义务与期限"),
        (
            Column("text", _("事项"), "long", main=True, link=lambda one: page.url(address_of(one))),
            Column("state", _("状态"), "state", of="duty"),
            Column("day", _("期限"), "date", value=lambda one: one.due_on or one.period_end),
            Column("days_left", _("剩余天数"), "int"),
            Column("amount_fen", _("金额"), "money"),
            Column("when", _("触发与约定时限"), value=_when_words),
            Column("party", _("由谁"), value=lambda one: role_word(one.party) if one.party else ""),
            Column("seen", _("台账所示")),
            Column("article", _("条款")),
            Column("contract_number", _("合同"), "code"),
        ),
        filters=(
            Filter("state", _("状态"), states),
            Filter("party", _("由谁"), (("using_unit", _("使用单位")), ("provider", _("云服务商")))),
            Filter("trigger", _("触发"), tuple((code, _(TRIGGERS[code])) for code in TRIGGERS)),
            Filter("contract", _("合同"), tuple(contract_choices(page))),
            Filter("text", _("含有文字")),
        ),
        empty=Empty(_("没有这样的义务"), _("合同生效之后，其中的义务与期限会列在这里。")),
    )


def _read(page: Page) -> ObligationList:
    """What the filters in the address let through; one that is none of theirs is passed over."""
    asked = {name: page.request.query_params.get(name) or None for name in FILTERS}
    found: dict[str, Any] = {}
    for name, value in asked.items():
        try:
            ListObligations.model_validate({name: value})
        except ValidationError:
            continue
        found[name] = value
    listed: ObligationList = page.read("obligation.list", ListObligations.model_validate(found))
    return listed


def _kept(page: Page) -> dict[str, str]:
    """The filters that are set, for the links from one view to another."""
    asked = {name: page.request.query_params.get(name) or "" for name in FILTERS}
    return {name: value for name, value in asked.items() if value}


@router.get("")
def list_duties(page: PageOf) -> Response:
    """The most urgent first; then those that wait for an event, and those that nobody can see."""
    return page.show_list("obligations/list.html", obligations_table(page), fixed(_read(page).items), kept=_kept(page))


@router.get("/calendar")
def show_calendar(page: PageOf, month: str = "") -> Response:
    """One month as a grid."""
    found = _read(page)
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        first = found.today.replace(day=1)
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    by_day: dict[date, list[ObligationRow]] = {}
    for one in found.items:
        day = one.due_on or one.period_end
        if day is not None:
            by_day.setdefault(day, []).append(one)
    return page.render(
        "obligations/calendar.html",
        first=first,
        weeks=weeks,
        by_day=by_day,
        address_of=address_of,
        kept=_kept(page),
        today=found.today,
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{first + timedelta(days=31):%Y-%m}",
    )


@router.get("/calendar.ics")
def read_calendar(page: PageOf) -> Response:
    """The same rows as an iCalendar file (RFC 5545): of what has no day of its own the last of its period."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//Yunqi//duties//ZH")
    made.add("version", "2.0")
    for one in _read(page).items:
        day = one.due_on or one.period_end
        if day is None:
            continue
        event = Event()
        event.add("uid", f"{one.contract_id}-{one.key}@yunqi.example")
        event.add("summary", f"{one.text[:80]}（{one.contract_number or one.title}）")
        event.add("dtstart", day)
        event.add("dtstamp", page.console.clock.now())
        event.add(
            "description", _("；").join(words for words in (one.state_name, one.party_name, one.article) if words)
        )
        made.add_component(event)
    name = f"{_('义务与期限')}-{date_of(page.console.clock.now()):%Y%m%d}.ics"
    return page.hand_out(Content(name, "text/calendar; charset=utf-8", made.to_ical()))
