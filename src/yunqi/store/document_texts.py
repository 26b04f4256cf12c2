"""What was recognised on the pages of scanned files, kept beside the file: recognising it again takes minutes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from yunqi.store.dialect import insert_into
from yunqi.store.tables import document_text


def keep_text(connection: Connection, document_id: str, content: str, *, now: datetime) -> None:
    """Keeps the text of a document; the first that is kept stands."""
    row = {"document_id": document_id, "content": content, "recorded_at": now}
    connection.execute(insert_into(connection, document_text).on_conflict_do_nothing(), row)


def load_text(connection: Connection, document_id: str) -> str | None:
    """The kept text of a document, or None."""
    query = select(document_text.c.content).where(document_text.c.document_id == document_id)
    found: str | None = connection.execute(query).scalar()
    return found
