"""API tokens on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from yunqi.wire.base import Answer, Instant, Request


class CreateToken(Request):
    """A token for a program of the caller's, limited to some actions, until an instant."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    actions: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(min_length=1, max_length=300)]
    expires_at: Instant


class TokenRow(Answer):
    """A token as it may be shown: without its text."""

    id: str
    name: str
    actions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class NewTokenRow(TokenRow):
    """A token just made; its text is given this once."""

    token: Annotated[str, Field(repr=False)]


class TokenList(Answer):
    """All tokens of a person."""

    items: tuple[TokenRow, ...]


class ListTokens(Request):
    """The caller's tokens, or those of the person that the security administrator names."""

    person: Annotated[str | None, Field(max_length=60)] = None
