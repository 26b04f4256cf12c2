"""Duties and deadlines: by urgency, by month, and as a calendar file that a mail program can subscribe to."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.contract.obligations.standing import STATES
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.actions import Content
from yunqi.web import badges
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table, fixed
from yunqi.wire.obligations import ListObligations, ObligationList, ObligationRow

router = APIRouter(prefix="/obligations")


def duties_table(page: Page) -> Table:
    """The list, the most urgent first."""
    states = tuple((code, badges.state_words("duty", code)) for code in STATES)
    return Table(
        "obligations",
        _("义务与期限"),
        (
            Column("text", _("事项"), "long", main=True, link=lambda one: page.url(f"/contracts/{one.contract_id}")),
            Column("party_name", _("由谁")),
            Column("day", _("期限"), "date", value=lambda one: one.due_on or one.period_end),
            Column("days_left", _("剩余天数"), "int"),
            Column("state", _("状态"), "state", of="duty"),
            Column("no", _("编号")),
            Column("trigger_name", _("触发")),
            Column("deadline", _("约定时限")),
            Column("seen", _("台账所示")),
            Column("amount_fen", _("金额"), "money"),
            Column("contract_number", _("合同"), "code"),
            Column("article", _("条款")),
        ),
        filters=(
            Filter("state", _("状态"), states),
            Filter("party", _("由谁"), (("using_unit", _("使用单位")), ("provider", _("云服务商")))),
        ),
        empty=Empty(_("没有有期限的义务"), _("合同生效之后，付款、交付物、验收等期限会列在这里。")),
    )


def _read(page: Page) -> ObligationList:
    asked = page.request.query_params
    state, party = asked.get("state"), asked.get("party")
    request = ListObligations.model_validate(
        {"state": state if state in STATES else None, "party": party if party in {"using_unit", "provider"} else None}
    )
    found: ObligationList = page.read("obligation.list", request)
    return found


@router.get("")
def list_duties(page: PageOf) -> Response:
    """The most urgent first; then those that wait for an event, and those that nobody can see."""
    return page.show_list("obligations/list.html", duties_table(page), fixed(_read(page).items))


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
        today=found.today,
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{first + timedelta(days=31):%Y-%m}",
    )


@router.get("/calendar.ics")
def read_calendar(page: PageOf) -> Response:
    """The dated duties as an iCalendar file (RFC 5545)."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//Yunqi//duties//ZH")
    made.add("version", "2.0")
    for one in _read(page).items:
        if one.due_on is None:
            continue
        event = Event()
        event.add("uid", f"{one.contract_id}-{one.key}@yunqi.example")
        event.add("summary", f"{one.text[:80]}（{one.contract_number or one.title}）")
        event.add("dtstart", one.due_on)
        event.add("dtstamp", page.console.clock.now())
        event.add("description", one.article)
        made.add_component(event)
    name = f"{_('义务与期限')}-{date_of(page.console.clock.now()):%Y%m%d}.ics"
    return page.hand_out(Content(name, "text/calendar; charset=utf-8", made.to_ical()))
