"""What a page says when something is refused, does not answer, or is a bug: the sentence, the way out, the code."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.words import _, render_sentence, render_way_out
from yunqi.web.console import PREFIX
from yunqi.web.page import Page
from yunqi.wire.statuses import status_of

PASSWORD_PATH = "/account/password"  # noqa: S105 - an address
_log = logging.getLogger("yunqi.web")


@dataclass(frozen=True, slots=True)
class Failure:
    """What an error page shows."""

    status: int
    title: str
    sentence: str
    way_out: str
    code: str


def title_of(status: int) -> str:
    """The heading of an error page."""
    titles = {
        403: _("没有权限"),
        404: _("没有找到"),
        405: _("不支持的操作"),
        409: _("与现状冲突"),
        412: _("内容已被他人修改"),
        413: _("内容过大"),
        422: _("无法照办"),
        429: _("请求过于频繁"),
        500: _("系统出错"),
        503: _("暂时无法办理"),
    }
    return titles.get(status, _("无法照办") if status < 500 else _("系统出错"))


def render_failure(request: Request, failure: Failure) -> HTMLResponse:
    """The error page, or for htmx an alert to put in its place."""
    page = Page(request)
    try:
        known = page.caller_or_none is not None
    except Exception:  # noqa: BLE001 - an error page must show even when the database does not answer
        page.__dict__["caller_or_none"], known = None, False
    template = "errors/fragment.html" if page.is_fragment else "errors/page.html" if known else "errors/bare.html"
    return page.render(template, failure.status, failure=failure, request_id=request.state.request_id)


def failure_of(error: YunqiError) -> Failure:
    """A refusal or a trouble in words."""
    status = status_of(error)
    return Failure(status, title_of(status), render_sentence(error), render_way_out(error), error.code)


def render_bug(request: Request) -> Response:
    """What is said when the fault is ours: no detail that could help anybody but us, and the number to ask with."""
    sentence = _("系统内部出错，您的操作没有完成")
    way_out = _("请稍后再试；如仍出错，请把请求编号告诉系统管理员")
    try:
        return render_failure(request, Failure(500, title_of(500), sentence, way_out, "bug"))
    except Exception:  # noqa: BLE001 - the page itself is what is broken
        _log.exception("request %s: its error page failed", request.state.request_id)
        return PlainTextResponse(f"{sentence}\n{way_out}\n{request.state.request_id}", 500)


def on_error(request: Request, error: Exception) -> Response:
    """Handler for `Problem` and `Trouble`. Sync, so that it runs in a worker thread like the pages."""
    if not isinstance(error, YunqiError):
        raise error
    if error.code == "access.signed_out":
        return on_signed_out(request, error)
    if error.code == "access.password":  # nothing else is allowed before the first password is changed
        return RedirectResponse(f"{PREFIX}{PASSWORD_PATH}", 303)
    return render_failure(request, failure_of(error))


def on_http(request: Request, error: Exception) -> Response:
    """Handler for what the router refuses."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentences = {404: _("没有这个页面"), 405: _("这个地址不接受此类请求")}
    sentence = sentences.get(status, _("请求无法受理"))
    way_out = _("请从左侧菜单重新进入")
    return render_failure(request, Failure(status, title_of(status), sentence, way_out, f"http.{status}"))


def on_invalid(request: Request, error: Exception) -> Response:
    """Handler for addresses and models with values of a wrong form."""
    errors = error.errors() if isinstance(error, (RequestValidationError, ValidationError)) else []
    name = next((str(part) for each in errors for part in reversed(each["loc"]) if isinstance(part, str)), "")
    problem = Problem("request.invalid", "「{name}」的内容不合要求", field=name, name=name, way_out="请核对后重新提交")
    return render_failure(request, failure_of(problem))


def on_signed_out(request: Request, _error: Exception) -> Response:
    """Handler for pages that are for somebody: to the sign-in page, and back afterwards."""
    page = Page(request)
    address = page.url("/sign-in", next=page.here if request.method == "GET" else PREFIX + "/")
    if page.is_fragment:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)
