"""The audit rows of signing in and out, which no action writes: nobody is signed in yet, or no longer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.rights import Caller
from yunqi.store.accounts import Account
from yunqi.store.audit_trail import record_audit


def record_sign_in(
    connection: Connection,
    *,
    action: str,
    outcome: str,
    account: Account | None,
    address: str,
    now: datetime,
    session_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One row of an attempt to sign in; `account` None: nobody's. What was typed as login is not kept."""
    record_audit(
        connection,
        at=now,
        action=action,
        object=account.id if account else "account",
        person_id=account.person_id if account else None,
        organisation_id=account.organisation_id if account else None,
        assumption_id=None,
        session_id=session_id,
        token_id=None,
        address=address,
        outcome=outcome,
        detail=detail,
    )


def record_by(
    connection: Connection,
    caller: Caller,
    *,
    action: str,
    object: str,  # noqa: A002 - the column's own name
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One row of what a signed-in caller did outside an action: signing out."""
    record_audit(
        connection,
        at=now,
        action=action,
        object=object,
        person_id=caller.true_person_id,
        organisation_id=caller.organisation_id,
        assumption_id=caller.assumption.id if caller.assumption else None,
        session_id=caller.session_id,
        token_id=caller.token_id,
        address=caller.address,
        outcome="done",
        detail=detail,
    )
