"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.identity.accounts import redeem_reset
from yunqi.operations.identity.sessions import SignedIn, sign_out
from yunqi.operations.identity.sign_in import CodeNeeded, finish_sign_in, sign_in
from yunqi.web.console import PREFIX
from yunqi.web.errors import PASSWORD_PATH
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.language import local_path

router = APIRouter()


WAYS = {"oidc": "统一身份认证登录"}


def ways_of(page: Page) -> list[tuple[str, str]]:
    """Other ways to sign in: words and address, with the page that was asked for."""
    wanted = page.form.text("next") or page.request.query_params.get("next", "")
    return [
        (_(WAYS[way]), page.url(path, **({"next": wanted} if wanted else {})))
        for way, path in page.console.sign_in_ways
    ]


@router.get("/sign-in")
def show(page: PageOf) -> Response:
    """The form; whoever is signed in already is sent on."""
    if page.caller_or_none is not None:
        return page.redirect("/")
    return page.render("sign_in/page.html", ways=ways_of(page))


@router.post("/sign-in")
def begin(page: PageOf) -> Response:
    """Name and password; the second factor on a page of its own where the account has one."""
    form = page.form
    try:
        came = sign_in(
            page.site,
            login=form.text("login"),
            password=form.value("password"),
            code=form.text("code"),
            address=page.address,
            user_agent=page.request.headers.get("user-agent", ""),
        )
    except Problem as error:
        return page.refuse("sign_in/page.html", error, ways=ways_of(page))
    if isinstance(came, CodeNeeded):
        return page.render("sign_in/code.html", ticket=came.ticket.reveal(), next=form.text("next"))
    return _enter(page, came)


@router.post("/sign-in/code")
def finish(page: PageOf) -> Response:
    """The second factor."""
    form = page.form
    try:
        came = finish_sign_in(
            page.site,
            ticket=form.text("ticket"),
            code=form.text("code"),
            address=page.address,
            user_agent=page.request.headers.get("user-agent", ""),
        )
    except Problem as error:
        if error.code == "sign_in.expired":
            return page.refuse("sign_in/page.html", error, ways=ways_of(page))
        return page.refuse("sign_in/code.html", error, ticket=form.text("ticket"), next=form.text("next"))
    return _enter(page, came)


@router.get("/sign-in/reset")
def show_reset(page: PageOf) -> Response:
    """Setting a password with the one-time code of the security administrator."""
    return page.render("sign_in/reset.html")


@router.post("/sign-in/reset")
def reset(page: PageOf) -> Response:
    """The new password, then the usual way in."""
    form = page.form
    if form.value("password") != form.value("again"):
        differ = Problem("password.again", "两次输入的密码不一致", field="again", way_out="请重新输入两次")
        return page.refuse("sign_in/reset.html", differ)
    try:
        redeem_reset(
            page.site,
            login=form.text("login"),
            code=form.text("code"),
            password=form.value("password"),
            address=page.address,
        )
    except Problem as error:
        return page.refuse("sign_in/reset.html", error)
    return page.redirect("/sign-in", _("密码已设置，请登录"))


@router.post("/sign-out")
def leave(page: PageOf) -> Response:
    """Ends the session; the token is void from now on."""
    if page.caller_or_none is not None:
        sign_out(page.site, page.caller)
    answer = page.redirect("/sign-in", _("已退出登录"), "info")
    answer.delete_cookie(page.console.session_cookie, path="/")
    return answer


def _enter(page: Page, begun: SignedIn) -> Response:
    where = local_path(page.form.text("next")).removeprefix(PREFIX) or "/"
    if where.startswith("/sign-"):
        where = "/"
    if begun.must_change:
        answer = page.redirect(PASSWORD_PATH, _("请先设置自己的密码"), "warning")
    else:
        answer = page.redirect(where)
    page.give_session(answer, begun)
    return answer
