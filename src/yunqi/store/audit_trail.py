"""The audit trail: who did what, in whose name, from where, with what outcome. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.store.tables import audit


def record_audit(
    connection: Connection,
    *,
    at: datetime,
    action: str,
    object: str,  # noqa: A002 - the column's own name
    person_id: str | None,
    organisation_id: str | None = None,
    assumption_id: str | None = None,
    session_id: str | None = None,
    token_id: str | None = None,
    address: str = "",
    outcome: str = "done",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Adds one row. `person_id` is the person at the keyboard (None: nobody signed in, or root at the machine),
    `organisation_id` in whose name; `outcome` is `done`, `proposed` or the code of the refusal.
    """
    connection.execute(
        audit.insert().values(
            at=at,
            action=action[:60],
            object=object[:120],
            person_id=person_id,
            organisation_id=organisation_id,
            assumption_id=assumption_id,
            session_id=session_id,
            token_id=token_id,
            address=address[:60],
            outcome=outcome[:60],
            detail=dict(detail or {}),
        )
    )
