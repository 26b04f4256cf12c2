"""One's own account: who one is, password, sessions, second factor."""

from __future__ import annotations

import base64
import re

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.web.badges import party_words, roles_words
from yunqi.web.page import Page, PageOf
from yunqi.wire.base import ById, Nothing
from yunqi.wire.identity import (
    AccountRow,
    ChangePassword,
    ConfirmCode,
    DisableTotp,
    Enrolment,
    OfPerson,
    ProvePassword,
    SessionList,
    SessionRow,
    TotpConfirmed,
)

router = APIRouter(prefix="/account")
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("360SE", "360 Browser"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
METHODS = {
    "password": "密码",
    "totp": "密码与动态口令",
    "recovery": "密码与恢复码",
    "oidc": "统一身份认证",
}


def own(page: Page) -> Target:
    """The caller's own, as rights see it."""
    return Target(organisation_id=page.caller.organisation_id, person_id=page.caller.person_id)


def read_own(page: Page) -> AccountRow:
    """The caller's account."""
    found: AccountRow = page.read("account.read", ById(id=page.caller.person_id or ""))
    return found


def device_words(user_agent: str) -> str:
    """What somebody signed in with, in words that they know.

    >>> device_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")
    'Chrome · Windows'
    """
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), "")
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part) or user_agent[:60] or _("未知设备")


def method_words(method: str) -> str:
    """How somebody signed in."""
    return _(METHODS[method]) if method in METHODS else method


@router.get("")
def show_account(page: PageOf) -> Response:
    """Who I am, with which roles, and how safe my way in is."""
    caller = page.caller
    if caller.assumption is not None:
        return page.render("account/assumed.html")
    if caller.actions is not None:
        return page.redirect("/account/password")
    return page.render(
        "account/page.html",
        one=read_own(page),
        party=party_words(caller.organisation_role),
        roles=roles_words(caller.roles),
        sessions=len(page.read("session.list", OfPerson()).items),
    )


# --- password --------------------------------------------------------------------------------------------------------


def require_same(new: str, again: str) -> None:
    """Raises `Problem` password.again when a new password was not typed alike twice."""
    if new != again:
        raise Problem("password.again", "两次输入的密码不一致", field="again", way_out="请重新输入两次")


@router.get("/password")
def show_password(page: PageOf) -> Response:
    """The form; the only page there is before a first password is changed."""
    return page.render("account/password.html", first=page.caller.actions is not None)


@router.post("/password")
def change_password(page: PageOf) -> Response:
    """The new password; other sessions end, this one goes on."""
    form, first = page.form, page.caller.actions is not None
    try:
        require_same(form.value("new"), form.value("again"))
        begun = page.do("account.password", ChangePassword(old=form.value("old"), new=form.value("new"))).value
    except (Problem, ValidationError) as error:
        if isinstance(error, Problem):  # the field of this form that it is about
            error.field = {"password.wrong": "old"}.get(error.code, "new" if error.field == "password" else error.field)
        return page.refuse("account/password.html", error, first=first)
    said = _("密码已修改；您在其他设备上的登录已全部结束")
    answer = page.redirect("/" if first else "/account", said)
    page.give_session(answer, begun)
    return answer


# --- sessions --------------------------------------------------------------------------------------------------------


@router.get("/sessions")
def show_sessions(page: PageOf) -> Response:
    """Where one is signed in."""
    found: SessionList = page.read("session.list", OfPerson())
    return page.render("account/sessions.html", sessions=[_session(one) for one in found.items])


def _session(one: SessionRow) -> tuple[SessionRow, str, str]:
    return one, device_words(one.user_agent), method_words(one.method)


@router.post("/sessions/{id}/end")
def end_session(page: PageOf, id: str) -> Response:  # noqa: A002
    """Ends one session."""
    return page.done(page.do("session.end", ById(id=id)), "/account/sessions", _("该登录已结束"))


@router.post("/sessions/end-others")
def end_others(page: PageOf) -> Response:
    """Ends all sessions but this one."""
    return page.done(page.do("session.end_others", Nothing()), "/account/sessions", _("其他登录已全部结束"))


# --- the second factor -----------------------------------------------------------------------------------------------


def picture_address(svg: str) -> str:
    """A picture as an address of its own bytes; the frame's policy allows it for pictures."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def spaced(secret: str) -> str:
    """A secret in groups of four, to type it.

    >>> spaced("ABCDEFGH23")
    'ABCD EFGH 23'
    """
    return " ".join(re.findall(".{1,4}", secret))


@router.get("/factor")
def show_factor(page: PageOf) -> Response:
    """Whether there is a second factor, and what may be done with it."""
    return page.render("account/factor.html", one=read_own(page))


@router.post("/factor")
def begin_factor(page: PageOf) -> Response:
    """After the password the picture to scan, shown once."""
    try:
        made: Enrolment = page.do("account.totp", ProvePassword(password=page.form.value("password"))).value
    except (Problem, ValidationError) as error:
        return page.refuse("account/factor.html", error, one=read_own(page))
    return page.render("account/enrol.html", picture=picture_address(made.qr_svg), secret=spaced(made.secret))


@router.post("/factor/confirm")
def confirm_factor(page: PageOf) -> Response:
    """The first code: from now on it is asked for. The recovery codes are shown once."""
    try:
        made: TotpConfirmed = page.do("account.totp_confirm", ConfirmCode(code=page.form.text("code"))).value
    except (Problem, ValidationError) as error:
        return page.refuse("account/enrol.html", error, picture="", secret="")
    page.take_session(made.session)
    answer = page.render("account/codes.html", codes=made.recovery_codes, fresh=True)
    page.give_session(answer, made.session)
    return answer


@router.get("/factor/removal")
def ask_removal(page: PageOf) -> Response:
    """The form that takes the second factor away."""
    return page.render("account/removal.html")


@router.post("/factor/removal")
def remove_factor(page: PageOf) -> Response:
    """Takes it away, against password and code."""
    form = page.form
    try:
        asked = DisableTotp(password=form.value("password"), code=form.text("code"))
        begun = page.do("account.totp_disable", asked).value
    except (Problem, ValidationError) as error:
        return page.refuse("account/removal.html", error)
    answer = page.redirect("/account/factor", _("动态口令已停用"), "warning")
    page.give_session(answer, begun)
    return answer


@router.get("/factor/recovery")
def ask_recovery(page: PageOf) -> Response:
    """The form that makes new recovery codes."""
    return page.render("account/recovery.html")


@router.post("/factor/recovery")
def renew_recovery(page: PageOf) -> Response:
    """New recovery codes, shown once."""
    try:
        made = page.do("account.recovery", ProvePassword(password=page.form.value("password"))).value
    except (Problem, ValidationError) as error:
        return page.refuse("account/recovery.html", error)
    return page.render("account/codes.html", codes=made.recovery_codes, fresh=False)
