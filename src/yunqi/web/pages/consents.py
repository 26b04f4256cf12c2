"""Consents: asked for by a provider or an integrator, answered by the using unit; and who serves which system."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INTEGRATOR, USING_UNIT
from yunqi.kernel.words import _
from yunqi.web import badges
from yunqi.web.badges import roles_words
from yunqi.web.forms import Form
from yunqi.web.instants import local_value, read_local
from yunqi.web.page import Page, PageOf
from yunqi.web.pieces import Happening
from yunqi.web.tables import Column, Empty, Filter, Table, fixed
from yunqi.wire.base import ById
from yunqi.wire.identity import (
    AskConsent,
    ConsentRow,
    DecideConsent,
    ListConsents,
    ListIntegrators,
    RefuseConsent,
    ServiceList,
    SetIntegrator,
)
from yunqi.wire.parties import ListOrganisations, ListPeople, ListSystems

router = APIRouter()
SCOPES = {"tenant_data": "查看租户数据", "assume_role": "代入角色"}
SCOPE_NOTES = {
    "tenant_data": "云服务商的人员可以查看采样等租户数据，不能办理事项",
    "assume_role": "以使用单位的名义查看或办理，每次须说明事由，最长八小时",
}
EVENTS = {"given": "已同意", "refused": "已拒绝", "withdrawn": "已撤回"}
_COLOURS = {"given": "green", "refused": "red", "withdrawn": "grey"}


def scope_words(row: ConsentRow) -> str:
    """What a consent is for."""
    words = _(SCOPES[row.scope])
    return f"{words}{_('（')}{roles_words(row.roles)}{_('）')}" if row.roles else words


def consents_table(page: Page) -> Table:
    """The list of consents."""
    states = tuple((code, badges.state_words("consent", code)) for code in badges.STATES["consent"])
    may_ask = page.may("consent.ask")
    return Table(
        "consents",
        _("授权同意"),
        (
            Column("scope", _("授权"), value=scope_words, link=lambda row: page.url(f"/consents/{row.id}"), main=True),
            Column("using_unit", _("使用单位"), sort="using_unit"),
            Column("organisation", _("被授权单位"), sort="organisation"),
            Column("person", _("被授权人"), value=lambda row: row.person or _("本单位任何人")),
            Column("reason", _("事由"), "long"),
            Column("valid_until", _("有效至"), "instant", sort="valid_until"),
            Column("state", _("状态"), "state", of="consent"),
        ),
        filters=(Filter("state", _("状态"), states),),
        empty=Empty(
            _("还没有授权同意"),
            _("云服务商与信息系统服务商的人员接触使用单位的数据、或以其名义操作之前，须先申请并获得同意。"),
            page.url("/consents/new") if may_ask else "",
            _("申请授权"),
            "hand-stop",
        ),
    )


@router.get("/consents")
def list_consents(page: PageOf) -> Response:
    """Those that one's own organisation gave or was given."""
    return page.show_list("consents/list.html", consents_table(page), page.reader("consent.list", ListConsents))


# --- asking ----------------------------------------------------------------------------------------------------------


def _ask_choices(page: Page) -> dict[str, Any]:
    units = page.read("organisation.list", ListOrganisations(role=USING_UNIT, limit=500)).items
    systems = page.read("system.list", ListSystems(limit=500)).items
    people = page.read("person.list", ListPeople(limit=500)).items
    scopes = [code for code in SCOPES if code != "tenant_data" or page.caller.organisation_role != INTEGRATOR]
    return {
        "units": [(each.id, each.name) for each in units],
        "systems": [(each.id, each.name, each.using_unit) for each in systems],
        "people": [(each.id, each.name) for each in people],
        "scopes": [(code, _(SCOPES[code]), _(SCOPE_NOTES[code])) for code in scopes],
        "roles": [
            ("reader", _("查看"), _("只看，不办理")),
            ("operator", _("经办"), _("办理日常事项；不能审批、付款确认或变更人员")),
        ],
    }


@router.get("/consents/new")
def new_consent(page: PageOf) -> Response:
    """The form; a week unless another time is chosen."""
    now = page.console.clock.now()
    form = Form({"valid_until": local_value(now + timedelta(days=7)), "scope": "assume_role", "roles": "reader"})
    return page.render("consents/new.html", form=form, **_ask_choices(page))


@router.post("/consents")
def ask_consent(page: PageOf) -> Response:
    """Asks."""
    form = page.form
    try:
        scope = form.text("scope")
        given = {
            "using_unit": form.text("using_unit"),
            "scope": scope,
            "reason": form.text("reason"),
            "valid_from": read_local(form, "valid_from"),
            "valid_until": read_local(form, "valid_until"),
            "roles": form.chosen("roles") if scope == "assume_role" else (),
            "systems": form.chosen("systems"),
            "person": form.optional("person"),
        }
        outcome = page.do("consent.ask", AskConsent.model_validate(given))
    except (Problem, ValidationError) as error:
        return page.refuse("consents/new.html", error, **_ask_choices(page))
    return page.done(outcome, f"/consents/{outcome.value.id}", _("已提交申请，等待使用单位的审批人答复"))


# --- one consent -----------------------------------------------------------------------------------------------------


@router.get("/consents/{id}")
def show_consent(page: PageOf, id: str) -> Response:  # noqa: A002
    """One consent, what became of it, and what may be done with it."""
    return page.render("consents/one.html", **consent_values(page, id))


def consent_values(page: Page, consent_id: str) -> dict[str, Any]:
    """What the page of a consent shows."""
    one: ConsentRow = page.read("consent.read", ById(id=consent_id))
    caller = page.caller
    own = caller.organisation_id == one.using_unit_id and caller.assumption is None
    theirs = caller.organisation_id == one.organisation_id and caller.assumption is None
    usable = theirs and one.holds and one.scope == "assume_role" and one.person_id in (None, caller.person_id)
    first = Happening(one.recorded_at, _("已申请"), f"{one.asked_by_name} · {one.organisation}", one.reason, "blue")
    return {
        "one": one,
        "words": scope_words(one),
        "decides": own and one.state == "asked" and page.may("consent.give"),
        "withdraws": own and one.state == "given" and page.may("consent.withdraw"),
        "assumes": usable and page.may("assumption.begin"),
        "happenings": [
            first,
            *(
                Happening(each.at, _(EVENTS[each.kind]), each.person, each.reason, _COLOURS[each.kind])
                for each in one.events
            ),
        ],
    }


@router.post("/consents/{id}/give")
def give(page: PageOf, id: str) -> Response:  # noqa: A002
    """The approver consents."""
    outcome = page.do("consent.give", DecideConsent(id=id, reason=page.form.text("reason")))
    return page.done(outcome, f"/consents/{id}", _("已同意；可以随时撤回"))


@router.get("/consents/{id}/refusal")
def ask_refusal(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form with the reason."""
    return page.render("consents/refuse.html", **consent_values(page, id))


@router.post("/consents/{id}/refusal")
def refuse(page: PageOf, id: str) -> Response:  # noqa: A002
    """The approver refuses, with a reason."""
    try:
        outcome = page.do("consent.refuse", RefuseConsent(id=id, reason=page.form.text("reason")))
    except (Problem, ValidationError) as error:
        return page.refuse("consents/refuse.html", error, **consent_values(page, id))
    return page.done(outcome, f"/consents/{id}", _("已拒绝"))


@router.get("/consents/{id}/withdrawal")
def ask_withdrawal(page: PageOf, id: str) -> Response:  # noqa: A002
    """The page that says what ends with it."""
    return page.render("consents/withdraw.html", **consent_values(page, id))


@router.post("/consents/{id}/withdrawal")
def withdraw(page: PageOf, id: str) -> Response:  # noqa: A002
    """Takes it back."""
    try:
        outcome = page.do("consent.withdraw", RefuseConsent(id=id, reason=page.form.text("reason")))
    except (Problem, ValidationError) as error:
        return page.refuse("consents/withdraw.html", error, **consent_values(page, id))
    return page.done(outcome, f"/consents/{id}", _("已撤回；据此代入的角色已立即结束"))


# --- integrators -----------------------------------------------------------------------------------------------------


def _integrators_table(page: Page) -> Table:
    return Table(
        "integrators",
        _("信息系统服务商"),
        (
            Column("system", _("信息系统"), link=lambda row: page.url(f"/systems/{row.system_id}"), main=True),
            Column("using_unit", _("使用单位")),
            Column(
                "organisation",
                _("信息系统服务商"),
                link=lambda row: page.url(f"/organisations/{row.organisation_id}"),
            ),
            Column("valid_from", _("自"), "instant"),
            Column("valid_until", _("至"), "instant"),
        ),
        empty=Empty(
            _("还没有信息系统服务商"),
            _("使用单位可以让信息系统服务商运维自己的某个信息系统；未设置的，服务商什么也看不到。"),
            page.url("/integrators/new") if page.may("integrator.set") else "",
            _("设置信息系统服务商"),
            "tool",
        ),
    )


@router.get("/integrators")
def list_integrators(page: PageOf) -> Response:
    """Who serves which system."""
    found: ServiceList = page.read("integrator.list", ListIntegrators())
    return page.show_list("consents/integrators.html", _integrators_table(page), fixed(found.items))


def _serve_choices(page: Page) -> dict[str, Any]:
    found = page.read("organisation.list", ListOrganisations(role=INTEGRATOR, limit=500)).items
    systems = page.read("system.list", ListSystems(limit=500)).items
    return {
        "integrators": [(each.id, each.name) for each in found],
        "systems": [(each.id, each.name) for each in systems],
        "deeds": [("1", _("可以服务"), ""), ("0", _("不再服务"), _("其人员立即看不到该信息系统"))],
    }


@router.get("/integrators/new")
def new_integrator(page: PageOf) -> Response:
    """The form."""
    return page.render("consents/integrator.html", form=Form({"granted": "1"}), **_serve_choices(page))


@router.post("/integrators")
def set_integrator(page: PageOf) -> Response:
    """Lets an integrator serve a system, or no longer."""
    form = page.form
    try:
        given = {
            "system": form.text("system"),
            "integrator": form.text("integrator"),
            "granted": form.text("granted") != "0",
            "valid_from": read_local(form, "valid_from"),
            "valid_until": read_local(form, "valid_until"),
        }
        outcome = page.do("integrator.set", SetIntegrator.model_validate(given))
    except (Problem, ValidationError) as error:
        return page.refuse("consents/integrator.html", error, **_serve_choices(page))
    return page.done(outcome, "/integrators", _("已记录"))
