"""Uploads: the one body that is no JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from yunqi.api.routes import PREFIX, PROBLEM_ANSWERS, Authenticate, render_outcome
from yunqi.operations.actions import perform
from yunqi.operations.installation import Installation
from yunqi.wire.desk import FileInfo
from yunqi.wire.desk import UploadFile as UploadRequest

_MOST_FIELDS = 10
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}


def add_file_routes(app: FastAPI, site: Installation, authenticate: Authenticate) -> None:
    """`POST /api/v1/files`, a form with one file."""

    async def upload(
        http: HttpRequest,
        idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=120)] = None,
    ) -> Response:
        # Who asks is known before the first byte of the file is kept: nobody fills the disk without signing in.
        caller = await run_in_threadpool(authenticate, http)
        async with http.form(max_files=1, max_fields=_MOST_FIELDS) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise RequestValidationError([{"type": "missing", "loc": ("body", "file"), "input": None}])
            name, content = file.filename or "file", await file.read()
        try:
            request = UploadRequest(name=name, content=content)
        except ValidationError as error:
            raise RequestValidationError(error.errors(include_input=False)) from error
        outcome = await run_in_threadpool(perform, site, caller, "file.upload", request, key=idempotency_key)
        return render_outcome(http, outcome)

    app.add_api_route(
        f"{PREFIX}/files",
        upload,
        methods=["POST"],
        status_code=201,
        response_model=None,
        responses={201: {"model": FileInfo}, **PROBLEM_ANSWERS},
        openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}},
        tags=["file"],
        operation_id="file.upload",
    )
