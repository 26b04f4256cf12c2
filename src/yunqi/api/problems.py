"""Errors on the wire: one place that gives every error its status and its body.

Source: RFC 9457 (problem details).
"""

from __future__ import annotations

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.words import render_sentence, render_way_out, value_of
from yunqi.wire.base import ProblemBody
from yunqi.wire.invalid import invalid_request, read_field_errors
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
        value=value_of(error),
        way_out=render_way_out(error),
        request_id=request_id(request),
    )
    headers = {"Retry-After": str(error.values.get("retry_after_s", 2))} if status in (429, 503) else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="yunqi"'
    return Response(body.model_dump_json(), status, headers, MEDIA_TYPE)


def invalid_response(request: Request, error: RequestValidationError) -> Response:
    """The response to a request whose fields can't be taken: each with its value and what it may hold."""
    errors = read_field_errors(error.errors())
    first = invalid_request(errors)
    body = ProblemBody(
        type="urn:yunqi:problem:request.invalid",
        title=render_sentence(first),
        status=422,
        detail=render_way_out(first),
        code=first.code,
        field=first.field,
        value=value_of(first),
        way_out=render_way_out(first),
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
