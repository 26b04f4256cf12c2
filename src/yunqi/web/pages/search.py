"""Search: one box over everything that the caller may see."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.web.page import Page, PageOf
from yunqi.wire.search import Hit, Search, SearchAnswer

router = APIRouter()
_LONGEST = 60
_PATHS = {
    "contract": "/contracts/{id}",
    "line": "/contracts/{contract}",
    "system": "/systems/{id}",
    "resource": "/resources/{id}",
    "work_order": "/work-orders/{id}",
    "incident": "/incidents/{id}",
    "organisation": "/organisations/{id}",
    "person": "/people/{id}",
    "statement": "/statements/{id}",
}
LISTS = {
    "contract": ("/contracts", ""),
    "system": ("/systems", "text"),
    "resource": ("/resources", ""),
    "work_order": ("/work-orders", ""),
    "incident": ("/incidents", ""),
    "organisation": ("/organisations", "text"),
    "person": ("/people", "text"),
    "document": ("/documents", ""),
    "statement": ("/statements", ""),
}
"""Where all of a kind are listed, and the name of the list's filter for words."""


def hit_address(page: Page, group: str, hit: Hit) -> str:
    """The page of a thing; documents are found in their list."""
    path = _PATHS.get(group, "/documents")
    return page.url(path.format(id=hit.object_id, contract=hit.contract_id or ""))


def list_address(page: Page, group: str, text: str) -> str:
    """The list in which the rest of a kind is found, "" when there is none."""
    path, name = LISTS.get(group, ("", ""))
    if path not in page.request.app.state.paths:
        return ""
    return page.url(path, **({name: text} if name else {}))


@router.get("/search")
def search(page: PageOf, q: str = "") -> Response:
    """What holds the words, by kind."""
    text = q.replace("\0", "").strip()[:_LONGEST]
    if not page.caller or not page.may("search.read"):
        return page.render("search/page.html", text=text, found=None, groups=[], may=False)
    found: SearchAnswer | None = page.read("search.read", Search(text=text)) if text else None
    groups = [
        (
            group,
            [(hit, hit_address(page, group.group, hit)) for hit in group.items],
            list_address(page, group.group, text) if group.more else "",
        )
        for group in (found.groups if found else ())
    ]
    return page.render("search/page.html", text=text, found=found, groups=groups, may=True)
