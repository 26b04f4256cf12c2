"""Accounts for the administrators: opened, locked, reset, taken out of use; and the undertakings they rest on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INSTALLATION_ROLES
from yunqi.kernel.words import _
from yunqi.web.forms import Form
from yunqi.web.instants import read_day
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Listing, Table, listing_of
from yunqi.wire.base import ById
from yunqi.wire.identity import (
    AccountRow,
    CreateAccount,
    DisableAccount,
    LinkAccount,
    ListAccounts,
    ListUndertakings,
    RecordUndertaking,
    ResetAccount,
)
from yunqi.wire.parties import ListPeople, PersonDetail

router = APIRouter()


def account_state(row: AccountRow) -> str:
    """The one word that says most about an account: what keeps its person out, if anything does."""
    if row.disabled:
        return "closed"
    if row.locked:
        return "locked"
    if row.shut_now:
        return "shut"
    if not row.undertaken:
        return "waiting"
    if not row.has_password:
        return "no_password"
    return "must_change" if row.must_change else "active"


def accounts_table(page: Page) -> Table:
    """The list of accounts."""
    filters = [Filter("text", _("姓名或登录名"))]
    if page.caller.roles & INSTALLATION_ROLES:
        filters.append(Filter("organisation", _("单位名称")))
    return Table(
        "accounts",
        _("账号"),
        (
            Column("login", _("登录名"), link=lambda row: page.url(f"/accounts/{row.id}"), sort="login", main=True),
            Column("person", _("姓名"), link=lambda row: page.url(f"/people/{row.person_id}"), sort="person"),
            Column("organisation", _("单位"), sort="organisation"),
            Column("state", _("状态"), "state", value=account_state, of="account"),
            Column("has_totp", _("动态口令"), value=lambda row: _("已启用") if row.has_totp else _("未启用")),
            Column("signed_in_at", _("上次登录"), "instant"),
        ),
        filters=tuple(filters),
        empty=Empty(
            _("还没有账号"),
            _("先在「人员与角色」中登记人员和保密承诺书，再开通账号。"),
            page.url("/accounts/new") if page.may("account.create") else "",
            _("开通账号"),
            "user-shield",
        ),
    )


@router.get("/accounts")
def list_accounts(page: PageOf) -> Response:
    """Accounts of one's own organisation, or of all."""
    return page.show_list("accounts/list.html", accounts_table(page), page.reader("account.list", ListAccounts))


# --- opening ---------------------------------------------------------------------------------------------------------


def _people(page: Page) -> list[tuple[str, str]]:
    """Everybody to choose from, with the organisation."""
    found = page.read("person.list", ListPeople(limit=500)).items
    return sorted(((each.id, f"{each.organisation} · {each.name}") for each in found), key=lambda pair: pair[1])


@router.get("/accounts/new")
def new_account(page: PageOf) -> Response:
    """The form."""
    form = Form({"person": page.request.query_params.get("person", "")})
    return page.render("accounts/new.html", form=form, people=_people(page))


@router.post("/accounts")
def open_account(page: PageOf) -> Response:
    """Opens an account without a password: the security administrator hands over the code to set one."""
    form = page.form
    try:
        outcome = page.do("account.create", CreateAccount(person=form.text("person"), login=form.text("login")))
    except (Problem, ValidationError) as error:
        return page.refuse("accounts/new.html", error, people=_people(page))
    said = _("账号已开通；请安全管理员在本页生成一次性代码，当面交给本人设置密码")
    return page.done(outcome, f"/accounts/{outcome.value.id}", said)


@router.get("/accounts/{id}")
def show_account(page: PageOf, id: str) -> Response:  # noqa: A002
    """One account, with what may be done with it."""
    one: AccountRow = page.read("account.read", ById(id=id))
    return page.render("accounts/one.html", one=one, code=account_state(one), oidc=bool(page.console.sign_in_ways))


# --- deeds -----------------------------------------------------------------------------------------------------------


@router.get("/accounts/{id}/lock")
def ask_lock(page: PageOf, id: str) -> Response:  # noqa: A002
    """The page that asks once more."""
    return page.render("accounts/lock.html", one=page.read("account.read", ById(id=id)))


@router.post("/accounts/{id}/lock")
def lock(page: PageOf, id: str) -> Response:  # noqa: A002
    """Locks it; its sessions end at once."""
    return page.done(page.do("account.lock", ById(id=id)), f"/accounts/{id}", _("账号已锁定，其登录已全部结束"))


@router.post("/accounts/{id}/unlock")
def unlock(page: PageOf, id: str) -> Response:  # noqa: A002
    """Unlocks it, whoever or whatever had locked it."""
    return page.done(page.do("account.unlock", ById(id=id)), f"/accounts/{id}", _("账号已解锁"))


@router.get("/accounts/{id}/disable")
def ask_disable(page: PageOf, id: str) -> Response:  # noqa: A002
    """The page that asks once more."""
    return page.render("accounts/disable.html", one=page.read("account.read", ById(id=id)))


@router.post("/accounts/{id}/disable")
def disable(page: PageOf, id: str) -> Response:  # noqa: A002
    """Takes it out of use."""
    outcome = page.do("account.disable", DisableAccount(id=id))
    return page.done(outcome, f"/accounts/{id}", _("账号已停用，其登录已全部结束"))


@router.post("/accounts/{id}/enable")
def enable(page: PageOf, id: str) -> Response:  # noqa: A002
    """Takes it into use again."""
    return page.done(
        page.do("account.disable", DisableAccount(id=id, disabled=False)), f"/accounts/{id}", _("账号已恢复使用")
    )


@router.get("/accounts/{id}/reset")
def ask_reset(page: PageOf, id: str) -> Response:  # noqa: A002
    """The page that says what a one-time code does."""
    return page.render("accounts/reset.html", one=page.read("account.read", ById(id=id)))


@router.post("/accounts/{id}/reset")
def reset(page: PageOf, id: str) -> Response:  # noqa: A002
    """The one-time code, on a page that is shown once."""
    one: AccountRow = page.read("account.read", ById(id=id))
    try:
        made = page.do("account.reset", ResetAccount(id=id, totp_too=page.form.ticked("totp_too"))).value
    except Problem as error:
        return page.refuse("accounts/reset.html", error, one=one)
    return page.render("accounts/code.html", one=one, made=made)


@router.get("/accounts/{id}/identity")
def ask_link(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form that links an account to the identity provider."""
    return page.render("accounts/identity.html", one=page.read("account.read", ById(id=id)))


@router.post("/accounts/{id}/identity")
def link(page: PageOf, id: str) -> Response:  # noqa: A002
    """Links it."""
    form = page.form
    try:
        asked = LinkAccount(id=id, subject=form.optional("subject"), claim_value=form.optional("claim_value"))
        outcome = page.do("account.link", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("accounts/identity.html", error, one=page.read("account.read", ById(id=id)))
    return page.done(outcome, f"/accounts/{id}", _("已关联统一身份"))


# --- undertakings ----------------------------------------------------------------------------------------------------


def undertaking_columns(page: Page, *, of_one: bool) -> tuple[Column, ...]:
    """The columns of undertakings; of one person without the name."""
    named = Column("person", _("姓名"), link=lambda row: page.url(f"/people/{row.person_id}"), main=True)
    columns = (
        Column("reference", _("存放处与编号"), "long", main=of_one),
        Column("signed_on", _("签署日期"), "date", sort="" if of_one else "signed_on"),
        Column("valid_until", _("有效至"), "instant"),
        Column("recorded_by_name", _("登记人")),
        Column("state", _("状态"), "state", value=lambda row: "holds" if row.holds else "over", of="undertaking"),
    )
    return columns if of_one else (named, *columns)


def undertakings_listing(page: Page, one: PersonDetail) -> Listing:
    """The undertakings of one person, within a page."""
    rows = page.read("undertaking.list", ListUndertakings(person=one.id)).items
    empty = Empty(_("没有保密承诺书"), _("没有有效的承诺书，账号不能开通，已开通的不能登录。"), icon="file-certificate")
    table = Table("undertakings", _("保密承诺书"), undertaking_columns(page, of_one=True), empty=empty, export=False)
    return listing_of(table, rows)


@router.get("/undertakings")
def list_undertakings(page: PageOf) -> Response:
    """Undertakings of one's own organisation, or of all."""
    filters = (Filter("organisation", _("单位名称")),) if page.caller.roles & INSTALLATION_ROLES else ()
    table = Table(
        "undertakings",
        _("保密承诺书"),
        undertaking_columns(page, of_one=False),
        filters=filters,
        empty=Empty(
            _("还没有保密承诺书"),
            _("人员签署纸质承诺书后在此登记；没有有效的承诺书，账号不能使用。"),
            page.url("/undertakings/new") if page.may("undertaking.record") else "",
            _("登记承诺书"),
            "file-certificate",
        ),
    )
    return page.show_list("accounts/undertakings.html", table, page.reader("undertaking.list", ListUndertakings))


@router.get("/undertakings/new")
def new_undertaking(page: PageOf) -> Response:
    """The form."""
    form = Form({"person": page.request.query_params.get("person", "")})
    return page.render("accounts/undertaking.html", form=form, people=_people(page))


@router.post("/undertakings")
def record_undertaking(page: PageOf) -> Response:
    """Records a signed undertaking."""
    form = page.form
    try:
        given: dict[str, Any] = {
            "person": form.text("person"),
            "signed_on": read_day(form, "signed_on"),
            "reference": form.text("reference"),
            "expires_on": read_day(form, "expires_on"),
            "sm3": form.optional("sm3"),
        }
        outcome = page.do("undertaking.record", RecordUndertaking.model_validate(given))
    except (Problem, ValidationError) as error:
        return page.refuse("accounts/undertaking.html", error, people=_people(page))
    return page.done(outcome, f"/people/{form.text('person')}", _("保密承诺书已登记"))
