"""Files that were handed in or made, with their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import sm3_hex
from yunqi.store.tables import file as table


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file without its bytes."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    sm3: str
    organisation_id: str | None
    person_id: str | None
    contract_id: str | None
    created_at: datetime
    expires_at: datetime | None


_COLUMNS = [column for column in table.c if column.name not in {"content", "run_id"}]


def keep_file(
    connection: Connection,
    *,
    name: str,
    media_type: str,
    content: bytes,
    now: datetime,
    organisation_id: str | None = None,
    person_id: str | None = None,
    contract_id: str | None = None,
    run_id: str | None = None,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Keeps a file's bytes; one that expires is dropped some time after."""
    identifier = make_id("fil")
    connection.execute(
        table.insert().values(
            id=identifier,
            name=name[:255],
            media_type=media_type[:120],
            size_bytes=len(content),
            sm3=sm3_hex(content),
            content=content,
            organisation_id=organisation_id,
            person_id=person_id,
            contract_id=contract_id,
            run_id=run_id,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return require_file(connection, identifier)


def require_file(connection: Connection, file_id: str) -> StoredFile:
    """The file of this id; raises `Problem` file.unknown."""
    row = connection.execute(select(*_COLUMNS).where(table.c.id == file_id)).first()
    if row is None:
        raise Problem("file.unknown", "没有文件「{value}」", field="file", value=file_id, way_out="请重新上传")
    return StoredFile(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def load_content(connection: Connection, file_id: str) -> bytes:
    """The bytes of a file that is there."""
    return bytes(connection.execute(select(table.c.content).where(table.c.id == file_id)).scalar_one())


def drop_expired_files(connection: Connection, now: datetime) -> int:
    """Drops files whose time is over; returns how many."""
    return connection.execute(delete(table).where(table.c.expires_at < now)).rowcount


def take_file(connection: Connection, file_id: str) -> None:
    """Keeps an uploaded file for good."""
    connection.execute(update(table).where(table.c.id == file_id).values(expires_at=None))


def publish_file(connection: Connection, file_id: str, contract_id: str) -> None:
    """Keeps a file among the documents of a contract, open to all who may read it."""
    connection.execute(update(table).where(table.c.id == file_id).values(expires_at=None, contract_id=contract_id))
