"""Recording a signed confidentiality undertaking: before it no account is opened, and without it none works."""

from __future__ import annotations

from datetime import date

from yunqi.operations.actions.base import Desk
from yunqi.store import undertakings as store
from yunqi.store.undertakings import Undertaking


def record_undertaking(
    desk: Desk,
    *,
    person_id: str,
    signed_on: date,
    reference: str,
    sm3: str | None = None,
    expires_on: date | None = None,
) -> Undertaking:
    """The undertaking as recorded. `expires_on` is the first day on which it no longer holds."""
    return store.add_undertaking(
        desk.connection,
        person_id=person_id,
        signed_on=signed_on,
        reference=reference,
        sm3=sm3,
        expires_on=expires_on,
        recorded_by=desk.caller.true_person_id,
        now=desk.now,
    )
