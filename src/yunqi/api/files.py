"""Uploads: the one body that is no JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header, UploadFile
from fastapi import File as FormFile
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from yunqi.api.routes import PREFIX, PROBLEM_ANSWERS, Authenticate, render_outcome
from yunqi.operations.actions import perform
from yunqi.operations.installation import Installation
from yunqi.wire.desk import FileInfo
from yunqi.wire.desk import UploadFile as UploadRequest


def add_file_routes(app: FastAPI, site: Installation, authenticate: Authenticate) -> None:
    """`POST /api/v1/files`, a form with one file."""

    def upload(
        http: HttpRequest,
        file: Annotated[UploadFile, FormFile()],
        idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=120)] = None,
    ) -> Response:
        caller = authenticate(http)
        request = UploadRequest(name=file.filename or "file", content=file.file.read())
        return render_outcome(http, perform(site, caller, "file.upload", request, key=idempotency_key))

    app.add_api_route(
        f"{PREFIX}/files",
        upload,
        methods=["POST"],
        status_code=201,
        response_model=None,
        responses={201: {"model": FileInfo}, **PROBLEM_ANSWERS},
        tags=["file"],
        operation_id="file.upload",
    )
