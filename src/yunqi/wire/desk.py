"""Runs, proposals and files on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from yunqi.wire.base import Answer, ListRequest, Request


class ListRuns(ListRequest):
    """Long work that the caller may see, the newest first."""

    state: Annotated[str | None, Field(pattern="^(open|done|failed|cancelled)$")] = None
    contract: Annotated[str | None, Field(max_length=100)] = None


class ListProposals(ListRequest):
    """What waits, or waited, for a second person; `mine`: only what the caller may decide now."""

    state: Annotated[str | None, Field(pattern="^(proposed|agreed|refused|withdrawn|expired)$")] = None
    contract: Annotated[str | None, Field(max_length=100)] = None
    mine: bool = False


class DecideProposal(Request):
    """The second person's word, with its reason when it is no."""

    id: Annotated[str, Field(max_length=60)]
    agree: bool
    reason: Annotated[str, Field(max_length=300)] = ""


class UploadFile(Request):
    """A file handed in; it is dropped after a day unless something takes it."""

    model_config = ConfigDict(ser_json_bytes="base64")  # its digest is that of any bytes

    name: Annotated[str, Field(min_length=1, max_length=255)]
    content: Annotated[bytes, Field(max_length=64 * 1024 * 1024)]


class FileInfo(Answer):
    """A file without its bytes."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    sm3: str
    created_at: datetime
    expires_at: datetime | None = None
