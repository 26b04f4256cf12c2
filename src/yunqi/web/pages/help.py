"""Help: what the marks mean and which keys there are; the dialog of the same says it with JavaScript."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.web.badges import STATES
from yunqi.web.page import PageOf

router = APIRouter()
SHOWN = ("work_order", "resource", "incident", "verdict", "statement")


@router.get("/help")
def show_help(page: PageOf) -> Response:
    """For everybody, signed in or not."""
    layout = "layout/shell.html" if page.caller_or_none else "layout/bare.html"
    return page.render("help/page.html", layout=layout, shown=[(of, list(STATES[of])) for of in SHOWN])
