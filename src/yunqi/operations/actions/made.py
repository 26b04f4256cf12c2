"""Files that runs take and make."""

from __future__ import annotations

from datetime import timedelta

from yunqi.kernel.errors import Problem
from yunqi.operations.actions.base import Desk
from yunqi.store.files import StoredFile, keep_file, load_content, require_file
from yunqi.wire.evidence import MadeFile

MADE_KEPT = timedelta(days=7)
"""How long a file that a run made is kept."""


def require_own_file(desk: Desk, file_id: str) -> None:
    """Raises `Problem` file.unknown for a file that is not there, or another organisation's."""
    kept = require_file(desk.connection, file_id)
    if kept.organisation_id != desk.caller.organisation_id and not desk.caller.at_machine:
        raise Problem("file.unknown", "没有文件「{value}」", field="file", value=file_id, way_out="请重新上传")


def keep_proof(desk: Desk, file_id: str | None, contract_id: str) -> StoredFile | None:
    """An uploaded file as a document of the contract, kept as long as the contract is; None for none.

    Raises `Problem` file.unknown.
    """
    if not file_id:
        return None
    require_own_file(desk, file_id)
    given = require_file(desk.connection, file_id)
    return keep_file(
        desk.connection,
        name=given.name,
        media_type=given.media_type,
        content=load_content(desk.connection, file_id),
        now=desk.now,
        organisation_id=desk.caller.organisation_id,
        person_id=desk.caller.person_id,
        contract_id=contract_id,
    )


def keep_made(desk: Desk, *, name: str, media_type: str, content: bytes, contract_id: str | None) -> MadeFile:
    """Keeps a file that a run made for whoever asked for it; its organisation may fetch it until it expires."""
    with desk.site.database.write() as connection:
        kept = keep_file(
            connection,
            name=name,
            media_type=media_type,
            content=content,
            now=desk.now,
            organisation_id=desk.caller.organisation_id,
            person_id=desk.caller.person_id,
            contract_id=contract_id,
            run_id=desk.run_id,
            expires_at=desk.now + MADE_KEPT,
        )
    return MadeFile(file=kept.id, name=kept.name, size_bytes=kept.size_bytes, sm3=kept.sm3, expires_at=kept.expires_at)


def safe_name(text: str) -> str:
    """A part of a file's name, whatever it holds.

    >>> safe_name("A/1: b")
    'A_1__b'
    """
    return "".join(char if char.isalnum() or char in "-_." else "_" for char in text).lstrip(".")[:80] or "_"
