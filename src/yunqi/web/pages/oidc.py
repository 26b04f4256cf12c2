"""Signing in through the installation's identity provider: there, and back."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from yunqi.kernel.errors import YunqiError
from yunqi.kernel.words import _
from yunqi.operations.identity.oidc import HOLDS, begin_oidc, finish_oidc
from yunqi.web.console import PREFIX
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.language import local_path
from yunqi.web.pages.sign_in import ways_of

router = APIRouter(prefix="/sign-in/oidc")
COOKIE = "yunqi_oidc"
_PATH = f"{PREFIX}/sign-in/oidc"


def _refuse(page: Page, error: YunqiError) -> Response:
    return page.refuse("sign_in/page.html", error, ways=ways_of(page))


@router.get("")
def go(page: PageOf, next: str = "") -> Response:  # noqa: A002
    """To the provider; the cookie must come back with its answer."""
    try:
        begun = begin_oidc(page.site, next_path=local_path(next))
    except YunqiError as error:
        return _refuse(page, error)
    answer = RedirectResponse(begun.address, 303)
    answer.set_cookie(
        COOKIE,
        begun.browser.reveal(),
        max_age=int(HOLDS.total_seconds()),
        path=_PATH,
        httponly=True,
        samesite="lax",
        secure=page.request.url.scheme == "https",
    )
    return answer


@router.get("/return")
def come_back(page: PageOf, state: str = "", code: str = "", iss: str = "", error: str = "") -> Response:
    """Back from the provider: the session, and the page that was asked for before."""
    try:
        done = finish_oidc(
            page.site,
            state=state,
            browser=page.request.cookies.get(COOKIE, ""),
            code=code,
            issuer=iss,
            error=error,
            address=page.address,
            user_agent=page.request.headers.get("user-agent", ""),
        )
    except YunqiError as refused:
        return _refuse(page, refused)
    where = local_path(done.next_path).removeprefix(PREFIX)
    answer = page.redirect("/" if where.startswith("/sign-") else where, _("已通过统一身份认证登录"))
    page.give_session(answer, done.signed_in)
    answer.delete_cookie(COOKIE, path=_PATH)
    return answer
