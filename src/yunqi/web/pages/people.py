"""People: who belongs where, with which roles since when, under which undertaking, and whether they can sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INSTALLATION_ROLES, ROLE_WORDS, Target
from yunqi.kernel.words import _
from yunqi.web.badges import roles_words
from yunqi.web.instants import read_local
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.accounts import account_state, undertakings_listing
from yunqi.web.tables import Column, Empty, Filter, Table, listing_of
from yunqi.wire.base import ById
from yunqi.wire.identity import AccountRow, ListAccounts
from yunqi.wire.parties import AddPerson, ListOrganisations, ListPeople, PersonDetail, RoleSpanRow, SetRole

router = APIRouter(prefix="/people")
ROLE_NOTES = {
    "reader": "查看本单位的一切，不办理事项",
    "operator": "办理日常事项：提交、订购、登记、上报",
    "approver": "审批与签署；须由第二人确认的事项由其确认",
    "administrator": "维护本单位人员、承诺书与事件推送",
    "system_admin": "登记单位、开通与停用账号；不办理业务",
    "security_admin": "授予角色，锁定、解锁与重置账号；不办理业务",
    "audit_admin": "查阅、校验与导出审计记录；不办理业务",
}


def people_table(page: Page) -> Table:
    """The list of people; the three administrators see everybody's and may name an organisation."""
    everybody = bool(page.caller.roles & INSTALLATION_ROLES)
    filters = [Filter("text", _("姓名"))]
    if everybody:
        filters.append(Filter("organisation", _("单位名称")))
    return Table(
        "people",
        _("人员"),
        (
            Column("name", _("姓名"), link=lambda row: page.url(f"/people/{row.id}"), sort="name", main=True),
            Column("organisation", _("单位"), sort="organisation"),
            Column("roles", _("角色"), value=lambda row: roles_words(row.roles)),
            Column("recorded_at", _("登记时间"), "instant", sort="recorded_at"),
        ),
        filters=tuple(filters),
        empty=Empty(
            _("还没有人员"),
            _("先登记人员，再由安全管理员授予角色、登记保密承诺书，最后由系统管理员开通账号。"),
            page.url("/people/new") if page.may("person.add") else "",
            _("登记人员"),
            "users",
        ),
    )


@router.get("")
def list_people(page: PageOf) -> Response:
    """People of one's own organisation, or of all."""
    return page.show_list("people/list.html", people_table(page), page.reader("person.list", ListPeople))


def _organisations(page: Page) -> list[tuple[str, str]]:
    """Organisations to choose from, for who may register people elsewhere; else none."""
    if not page.caller.roles & INSTALLATION_ROLES:
        return []
    return [(each.id, each.name) for each in page.read("organisation.list", ListOrganisations(limit=500)).items]


@router.get("/new")
def new_person(page: PageOf) -> Response:
    """The form."""
    form = page.form.__class__({"organisation": page.request.query_params.get("organisation", "")})
    return page.render("people/new.html", form=form, choices=_organisations(page))


@router.post("")
def add_person(page: PageOf) -> Response:
    """Registers a person; roles and account follow."""
    form = page.form
    try:
        asked = AddPerson(name=form.text("name"), organisation=form.optional("organisation"))
        outcome = page.do("person.add", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("people/new.html", error, choices=_organisations(page))
    said = _("已登记「{name}」；下一步：登记保密承诺书，并请安全管理员授予角色", name=asked.name)
    return page.done(outcome, f"/people/{outcome.value.id}", said)


@router.get("/{id}")
def show_person(page: PageOf, id: str) -> Response:  # noqa: A002
    """One person."""
    one: PersonDetail = page.read("person.read", ById(id=id))
    account = find_account(page, one)
    own = Target(organisation_id=one.organisation_id, person_id=one.id)
    now = page.console.clock.now()
    return page.render(
        "people/one.html",
        one=one,
        account=account,
        account_state=account_state(account) if account else "",
        sees_accounts=page.may("account.read", own),
        held=[
            (_(ROLE_WORDS[span.role]), _(ROLE_NOTES[span.role]), span)
            for span in current_spans(one.history, now)
            if span.granted
        ],
        history=listing_of(history_table(one.history, now), one.history),
        undertakings=undertakings_listing(page, one) if page.may("undertaking.list", own) else None,
    )


def current_spans(history: tuple[RoleSpanRow, ...], now: datetime) -> list[RoleSpanRow]:
    """Of each role the word that counts at an instant: the latest that was recorded of those that reach over it."""
    found: dict[str, RoleSpanRow] = {}
    for span in history:  # the latest first
        if span.valid_from <= now and (span.valid_until is None or now < span.valid_until):
            found.setdefault(span.role, span)
    return [found[role] for role in ROLE_WORDS if role in found]


def history_table(history: tuple[RoleSpanRow, ...], now: datetime) -> Table:
    """All that was ever said of a person's roles."""
    counting = current_spans(history, now)

    def state(span: RoleSpanRow) -> str:
        if span.valid_from > now:
            return "later"
        return "now" if span.granted and span in counting else "over"

    return Table(
        "roles",
        _("角色记录"),
        (
            Column("role", _("角色"), value=lambda span: _(ROLE_WORDS[span.role]), main=True),
            Column("granted", _("变更"), value=lambda span: _("授予") if span.granted else _("收回")),
            Column("valid_from", _("自"), "instant"),
            Column("valid_until", _("至"), "instant"),
            Column("recorded_at", _("记录时间"), "instant"),
            Column("state", _("状态"), "state", value=state, of="role"),
        ),
        export=False,
    )


def find_account(page: Page, one: PersonDetail) -> AccountRow | None:
    """The person's account, None when there is none or it is not the caller's to see."""
    if not page.may("account.read", Target(organisation_id=one.organisation_id, person_id=one.id)):
        return None
    if page.may("account.list"):
        asked = ListAccounts(organisation=one.organisation_id, text=one.name, limit=500)
        rows: Any = page.read("account.list", asked).items
        return next((row for row in rows if row.person_id == one.id), None)
    try:
        found: AccountRow = page.read("account.read", ById(id=one.id))
    except Problem:
        return None
    return found


def _role_form(one: PersonDetail) -> dict[str, Any]:
    return {"one": one, "choices": [(role, _(ROLE_WORDS[role]), _(ROLE_NOTES[role])) for role in ROLE_WORDS]}


@router.get("/{id}/roles/new")
def new_role(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form by which the security administrator gives a role."""
    one: PersonDetail = page.read("person.read", ById(id=id))
    return page.render("people/role.html", **_role_form(one))


@router.post("/{id}/roles")
def give_role(page: PageOf, id: str) -> Response:  # noqa: A002
    """Gives a role over a span."""
    form = page.form
    one: PersonDetail = page.read("person.read", ById(id=id))
    try:
        given = {
            "id": id,
            "role": form.text("role"),
            "valid_from": read_local(form, "valid_from"),
            "valid_until": read_local(form, "valid_until"),
        }
        outcome = page.do("person.roles", SetRole.model_validate(given))
    except (Problem, ValidationError) as error:
        return page.refuse("people/role.html", error, **_role_form(one))
    said = _("已授予「{name}」角色：{role}", name=one.name, role=_(ROLE_WORDS[form.text("role")]))
    return page.done(outcome, f"/people/{id}", said)


@router.get("/{id}/roles/{role}/withdrawal")
def ask_withdrawal(page: PageOf, id: str, role: str) -> Response:  # noqa: A002
    """The page that asks once more."""
    one: PersonDetail = page.read("person.read", ById(id=id))
    return page.render(
        "people/withdraw.html", one=one, role=role, role_name=_(ROLE_WORDS[role]) if role in ROLE_WORDS else role
    )


@router.post("/{id}/roles/{role}/withdrawal")
def withdraw_role(page: PageOf, id: str, role: str) -> Response:  # noqa: A002
    """Takes a role back from now on; what was done with it stays as it was recorded."""
    one: PersonDetail = page.read("person.read", ById(id=id))
    try:
        outcome = page.do("person.roles", SetRole.model_validate({"id": id, "role": role, "granted": False}))
    except (Problem, ValidationError) as error:
        return page.refuse("people/withdraw.html", error, one=one, role=role, role_name=_(ROLE_WORDS.get(role, role)))
    return page.done(outcome, f"/people/{id}", _("已收回「{name}」的角色", name=one.name))
