"""How a protected period is manned, on the wire."""

from __future__ import annotations

from datetime import datetime

from yunqi.wire.base import Answer


class ProtectedShift(Answer):
    """A shift of the protected period's post: who, when, whether they came, and what was handed over."""

    id: str
    person: str
    telephone: str
    start_at: datetime
    end_at: datetime
    taken_at: datetime | None
    left_at: datetime | None
    note: str


class ProtectedGap(Answer):
    """Time of a protected period without anybody. `why`: unplanned, unmanned, or claimed (entered later only)."""

    start_at: datetime
    end_at: datetime
    why: str
    why_name: str


class ProtectedManning(Answer):
    """How a protected period is manned: its shifts, its gaps, and the named people who have taken no shift so far."""

    shifts: tuple[ProtectedShift, ...]
    gaps: tuple[ProtectedGap, ...]
    missing: tuple[str, ...]
    over: bool
