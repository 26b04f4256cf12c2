"""One request as a page sees it: who asks, in which language, what was sent; and how it answers."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller, Target, decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import _
from yunqi.operations.actions import Content, Outcome, load_actions, perform
from yunqi.operations.identity.sessions import SignedIn
from yunqi.web import workbook
from yunqi.web.console import PREFIX, Console
from yunqi.web.forms import CSRF_FIELD, Form, form_of
from yunqi.web.navigation import Group, list_visible
from yunqi.web.tables import Listing, Query, Reader, Rows, Table, query_of, read_all
from yunqi.wire.base import ListRequest, Nothing, Proposal, Run
from yunqi.wire.base import Request as Asked
from yunqi.wire.desk import FileInfo, UploadFile
from yunqi.wire.identity import SessionBegun

SEED_COOKIE, FLASH_COOKIE = "yunqi_form", "yunqi_said"
ACCEPTED = 202
_FLASH_S = 60
_MAX_SAID = 1500
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(Exception):  # noqa: N818
    """Nobody is signed in, and the page is for somebody."""


class Page:
    """The context of one request. `form` is what was sent; `caller` is read when it is first asked for."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.console: Console = request.app.state.console
        self.form: Form = getattr(request.state, "form", None) or Form()
        self.language: str = request.state.language
        self.path: str = request.scope["path"].removeprefix(request.scope.get("root_path", "")) or "/"

    # --- who asks ---

    @cached_property
    def caller_or_none(self) -> Caller | None:
        """Who asks, None when nobody is signed in."""
        return self.console.find_caller(self.request)

    @property
    def caller(self) -> Caller:
        """Who asks; sends to the sign-in page when nobody is signed in."""
        if self.caller_or_none is None:
            raise SignInNeeded
        return self.caller_or_none

    @property
    def site(self) -> Any:
        """The installation, as use cases take it."""
        return self.console.site

    def may(self, action: str, target: Target | None = None) -> bool:
        """Whether to show a button: the action itself decides again."""
        caller = self.caller_or_none
        return caller is not None and decide(caller, RIGHTS[action], target or Target()) is None

    @property
    def navigation(self) -> tuple[Group, ...]:
        """The side bar of the caller."""
        if self.caller_or_none is None:
            return ()
        return list_visible(self.caller_or_none, self.request.app.state.paths)

    # --- where ---

    def has(self, path: str) -> bool:
        """Whether the console has a page of this own path, to link to it."""
        return path in self.request.app.state.paths

    def url(self, path: str = "/", **params: str) -> str:
        """The address of a page of the console from its own path, parameters quoted."""
        words = "&".join(f"{name}={quote(value, safe='')}" for name, value in params.items())
        return f"{PREFIX}{path}" + (f"?{words}" if words else "")

    @property
    def here(self) -> str:
        """The address of this page, to come back to."""
        asked = self.request.url.query
        return f"{PREFIX}{self.path}" + (f"?{asked}" if asked else "")

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of a page: then the layout is left out."""
        return self.request.headers.get("hx-request") == "true" and "hx-boosted" not in self.request.headers

    @property
    def layout(self) -> str:
        """The template that this page extends."""
        return "layout/fragment.html" if self.is_fragment else "layout/shell.html"

    # --- tokens ---

    @cached_property
    def csrf_token(self) -> str:
        """The token of this browser and session for every form."""
        self.request.state.seed_used = True
        return self._token()

    def _token(self) -> str:
        session = self.request.cookies.get(self.console.session_cookie, "")
        return self.console.sign("form", f"{self.request.state.seed}|{session}")

    def check_csrf(self, sent: str) -> None:
        """Raises `Problem` form.token unless the form is one that this browser and session was given."""
        session = self.request.cookies.get(self.console.session_cookie, "")
        if not self.console.is_signed("form", f"{self.request.state.seed}|{session}", sent):
            raise Problem(
                "form.token",
                "此表单已失效：登录状态已改变，或表单不是本系统发出的",
                way_out="请返回上一页，刷新后重新提交；您填写的内容可以先复制下来",
            )

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""

    def take_session(self, begun: SessionBegun) -> None:
        """Goes on under a session's new token: forms of the page that answers are bound to it."""
        self.request.cookies[self.console.session_cookie] = begun.token
        self.__dict__.pop("csrf_token", None)

    def give_session(self, answer: Response, begun: SignedIn | SessionBegun) -> None:
        """Gives the browser a session's token, out of reach of scripts and of other sites' forms."""
        token = begun.token if isinstance(begun, SessionBegun) else begun.token.reveal()
        left = begun.ends_at - self.console.clock.now()
        answer.set_cookie(
            self.console.session_cookie,
            token,
            max_age=max(1, int(left.total_seconds())),
            path="/",
            httponly=True,
            samesite="lax",
            secure=self.request.url.scheme == "https",
        )

    # --- answers ---

    def render(self, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
        """The page; templates see it as `page`, and an empty `form` unless one is given: a key is good for one deed."""
        environment = self.request.app.state.environment
        text = environment.get_template(template).render({"page": self, "form": Form(), **values})
        return HTMLResponse(text, status)

    def refuse(self, template: str, error: Any, /, **values: Any) -> HTMLResponse:
        """The form again with what was wrong at its field and all that was typed: status 422."""
        return self.render(template, 422, form=self.form.refused(error), **values)

    # --- actions ---

    def read(self, name: str, request: Asked | None = None) -> Any:
        """What a reading action answers: a model of `yunqi.wire`, or a file (`Content`)."""
        return perform(self.site, self.caller, name, request or Nothing()).value

    def look(self, name: str, request: Asked) -> Outcome:
        """The same with its `etag`: a deed given it as `if_match` is refused once something else is there."""
        return perform(self.site, self.caller, name, request)

    def reader(self, name: str, asked: type[ListRequest], **fixed: Any) -> Reader:
        """A reader of a listing action for `show_list`: filters of the table are fields of the request."""

        def read(query: Query) -> Rows:
            given = {**query.filters, **fixed, "limit": query.limit}
            request = asked(**given, cursor=query.cursor or None, sort=query.sort or None)
            found = self.read(name, request)
            return Rows(found.items, found.next_cursor or "")

        return read

    def do(self, name: str, request: Asked, *, if_match: str | None = None) -> Outcome:
        """Performs a deed once, however often its form is sent as it is. Raises `Problem`; then nothing is changed."""
        key = self.form.key_of(name, self.request.url.path)
        outcome = perform(self.site, self.caller, name, request, key=key, if_match=if_match)
        if not outcome.replayed:
            return outcome
        answer = load_actions()[name].answer
        kinds = (Proposal, Run, answer) if outcome.status == ACCEPTED else (answer,)
        for kind in kinds:
            try:
                return Outcome(outcome.status, kind.model_validate_json(outcome.body), replayed=True)
            except ValidationError:
                continue
        return outcome

    def keep_upload(self, field: str) -> str:
        """Keeps the file that a form sent, for the action that takes it by its id. Raises `Problem` form.file."""
        sent = self.form.upload(field)
        asked = UploadFile(name=sent.filename or "", content=sent.file.read())
        digest = hashlib.sha256(asked.content, usedforsecurity=False).hexdigest()
        outcome = perform(self.site, self.caller, "file.upload", asked, key=self.form.key_of(field, asked.name, digest))
        kept = outcome.value if isinstance(outcome.value, FileInfo) else FileInfo.model_validate_json(outcome.body)
        return kept.id

    def done(self, outcome: Outcome, path: str, said: str = "") -> Response:
        """Where to go after a deed: to `path` with what was said; to the proposal that waits for a second person; to
        the run that goes on.
        """
        if isinstance(outcome.value, Proposal):
            words = _("已提交，待第二人确认后生效")
            return self.redirect(f"/proposals/{outcome.value.id}", words, "info")
        if isinstance(outcome.value, Run):
            return self.redirect(f"/runs/{outcome.value.id}")
        return self.redirect(path, said)

    def hand_out(self, content: Content) -> Response:
        """A file to keep; never shown within the page."""
        plain = "".join(char if char.isascii() and (char.isalnum() or char in ".-_") else "_" for char in content.name)
        disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(content.name)}"
        return Response(content.content, media_type=content.media_type, headers={"Content-Disposition": disposition})

    def redirect(self, path: str, said: str = "", kind: str = "success") -> Response:
        """After a deed: the page to see next, and one sentence that it shows once (kind: success, info, warning)."""
        address = f"{PREFIX}{path}"
        answer: Response
        if self.is_fragment:
            answer = Response(status_code=204, headers={"HX-Redirect": address})
        else:
            answer = RedirectResponse(address, 303)
        if said:
            text = json.dumps([kind, said[:_MAX_SAID]], ensure_ascii=False)
            packed = base64.urlsafe_b64encode(text.encode()).decode()
            answer.set_cookie(
                FLASH_COOKIE,
                f"{packed}.{self.console.sign('said', packed)}",
                max_age=_FLASH_S,
                path=PREFIX,
                httponly=True,
                samesite="strict",
                secure=self.request.url.scheme == "https",
            )
        return answer

    @cached_property
    def said(self) -> tuple[str, str] | None:
        """The kind and sentence that the deed before this page left, shown once."""
        packed, _dot, tag = self.request.cookies.get(FLASH_COOKIE, "").partition(".")
        if not tag or not self.console.is_signed("said", packed, tag):
            return None
        self.request.state.said_shown = True
        kind, text = json.loads(base64.urlsafe_b64decode(packed))
        return str(kind), str(text)

    # --- tables ---

    def listing(self, table: Table, reader: Reader) -> Listing:
        """One page of rows, as the address asks for: filters, sort, cursor."""
        params = dict(self.request.query_params)
        query = query_of(table, params)
        kept = {*(each.name for each in table.filters), "sort", "cursor", "back", "limit"}
        return Listing(
            table,
            reader(query),
            query,
            f"{PREFIX}{self.path}",
            {name: value for name, value in params.items() if name in kept},
        )

    def show_list(self, template: str, table: Table, reader: Reader, /, **values: Any) -> Response:
        """A list page: the template sees `listing`; with `?format=xlsx` in the address all rows as a workbook."""
        if table.export and self.request.query_params.get("format") == "xlsx":
            return self.export(table, reader)
        return self.render(template, listing=self.listing(table, reader), **values)

    def export(self, table: Table, reader: Reader) -> Response:
        """All rows that the filters let through, as a workbook. Recorded before it leaves the house."""
        query = query_of(table, dict(self.request.query_params))
        rows: Sequence[Any] = list(read_all(reader, query))
        if self.console.record_export is not None:
            self.console.record_export(self.caller, table.name, len(rows), query.filters)
        now = self.console.clock.now()
        content = workbook.render_workbook(table, rows, now, self.caller.person_name)
        name = f"{table.title}-{now:%Y%m%d}.xlsx"
        disposition = f"attachment; filename=\"{table.name}.xlsx\"; filename*=UTF-8''{quote(name)}"
        return Response(content, media_type=workbook.MEDIA_TYPE, headers={"Content-Disposition": disposition})


async def page_of(request: Request) -> Page:
    """The page of this request; every form has been checked before (`read_form`)."""
    return Page(request)


PageOf = Annotated[Page, Depends(page_of)]


async def read_form(request: Request) -> None:
    """Reads what was sent and refuses what is not from a form of ours. Holds for every route of the console."""
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site", "same-origin")
    # Files are taken from those who are signed in: nobody else fills the disk, whatever becomes of the form after.
    if request.headers.get("content-type", "").startswith("multipart/"):
        await run_in_threadpool(lambda: Page(request).caller)
    data = await request.form(max_files=20, max_fields=1000)
    sent = request.headers.get("x-csrf-token") or data.get(CSRF_FIELD)
    if site not in {"same-origin", "none"}:
        sent = ""
    request.state.form = form_of(data)
    Page(request).check_csrf(sent if isinstance(sent, str) else "")


def make_seed() -> str:
    """What a browser's form tokens are made from."""
    return secrets.token_hex(16)
