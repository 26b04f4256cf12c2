"""Assuming a role (代入角色): begun with a reason under a consent, ended, looked back on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.web.badges import roles_words
from yunqi.web.figures import length, minutes_between
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.consents import consent_values
from yunqi.web.tables import Column, Empty, Table
from yunqi.wire.base import Nothing
from yunqi.wire.identity import AssumptionRow, BeginAssumption, DecideConsent, ListAssumptions

router = APIRouter()
HOURS = (1, 2, 4, 8)


def assumptions_table(page: Page) -> Table:
    """The history."""

    def span(row: AssumptionRow) -> str:
        return length(max(0, minutes_between(row.begun_at, row.ended_at or row.until_at)))

    def link(row: AssumptionRow) -> str:
        return page.url(f"/assumptions/{row.id}")

    return Table(
        "assumptions",
        _("代入角色"),
        (
            Column("person", _("代入人"), link=link, main=True),
            Column("person_organisation", _("所属单位")),
            Column("organisation", _("以其名义")),
            Column("roles", _("角色"), value=lambda row: roles_words(row.roles)),
            Column("reason", _("事由"), "long"),
            Column("begun_at", _("开始时间"), "instant", sort="begun_at"),
            Column("span", _("时长"), value=span),
            Column("live", _("状态"), "state", value=lambda row: "live" if row.live else "over", of="assumption"),
        ),
        empty=Empty(
            _("没有代入角色的记录"),
            _("云服务商或信息系统服务商的人员经使用单位同意，以其名义操作时，每一次都记录在这里。"),
            page.url("/consents"),
            _("查看授权同意"),
            "user-shield",
        ),
    )


@router.get("/assumptions")
def list_assumptions(page: PageOf) -> Response:
    """Who acted in whose name, when and why."""
    reader = page.reader("assumption.list", ListAssumptions)
    return page.show_list("consents/assumptions.html", assumptions_table(page), reader)


def _find(page: Page, assumption_id: str) -> AssumptionRow | None:
    cursor: str | None = None
    while True:
        found = page.read("assumption.list", ListAssumptions(limit=500, cursor=cursor))
        one: AssumptionRow | None = next((row for row in found.items if row.id == assumption_id), None)
        cursor = found.next_cursor
        if one is not None or cursor is None:
            return one


@router.get("/assumptions/{id}")
def show_assumption(page: PageOf, id: str) -> Response:  # noqa: A002
    """One of them; whose it is may end it at once."""
    one = _find(page, id)
    if one is None:
        raise Problem("assumption.unknown", "没有代入记录「{value}」", field="id", value=id, way_out="请核对编号")
    target = Target(using_unit_id=one.organisation_id, person_id=one.person_id)
    stops = one.live and page.may("assumption.stop", target) and page.caller.assumption is None
    return page.render("consents/assumption.html", one=one, roles=roles_words(one.roles), stops=stops)


@router.post("/assumptions/{id}/stop")
def stop(page: PageOf, id: str) -> Response:  # noqa: A002
    """Ends it for somebody else: their session is over at once."""
    outcome = page.do("assumption.stop", DecideConsent(id=id))
    return page.done(outcome, f"/assumptions/{id}", _("代入已中止，其登录已结束"))


def _begin_values(page: Page, consent_id: str) -> dict[str, Any]:
    values = consent_values(page, consent_id)
    roles = [(role, roles_words((role,))) for role in values["one"].roles]
    return {**values, "roles": roles, "hours": [(str(each), _("{count} 小时", count=each)) for each in HOURS]}


@router.get("/consents/{id}/assumption")
def ask_begin(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form: as what, why, how long."""
    values = _begin_values(page, id)
    form = Form({"roles": values["roles"][0][0] if values["roles"] else "", "hours": "1"})
    return page.render("consents/assume.html", form=form, **values)


@router.post("/consents/{id}/assumption")
def begin(page: PageOf, id: str) -> Response:  # noqa: A002
    """Goes on in the using unit's name, in a session with a new token."""
    form = page.form
    try:
        hours = int(form.text("hours")) if form.text("hours") in {str(each) for each in HOURS} else HOURS[0]
        values = _begin_values(page, id)
        until = min(page.console.clock.now() + timedelta(hours=hours), values["one"].valid_until)
        given = {"consent": id, "roles": form.chosen("roles"), "reason": form.text("reason"), "until_at": until}
        begun = page.do("assumption.begin", BeginAssumption.model_validate(given)).value
    except (Problem, ValidationError) as error:
        return page.refuse("consents/assume.html", error, **_begin_values(page, id))
    said = _("已代入「{organisation}」；此后的每项操作都以其名义记录", organisation=values["one"].using_unit)
    answer = page.redirect("/", said, "warning")
    page.give_session(answer, begun)
    return answer


@router.post("/assumption/end")
def end(page: PageOf) -> Response:
    """Goes on as oneself; the button of the bar at the top."""
    begun = page.do("assumption.end", Nothing()).value
    answer = page.redirect("/assumptions", _("已结束代入，恢复为本人身份"), "info")
    page.give_session(answer, begun)
    return answer
