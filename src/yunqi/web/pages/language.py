"""The switch of the language."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from yunqi.web.console import PREFIX
from yunqi.web.language import COOKIE, LANGUAGES
from yunqi.web.page import PageOf

router = APIRouter()
_YEAR_S = 31_536_000


def local_path(address: str) -> str:
    """The address when it is a page of the console, else the first page: nobody is sent elsewhere.

    >>> local_path("/console/systems?sort=name"), local_path("//elsewhere.example/console/")
    ('/console/systems?sort=name', '/console/')
    """
    plain = address.startswith(f"{PREFIX}/") and "\\" not in address and address.isprintable() and "//" not in address
    return address if plain else f"{PREFIX}/"


@router.get("/language/{language}")
def choose_language(page: PageOf, language: str, next: str = "") -> Response:  # noqa: A002
    """Keeps the language in a cookie and goes back to where the reader was."""
    answer = RedirectResponse(local_path(next), 303)
    if language in LANGUAGES:
        secure = page.request.url.scheme == "https"
        answer.set_cookie(COOKIE, language, max_age=_YEAR_S, path="/", samesite="lax", httponly=True, secure=secure)
    return answer
