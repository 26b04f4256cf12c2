"""Signing in, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, SecretStr

from yunqi.wire.base import Answer, Request


class SignIn(Request):
    """A name and a password, and the second factor where it is at hand."""

    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[SecretStr, Field(max_length=1000)]
    code: Annotated[str, Field(max_length=40)] = ""


class CodeWanted(Answer):
    """The password was right; the second factor follows with this ticket."""

    ticket: str
    expires_at: datetime


class FinishSignIn(Request):
    """The second factor."""

    ticket: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=1, max_length=40)]


class CallerInfo(Answer):
    """Who one is. `actions` None: everything that the roles allow."""

    person_id: str | None
    person: str
    organisation_id: str | None
    organisation: str
    organisation_role: str
    roles: tuple[str, ...]
    actions: tuple[str, ...] | None = None
    assumed_until: datetime | None = None
    assumed_by: str | None = None
