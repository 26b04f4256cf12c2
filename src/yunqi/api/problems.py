"""Errors on the wire: one place that gives every error its status and its body.

Source: RFC 9457 (problem details).
"""

from __future__ import annotations

from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.words import _, render_sentence, render_way_out
from yunqi.services.fields import render_value
from yunqi.wire.base import FieldError, ProblemBody
from yunqi.wire.statuses import status_of

MEDIA_TYPE = "application/problem+json"


def problem_response(request: Request, error: YunqiError) -> Response:
    """The response that an error is."""
    status = status_of(error)
    body = ProblemBody(
        type=f"urn:yunqi:problem:{error.code}",
        title=render_sentence(error),
        status=status,
        detail=render_way_out(error),
        code=error.code,
        field=error.field,
        way_out=render_way_out(error),
        request_id=request_id(request),
    )
    headers = {"Retry-After": str(error.values.get("retry_after_s", 2))} if status in (429, 503) else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="yunqi"'
    return Response(body.model_dump_json(), status, headers, MEDIA_TYPE)


def invalid_response(request: Request, error: RequestValidationError) -> Response:
    """The response to a request whose fields can't be taken: each with its value and what it may hold."""
    errors = tuple(_field_error(each) for each in error.errors()[:20])
    first = errors[0]
    body = ProblemBody(
        type="urn:yunqi:problem:request.invalid",
        title=_("请求中的「{field}」不可用：{sentence}", field=first.field, sentence=first.sentence),
        status=422,
        detail=first.way_out,
        code="request.invalid",
        field=first.field,
        way_out=first.way_out,
        request_id=request_id(request),
        errors=errors,
    )
    return Response(body.model_dump_json(), 422, media_type=MEDIA_TYPE)


def plain_response(request: Request, error: HTTPException) -> Response:
    """The response to what the framework itself refuses: no such address, another method."""
    if error.status_code == 405:
        problem = Problem("request.method", "这个地址不支持该方法", way_out="请查看接口文档 /api/v1/docs")
    elif error.status_code == 404:
        problem = Problem("address.unknown", "没有这个地址", way_out="请查看接口文档 /api/v1/docs")
    else:
        problem = Problem("request.refused", "请求无法受理", way_out="请核对请求的格式")
        body = ProblemBody(
            type="urn:yunqi:problem:request.refused",
            title=render_sentence(problem),
            status=error.status_code,
            code=problem.code,
            detail=render_way_out(problem),
            way_out=render_way_out(problem),
            request_id=request_id(request),
        )
        return Response(body.model_dump_json(), error.status_code, media_type=MEDIA_TYPE)
    return problem_response(request, problem)


def request_id(request: Request) -> str:
    """The id that the log knows the request by."""
    return str(request.scope.get("yunqi.request_id", ""))


def _field_error(each: Any) -> FieldError:
    where = [str(part) for part in each["loc"] if part not in ("body", "query", "path", "header")]
    kind, context = each["type"], each.get("ctx") or {}
    if kind == "missing":
        sentence, way_out = _("缺少"), _("请填写此项")
    elif kind == "extra_forbidden":
        sentence, way_out = _("没有这一项"), _("请去掉此项，或查看接口文档")
    elif kind in {"json_invalid", "json_type"}:
        sentence, way_out = _("请求体不是可用的 JSON"), _("请按 JSON 书写请求体")
    else:
        sentence = _("值不在允许范围内")
        bounds = "、".join(f"{name}={render_value(value)}" for name, value in context.items() if name != "error")
        way_out = _("允许的取值：{bounds}", bounds=bounds) if bounds else _("请查看接口文档中此项的取值")
    value = "" if kind in {"missing", "json_invalid"} else render_value(each.get("input", ""))
    return FieldError(field=".".join(where) or "body", value=value, sentence=sentence, way_out=way_out)
